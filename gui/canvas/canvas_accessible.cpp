#include "gui/canvas/canvas_accessible.h"

#include <algorithm>

#include "core/network/paths.h"
#include "gui/canvas/minimap.h"
#include "gui/canvas/network_view.h"
#include "gui/canvas/node_accessible.h"
#include "gui/canvas/spoken_text.h"

namespace bypath {

namespace {

QAccessibleInterface* make(const QString&, QObject* object) {
  auto* view = qobject_cast<NetworkView*>(object);
  return view ? new CanvasAccessible(view) : nullptr;
}

}  // namespace

void CanvasAccessible::install() {
  static const bool once = [] {
    QAccessible::installFactory(make);
    return true;
  }();
  Q_UNUSED(once);
}

CanvasAccessible* CanvasAccessible::of(NetworkView& view) {
  return dynamic_cast<CanvasAccessible*>(QAccessible::queryAccessibleInterface(&view));
}

CanvasAccessible::CanvasAccessible(NetworkView* view) : QAccessibleWidget(view, QAccessible::List) {}

CanvasAccessible::~CanvasAccessible() {
  for (const auto& [path, id] : nodes_) QAccessible::deleteAccessibleInterface(id);
}

NetworkView* CanvasAccessible::view() const {
  return qobject_cast<NetworkView*>(object());
}

std::vector<QWidget*> CanvasAccessible::overlays() const {
  return {view()->viewport(), &view()->minimap()};
}

QString CanvasAccessible::text(QAccessible::Text kind) const {
  const NetworkView* v = view();
  if (!v || (kind != QAccessible::Name && kind != QAccessible::Description))
    return QAccessibleWidget::text(kind);
  const NetworkScene& scene = v->network();
  if (kind == QAccessible::Name) return spokenCanvasName(scene);
  if (!scene.view().graph.nodes.empty()) return spokenCanvasDescription(scene);
  return QString(v->emptyText()).replace('\n', QStringLiteral(". "));
}

QAccessible::State CanvasAccessible::state() const {
  QAccessible::State state = QAccessibleWidget::state();
  state.multiSelectable = true;
  return state;
}

int CanvasAccessible::childCount() const {
  return view() ? int(view()->network().view().graph.nodes.size() + overlays().size()) : 0;
}

QAccessibleInterface* CanvasAccessible::child(int index) const {
  if (index < 0 || index >= childCount()) return nullptr;
  const std::vector<Node>& nodes = view()->network().view().graph.nodes;
  const auto at = size_t(index);
  return at < nodes.size() ? node(nodes[at].name)
                           : QAccessible::queryAccessibleInterface(overlays()[at - nodes.size()]);
}

int CanvasAccessible::indexOfChild(const QAccessibleInterface* child) const {
  if (!child || !view() || !child->isValid()) return -1;
  const std::vector<Node>& nodes = view()->network().view().graph.nodes;
  if (const auto* wanted = dynamic_cast<const NodeAccessible*>(child)) {
    const auto found =
        std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.name == wanted->name(); });
    return wanted->parent() != this || found == nodes.end() ? -1 : int(found - nodes.begin());
  }
  const std::vector<QWidget*> widgets = overlays();
  const auto found = std::find(widgets.begin(), widgets.end(), child->object());
  return found == widgets.end() ? -1 : int(nodes.size()) + int(found - widgets.begin());
}

QAccessibleInterface* CanvasAccessible::childAt(int x, int y) const {
  const NetworkView* v = view();
  if (!v) return nullptr;
  const QPoint at = v->mapFromGlobal(QPoint(x, y));
  QWidget* top = v->childAt(at);
  if (!top) return nullptr;
  if (top != v->viewport())
    return QAccessible::queryAccessibleInterface(v->viewport()->isAncestorOf(top) ? v->viewport() : top);
  const NodeItem* item = v->network().nodeAt(v->mapToScene(v->viewport()->mapFromParent(at)));
  return item ? node(item->name()) : nullptr;
}

QAccessibleInterface* CanvasAccessible::focusChild() const {
  if (!view()) return nullptr;
  if (!view()->hasFocus()) return QAccessibleWidget::focusChild();
  const std::vector<std::string> selected = view()->network().selectedNodes();
  return selected.size() == 1 ? node(selected[0]) : nullptr;
}

QAccessibleInterface* CanvasAccessible::node(const std::string& name) const {
  const NetworkScene& scene = view()->network();
  if (!scene.node(name)) return nullptr;
  const std::string path = scene.pathOf(name);
  if (const auto known = nodes_.find(path); known != nodes_.end())
    if (QAccessibleInterface* same = QAccessible::accessibleInterface(known->second)) return same;
  auto* made = new NodeAccessible(object(), scene.view().path, name);
  nodes_[path] = QAccessible::registerAccessibleInterface(made);
  return made;
}

void CanvasAccessible::sayGoodbye(const std::string& container, const std::string& name) const {
  const auto known = nodes_.find(joinPath(container, name));
  if (known == nodes_.end()) return;
  auto* gone = dynamic_cast<NodeAccessible*>(QAccessible::accessibleInterface(known->second));
  if (gone) gone->sayGoodbye();
}

}  // namespace bypath
