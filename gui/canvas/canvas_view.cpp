#include "gui/canvas/canvas_view.h"

#include <QAction>
#include <QActionEvent>
#include <QShortcut>
#include <QVBoxLayout>

#include "core/network/paths.h"
#include "gui/canvas/canvas_state.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/figure_export.h"
#include "gui/canvas/minimap.h"
#include "gui/canvas/spoken_text.h"
#include "gui/theme/theme.h"

namespace bypath {

CanvasWidget::State::State(CanvasWidget& owner, DocumentEditor& documentEditor)
    : widget(owner),
      editor(documentEditor),
      scene(documentEditor),
      edits(documentEditor, scene),
      view(new NetworkView(scene, edits, &owner)),
      breadcrumb(new Breadcrumb(&owner)),
      search(new SearchMenu(&owner)),
      line(new QLineEdit(view->viewport())) {
  line->hide();
  connect(line, &QLineEdit::editingFinished, &owner, [this] { finishLine(true); });
  auto* escape = new QShortcut(Qt::Key_Escape, line, nullptr, nullptr, Qt::WidgetShortcut);
  connect(escape, &QShortcut::activated, &owner, [this] { finishLine(false); });
}

CanvasWidget::CanvasWidget(DocumentEditor& editor, QWidget* parent)
    : QWidget(parent), state_(std::make_unique<State>(*this, editor)) {
  State& s = *state_;
  setObjectName("canvas");
  setFocusProxy(s.view);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(s.breadcrumb);
  column->addWidget(s.view);
  s.addActions();
  connect(&editor, &DocumentEditor::changed, this, [&s] { s.reconcile(); });
  connect(&editor, &DocumentEditor::replaced, this, [&s] {
    s.scene.showFlow({});
    s.scene.showFindings({});
    s.openContainer({});
  });
  connect(&s.scene, &QGraphicsScene::selectionChanged, this, &CanvasWidget::selectionChanged);
  connect(s.breadcrumb, &Breadcrumb::opened, this, &CanvasWidget::openContainer);
  connect(s.view, &NetworkView::openRequested, this, [&s](const std::string& node) { s.openNode(node); });
  connect(s.view, &NetworkView::searchRequested, this, [&s](QPointF at) { s.searchLayer(at, {}); });
  connect(s.view, &NetworkView::wireLeftLoose, this,
          [&s](const Port& port, QPointF at) { s.searchLayer(at, port); });
  connect(s.view, &NetworkView::shortcutRequested, this, [&s] { s.chooseForSelected("shortcut"); });
  connect(s.view, &NetworkView::repeatRequested, this,
          [&s](const std::string& node) { s.editRepeat({node}); });
  connect(s.view, &NetworkView::ownBlockDropped, this,
          [&s](const std::string& name, QPointF corner, const std::optional<Wire>& wire) {
            s.insertOwn(name, corner, {}, wire);
          });
  connect(s.view, &NetworkView::menuRequested, this,
          [&s](const std::string& node, QPoint global) { s.openMenu(node, global); });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, [&s] { s.scene.reconcile(); });
  s.reconcile();
  s.view->showAll();
}

CanvasWidget::~CanvasWidget() {
  // The scene tells of selections that end with it, the line that it loses the focus; nobody is there to
  // hear.
  state_->scene.disconnect(this);
  state_->line->disconnect(this);
  delete state_->view;  // before the scene it looks at
}

void CanvasWidget::State::reconcile() {
  view->cancelDrag();
  scene.reconcile();
  if (!scene.view().exists) {
    std::string path = scene.view().path;
    while (!scene.view().exists) {
      path = withoutLastSegment(path);
      scene.open(path);
    }
    Q_EMIT widget.containerChanged();
    view->showAll();
  }
  const ContainerView& open = scene.view();
  breadcrumb->show(QString::fromStdString(editor.project().network.name), QString::fromStdString(open.path),
                   originNote(scene));
  nameWhatToDo();
  view->viewport()->update();
  Q_EMIT widget.selectionChanged();
}

// On an empty canvas; with the keys of the moment.
void CanvasWidget::State::nameWhatToDo() {
  const ContainerView& open = scene.view();
  const auto keyOf = [this](const QString& text) {
    for (const QAction* action : widget.actions())
      if (action->text() == text && !action->shortcut().isEmpty())
        return action->shortcut().toString(QKeySequence::NativeText);
    return QString();
  };
  const QString add = keyOf(tr("Add a layer...")), leaveBy = keyOf(tr("Leave"));
  if (!open.obstacle.empty())
    view->setEmptyText(tr("Nothing to show yet") + '\n' + QString::fromStdString(open.obstacle));
  else if (open.path.empty())
    view->setEmptyText(tr("Draw a network") + '\n' +
                       tr("Drag a layer here from the palette, or %1 to search for one. Begin with an Input.")
                           .arg(add.isEmpty() ? tr("double-click") : tr("press %1").arg(add)));
  else
    view->setEmptyText(tr("Nothing inside yet") + '\n' +
                       tr("Add a Part input and a Part output, then draw what happens between them. "
                          "%1 leads back out.")
                           .arg(leaveBy.isEmpty() ? tr("The path above") : leaveBy));
}

void CanvasWidget::State::openContainer(const std::string& path) {
  view->cancelDrag();
  scene.open(path);
  reconcile();
  view->showAll();
  Q_EMIT widget.containerChanged();
}

void CanvasWidget::State::openNode(const std::string& name) {
  const Node* node = scene.view().graph.find(name);
  if (!node) return;
  if (!opens(*node, editor.layers())) return renameSelected();
  openContainer(scene.pathOf(name));
}

void CanvasWidget::State::leave() {
  const std::string inside = scene.view().path;
  if (inside.empty()) return;
  openContainer(std::string(withoutLastSegment(inside)));
  scene.selectNodes({std::string(lastSegment(inside))});
}

QStringList CanvasWidget::selection() const {
  QStringList paths;
  for (const std::string& name : state_->scene.selectedNodes())
    paths << QString::fromStdString(state_->scene.pathOf(name));
  return paths;
}

void CanvasWidget::select(const QString& path) {
  const std::string drawn = drawnPath(state_->editor.project().network, path.toStdString());
  // A node of a generated branch is not drawn, but its container can be open.
  const std::string wanted = path.toStdString(), container(withoutLastSegment(wanted));
  const bool here =
      container == state_->scene.view().path && state_->scene.node(std::string(lastSegment(wanted)));
  const std::string target = here ? wanted : drawn;
  if (target.empty()) return;
  if (const std::string around(withoutLastSegment(target)); around != state_->scene.view().path)
    state_->openContainer(around);
  state_->view->selectNode(std::string(lastSegment(target)));
}

void CanvasWidget::openContainer(const QString& path) {
  state_->openContainer(path.toStdString());
}

QString CanvasWidget::container() const {
  return QString::fromStdString(state_->scene.view().path);
}

void CanvasWidget::showFlow(const ProbeRecord& record) {
  state_->scene.showFlow(record);
}

void CanvasWidget::showFindings(const std::vector<Finding>& findings) {
  state_->scene.showFindings(findings);
}

Result<void> CanvasWidget::exportFigure(const QString& path) const {
  return bypath::exportFigure(state_->scene, path);
}

void CanvasWidget::setMinimapWanted(bool wanted) {
  state_->view->minimap().setWanted(wanted);
}

QWidget* CanvasWidget::viewport() const {
  return state_->view->viewport();
}

QPoint CanvasWidget::nodePosition(const QString& name) const {
  const NodeItem* item = state_->scene.node(name.toStdString());
  if (!item) return {-1, -1};
  return state_->view->mapFromScene(item->mapToScene(item->cardRect().center()));
}

QPoint CanvasWidget::arcPosition(const QString& name) const {
  const NodeItem* item = state_->scene.node(name.toStdString());
  if (!item) return {-1, -1};
  return state_->view->mapFromScene(item->mapToScene(item->shortcutRect().center()));
}

QPoint CanvasWidget::badgePosition(const QString& name) const {
  const NodeItem* item = state_->scene.node(name.toStdString());
  if (!item) return {-1, -1};
  return state_->view->mapFromScene(item->mapToScene(item->repeatRect().center()));
}

QPoint CanvasWidget::inputPosition(const QString& name, int port) const {
  const NodeItem* item = state_->scene.node(name.toStdString());
  return item ? state_->view->mapFromScene(item->portPoint(true, port)) : QPoint(-1, -1);
}

QPoint CanvasWidget::outputPosition(const QString& name, int port) const {
  const NodeItem* item = state_->scene.node(name.toStdString());
  return item ? state_->view->mapFromScene(item->portPoint(false, port)) : QPoint(-1, -1);
}

QString CanvasWidget::dump() const {
  return state_->scene.dump();
}

void CanvasWidget::actionEvent(QActionEvent* event) {
  QWidget::actionEvent(event);
  if (event->type() != QEvent::ActionChanged || !state_->scene.view().graph.nodes.empty()) return;
  state_->nameWhatToDo();
  state_->view->viewport()->update();
}

void CanvasWidget::zoomToAll() {
  state_->view->showAll();
}

void CanvasWidget::autoLayout() {
  state_->edits.layOut();
  state_->view->showAll();
}

void CanvasWidget::makePlainTwin() {
  if (const Result<void> done = state_->edits.makePlainTwin(); !done) state_->say(done.error().message);
}

void CanvasWidget::deleteSelection() {
  state_->edits.remove(state_->scene.selectedNodes(), state_->scene.selectedWires());
}

void CanvasWidget::insertLayer(const QString& layerType) {
  state_->insertLayer(layerType.toStdString());
}

}  // namespace bypath
