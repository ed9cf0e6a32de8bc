#include "gui/dashboard/rate_chart.h"

#include <algorithm>
#include <cmath>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "gui/dashboard/curve_math.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double arrowFactor = 1.1;

// 0.001, 0.01 ... as they are, smaller ones as a power of ten.
QString decadeText(int power) {
  if (power >= -3) return QString::number(std::pow(10.0, power));
  static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
  QString text = QStringLiteral("10⁻");
  for (const QChar digit : QString::number(-power)) text += digits[digit.digitValue()];
  return text;
}

}  // namespace

double roundedRate(double rate) {
  return QString::number(rate, 'g', 2).toDouble();
}

QString rateText(double rate) {
  return QString::number(rate, 'g', 2);
}

RateChart::RateChart(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Loss against learning rate"));
  setToolTip(tr("Click or use the arrow keys to choose another rate"));
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

// From a little below the least loss to as far above the first ones: the end, where the loss goes
// through the roof, may be cut off.
void RateChart::setRange(RateRange range) {
  range_ = std::move(range);
  if (!range_.points.empty()) {
    double least = range_.points[0].smoothed, first = least;
    for (size_t i = 0; i < range_.points.size(); ++i) {
      least = std::min({least, range_.points[i].smoothed, range_.points[i].loss});
      if (i < 5) first = std::max({first, range_.points[i].smoothed, range_.points[i].loss});
    }
    const double span = std::max(first - least, std::abs(first) * 1e-3 + 1e-9);
    low_ = least - 0.1 * span;
    high_ = first + 0.35 * span;
    choose(roundedRate(range_.suggestion));
  }
  update();
}

QRectF RateChart::plot() const {
  return QRectF(rect()).adjusted(60, 8, -16, -fontMetrics().height() - 8);
}

double RateChart::x(double rate) const {
  if (range_.points.size() < 2) return 0;
  const QRectF area = plot();
  const double from = std::log10(range_.points.front().rate), to = std::log10(range_.points.back().rate);
  return area.left() + (std::log10(rate) - from) / (to - from) * area.width();
}

double RateChart::y(double loss, const QRectF& area) const {
  return area.bottom() - (loss - low_) / (high_ - low_) * area.height();
}

void RateChart::choose(double rate) {
  rate = roundedRate(std::clamp(rate, range_.points.front().rate, range_.points.back().rate));
  if (rate == chosen_) return;
  chosen_ = rate;
  setAccessibleDescription(tr("Chosen: %1").arg(rateText(rate)));
  update();
  Q_EMIT chosenChanged(rate);
}

void RateChart::paintEvent(QPaintEvent*) {
  if (range_.points.size() < 2) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  paintAxes(painter, area);
  painter.setClipRect(area);
  paintCurves(painter, area);
  painter.setClipping(false);
  paintMarks(painter, area);
}

void RateChart::paintAxes(QPainter& painter, const QRectF& area) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(painter.font());
  const double from = std::log10(range_.points.front().rate), to = std::log10(range_.points.back().rate);
  for (int power = static_cast<int>(std::ceil(from - 1e-9)); power <= static_cast<int>(std::floor(to + 1e-9));
       ++power) {
    const double at = x(std::pow(10.0, power));
    painter.setPen(QPen(t.border, 1));
    painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(at - 40, area.bottom() + 4, 80, metrics.height()), Qt::AlignCenter,
                     decadeText(power));
  }
  const double step = niceStep(high_ - low_, std::clamp(static_cast<int>(area.height() / 36), 2, 6));
  for (double loss = std::ceil(low_ / step) * step; loss <= high_; loss += step) {
    const double at = y(loss, area);
    painter.setPen(QPen(t.border, 1));
    painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at));
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(0, at - metrics.height() / 2, area.left() - 8, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(loss, 'g', 4));
  }
}

void RateChart::paintCurves(QPainter& painter, const QRectF& area) const {
  const Theme& t = theme();
  QPainterPath measured, smooth;
  for (size_t i = 0; i < range_.points.size(); ++i) {
    const RatePoint& point = range_.points[i];
    const QPointF a(x(point.rate), y(point.loss, area)), b(x(point.rate), y(point.smoothed, area));
    if (i == 0) {
      measured.moveTo(a);
      smooth.moveTo(b);
    } else {
      measured.lineTo(a);
      smooth.lineTo(b);
    }
  }
  QColor faint = t.series[0];
  faint.setAlphaF(0.35F);
  painter.setPen(QPen(faint, 1));
  painter.drawPath(measured);
  painter.setPen(QPen(t.series[0], 2));
  painter.drawPath(smooth);
}

void RateChart::paintMarks(QPainter& painter, const QRectF& area) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(painter.font());
  const auto mark = [&](double rate, const QString& text, const QColor& color, double top,
                        Qt::PenStyle style) {
    const double at = x(rate), width = metrics.horizontalAdvance(text) + 10;
    painter.setPen(QPen(color, 1.5, style));
    painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
    QRectF label(at + 4, area.top() + top, width, metrics.height() + 4);
    if (label.right() > area.right()) label.moveRight(at - 4);
    painter.fillRect(label, t.panel);
    painter.setPen(color);
    painter.drawText(label, Qt::AlignCenter, text);
  };
  mark(range_.lowest, tr("lowest at %1").arg(rateText(range_.lowest)), t.textMuted, 0, Qt::DotLine);
  const bool proposed = chosen_ == roundedRate(range_.suggestion);
  mark(chosen_,
       proposed ? tr("proposed: %1").arg(rateText(chosen_)) : tr("chosen: %1").arg(rateText(chosen_)),
       t.series[1], metrics.height() + 8, Qt::SolidLine);
  if (!hasFocus()) return;
  painter.setPen(QPen(t.accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
}

void RateChart::mousePressEvent(QMouseEvent* event) {
  if (range_.points.size() < 2 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  const QRectF area = plot();
  const double share = std::clamp((event->position().x() - area.left()) / area.width(), 0.0, 1.0);
  const double from = std::log10(range_.points.front().rate), to = std::log10(range_.points.back().rate);
  choose(std::pow(10.0, from + share * (to - from)));
}

void RateChart::mouseMoveEvent(QMouseEvent* event) {
  if (!(event->buttons() & Qt::LeftButton) || range_.points.size() < 2) return QWidget::mouseMoveEvent(event);
  QMouseEvent press(QEvent::MouseButtonPress, event->position(), event->globalPosition(), Qt::LeftButton,
                    Qt::LeftButton, event->modifiers());
  mousePressEvent(&press);
}

void RateChart::keyPressEvent(QKeyEvent* event) {
  const bool up = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up;
  const bool down = event->key() == Qt::Key_Left || event->key() == Qt::Key_Down;
  if ((!up && !down) || range_.points.size() < 2) return QWidget::keyPressEvent(event);
  choose(up ? chosen_ * arrowFactor : chosen_ / arrowFactor);
}

}  // namespace bypath
