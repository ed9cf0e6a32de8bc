#include "gui/canvas/wire_item.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

#include "gui/canvas/canvas_style.h"
#include "gui/theme/theme.h"

namespace bypath {

WireItem::WireItem(Wire wire) : wire_(std::move(wire)) {
  setFlag(ItemIsSelectable);
  setZValue(-1);
}

QPainterPath WireItem::shape() const {
  QPainterPathStroker stroker;
  stroker.setWidth(12);
  return stroker.createStroke(way_.path);
}

void WireItem::setWay(const WireWay& way) {
  if (way.path == way_.path && way.label == way_.label) return;
  way_ = way;
  measure();
}

void WireItem::setLabel(const QString& shape, bool broken) {
  if (label_ == shape && broken_ == broken) return;
  label_ = shape;
  broken_ = broken;
  measure();
}

void WireItem::setFlow(const QColor& colour, double width) {
  if (flow_ == colour && flowWidth_ == width) return;
  flow_ = colour;
  flowWidth_ = width;
  measure();
}

void WireItem::setTarget(bool target) {
  if (target_ == target) return;
  target_ = target;
  update();
}

QRectF WireItem::labelRect() const {
  if (label_.isEmpty()) return {};
  const QFontMetricsF metrics(canvasFont(11));
  const QSizeF size(metrics.horizontalAdvance(label_) + 10, 16);
  QRectF rect(QPointF(), size);
  rect.moveCenter(way_.label);
  // Beside a lane, and beside a wire whose width says something; on any other wire.
  const double away = 4 + flowWidth_ / 2;
  if (way_.lane && way_.left)
    rect.moveRight(way_.label.x() - away);
  else if (way_.lane || flow_.isValid())
    rect.moveLeft(way_.label.x() + away);
  return rect;
}

void WireItem::measure() {
  prepareGeometryChange();
  const double margin = std::max(8.0, flowWidth_);
  bounds_ = way_.path.boundingRect().adjusted(-margin, -margin, margin, margin).united(labelRect());
  update();
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const Theme& t = theme();
  const double zoom = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const bool lit = option->state & QStyle::State_Selected || target_;
  QColor colour = broken_ ? t.error : t.wire;
  double width = 1.8;
  if (flow_.isValid()) {
    colour = flow_;
    width = flowWidth_;
  }
  if (lit) {
    colour = t.accent;
    width = std::max(width, 3.0);
  }
  const bool near = zoom >= style::detailZoom;
  painter->setRenderHint(QPainter::Antialiasing, near || flow_.isValid());
  QPen pen(colour, width, broken_ ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  if (!near && !lit && !flow_.isValid()) pen = QPen(colour, 0);  // a pixel
  painter->setPen(pen);
  painter->setBrush(Qt::NoBrush);
  painter->drawPath(way_.path);
  if (!near || label_.isEmpty()) return;
  const QRectF rect = labelRect();
  painter->setPen(Qt::NoPen);
  painter->setBrush(t.canvas);
  painter->drawRoundedRect(rect, 5, 5);
  painter->setFont(canvasFont(11));
  painter->setPen(lit ? t.accent : t.wireLabel);
  painter->drawText(rect, Qt::AlignCenter, label_);
}

}  // namespace bypath
