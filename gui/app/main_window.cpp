#include "gui/app/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QVBoxLayout>

#include "core/layers/catalog.h"
#include "gui/app/actions.h"
#include "gui/app/dashboard_tools.h"
#include "gui/app/data_reader.h"
#include "gui/app/engine_picker.h"
#include "gui/app/exchange_flow.h"
#include "gui/app/file_flow.h"
#include "gui/app/key_bindings.h"
#include "gui/app/key_sheet.h"
#include "gui/app/large_dock.h"
#include "gui/app/lesson_flow.h"
#include "gui/app/memory_forecast.h"
#include "gui/app/message_bar.h"
#include "gui/app/queue_flow.h"
#include "gui/app/recovery.h"
#include "gui/app/run_flow.h"
#include "gui/app/start_page.h"
#include "gui/app/train_controller.h"
#include "gui/app/training_form.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/palette.h"
#include "gui/dashboard/dashboard.h"
#include "gui/data/data_panel.h"
#include "gui/inspector/doctor_sign.h"
#include "gui/lessons/lesson_panel.h"
#include "gui/properties/property_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/runs/runs_panel.h"

namespace bypath {

namespace {

constexpr char geometryKey[] = "window/geometry";
constexpr char stateKey[] = "window/state";
constexpr int stateVersion = 2;  // grows when docks come or go

}  // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent),
      editor_(layerCatalog()),
      journal_(editor_),
      actions_(new Actions(*this, editor_.undoStack())),
      files_(new FileFlow(editor_, *this)),
      trainer_(new TrainController(editor_, shelf_, this)),
      reader_(new DataReader(shelf_, this)),
      forecast_(new MemoryForecast(editor_, this)),
      pages_(new QStackedWidget),
      startPage_(new StartPage),
      designer_(new QWidget),
      messages_(new MessageBar),
      recoveryBar_(new MessageBar),
      recovery_(new Recovery(editor_, journal_, *files_, *recoveryBar_, this)),
      canvas_(new CanvasWidget(editor_)),
      palette_(new LayerPalette(editor_.layers())),
      properties_(new PropertyPanel(editor_)),
      trainingForm_(new TrainingForm(editor_)),
      runs_(new RunsPanel),
      data_(new DataPanel),
      dashboard_(new Dashboard),
      tools_(new DashboardTools({editor_, shelf_, *trainer_, *dashboard_}, this)),
      enginePicker_(new EnginePicker(editor_, *trainer_)),
      inspector_(new QTabWidget),
      facts_(new QLabel),
      doctorSign_(new DoctorSign),
      runFlow_(new RunFlow(*this, *files_, shelf_)),
      exchange_(new ExchangeFlow({*this, *trainer_, editor_, shelf_})),
      queueFlow_(new QueueFlow(*this)),
      lessonFlow_(new LessonFlow(*this, *files_)),
      keyBindings_(new KeyBindings(this)) {
  resize(1440, 900);
  setDockOptions(QMainWindow::AnimatedDocks);
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  setAcceptDrops(true);
  buildCentre();
  buildDocks();
  placeEnginePicker();
  connectDocument();
  connectFiles();
  connectOpening();
  connectView();
  connectTraining();
  connectPanels();
  connectHelp();
  connectCanvas();

  const QSettings settings;
  restoreGeometry(settings.value(QLatin1String(geometryKey)).toByteArray());
  sized_ = restoreState(settings.value(QLatin1String(stateKey)).toByteArray(), stateVersion);
  actions_->palette->setChecked(!paletteDock_->isHidden());
  lessonDock_->hide();  // no lesson is under way
  actions_->inspector->setChecked(!inspectorDock_->isHidden());
  actions_->dashboard->setChecked(!dashboardDock_->isHidden());
  showStartPage();
}

// Children go after members; those that use the editor and the shelf have to go before.
MainWindow::~MainWindow() {
  disconnect(&editor_, nullptr, this, nullptr);
  delete keySheet_;
  delete keyBindings_;  // its commands go with their widgets
  delete lessonFlow_;
  delete queueFlow_;
  delete exchange_;
  delete runFlow_;
  delete tools_;
  delete enginePicker_;
  delete trainer_;
  delete reader_;
  for (QWidget* user :
       {static_cast<QWidget*>(paletteDock_), static_cast<QWidget*>(lessonDock_),
        static_cast<QWidget*>(inspectorDock_), static_cast<QWidget*>(dashboardDock_), takeCentralWidget()})
    delete user;
}

void MainWindow::buildCentre() {
  auto* middle = new QVBoxLayout(designer_);
  middle->setContentsMargins(0, 0, 0, 0);
  middle->addWidget(canvas_);
  // In a small window the start page scrolls, rather than making every page as tall as itself.
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setWidget(startPage_);
  pages_->addWidget(scroll);
  pages_->addWidget(designer_);
  auto* centre = new QWidget;
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  recoveryBar_->setObjectName(QStringLiteral("recoveryBar"));
  column->addWidget(recoveryBar_);
  column->addWidget(messages_);
  column->addWidget(pages_, 1);
  setCentralWidget(centre);
  facts_->setContentsMargins(8, 2, 8, 2);
  statusBar()->addWidget(facts_);
  statusBar()->addPermanentWidget(doctorSign_);
  statusBar()->setSizeGripEnabled(false);
}

QDockWidget* MainWindow::addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                                 QWidget* content) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  content->setBackgroundRole(QPalette::Base);
  content->setAutoFillBackground(true);
  dock->setWidget(content);
  dock->setFeatures(QDockWidget::DockWidgetClosable);
  // Content before chrome: what a panel is can be seen; the View menu shows and hides it.
  dock->setTitleBarWidget(new QWidget(dock));
  addDockWidget(area, dock);
  return dock;
}

void MainWindow::buildDocks() {
  inspector_->setDocumentMode(true);
  inspector_->tabBar()->setProperty("role", "narrow");  // five tabs in the least width
  inspector_->addTab(properties_, tr("Properties"));
  inspector_->addTab(trainingForm_, tr("Training"));
  inspector_->addTab(data_, tr("Data"));
  inspector_->addTab(runs_, tr("Runs"));
  inspector_->addTab(queueFlow_->panel(), tr("Queue"));
  inspector_->setMinimumWidth(320);
  palette_->setMinimumWidth(216);
  dashboard_->setMinimumHeight(240);
  paletteDock_ = addDock(Qt::LeftDockWidgetArea, QStringLiteral("palette"), tr("Layers"), palette_);
  lessonFlow_->panel()->setMinimumWidth(272);
  lessonDock_ = addDock(Qt::LeftDockWidgetArea, QStringLiteral("lesson"), tr("Lesson"), lessonFlow_->panel());
  inspectorDock_ = addDock(Qt::RightDockWidgetArea, QStringLiteral("inspector"),
                           tr("Properties and training"), inspector_);
  dashboardDock_ =
      addDock(Qt::BottomDockWidgetArea, QStringLiteral("dashboard"), tr("Dashboard"), dashboard_);
  new LargeDock(*this, *dashboardDock_, *actions_->largeDashboard);
  dashboard_->offerAction(*actions_->largeDashboard);
}

void MainWindow::placeEnginePicker() {
  auto* bar = findChild<QToolBar*>(QStringLiteral("tools"));
  bar->insertWidget(actions_->pause, enginePicker_);
  bar->insertSeparator(actions_->pause);
  actions_->training->insertMenu(actions_->queueAdd, enginePicker_->choices());
  actions_->training->insertSeparator(actions_->queueAdd);
}

bool MainWindow::openFile(const QString& path) {
  return files_->open(path);
}

bool MainWindow::openTemplate(const QString& id, const Attributes& parameters) {
  return files_->startTemplate(id, parameters);
}

void MainWindow::openEmpty() {
  files_->startEmpty();
}

void MainWindow::showStartPage() {
  pages_->setCurrentIndex(0);
  for (QDockWidget* dock : {paletteDock_, lessonDock_, inspectorDock_, dashboardDock_}) dock->hide();
  recovery_->offer({});
  updateTitle();
  updateFacts();
  updateTraining();
}

void MainWindow::showDesigner() {
  messages_->dismiss();
  const bool arriving = pages_->currentWidget() != designer_;
  pages_->setCurrentWidget(designer_);
  if (arriving) {
    paletteDock_->setVisible(actions_->palette->isChecked());
    lessonDock_->setVisible(actions_->lesson->isChecked());
    inspectorDock_->setVisible(actions_->inspector->isChecked());
    dashboardDock_->setVisible(actions_->dashboard->isChecked());
  }
  if (!sized_) {
    sized_ = true;
    resizeDocks({paletteDock_, inspectorDock_}, {232, 336}, Qt::Horizontal);
    resizeDocks({dashboardDock_}, {328}, Qt::Vertical);
  }
  updateTitle();
  updateFacts();
  updateTraining();
  // The view has its size only once the layout has been through.
  QMetaObject::invokeMethod(canvas_, &CanvasWidget::zoomToAll, Qt::QueuedConnection);
}

void MainWindow::updateTitle() {
  if (pages_->currentWidget() != designer_) {
    setWindowTitle(tr("Bypath"));
    setWindowModified(false);
    return;
  }
  const QString path = editor_.filePath();
  const QString name = path.isEmpty() ? QString::fromStdString(editor_.project().network.name)
                                      : QFileInfo(path).completeBaseName();
  setWindowTitle(tr("%1[*] – Bypath").arg(name.isEmpty() ? tr("Untitled") : name));
  setWindowFilePath(path);
  setWindowModified(editor_.isModified());
}

QStringList MainWindow::tabNames() {
  return QStringList{QStringLiteral("curves"),     QStringLiteral("gradients"), QStringLiteral("shortcuts"),
                     QStringLiteral("pictures"),   QStringLiteral("compare"),   QStringLiteral("explore"),
                     QStringLiteral("rate"),       QStringLiteral("time"),      QStringLiteral("inside"),
                     QStringLiteral("properties"), QStringLiteral("training"),  QStringLiteral("data"),
                     QStringLiteral("runs"),       QStringLiteral("queue")} +
         InsideBench::pageNames();
}

void MainWindow::showTab(const QString& name) {
  if (InsideBench::pageNames().contains(name)) return tools_->showInside(name);
  const auto index = static_cast<int>(tabNames().indexOf(name));
  const int below = dashboard_->tabs()->count();
  if (index < below)
    dashboard_->tabs()->setCurrentIndex(index);
  else
    inspector_->setCurrentIndex(index - below);
}

QStringList MainWindow::tabsInSight() const {
  const QStringList names = tabNames();
  QStringList shown;
  if (dashboard_->isVisible()) shown << names[dashboard_->tabs()->currentIndex()] << tools_->shownInside();
  if (inspector_->isVisible()) shown << names[dashboard_->tabs()->count() + inspector_->currentIndex()];
  return shown;
}

void MainWindow::setTheme(ThemeChoice choice) {
  applyTheme(*qApp, choice);
  for (QWidget* widget : QApplication::topLevelWidgets())
    if (auto* window = qobject_cast<MainWindow*>(widget)) window->checkTheme(choice);
}

void MainWindow::checkTheme(ThemeChoice choice) {
  QAction* checked = choice == ThemeChoice::light  ? actions_->themeLight
                     : choice == ThemeChoice::dark ? actions_->themeDark
                                                   : actions_->themeSystem;
  checked->setChecked(true);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!files_->mayLeave()) {
    event->ignore();
    return;
  }
  journal_.discard();
  recovery_->withdraw();
  queueFlow_->driver().leave();
  lessonFlow_->leave();
  trainer_->stopAndWait();
  QSettings settings;
  settings.setValue(QLatin1String(geometryKey), saveGeometry());
  if (pages_->currentWidget() == designer_)
    settings.setValue(QLatin1String(stateKey), saveState(stateVersion));
  event->accept();
}

}  // namespace bypath
