#include "gui/inspector/map_scale_bar.h"

#include <QPainter>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int barWidth = 96;
constexpr int gap = 6;

QString textOf(double value) {
  return QString::number(value, 'g', 3).replace(QLatin1Char('-'), QChar(0x2212));
}

}  // namespace

QImage imageOfBytes(const std::vector<uint8_t>& bytes, int64_t width, int64_t height) {
  return QImage(bytes.data(), static_cast<int>(width), static_cast<int>(height), static_cast<int>(3 * width),
                QImage::Format_RGB888)
      .copy();
}

MapScaleBar::MapScaleBar(QWidget* parent) : QWidget(parent) {
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void MapScaleBar::setScale(const MapScale& scale) {
  scale_ = scale;
  from_ = textOf(scale.diverging() ? -scale.reach() : 0);
  to_ = textOf(scale.reach());
  setAccessibleName(tr("Scale from %1 to %2").arg(from_, to_));
  setToolTip(scale.diverging() ? tr("Blue is below zero, red above, white is zero")
                               : tr("Black is zero, white the largest value"));
  updateGeometry();
  update();
}

QSize MapScaleBar::sizeHint() const {
  const QFontMetrics metrics(font());
  return {metrics.horizontalAdvance(from_) + metrics.horizontalAdvance(to_) + barWidth + 2 * gap,
          metrics.height() + 2};
}

void MapScaleBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paint(painter, rect());
}

void MapScaleBar::paint(QPainter& painter, const QRectF& place) const {
  const QFontMetricsF metrics(font());
  const double left = metrics.horizontalAdvance(from_) + gap;
  QImage colours(barWidth, 1, QImage::Format_RGB32);
  const double from = scale_.diverging() ? -scale_.reach() : 0, span = scale_.reach() - from;
  for (int x = 0; x < barWidth; ++x) {
    const Rgb colour = scale_.colour(from + span * x / (barWidth - 1));
    colours.setPixel(x, 0, qRgb(colour[0], colour[1], colour[2]));
  }
  painter.setFont(font());
  painter.setPen(theme().text);
  painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, from_);
  const QRectF bar(place.left() + left, place.center().y() - 5, barWidth, 10);
  painter.drawImage(bar, colours);
  painter.setPen(QPen(theme().border, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(bar);
  painter.setPen(theme().text);
  painter.drawText(QRectF(bar.right() + gap, place.top(), 80, place.height()),
                   Qt::AlignLeft | Qt::AlignVCenter, to_);
}

}  // namespace bypath
