// What keys, the node menu and the search menu do on the canvas.
#include <algorithm>
#include <cstring>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <set>

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_state.h"
#include "gui/canvas/canvas_style.h"
#include "gui/document/own_blocks.h"
#include "gui/theme/theme.h"

namespace bypath {

void CanvasWidget::State::addActions() {
  const auto add = [this](const QString& text, const QList<QKeySequence>& keys, std::function<void()> run) {
    auto* action = new QAction(text, &widget);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, &widget, std::move(run));
    widget.addAction(action);
    return action;
  };
  using Keys = QList<QKeySequence>;
  add(tr("Add a layer..."), {Qt::SHIFT | Qt::Key_A, Qt::Key_Tab}, [this] { addAtCursor(); });
  QAction* open = add(tr("Open"), {Qt::Key_Return, Qt::Key_Enter}, [this] { openSelected(); });
  add(tr("Leave"), {Qt::ALT | Qt::Key_Up}, [this] { leave(); });
  QAction* rename = add(tr("Rename"), {Qt::Key_F2}, [this] { renameSelected(); });
  QAction* connectTo = add(tr("Connect to..."), {Qt::Key_C}, [this] { connectSelected(); });
  QAction* duplicate = add(tr("Duplicate"), {Qt::CTRL | Qt::Key_D}, [this] { duplicateSelected(); });
  QAction* copy = add(tr("Copy"), Keys{QKeySequence::Copy}, [this] { copySelected(); });
  QAction* cut = add(tr("Cut"), Keys{QKeySequence::Cut}, [this] { cutSelected(); });
  add(tr("Paste"), Keys{QKeySequence::Paste}, [this] { paste(); });
  QAction* group = add(tr("Group into a part"), {Qt::CTRL | Qt::Key_G}, [this] { groupSelected(); });
  QAction* ungroup =
      add(tr("Dissolve the part"), {Qt::CTRL | Qt::SHIFT | Qt::Key_G}, [this] { ungroupSelected(); });
  QAction* mute = add(tr("Mute or unmute"), {Qt::Key_M}, [this] { muteSelected(); });
  QAction* order =
      add(tr("Order of a residual block..."), {Qt::Key_O}, [this] { chooseForSelected("order"); });
  QAction* shortcut =
      add(tr("Shortcut of a residual block..."), {Qt::Key_S}, [this] { chooseForSelected("shortcut"); });
  QAction* repeat = add(tr("Repeat count..."), {Qt::Key_R}, [this] { repeatSelected(); });
  QAction* unroll = add(tr("Unroll the copies"), {Qt::Key_U}, [this] { unrollSelected(); });
  QAction* keep =
      add(tr("Save to the palette..."), {Qt::CTRL | Qt::Key_B}, [this] { saveSelectedToPalette(); });
  QAction* remove = add(tr("Delete"), {Qt::Key_Delete}, [this] { widget.deleteSelection(); });
  QAction* dissolve =
      add(tr("Remove and reconnect"), {Qt::CTRL | Qt::Key_Backspace}, [this] { dissolveSelected(); });
  add(tr("Find..."), Keys{QKeySequence::Find}, [this] { findLayer(); });
  add(tr("Select all"), Keys{QKeySequence::SelectAll}, [this] { selectEverything(); });
  add(tr("Clear the selection"), {Qt::Key_Escape}, [this] { clear(); });
  add(tr("Select downstream"), {Qt::Key_L}, [this] { selectStream(true); });
  add(tr("Select upstream"), {Qt::SHIFT | Qt::Key_L}, [this] { selectStream(false); });
  add(tr("Select the next layer"), {Qt::CTRL | Qt::Key_Down}, [this] { walk(true); });
  add(tr("Select the layer before"), {Qt::CTRL | Qt::Key_Up}, [this] { walk(false); });
  add(tr("Select the layer to the right"), {Qt::CTRL | Qt::Key_Right}, [this] { walkAside(true); });
  add(tr("Select the layer to the left"), {Qt::CTRL | Qt::Key_Left}, [this] { walkAside(false); });
  add(tr("Move left"), {Qt::Key_Left}, [this] { nudge(-style::grid, 0); });
  add(tr("Move right"), {Qt::Key_Right}, [this] { nudge(style::grid, 0); });
  add(tr("Move up"), {Qt::Key_Up}, [this] { nudge(0, -style::grid); });
  add(tr("Move down"), {Qt::Key_Down}, [this] { nudge(0, style::grid); });
  add(tr("Show everything"), {Qt::Key_Home}, [this] { view->showAll(); });
  add(tr("Show the selection"), {Qt::Key_F}, [this] { view->showSelection(); });
  add(tr("Actual size"), {Qt::CTRL | Qt::Key_0}, [this] { view->resetZoom(); });
  blockActions = {order, shortcut};
  nodeActions = {open, rename, connectTo, nullptr, mute,    repeat, unroll,  nullptr, duplicate,
                 copy, cut,    nullptr,   group,   ungroup, keep,   nullptr, remove,  dissolve};
}

void CanvasWidget::State::openMenu(const std::string& node, QPoint at) {
  auto* menu = new QMenu(&widget);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addSection(QString::fromStdString(node));
  if (!selectedBlocks().empty()) menu->addActions(blockActions);
  for (QAction* action : nodeActions)
    if (action)
      menu->addAction(action);
    else
      menu->addSeparator();
  menu->popup(at);
}

QPoint CanvasWidget::State::global(QPointF at) const {
  return view->viewport()->mapToGlobal(view->mapFromScene(at));
}

void CanvasWidget::State::say(const std::string& sentence, const std::string& node) {
  QPoint at = view->viewport()->rect().center();
  if (const NodeItem* item = scene.node(node)) at = view->mapFromScene(item->sceneCard().center());
  view->say(QString::fromStdString(sentence), at);
}

std::optional<std::string> CanvasWidget::State::single() const {
  const std::vector<std::string> names = scene.selectedNodes();
  return names.size() == 1 ? std::optional(names[0]) : std::nullopt;
}

void CanvasWidget::State::insertLayer(const std::string& type) {
  const std::vector<std::string> selected = scene.selectedNodes();
  if (type.starts_with(ownBlockPrefix)) {
    const NodeItem* after = selected.empty() ? nullptr : scene.node(selected.back());
    const bool reads = after && after->face().outputs > 0;
    const QPointF below = after ? QPointF(after->pos().x(), after->sceneCard().bottom() + style::rankGap)
                                : view->mapToScene(view->viewport()->rect().center());
    return insertOwn(type.substr(std::strlen(ownBlockPrefix)), below,
                     reads ? std::optional(Port{selected.back(), false, 0}) : std::nullopt, {});
  }
  if (!editor.layers().find(type)) return;
  CanvasEdits::Names names;
  if (!selected.empty())
    names = edits.insertAfter(type, selected.back());
  else
    names = edits.insert(type, view->mapToScene(view->viewport()->rect().center()) -
                                   QPointF(style::cardWidth / 2, style::headerHeight / 2));
  scene.selectNodes(names);
  for (const std::string& name : names) view->ensureVisible(scene.node(name)->sceneCard(), 40, 40);
}

// With a port: only what can take the wire. Without: after the selected node, or free at the place.
void CanvasWidget::State::searchLayer(QPointF at, const std::optional<Port>& port) {
  std::vector<SearchEntry> entries;
  const bool inside = !scene.view().path.empty();
  for (const LayerType* type : editor.layers().list()) {
    const bool boundary = type->id == typeId::partInput || type->id == typeId::partOutput;
    if (boundary && !inside) continue;
    const bool part = type->id == typeId::part;
    if (port && (port->input ? type->outputs.empty() : type->inputs.empty()) && !part) continue;
    const QString group = QString::fromStdString(type->group);
    entries.push_back({QString::fromStdString(type->id), QString::fromStdString(type->title), group,
                       QString::fromStdString(type->summary), theme().group(group)});
  }
  for (const QString& name : ownBlocks().names())
    entries.push_back({QLatin1String(ownBlockPrefix) + name, name, tr("My blocks"), {}, theme().accent});
  const QString prompt = port ? tr("Add and connect a layer") : tr("Add a layer");
  search->open(global(at), prompt, std::move(entries), [this, at, port](const QString& id) {
    const std::string type = id.toStdString();
    const std::optional<std::string> after = single();
    if (type.starts_with(ownBlockPrefix) && (port || !after)) {
      insertOwn(type.substr(std::strlen(ownBlockPrefix)), at, port, {});
    } else if (port) {
      const QPointF corner = at - QPointF(style::cardWidth / 2, port->input ? style::headerHeight : 0);
      scene.selectNodes(edits.insert(type, corner, port));
    } else if (after) {
      insertLayer(type);
    } else {
      scene.selectNodes(edits.insert(type, at - QPointF(style::cardWidth / 2, style::headerHeight / 2)));
    }
    view->setFocus();
  });
}

void CanvasWidget::State::addAtCursor() {
  QPointF at = view->cursorInScene();
  if (const auto node = single())
    at = {scene.node(*node)->sceneCard().left(), scene.node(*node)->sceneCard().bottom() + style::grid};
  searchLayer(at, {});
}

// Lists every node that can read the selected one's output.
void CanvasWidget::State::connectSelected() {
  const auto from = single();
  if (!from || scene.node(*from)->face().outputs == 0)
    return say(tr("Select one layer with an output first.").toStdString());
  std::vector<SearchEntry> entries;
  for (const Node& node : scene.view().graph.nodes) {
    const NodeFace& face = scene.node(node.name)->face();
    if (node.name == *from) continue;
    for (int port = 0; port < face.inputs + (face.variadic ? 1 : 0); ++port) {
      NetworkSpec trial = editor.project().network;
      if (!editableGraph(trial, scene.view())) return;
      if (!bypath::connect(trial, scene.view().path, {*from, 0, node.name, port})) continue;
      const Wire* taken = scene.view().graph.wireInto(node.name, port);
      QString detail =
          face.inputs > 1 || face.variadic ? face.inputNames.value(port, tr("further input")) : QString();
      if (taken)
        detail += (detail.isEmpty() ? "" : ", ") + tr("now from %1").arg(QString::fromStdString(taken->from));
      entries.push_back(
          {face.name + '\n' + QString::number(port), face.name, detail, {}, theme().group(face.group)});
    }
  }
  if (entries.empty()) return say(tr("No layer here can read this one.").toStdString(), *from);
  search->open(global(scene.node(*from)->portPoint(false, 0)),
               tr("Connect %1 to").arg(QString::fromStdString(*from)), std::move(entries),
               [this, from](const QString& id) {
                 const QStringList parts = id.split('\n');
                 const Port target{parts[0].toStdString(), true, parts[1].toInt()};
                 const QString refusal = edits.refusal({*from, false, 0}, target);
                 if (!refusal.isEmpty()) return say(refusal.toStdString(), target.node);
                 edits.connect({*from, false, 0}, target);
                 view->setFocus();
               });
}

// Every drawn node, of every container.
void CanvasWidget::State::findLayer() {
  std::vector<SearchEntry> entries;
  const std::function<void(const Graph&, const std::string&)> list = [&](const Graph& graph,
                                                                         const std::string& container) {
    for (const Node& node : graph.nodes) {
      const LayerType* type = editor.layers().find(node.type);
      const std::string path = joinPath(container, node.name);
      const QString group = QString::fromStdString(type ? type->group : std::string());
      entries.push_back({QString::fromStdString(path),
                         QString::fromStdString(path),
                         QString::fromStdString(type ? type->title : node.type),
                         {},
                         theme().group(group)});
      for (const Graph& body : node.body) list(body, path);
    }
  };
  list(editor.project().network.graph, {});
  const QPoint middle(view->viewport()->width() / 2 - 150, 60);
  search->open(view->viewport()->mapToGlobal(middle), tr("Find a layer"), std::move(entries),
               [this](const QString& path) {
                 widget.select(path);
                 view->setFocus();
               });
}

void CanvasWidget::State::dissolveSelected() {
  edits.dissolve(scene.selectedNodes());
}

void CanvasWidget::State::duplicateSelected() {
  const auto selected = scene.selectedNodes();
  if (selected.empty()) return;
  scene.selectNodes(edits.duplicate(selected, {3 * style::grid, 3 * style::grid}));
}

void CanvasWidget::State::copySelected() {
  if (const auto names = scene.selectedNodes(); !names.empty())
    QApplication::clipboard()->setText(edits.copy(names));
}

void CanvasWidget::State::cutSelected() {
  copySelected();
  edits.remove(scene.selectedNodes(), {});
}

void CanvasWidget::State::paste() {
  const Result<CanvasEdits::Names> names =
      edits.paste(QApplication::clipboard()->text(), view->cursorInScene(), tr("Paste"));
  if (names)
    scene.selectNodes(*names);
  else
    say(names.error().message);
}

void CanvasWidget::State::selectEverything() {
  std::vector<std::string> names;
  for (const Node& node : scene.view().graph.nodes) names.push_back(node.name);
  scene.selectNodes(names);
}

void CanvasWidget::State::clear() {
  if (view->dragging()) return view->cancelDrag();
  scene.selectNodes({});
}

void CanvasWidget::State::nudge(double dx, double dy) {
  Positions places;
  std::string names;
  for (const std::string& name : scene.selectedNodes()) {
    places[name] = scene.node(name)->pos() + QPointF(dx, dy);
    names += '/' + name;
  }
  if (!places.empty()) edits.move(places, "nudge" + QString::fromStdString(scene.view().path + names));
}

void CanvasWidget::State::walk(bool down) {
  const std::vector<std::string> selected = scene.selectedNodes();
  const Graph& graph = scene.view().graph;
  std::string target;
  if (selected.empty() && !graph.nodes.empty()) target = graph.nodes.front().name;
  for (const Wire& wire : graph.wires) {
    if (selected.empty() || !target.empty()) break;
    if (down && wire.from == selected.back() && scene.node(wire.to)) target = wire.to;
    if (!down && wire.to == selected.front() && scene.node(wire.from)) target = wire.from;
  }
  if (!target.empty()) widget.select(QString::fromStdString(scene.pathOf(target)));
}

void CanvasWidget::State::walkAside(bool right) {
  const auto from = single();
  if (!from) return;
  const QPointF here = scene.node(*from)->sceneCard().center();
  const NodeItem* best = nullptr;
  double nearest = 1e300;
  for (const NodeItem* item : scene.nodes()) {
    const QPointF away = item->sceneCard().center() - here;
    if (right ? away.x() < style::grid : away.x() > -style::grid) continue;
    if (const double d = std::abs(away.x()) + 2 * std::abs(away.y()); d < nearest) nearest = d, best = item;
  }
  if (best) widget.select(QString::fromStdString(scene.pathOf(best->name())));
}

void CanvasWidget::State::selectStream(bool down) {
  std::vector<std::string> names = scene.selectedNodes();
  std::set<std::string> seen(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i)
    for (const Wire& wire : scene.view().graph.wires)
      if (const std::string& next = down ? wire.to : wire.from;
          (down ? wire.from : wire.to) == names[i] && seen.insert(next).second)
        names.push_back(next);
  scene.selectNodes(names);
}

void CanvasWidget::State::openSelected() {
  if (const auto name = single()) openNode(*name);
}

void CanvasWidget::State::renameSelected() {
  const auto name = single();
  if (!name) return;
  const NodeItem* item = scene.node(*name);
  QRectF place = item->cardRect().translated(item->pos());
  place.setHeight(style::headerHeight);
  editInPlace(place, tr("Name of the layer"), QString::fromStdString(*name),
              [this, from = *name](const QString& text) {
                const std::string to = text.toStdString();
                const Result<void> done = edits.rename(from, to);
                if (!done) return say(done.error().message, from);
                scene.selectNodes({to});
              });
}

void CanvasWidget::State::groupSelected() {
  const std::vector<std::string> selected = scene.selectedNodes();
  if (selected.empty()) return;
  const Result<CanvasEdits::Names> names = edits.group(selected);
  if (!names) return say(names.error().message, selected.front());
  scene.selectNodes(*names);
}

void CanvasWidget::State::ungroupSelected() {
  const std::vector<std::string> selected = scene.selectedNodes();
  if (selected.empty()) return;
  const Result<CanvasEdits::Names> names = edits.ungroup(selected);
  if (!names) return say(names.error().message, selected.front());
  scene.selectNodes(*names);
}

}  // namespace bypath
