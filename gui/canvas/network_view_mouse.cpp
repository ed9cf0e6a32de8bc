// The mouse and drops on the canvas.
#include <cstring>
#include <QApplication>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QScrollBar>

#include "gui/canvas/canvas_style.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/diagnostic_item.h"
#include "gui/canvas/network_view.h"
#include "gui/document/own_blocks.h"

namespace bypath {

namespace {

DiagnosticItem* diagnosticAt(const NetworkScene& scene, QPointF at) {
  for (QGraphicsItem* item : scene.items(at))
    if (auto* d = qgraphicsitem_cast<DiagnosticItem*>(item)) return d;
  return nullptr;
}

bool addsToSelection(Qt::KeyboardModifiers modifiers) {
  return modifiers & (Qt::ShiftModifier | Qt::ControlModifier);
}

}  // namespace

void NetworkView::startPan(QPoint at) {
  panning_ = true;
  panFrom_ = at;
  viewport()->setCursor(Qt::ClosedHandCursor);
}

void NetworkView::mousePressEvent(QMouseEvent* event) {
  if (pinching_) return;
  setFocus(Qt::MouseFocusReason);
  say({}, {});
  fitted_ = false;
  const QPoint at = event->position().toPoint();
  if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && space_))
    return startPan(at);
  if (event->button() == Qt::LeftButton && !drag_) press(event, mapToScene(at));
}

void NetworkView::press(QMouseEvent* event, QPointF at) {
  if (DiagnosticItem* panel = diagnosticAt(scene_, at)) {
    const auto* node = static_cast<const NodeItem*>(panel->parentItem());
    return applyFix(node->name(), panel->fixAt(at));
  }
  if (const auto port = scene_.portAt(at)) {
    if (event->modifiers() & Qt::AltModifier) {
      std::vector<Wire> broken;
      for (const WireItem* w : scene_.wires()) {
        const Wire& wire = w->wire();
        if (port->input ? wire.to == port->node && wire.toPort == port->index
                        : wire.from == port->node && wire.fromPort == port->index)
          broken.push_back(wire);
      }
      return edits_.disconnect(broken);
    }
    drag_ = std::make_unique<WireDrag>(scene_, edits_, *port);
    return;
  }
  if (NodeItem* node = scene_.nodeAt(at)) {
    if (node->showsRepeat() && node->repeatRect().translated(node->pos()).contains(at) &&
        !addsToSelection(event->modifiers())) {
      scene_.selectNodes({node->name()});
      Q_EMIT repeatRequested(node->name());
      return;
    }
    std::vector<std::string> names = scene_.selectedNodes();
    narrowOnRelease_ = false;
    if (addsToSelection(event->modifiers())) {
      if (node->isSelected())
        names.erase(std::find(names.begin(), names.end(), node->name()));
      else
        names.push_back(node->name());
      scene_.selectNodes(names);
      if (!node->isSelected()) return;
    } else if (node->isSelected()) {
      narrowOnRelease_ = names.size() > 1;
    } else {
      scene_.selectNodes({node->name()});
    }
    pressed_ = at;
    pressedNode_ = node->name();
    return;
  }
  for (const NodeItem* node : scene_.nodes())
    if (node->shortcutRect().translated(node->pos()).contains(at)) {
      scene_.selectNodes({node->name()});
      Q_EMIT shortcutRequested(node->name());
      return;
    }
  if (WireItem* wire = scene_.wireAt(at)) {
    if (!addsToSelection(event->modifiers())) scene_.selectNodes({});
    wire->setSelected(true);
    return;
  }
  drag_ = std::make_unique<MarqueeDrag>(scene_, at, addsToSelection(event->modifiers()));
}

void NetworkView::mouseMoveEvent(QMouseEvent* event) {
  if (pinching_) return;
  const QPoint at = event->position().toPoint();
  if (panning_) {
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (at - panFrom_).x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - (at - panFrom_).y());
    panFrom_ = at;
    return;
  }
  const QPointF scene = mapToScene(at);
  if (pressed_ && (at - mapFromScene(*pressed_)).manhattanLength() >= QApplication::startDragDistance() / 2) {
    drag_ = std::make_unique<MoveDrag>(scene_, edits_, *pressed_, pressedNode_);
    pressed_.reset();
  }
  if (!drag_) return hover(scene);
  drag_->move(scene, event->modifiers());
  say(drag_->hint(), at);
  viewport()->update();
}

void NetworkView::mouseReleaseEvent(QMouseEvent* event) {
  if (panning_ && (event->button() == Qt::MiddleButton || event->button() == Qt::LeftButton)) {
    panning_ = false;
    if (space_)
      viewport()->setCursor(Qt::OpenHandCursor);
    else
      viewport()->unsetCursor();
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (pressed_ && narrowOnRelease_) scene_.selectNodes({pressedNode_});
  pressed_.reset();
  if (!drag_) return;
  const std::unique_ptr<CanvasDrag> drag = std::move(drag_);
  const QPointF at = mapToScene(event->position().toPoint());
  const QString refusal = drag->hint();
  drag->finish(at, event->modifiers());
  say(refusal, event->position().toPoint());
  viewport()->update();
  if (const auto* wire = dynamic_cast<const WireDrag*>(drag.get()); wire && wire->loose())
    Q_EMIT wireLeftLoose(*wire->loose(), at);
}

void NetworkView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const QPointF at = mapToScene(event->position().toPoint());
  if (diagnosticAt(scene_, at) || scene_.portAt(at)) return mousePressEvent(event);
  if (const NodeItem* node = scene_.nodeAt(at))
    Q_EMIT openRequested(node->name());
  else
    Q_EMIT searchRequested(at);
}

void NetworkView::contextMenuEvent(QContextMenuEvent* event) {
  const QPointF at =
      mapToScene(event->reason() == QContextMenuEvent::Mouse ? event->pos() : mapFromScene(cursorInScene()));
  if (NodeItem* node = scene_.nodeAt(at)) {
    if (!node->isSelected()) scene_.selectNodes({node->name()});
    Q_EMIT menuRequested(node->name(), event->globalPos());
  } else {
    scene_.selectNodes({});
    Q_EMIT searchRequested(at);
  }
  event->accept();
}

void NetworkView::hover(QPointF at) {
  const std::optional<Port> port = scene_.portAt(at);
  DiagnosticItem* panel = diagnosticAt(scene_, at);
  const std::string node = port    ? port->node
                           : panel ? static_cast<const NodeItem*>(panel->parentItem())->name()
                                   : std::string();
  for (const std::string& name : {hovered_, node})
    if (NodeItem* item = scene_.node(name)) {
      item->setHovered(port && port->node == name ? port : std::nullopt);
      item->diagnostic()->setHovered(item->diagnostic() == panel ? panel->fixAt(at) : -1);
    }
  hovered_ = node;
  if (space_) return;
  if (port)
    viewport()->setCursor(Qt::CrossCursor);
  else if (panel && panel->fixAt(at) >= 0)
    viewport()->setCursor(Qt::PointingHandCursor);
  else
    viewport()->unsetCursor();
}

void NetworkView::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasFormat(layerMimeType)) event->acceptProposedAction();
}

void NetworkView::markSpliceTarget(QPointF at) {
  WireItem* target = scene_.nodeAt(at) ? nullptr : scene_.wireAt(at);
  for (WireItem* wire : scene_.wires())
    if (wire) wire->setTarget(wire == target);
}

void NetworkView::dragMoveEvent(QDragMoveEvent* event) {
  if (!event->mimeData()->hasFormat(layerMimeType)) return;
  markSpliceTarget(mapToScene(event->position().toPoint()));
  event->acceptProposedAction();
}

void NetworkView::dragLeaveEvent(QDragLeaveEvent*) {
  markSpliceTarget({-1e9, -1e9});
}

void NetworkView::dropEvent(QDropEvent* event) {
  if (!event->mimeData()->hasFormat(layerMimeType)) return;
  fitted_ = false;
  const std::string layer = event->mimeData()->data(layerMimeType).toStdString();
  const bool own = layer.starts_with(ownBlockPrefix);
  if (!own && !scene_.editor().layers().find(layer)) return;
  const QPointF at = mapToScene(event->position().toPoint());
  const WireItem* wire = scene_.nodeAt(at) ? nullptr : scene_.wireAt(at);
  event->acceptProposedAction();
  markSpliceTarget({-1e9, -1e9});
  const QPointF corner = at - QPointF(style::cardWidth / 2, style::headerHeight / 2);
  if (own) {
    const std::optional<Wire> into = wire ? std::optional(Wire(wire->wire())) : std::nullopt;
    Q_EMIT ownBlockDropped(layer.substr(std::strlen(ownBlockPrefix)), corner, into);
    return setFocus(Qt::OtherFocusReason);
  }
  const bool makeRoom = !(event->modifiers() & Qt::AltModifier);
  scene_.selectNodes(wire ? edits_.splice(layer, Wire(wire->wire()), corner, makeRoom)
                          : edits_.insert(layer, corner));
  setFocus(Qt::OtherFocusReason);
}

}  // namespace bypath
