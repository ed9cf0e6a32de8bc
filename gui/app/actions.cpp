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
  giveNames();
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
  newWindow = make(tr("New &window"), {}, QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_N),
                   tr("Open another window beside this one"));
  open = make(tr("&Open…"), QStringLiteral("open"), QKeySequence::Open);
  openRun = make(tr("Open a &run's folder…"), {}, {},
                 tr("Show a past run, from this machine or another: its curves, settings and note"));
  importModel = make(tr("&Import a model…"), {}, QKeySequence(Qt::CTRL | Qt::Key_I),
                     tr("A network that was trained elsewhere: ONNX, or safetensors for the open network"));
  save = make(tr("&Save"), QStringLiteral("save"), QKeySequence::Save);
  saveAs = make(tr("Save &as…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
  saveWeights = make(tr("Save trained &weights…"), QStringLiteral("export"), {},
                     tr("Write the weights of the last run as a safetensors file"));
  exportModel =
      make(tr("Export the &trained network…"), QStringLiteral("export"), QKeySequence(Qt::CTRL | Qt::Key_E),
           tr("Take a trained network away: ONNX, PyTorch, Keras, C++, safetensors"));
  figure = make(tr("&Export figure…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                tr("Write what the canvas shows as SVG, PDF or PNG"));
  closeWindow = make(tr("&Close window"), {}, QKeySequence(Qt::CTRL | Qt::Key_W));
  quit = make(tr("&Quit"), {}, QKeySequence(Qt::CTRL | Qt::Key_Q), tr("Close every window"));
  menu->addActions({newEmpty, start, newWindow, open});
  recent = menu->addMenu(tr("Open re&cent"));
  menu->addActions({openRun, importModel});
  menu->addSeparator();
  menu->addActions({save, saveAs, saveWeights, exportModel, figure});
  menu->addSeparator();
  menu->addActions({closeWindow, quit});
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
  twin = make(tr("Make the plain &twin"), {}, {},
              tr("Take the shortcuts out of all residual blocks: the same layers without them"));
  menu->addActions({undo, redo});
  menu->addSeparator();
  menu->addActions({remove, twin});
}

void Actions::makeView() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&View"));
  zoomAll = make(tr("Show the &whole network"), QStringLiteral("zoom-all"), {},
                 tr("Show the whole network (Home)"));
  layout = make(tr("&Arrange automatically"), QStringLiteral("layout"), QKeySequence(Qt::CTRL | Qt::Key_L));
  menu->addActions({zoomAll, layout});
  menu->addSeparator();
  palette = make(tr("&Layers"));
  lesson = make(tr("L&esson"), {}, {}, tr("The panel of the lessons"));
  inspector = make(tr("&Properties and training"));
  dashboard = make(tr("&Dashboard"));
  largeDashboard =
      make(tr("Large d&ashboard"), QStringLiteral("zoom-all"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
           tr("Give the dashboard nearly the whole window, or what it had"));
  minimap =
      make(tr("&Minimap"), {}, {}, tr("An overview in the corner while the network is larger than the view"));
  for (QAction* panel : {palette, lesson, inspector, dashboard, largeDashboard, minimap})
    panel->setCheckable(true);
  menu->addActions({palette, lesson, inspector, dashboard, largeDashboard, minimap});
  menu->addSeparator();
  QMenu* themes = menu->addMenu(themedIcon(QStringLiteral("theme")), tr("&Theme"));
  themeSystem = make(tr("As the &system"));
  themeLight = make(tr("&Light"));
  themeDark = make(tr("&Dark"));
  auto* group = new QActionGroup(this);
  // In the sheet of keys they stand without their menu.
  themeSystem->setIconText(tr("Theme as the system"));
  themeLight->setIconText(tr("Light theme"));
  themeDark->setIconText(tr("Dark theme"));
  for (QAction* choice : {themeSystem, themeLight, themeDark}) {
    choice->setCheckable(true);
    group->addAction(choice);
    themes->addAction(choice);
  }
}

void Actions::makeTrain() {
  QMenu* menu = training = window_.menuBar()->addMenu(tr("&Train"));
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
  trainOn = make(tr("Train &on from the last run"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return),
                 tr("A new run that keeps the weights of every layer that has not changed"));
  stopAfterEpoch = make(tr("Stop after this &epoch"), {}, QKeySequence(Qt::SHIFT | Qt::Key_F8));
  stopAfterEpoch->setCheckable(true);
  findRate = make(tr("Find a &learning rate…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
                  tr("Try rising rates for a hundred steps, and see what the loss does"));
  menu->addActions({train, trainOn, pause, step, stopAfterEpoch, stop});
  trainTwin = make(tr("Train beside its plain &twin"), {}, {},
                   tr("This network, then the same without shortcuts: same seed, same batches"));
  grow = make(tr("Train &block by block"), {}, {},
              tr("Greedily: each block is frozen before the next is appended; then all together"));
  queueAdd = make(tr("Add to the &queue"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Q),
                  tr("This network as it is now, to be trained after what waits already"));
  vary = make(tr("&Vary settings…"), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V),
              tr("Train every combination of some settings, and compare"));
  menu->addSeparator();
  menu->addActions({queueAdd, vary, trainTwin, grow});
  menu->addSeparator();
  menu->addAction(findRate);
}

void Actions::makeHelp() {
  QMenu* menu = window_.menuBar()->addMenu(tr("&Help"));
  manual = make(tr("&Manual"), QStringLiteral("help"), QKeySequence::HelpContents);
  keys = make(tr("&Keys"), QStringLiteral("keys"), QKeySequence(Qt::Key_Question),
              tr("All keys, to look up and to change"));
  lessons = make(tr("&Lessons…"), QStringLiteral("lesson"), {},
                 tr("Short lessons on prepared networks: why depth degrades, what a shortcut does"));
  about = make(tr("&About Bypath"), QStringLiteral("info"));
  menu->addActions({manual, lessons, keys, about});
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

// What settings call them, whatever language the texts are in.
void Actions::giveNames() {
  const std::pair<QAction*, const char*> names[] = {{newEmpty, "new"},
                                                    {start, "template"},
                                                    {open, "open"},
                                                    {save, "save"},
                                                    {saveAs, "save-as"},
                                                    {saveWeights, "save-weights"},
                                                    {exportModel, "export-model"},
                                                    {importModel, "import-model"},
                                                    {openRun, "open-run"},
                                                    {newWindow, "new-window"},
                                                    {closeWindow, "close-window"},
                                                    {figure, "figure"},
                                                    {quit, "quit"},
                                                    {undo, "undo"},
                                                    {redo, "redo"},
                                                    {twin, "twin"},
                                                    {layout, "arrange"},
                                                    {palette, "layers"},
                                                    {lesson, "lesson"},
                                                    {inspector, "inspector"},
                                                    {dashboard, "dashboard"},
                                                    {largeDashboard, "large-dashboard"},
                                                    {minimap, "minimap"},
                                                    {themeSystem, "system"},
                                                    {themeLight, "light"},
                                                    {themeDark, "dark"},
                                                    {train, "train"},
                                                    {trainOn, "trainOn"},
                                                    {stopAfterEpoch, "stopAfterEpoch"},
                                                    {pause, "pause"},
                                                    {step, "step"},
                                                    {stop, "stop"},
                                                    {findRate, "find-rate"},
                                                    {trainTwin, "train-twin"},
                                                    {grow, "grow"},
                                                    {queueAdd, "queue-add"},
                                                    {vary, "vary"},
                                                    {manual, "manual"},
                                                    {lessons, "lessons"},
                                                    {keys, "keys"},
                                                    {about, "about"}};
  for (const auto& [action, name] : names) action->setObjectName(QLatin1String(name));
}

void revealPanel(QAction* panel) {
  if (!panel->isChecked()) panel->trigger();
}

std::vector<Actions::Group> Actions::groups() const {
  return {{QStringLiteral("file"),
           tr("File"),
           {newEmpty, start, newWindow, open, openRun, save, saveAs, saveWeights, exportModel, importModel,
            figure, closeWindow, quit}},
          {QStringLiteral("edit"), tr("Edit"), {undo, redo, twin}},
          {QStringLiteral("view"),
           tr("View"),
           {layout, palette, lesson, inspector, dashboard, largeDashboard, minimap, themeSystem, themeLight,
            themeDark}},
          {QStringLiteral("train"),
           tr("Train"),
           {train, trainOn, pause, step, stopAfterEpoch, stop, queueAdd, vary, trainTwin, grow, findRate}},
          {QStringLiteral("help"), tr("Help"), {manual, lessons, keys, about}}};
}

}  // namespace bypath
