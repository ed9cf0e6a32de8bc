// A wire on the canvas: its way, the shape it carries, and, when a gradient is shown, colour and width of it.
#pragma once

#include <QGraphicsItem>

#include "core/network/network_spec.h"
#include "gui/canvas/wire_route.h"

namespace bypath {

class WireItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 2 };

  explicit WireItem(Wire wire);

  int type() const override { return Type; }
  QRectF boundingRect() const override { return bounds_; }
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  const Wire& wire() const { return wire_; }
  const QString& label() const { return label_; }
  const WireWay& way() const { return way_; }
  void setWay(const WireWay& way);
  void setLabel(const QString& shape, bool broken);
  // An invalid colour takes the gradient away.
  void setFlow(const QColor& colour, double width);
  // A layer held over the wire would be spliced in here.
  void setTarget(bool target);

 private:
  QRectF labelRect() const;
  void measure();

  Wire wire_;
  WireWay way_;
  QString label_;
  bool broken_ = false;
  bool target_ = false;
  QColor flow_;
  double flowWidth_ = 0;
  QRectF bounds_;
};

}  // namespace bypath
