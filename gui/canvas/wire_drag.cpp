#include "gui/canvas/canvas_drag.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/wire_route.h"
#include "gui/theme/theme.h"

namespace bypath {

WireDrag::WireDrag(NetworkScene& scene, CanvasEdits& edits, const Port& start)
    : scene_(scene), edits_(edits), start_(start) {
  if (start.input)
    if (const Wire* wire = scene.view().graph.wireInto(start.node, start.index);
        wire && scene.node(wire->from)) {
      grabbed_ = *wire;
      start_ = {wire->from, false, wire->fromPort};
    }
  fixed_ = scene.node(start_.node)->portPoint(start_.input, start_.index);
  free_ = scene.node(start.node)->portPoint(start.input, start.index);
  if (grabbed_)
    for (WireItem* item : scene_.wires()) item->setVisible(item->wire() != *grabbed_);
}

std::optional<Port> WireDrag::targetAt(QPointF at) const {
  if (auto port = scene_.portAt(at); port && port->input != start_.input) return port;
  const NodeItem* node = scene_.nodeAt(at);
  if (!node || node->name() == start_.node) return {};
  if (!start_.input) return edits_.freeInput(node->name());
  if (node->face().outputs > 0) return Port{node->name(), false, 0};
  return {};
}

void WireDrag::mark(NodeItem::Drop drop) {
  for (NodeItem* item : scene_.nodes())
    item->setDrop(target_ && item->name() == target_->node ? drop : NodeItem::Drop::none);
}

void WireDrag::move(QPointF at, Qt::KeyboardModifiers) {
  if (const std::optional<Port> target = targetAt(at); target != target_) {
    target_ = target;
    refusal_.clear();
    if (target_)
      refusal_ = start_.input ? edits_.refusal(*target_, start_, grabbed_)
                              : edits_.refusal(start_, *target_, grabbed_);
    mark(refusal_.isEmpty() ? NodeItem::Drop::accepted : NodeItem::Drop::refused);
  }
  free_ = target_ && refusal_.isEmpty()
              ? scene_.node(target_->node)->portPoint(target_->input, target_->index)
              : at;
}

void WireDrag::finish(QPointF at, Qt::KeyboardModifiers modifiers) {
  move(at, modifiers);
  const std::optional<Port> target = target_;
  const bool fits = refusal_.isEmpty();
  cancel();
  if (target && fits) {
    if (start_.input)
      edits_.connect(*target, start_);
    else
      edits_.connect(start_, *target, grabbed_);
  } else if (!target && grabbed_) {
    edits_.disconnect({*grabbed_});
  } else if (!target && !scene_.nodeAt(at)) {
    loose_ = start_;
  }
}

void WireDrag::cancel() {
  target_.reset();
  refusal_.clear();
  mark(NodeItem::Drop::none);
  for (WireItem* item : scene_.wires()) item->setVisible(true);
}

void WireDrag::paint(QPainter& painter) const {
  const Theme& t = theme();
  const bool refused = target_ && !refusal_.isEmpty();
  const QPointF from = start_.input ? free_ : fixed_, to = start_.input ? fixed_ : free_;
  painter.setPen(
      QPen(refused ? t.error : t.accent, 2.4, refused ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(directWire(from, to));
  painter.setBrush(refused ? t.error : t.accent);
  painter.drawEllipse(free_, 4, 4);
}

}  // namespace bypath
