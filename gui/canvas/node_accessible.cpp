#include "gui/canvas/node_accessible.h"

#include <QWindow>

#include "gui/canvas/canvas_announcer.h"
#include "gui/canvas/network_view.h"
#include "gui/canvas/spoken_text.h"

namespace bypath {

namespace {

const QString openAction = QStringLiteral("Open");
const QString fixPrefix = QStringLiteral("Fix");

// -1: another action.
int fixIndex(const QString& action) {
  if (!action.startsWith(fixPrefix)) return -1;
  bool isNumber = false;
  const int index = action.mid(fixPrefix.size()).toInt(&isNumber);
  return isNumber ? index : -1;
}

}  // namespace

NodeAccessible::NodeAccessible(QObject* view, std::string container, std::string name)
    : view_(view), container_(std::move(container)), name_(std::move(name)) {}

void NodeAccessible::sayGoodbye() {
  leaving_ = true;
  tell(this, QAccessible::ObjectDestroyed);
  leaving_ = false;
}

NetworkView* NodeAccessible::view() const {
  return qobject_cast<NetworkView*>(view_.data());
}

NodeItem* NodeAccessible::item() const {
  const NetworkView* v = view();
  return v && v->network().view().path == container_ ? v->network().node(name_) : nullptr;
}

bool NodeAccessible::opens() const {
  const Node* node = item() ? view()->network().view().graph.find(name_) : nullptr;
  return node && bypath::opens(*node, view()->network().editor().layers());
}

bool NodeAccessible::isValid() const {
  return item() || (leaving_ && view());
}

QWindow* NodeAccessible::window() const {
  const NetworkView* v = view();
  return v ? v->window()->windowHandle() : nullptr;
}

QAccessibleInterface* NodeAccessible::parent() const {
  return QAccessible::queryAccessibleInterface(view());
}

QString NodeAccessible::text(QAccessible::Text kind) const {
  const NodeItem* node = item();
  if (!node) return {};
  if (kind == QAccessible::Name) return spokenName(node->face());
  return kind == QAccessible::Description ? spokenDescription(view()->network(), name_) : QString();
}

QRect NodeAccessible::rect() const {
  const NodeItem* node = item();
  if (!node) return {};
  const QRect seen = view()->mapFromScene(node->sceneCard()).boundingRect();
  return {view()->viewport()->mapToGlobal(seen.topLeft()), seen.size()};
}

QAccessible::State NodeAccessible::state() const {
  QAccessible::State state;
  const NodeItem* node = item();
  if (!node) {
    state.invalid = true;
    return state;
  }
  const NetworkView& v = *view();
  const QRect sight(v.viewport()->mapToGlobal(QPoint()), v.viewport()->size());
  state.focusable = true;
  state.selectable = true;
  state.extSelectable = true;
  state.selected = node->isSelected();
  state.focused = v.hasFocus() && v.network().selectedNodes() == std::vector{name_};
  state.offscreen = !sight.intersects(rect());
  state.invisible = !v.isVisible();
  return state;
}

void* NodeAccessible::interface_cast(QAccessible::InterfaceType type) {
  return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
}

QStringList NodeAccessible::actionNames() const {
  const NodeItem* node = item();
  if (!node) return {};
  QStringList names{pressAction(), setFocusAction(), showMenuAction()};
  if (opens()) names << openAction;
  for (size_t i = 0; i < node->face().fixes().size(); ++i) names << fixPrefix + QString::number(i);
  return names;
}

QString NodeAccessible::fixLabel(const QString& action) const {
  const int index = fixIndex(action);
  if (index < 0 || !item()) return {};
  const std::vector<Fix> fixes = item()->face().fixes();
  return size_t(index) < fixes.size() ? QString::fromStdString(fixes[size_t(index)].label) : QString();
}

QString NodeAccessible::localizedActionName(const QString& action) const {
  if (action == pressAction()) return tr("Select");
  if (action == openAction) return tr("Open");
  const QString fix = fixLabel(action);
  return fix.isEmpty() ? QAccessibleActionInterface::localizedActionName(action) : fix;
}

QString NodeAccessible::localizedActionDescription(const QString& action) const {
  if (action == pressAction()) return tr("Selects this layer and shows it");
  if (action == openAction) return tr("Goes inside");
  const QString fix = fixLabel(action);
  return fix.isEmpty() ? QAccessibleActionInterface::localizedActionDescription(action) : fix;
}

// An edit, and a menu, may end this very interface: nothing of it is touched after they are asked for.
void NodeAccessible::doAction(const QString& action) {
  NetworkView* v = view();
  if (!item()) return;
  const std::string name = name_;
  if (action == openAction) {
    if (opens()) Q_EMIT v->openRequested(name);
  } else if (const int fix = fixIndex(action); fix >= 0) {
    v->applyFix(name, fix);
  } else if (action == pressAction()) {
    v->selectNode(name);
  } else if (action == setFocusAction()) {
    v->setFocus(Qt::OtherFocusReason);
    v->selectNode(name);
  } else if (action == showMenuAction()) {
    v->selectNode(name);
    Q_EMIT v->menuRequested(name, rect().center());
  }
}

}  // namespace bypath
