// What the left button does between press and release: one object a drag.
#pragma once

#include <optional>
#include <QPainter>
#include <QPointF>

#include "gui/canvas/canvas_edits.h"
#include "gui/canvas/network_scene.h"

namespace bypath {

class CanvasDrag {
 public:
  virtual ~CanvasDrag() = default;
  virtual void move(QPointF scene, Qt::KeyboardModifiers modifiers) = 0;
  virtual void finish(QPointF scene, Qt::KeyboardModifiers modifiers) = 0;
  virtual void cancel() = 0;
  virtual void paint(QPainter&) const {}       // over the scene, in its coordinates
  virtual QString hint() const { return {}; }  // beside the cursor
};

// Moves the selected nodes: to the grid, and in line with the column or row of another where one is near. Alt
// drops a copy instead. One undo step.
class MoveDrag : public CanvasDrag {
 public:
  MoveDrag(NetworkScene& scene, CanvasEdits& edits, QPointF from, const std::string& grabbed);
  void move(QPointF scene, Qt::KeyboardModifiers modifiers) override;
  void finish(QPointF scene, Qt::KeyboardModifiers modifiers) override;
  void cancel() override;
  void paint(QPainter& painter) const override;

 private:
  NetworkScene& scene_;
  CanvasEdits& edits_;
  QPointF from_;
  Positions before_;  // of what moves
  QPointF anchor_;    // where the grabbed node was
  QPointF shift_;
  std::optional<double> column_, row_;  // where it is in line with another node
};

// Selects what a rectangle touches; Shift or Ctrl adds to the selection.
class MarqueeDrag : public CanvasDrag {
 public:
  MarqueeDrag(NetworkScene& scene, QPointF from, bool add);
  void move(QPointF scene, Qt::KeyboardModifiers modifiers) override;
  void finish(QPointF, Qt::KeyboardModifiers) override {}
  void cancel() override;
  void paint(QPainter& painter) const override;

 private:
  NetworkScene& scene_;
  QPointF from_;
  QRectF rect_;
  std::vector<std::string> kept_;
};

// Pulls a wire out of a port, or an existing wire off its input. Says where it went.
class WireDrag : public CanvasDrag {
 public:
  WireDrag(NetworkScene& scene, CanvasEdits& edits, const Port& start);
  void move(QPointF scene, Qt::KeyboardModifiers modifiers) override;
  void finish(QPointF scene, Qt::KeyboardModifiers modifiers) override;
  void cancel() override;
  void paint(QPainter& painter) const override;
  QString hint() const override { return refusal_; }
  // A new wire that ended over empty canvas: the port it came from.
  std::optional<Port> loose() const { return loose_; }

 private:
  std::optional<Port> targetAt(QPointF scene) const;
  void mark(NodeItem::Drop drop);

  NetworkScene& scene_;
  CanvasEdits& edits_;
  Port start_;                   // where the fixed end is
  std::optional<Wire> grabbed_;  // pulled off its input
  QPointF fixed_;
  QPointF free_;
  std::optional<Port> target_;
  QString refusal_;
  std::optional<Port> loose_;
};

}  // namespace bypath
