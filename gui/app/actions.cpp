#include "gui/app/actions.h"

#include <QMainWindow>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>

#include "gui/theme/theme.h"

namespace bypath {

Actions::Actions(QMainWindow& window, QUndoStack& stack) : QObject(&window), window_(window) {
  makeFile();
  makeEdit(stack);
  makeView();
  makeTrain();
  makeHelp();
  makeToolBar();
}

QAction* Actions::make(const QString& text, const QString& icon, const QKeySequence& key,
                       const QString& tip) {
  auto* action = new QAction(text, this);
  if (!icon.isEmpty()) action->setIcon(themedIcon(icon));
  action->setShortcut(key);
  QString hint = tip.isEmpty() ? QString(text).remove(QLatin1Char('&')).remove(QStringLiteral("…")) : tip;
  if (!key.isEmpty()) hint += QStringLiteral(" (%1)").arg(key.toString(QKeySequence::NativeText));
  action->setToolTip(hint);
  window_.addAction(action);
  return action;
}

void Actions::makeFile() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&File"));
  newEmpty = make(tr("&New"), QStringLiteral("new"), QKeySequence::New, tr("Start with an empty canvas"));
  start =
      make(tr("New from &template…"), QStringLiteral("template"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), tr("Choose among the networks that are built in"));
  open = make(tr("&Open…"), QStringLiteral("open"), QKeySequence::Open);
  save = make(tr("&Save"), QStringLiteral("save"), QKeySequence::Save);
  saveAs = make(tr("Save &as…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
  saveWeights = make(tr("Save trained &weights…"), QStringLiteral("export"), {},
                     tr("Write the weights of the last run as a safetensors file"));
  quit = make(tr("&Quit"), {}, QKeySequence(Qt::CTRL | Qt::Key_Q));
  menu->addActions({newEmpty, start, open});
  recent = menu->addMenu(tr("Open &recent"));
  menu->addSeparator();
  menu->addActions({save, saveAs, saveWeights});
  menu->addSeparator();
  menu->addAction(quit);
}

void Actions::makeEdit(QUndoStack& stack) {
  QMenu* menu = window_.menuBar()->addMenu(tr("&Edit"));
  undo = stack.createUndoAction(this, tr("Undo"));
  undo->setIcon(themedIcon(QStringLiteral("undo")));
  undo->setShortcut(QKeySequence::Undo);
  redo = stack.createRedoAction(this, tr("Redo"));
  redo->setIcon(themedIcon(QStringLiteral("redo")));
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  // The canvas has Delete itself while it has the focus; a key here would take it from the text fields.
  remove = make(tr("&Delete selection"), QStringLiteral("delete"));
  menu->addActions({undo, redo});
  menu->addSeparator();
  menu->addAction(remove);
}

void Actions::makeView() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&View"));
  zoomAll = make(tr("Show the &whole network"), QStringLiteral("zoom-all"), {},
                 tr("Show the whole network (Home)"));
  layout = make(tr("&Arrange automatically"), QStringLiteral("layout"), QKeySequence(Qt::CTRL | Qt::Key_L));
  menu->addActions({zoomAll, layout});
  menu->addSeparator();
  palette = make(tr("&Layers"));
  inspector = make(tr("&Properties and training"));
  dashboard = make(tr("&Dashboard"));
  for (QAction* panel : {palette, inspector, dashboard}) panel->setCheckable(true);
  menu->addActions({palette, inspector, dashboard});
  menu->addSeparator();
  QMenu* themes = menu->addMenu(themedIcon(QStringLiteral("theme")), tr("&Theme"));
  themeSystem = make(tr("As the &system"));
  themeLight = make(tr("&Light"));
  themeDark = make(tr("&Dark"));
  auto* group = new QActionGroup(this);
  for (QAction* choice : {themeSystem, themeLight, themeDark}) {
    choice->setCheckable(true);
    group->addAction(choice);
    themes->addAction(choice);
  }
}

void Actions::makeTrain() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&Train"));
  train = make(tr("&Train"), QStringLiteral("play"), QKeySequence(Qt::CTRL | Qt::Key_Return),
               tr("Train this network"));
  train->setIcon(themedIcon(QStringLiteral("play"), &Theme::accentText));
  pause = make(tr("&Pause"), QStringLiteral("pause"), QKeySequence(Qt::Key_F6),
               tr("Hold after the running step"));
  step = make(tr("Single &step"), QStringLiteral("step"), QKeySequence(Qt::Key_F7),
              tr("Make one step, then hold"));
  stop = make(tr("St&op"), QStringLiteral("stop"), QKeySequence(Qt::Key_F8),
              tr("Write a checkpoint and end the run"));
  pause->setCheckable(true);
  menu->addActions({train, pause, step, stop});
}

void Actions::makeHelp() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&Help"));
  manual = make(tr("&Manual"), QStringLiteral("help"), QKeySequence::HelpContents);
  keys = make(tr("&Keys"), QStringLiteral("keys"), QKeySequence(Qt::CTRL | Qt::Key_Question));
  about = make(tr("&About Bypath"), QStringLiteral("info"));
  menu->addActions({manual, keys, about});
}

void Actions::makeToolBar() {
  auto* bar = new QToolBar(tr("Tools"), &window_);
  bar->setObjectName(QStringLiteral("tools"));
  bar->setMovable(false);
  bar->setIconSize(QSize(20, 20));
  bar->setContextMenuPolicy(Qt::PreventContextMenu);
  bar->addActions({start, open, save});
  bar->addSeparator();
  bar->addActions({undo, redo});
  bar->addSeparator();
  bar->addActions({layout, zoomAll});
  auto* space = new QWidget;
  space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(space);
  bar->addActions({pause, step, stop});
  auto* button = new QToolButton;
  button->setObjectName(QStringLiteral("trainButton"));
  button->setDefaultAction(train);
  button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  button->setProperty("primary", true);
  bar->addWidget(button);
  window_.addToolBar(bar);
}

QList<QAction*> Actions::list() const {
  return {newEmpty, start, open,  save, saveAs, quit,   undo, redo,
          layout,   train, pause, step, stop,   manual, keys};
}

}  // namespace bypath
