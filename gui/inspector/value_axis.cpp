#include "gui/inspector/value_axis.h"

#include <algorithm>
#include <cmath>
#include <QLocale>
#include <QPainter>

#include "gui/dashboard/curve_math.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double mostDecades = 12;

}  // namespace

// Nothing is to touch the frame.
void ValueAxis::measure(std::span<const double> values) {
  double least = INFINITY, from = 0, to = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    from = std::min(from, value);
    to = std::max(to, value);
    if (value > 0) least = std::min(least, value);
  }
  if (logarithmic && to > 0) {
    high = std::ceil(std::log10(to) + 0.02);
    low = std::clamp(std::floor(std::log10(least) - 0.15), high - mostDecades, high - 1);
  } else {
    const double span = to > from ? to - from : 1;
    low = from < 0 ? from - 0.06 * span : 0;
    high = to > 0 || from == 0 ? to + 0.06 * span : 0.06 * span;
  }
}

double ValueAxis::y(double value, const QRectF& plot) const {
  const double at = logarithmic ? (value > 0 ? std::log10(value) : low) : value;
  return plot.bottom() - plot.height() * std::clamp((at - low) / (high - low), 0.0, 1.0);
}

void ValueAxis::paint(QPainter& painter, const QRectF& plot,
                      const std::function<QString(double)>& text) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(painter.font());
  const double room = std::max(1.0, plot.height() / (metrics.height() * 1.6));
  const double step = logarithmic ? std::max(1.0, std::ceil((high - low) / room))
                                  : niceStep(high - low, std::clamp(static_cast<int>(room), 2, 6));
  const auto first = static_cast<int>(std::ceil(low / step - 1e-9));
  const auto last = static_cast<int>(std::floor(high / step + 1e-9));
  for (int line = first; line <= last; ++line) {
    const double at = line * step, value = logarithmic ? std::pow(10.0, at) : at;
    const double height =
        logarithmic ? y(value, plot) : plot.bottom() - plot.height() * (at - low) / (high - low);
    painter.setPen(QPen(!logarithmic && value == 0 ? t.textMuted : t.border, 1));
    painter.drawLine(QPointF(plot.left(), height), QPointF(plot.right(), height));
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(0, height - metrics.height() / 2, plot.left() - 6, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, text(value));
  }
}

QString axisText(double value) {
  constexpr double grouped = 1000, exponential = 100000;
  constexpr int digits = 3;
  QString text = QString::number(value, 'g', digits);
  if (std::abs(value) >= grouped && std::abs(value) < exponential)
    text = QLocale().toString(text.toDouble(), 'f', 0);
  return shortExponent(text);
}

QString shortExponent(QString text) {
  text.replace(QStringLiteral("e+0"), QStringLiteral("e"))
      .replace(QStringLiteral("e-0"), QStringLiteral("e-"));
  return text.replace(QStringLiteral("e+"), QStringLiteral("e")).replace(QLatin1Char('-'), QChar(0x2212));
}

}  // namespace bypath
