// What is wrong with a node, beside it: the reason, and a button for each fix.
#pragma once

#include <array>
#include <QGraphicsItem>
#include <vector>

#include "core/network/check.h"

namespace bypath {

class DiagnosticItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 3 };

  explicit DiagnosticItem(QGraphicsItem* node);

  int type() const override { return Type; }
  QRectF boundingRect() const override { return bounds_; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  // Notes go without a panel. `overhang` is what the node has to the right of its card.
  void show(const std::vector<Diagnostic>& diagnostics, const QRectF& card, double overhang);
  // At the first side of the card where no other node is in the way: right, left, below, above.
  void settle(const std::vector<QRectF>& nodes);
  // The fix at a point in scene coordinates, counted over all diagnostics; -1: none.
  int fixAt(QPointF scene) const;
  QPointF fixPoint(int fix) const;  // scene coordinates
  // The pointer's fix is underlined.
  void setHovered(int fix);

 private:
  struct Line {
    QString text;
    QRectF rect;
    bool fix;
  };
  std::vector<Line> lines_;
  QRectF bounds_;
  std::array<QPointF, 4> places_;  // around the card
  bool error_ = false;
  int hovered_ = -1;
};

}  // namespace bypath
