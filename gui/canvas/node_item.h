// A node on the canvas: a card with a header in its group's colour, ports above and below. A residual block
// shows its two ways: the card is the branch, an arc beside it the shortcut.
#pragma once

#include <optional>
#include <QGraphicsItem>

#include "gui/canvas/findings_view.h"
#include "gui/canvas/flow_view.h"
#include "gui/canvas/node_face.h"

namespace bypath {

class DiagnosticItem;

struct Port {
  std::string node;
  bool input = false;
  int index = 0;
  bool operator==(const Port&) const = default;
};

class NodeItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 1 };

  explicit NodeItem(NodeFace face);

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  const NodeFace& face() const { return face_; }
  std::string name() const { return face_.name.toStdString(); }
  void setFace(NodeFace face);
  void setFlow(const std::optional<DrawnFlow>& flow);
  void setFindings(std::vector<Finding> findings);
  const std::vector<Finding>& findings() const { return findings_; }
  // Ports with a wire are filled; the hovered one grows.
  void setWired(std::vector<bool> inputs, std::vector<bool> outputs);
  void setHovered(const std::optional<Port>& port);
  // A dragged wire hangs over this node: it may be dropped, or not.
  enum class Drop { none, accepted, refused };
  void setDrop(Drop drop);

  QRectF cardRect() const;      // item coordinates
  QRectF repeatRect() const;    // where the badge with the repeat count is
  QRectF shortcutRect() const;  // where the arc can be clicked; empty without one
  bool showsRepeat() const { return face_.repeat > 1; }
  QRectF sceneCard() const;                        // all that wires go around, ports included
  QPointF portPoint(bool input, int index) const;  // scene coordinates
  std::optional<Port> portAt(QPointF scene) const;
  DiagnosticItem* diagnostic() const { return diagnostic_; }

 private:
  void paintFromAfar(QPainter& painter, bool selected) const;
  void paintCard(QPainter& painter, bool selected) const;
  void paintTexts(QPainter& painter) const;
  void paintPorts(QPainter& painter) const;
  void paintWays(QPainter& painter) const;  // of a residual block
  void paintNorms(QPainter& painter) const;
  void paintBadge(QPainter& painter) const;
  void paintFindings(QPainter& painter) const;
  void refreshToolTip();
  QPointF localPort(bool input, int index) const;

  NodeFace face_;
  NodeExtent extent_;
  std::optional<DrawnFlow> flow_;
  std::vector<Finding> findings_;
  std::vector<bool> inputWired_, outputWired_;
  std::optional<Port> hovered_;
  Drop drop_ = Drop::none;
  DiagnosticItem* diagnostic_;  // a child item
};

}  // namespace bypath
