#include "gui/dashboard/level_lines.h"

#include <algorithm>
#include <cmath>
#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double longest = 1.6;

QString translated(const char* text) {
  return QCoreApplication::translate("LevelLines", text);
}

// Above the line or below it, step by step to the left; of the places where no label stands the first that is
// not busy, or else the first.
QRectF labelPlace(const QSizeF& size, double y, const QRectF& plot, const std::vector<QRectF>& labels,
                  const std::function<bool(QRectF)>& busy) {
  QRectF best;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const double top = attempt % 2 == 0 ? y - size.height() - 1 : y + 1;
    const double shift = (attempt / 2) * (size.width() + 8);
    const QRectF tried(QPointF(plot.right() - size.width() - shift, top), size);
    const bool free = std::ranges::none_of(labels, [&](const QRectF& r) { return r.intersects(tried); });
    if (!free || tried.top() < plot.top() || tried.bottom() > plot.bottom() || tried.left() < plot.left())
      continue;
    if (!busy(tried)) return tried;
    if (best.isNull()) best = tried;
  }
  return best;
}

}  // namespace

QString levelNumber(double value) {
  const int digits = std::abs(value) >= 100 ? 1 : std::abs(value) >= 1 ? 2 : 3;
  return QLocale().toString(value, 'f', digits);
}

QString levelSentence(const LevelLines& levels, double low, double high) {
  QStringList parts;
  for (const LevelLine& level : levels) {
    const char* text = level.value > high  ? QT_TRANSLATE_NOOP("LevelLines", "%1 %2 (above the frame)")
                       : level.value < low ? QT_TRANSLATE_NOOP("LevelLines", "%1 %2 (below the frame)")
                                           : QT_TRANSLATE_NOOP("LevelLines", "%1 %2");
    parts << translated(text).arg(level.name, levelNumber(level.value));
  }
  if (parts.isEmpty()) return {};
  return translated(QT_TRANSLATE_NOOP("LevelLines", "To compare: %1."))
      .arg(parts.join(translated(QT_TRANSLATE_NOOP("LevelLines", ", "))));
}

LevelScale scaleWith(double low, double high, const LevelLines& levels,
                     const std::function<double(double)>& place) {
  // The nearest first, so that a far one does not keep a near one out.
  std::vector<double> at;
  for (const LevelLine& level : levels)
    if (const double y = place(level.value); std::isfinite(y)) at.push_back(y);
  const auto outside = [&](double y) { return std::max({0.0, low - y, y - high}); };
  std::ranges::sort(at, {}, outside);
  LevelScale scale{low, high};
  const double most = longest * (high - low);
  // A little room beyond the line, for its label.
  const double room = 0.1 * (high - low);
  for (const double y : at) {
    if (y >= scale.low && y <= scale.high) continue;
    const double from = std::min(scale.low, y - room), to = std::max(scale.high, y + room);
    if (to - from <= most) scale = {from, to};
  }
  return scale;
}

void drawLevels(QPainter& painter, const QRectF& plot, const LevelLines& levels,
                const std::function<double(double)>& height, const std::function<bool(QRectF)>& busy) {
  const Theme& t = theme();
  const QFontMetricsF metrics(painter.font());
  std::vector<QRectF> labels;
  for (const LevelLine& level : levels) {
    const double y = height(level.value);
    if (!(y >= plot.top() - 0.5 && y <= plot.bottom() + 0.5)) continue;
    painter.setPen(QPen(t.textMuted, 1, Qt::DashDotLine));
    const double sharp = std::floor(y) + 0.5;
    painter.drawLine(QPointF(plot.left(), sharp), QPointF(plot.right(), sharp));
    const QString text = QStringLiteral("%1 %2").arg(level.name, levelNumber(level.value));
    const QRectF label =
        labelPlace({metrics.horizontalAdvance(text) + 8, metrics.height()}, y, plot, labels, busy);
    if (label.isNull()) continue;
    labels.push_back(label);
    QColor ground = t.panel;
    ground.setAlphaF(0.7F);
    painter.fillRect(label, ground);
    painter.setPen(t.textMuted);
    painter.drawText(label, Qt::AlignCenter, text);
  }
}

}  // namespace bypath
