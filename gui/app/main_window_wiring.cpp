#include <algorithm>
#include <QApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QTabWidget>

#include "core/base/version.h"
#include "core/training/run_files.h"
#include "gui/app/actions.h"
#include "gui/app/dashboard_tools.h"
#include "gui/app/data_reader.h"
#include "gui/app/engine_picker.h"
#include "gui/app/exchange_flow.h"
#include "gui/app/file_flow.h"
#include "gui/app/help_window.h"
#include "gui/app/main_window.h"
#include "gui/app/memory_forecast.h"
#include "gui/app/message_bar.h"
#include "gui/app/queue_flow.h"
#include "gui/app/run_flow.h"
#include "gui/app/start_page.h"
#include "gui/app/train_controller.h"
#include "gui/app/training_data.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/palette.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/training_status.h"
#include "gui/data/data_panel.h"
#include "gui/document/texts.h"
#include "gui/inspector/doctor_sign.h"
#include "gui/properties/property_panel.h"
#include "gui/runs/runs_panel.h"

namespace bypath {

void MainWindow::connectDocument() {
  connect(&editor_, &DocumentEditor::changed, this, [this] {
    trainer_->follow();
    updateFacts();
    updateTraining();
    updateNote();
    data_->setUse(dataUseOf(editor_));
  });
  connect(&editor_, &DocumentEditor::fileChanged, this, &MainWindow::updateTitle);
  connect(forecast_, &MemoryForecast::changed, this, &MainWindow::updateFacts);
  connect(trainer_, &TrainController::ended, forecast_, &MemoryForecast::renew);
  connect(canvas_, &CanvasWidget::selectionChanged, properties_,
          [this] { properties_->setSelection(canvas_->selection()); });
  connect(canvas_, &CanvasWidget::selectionChanged, tools_, [this] { tools_->follow(canvas_->selection()); });
  connect(canvas_, &CanvasWidget::selectionChanged, this, [this] {
    if (!canvas_->selection().isEmpty() && inspector_->currentWidget() != properties_)
      inspector_->setCurrentWidget(properties_);
  });
  connect(canvas_, &CanvasWidget::containerChanged, palette_,
          [this] { palette_->setInsideContainer(!canvas_->container().isEmpty()); });
  connect(palette_, &LayerPalette::insertRequested, canvas_, &CanvasWidget::insertLayer);
  connect(properties_, &PropertyPanel::jumpRequested, canvas_, &CanvasWidget::select);
}

void MainWindow::connectFiles() {
  const Actions& a = *actions_;
  connect(a.newEmpty, &QAction::triggered, files_, &FileFlow::startEmpty);
  connect(a.start, &QAction::triggered, this, &MainWindow::showStartPage);
  connect(a.open, &QAction::triggered, files_, &FileFlow::openDialog);
  connect(a.save, &QAction::triggered, files_, &FileFlow::save);
  connect(a.saveAs, &QAction::triggered, files_, &FileFlow::saveAs);
  connect(a.saveWeights, &QAction::triggered, this, [this] { files_->saveWeights(trainer_->folder()); });
  connect(a.exportModel, &QAction::triggered, this, [this] { exchange_->showExport(trainer_->folder()); });
  connect(a.importModel, &QAction::triggered, exchange_, &ExchangeFlow::askForModel);
  connect(exchange_, &ExchangeFlow::failed, this,
          [this](const QString& text) { messages_->say(MessageKind::error, text); });
  connect(exchange_, &ExchangeFlow::imported, this, [this](const QString& run, const QString& text) {
    runFlow_->openNetwork(run.toStdString());
    runs_->refresh();
    messages_->say(MessageKind::info, text);
  });
  connect(runs_->commands(), &RunCommands::exportRequested, this,
          [this](const std::filesystem::path& run) { exchange_->showExport(run); });
  connect(a.newWindow, &QAction::triggered, this, &MainWindow::openWindow);
  connect(a.closeWindow, &QAction::triggered, this, &QWidget::close);
  connect(a.quit, &QAction::triggered, qApp, &QApplication::closeAllWindows);
  connect(a.recent, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
  connect(files_, &FileFlow::failed, this,
          [this](const QString& text) { messages_->say(MessageKind::error, text); });
  connect(files_, &FileFlow::done, this,
          [this](const QString& text) { messages_->say(MessageKind::info, text); });
  connect(startPage_, &StartPage::templateRequested, files_, &FileFlow::startTemplate);
  connect(startPage_, &StartPage::emptyRequested, files_, &FileFlow::startEmpty);
  connect(startPage_, &StartPage::openRequested, files_, &FileFlow::openDialog);
  connect(startPage_, &StartPage::fileRequested, files_, &FileFlow::open);
}

void MainWindow::connectView() {
  const Actions& a = *actions_;
  connect(a.remove, &QAction::triggered, canvas_, &CanvasWidget::deleteSelection);
  connect(a.twin, &QAction::triggered, canvas_, &CanvasWidget::makePlainTwin);
  connect(a.zoomAll, &QAction::triggered, canvas_, &CanvasWidget::zoomToAll);
  connect(a.layout, &QAction::triggered, canvas_, &CanvasWidget::autoLayout);
  // A lesson shows and hides these too, from the start page as well, where no panel is.
  for (const auto& [action, dock] : {std::pair(a.palette, paletteDock_), std::pair(a.lesson, lessonDock_)})
    connect(action, &QAction::toggled, dock, [this, panel = dock](bool shown) {
      panel->setVisible(shown && pages_->currentWidget() == designer_);
    });
  connect(a.inspector, &QAction::triggered, inspectorDock_, &QDockWidget::setVisible);
  connect(a.dashboard, &QAction::triggered, dashboardDock_, &QDockWidget::setVisible);
  const std::pair<QAction*, ThemeChoice> themes[] = {{a.themeSystem, ThemeChoice::system},
                                                     {a.themeLight, ThemeChoice::light},
                                                     {a.themeDark, ThemeChoice::dark}};
  for (const auto& [action, choice] : themes)
    connect(action, &QAction::triggered, this, [this, chosen = choice] {
      setTheme(chosen);
      setThemePreference(chosen);
    });
}

void MainWindow::connectTraining() {
  const Actions& a = *actions_;
  connect(a.train, &QAction::triggered, this, [this] {
    if (trainer_->paused())
      trainer_->resume();
    else
      startTraining();
  });
  connect(a.pause, &QAction::triggered, this,
          [this](bool hold) { hold ? trainer_->pause() : trainer_->resume(); });
  connect(a.step, &QAction::triggered, trainer_, &TrainController::singleStep);
  connect(a.stop, &QAction::triggered, trainer_, &TrainController::stop);
  connect(a.stopAfterEpoch, &QAction::toggled, trainer_, &TrainController::stopAfterEpoch);
  connect(a.trainOn, &QAction::triggered, this, [this] {
    const std::filesystem::path weights = trainer_->folder() / lastCheckpointName;
    if (const Result<void> begun = trainer_->start({}, weights); !begun)
      messages_->say(MessageKind::error, QString::fromStdString(begun.error().message));
  });
  connect(a.findRate, &QAction::triggered, this, [this] {
    showDashboard();
    tools_->findRate();
  });
  connect(trainer_, &TrainController::stateChanged, this, &MainWindow::updateTraining);
  connect(trainer_, &TrainController::refused, this,
          [this](const QString& text) { messages_->say(MessageKind::error, text); });
  connect(trainer_, &TrainController::started, this, [this](const std::shared_ptr<TrainingFeed>& feed) {
    messages_->dismiss();
    canvas_->showFlow({});
    dashboard_->watch(feed);
    showDashboard();
    updateNote();
  });
  connect(trainer_, &TrainController::ended, this, [this] {
    dashboard_->drain();
    if (runs_->isVisible()) runs_->refresh();
  });
  connect(dashboardDock_, &QDockWidget::visibilityChanged, trainer_, &TrainController::setProbes);
  connect(dashboard_, &Dashboard::trainRequested, a.train, &QAction::trigger);
  connect(dashboard_, &Dashboard::nodeRequested, canvas_, &CanvasWidget::select);
  connect(dashboard_, &Dashboard::frameArrived, canvas_, [this](const InspectionFrame& frame) {
    if (trainer_->isOfDocument()) canvas_->showFlow(frame.probes);
  });
  connect(tools_, &DashboardTools::findingsChanged, canvas_, &CanvasWidget::showFindings);
  connect(tools_, &DashboardTools::findingsChanged, doctorSign_, &DoctorSign::setFindings);
  connect(doctorSign_, &QAbstractButton::clicked, this, [this] {
    showDashboard();
    tools_->showFindings();
  });
  connect(dashboard_, &Dashboard::eventArrived, this, [this](const FeedEvent& event) {
    const QString text = QString::fromStdString(event.text);
    if (event.kind == FeedEventKind::failed) messages_->say(MessageKind::error, text);
    if ((event.kind == FeedEventKind::message || event.kind == FeedEventKind::finished) && !text.isEmpty())
      messages_->say(MessageKind::info, text);
  });
}

void MainWindow::connectPanels() {
  connect(data_, &DataPanel::wanted, reader_, &DataReader::read);
  connect(data_, &DataPanel::augmentChosen, this, [this](bool on) { setAugment(editor_, on); });
  connect(reader_, &DataReader::progress, data_, &DataPanel::showProgress);
  connect(reader_, &DataReader::ready, data_, &DataPanel::showDataSet);
  connect(reader_, &DataReader::failed, data_, &DataPanel::showError);
}

void MainWindow::connectHelp() {
  connect(actions_->manual, &QAction::triggered, this, [this] { showHelp(QStringLiteral("first-steps")); });
  connect(actions_->keys, &QAction::triggered, this, &MainWindow::showKeys);
  connect(actions_->about, &QAction::triggered, this, [this] {
    QMessageBox::about(
        this, tr("About Bypath"),
        tr("<h3>Bypath %1</h3><p>Draws residual networks, trains them, and shows the gradient through "
           "every shortcut.</p><p>Free software under the GNU General Public License, version 3 or "
           "later. The font is Inter, under the SIL Open Font License.</p>")
            .arg(QLatin1String(programVersion)));
  });
}

void MainWindow::showDashboard() {
  dashboardDock_->show();
  actions_->dashboard->setChecked(true);
}

bool MainWindow::startTraining(const Attributes& over) {
  const Result<void> begun = trainer_->start(over);
  if (begun) return true;
  const std::vector<Diagnostic>& found = editor_.checked().diagnostics;
  const auto first = std::find_if(found.begin(), found.end(), [](const Diagnostic& d) {
    return d.severity == Severity::error && !d.path.empty();
  });
  const QString sentence = QString::fromStdString(begun.error().message);
  if (editor_.checked().ok() || first == found.end())
    messages_->say(MessageKind::error, sentence);
  else
    messages_->say(MessageKind::error, sentence, tr("Show it"),
                   [this, path = QString::fromStdString(first->path)] { canvas_->select(path); });
  return false;
}

void MainWindow::updateFacts() {
  const CheckedNetwork& checked = editor_.checked();
  const auto errors = std::count_if(checked.diagnostics.begin(), checked.diagnostics.end(),
                                    [](const Diagnostic& d) { return d.severity == Severity::error; });
  QString text;
  if (pages_->currentWidget() == designer_) {
    text = tr("%1 parameters  ·  %2 multiply-adds an image")
               .arg(countText(static_cast<double>(checked.parameters)), shortCountText(checked.multiplyAdds));
    if (forecast_->bytes() > 0 && errors == 0) text += QStringLiteral("  ·  ") + forecast_->text();
    if (errors > 0) text += tr("  ·  to be mended: %1").arg(errors);
  }
  facts_->setText(text);
  dashboard_->status()->setProblems(static_cast<int>(errors));
}

void MainWindow::updateTraining() {
  const Actions& a = *actions_;
  const bool designing = pages_->currentWidget() == designer_;
  const bool active = trainer_->active(), paused = trainer_->paused();
  a.train->setText(paused ? tr("Continue") : tr("Train"));
  a.train->setEnabled(designing && (!active || paused));
  enginePicker_->setEnabled(designing);
  enginePicker_->choices()->setEnabled(designing);
  a.pause->setEnabled(active);
  a.pause->setChecked(paused);
  a.step->setEnabled(designing && (!active || paused));
  a.stop->setEnabled(active);
  a.stopAfterEpoch->setEnabled(active);
  if (!active) a.stopAfterEpoch->setChecked(false);
  a.trainOn->setEnabled(designing && !active && !trainer_->folder().empty());
  a.saveWeights->setEnabled(designing && !active && !trainer_->folder().empty());
  for (QAction* action : {a.save, a.saveAs, a.remove, a.layout, a.zoomAll, a.palette, a.lesson, a.inspector,
                          a.dashboard, a.largeDashboard, a.figure, a.minimap, a.findRate})
    action->setEnabled(designing);
  queueFlow_->updateDocument(designing);
}

void MainWindow::updateNote() {
  const QString ofQueue = queueFlow_->note();
  const bool movedOn = ofQueue.isEmpty() && trainer_->active() && !trainer_->followsDocument();
  dashboard_->status()->setNote(movedOn ? tr("The drawing has changed since this run began.") : ofQueue);
}

void MainWindow::fillRecent() {
  QMenu* menu = actions_->recent;
  menu->clear();
  for (const QString& path : recentFiles())
    menu->addAction(QFileInfo(path).fileName(), this, [this, path] { openFile(path); })->setToolTip(path);
  if (menu->isEmpty()) menu->addAction(tr("No files yet"))->setEnabled(false);
}

void MainWindow::showHelp(const QString& page) {
  if (!help_) help_ = new HelpWindow(this);
  help_->showPage(page);
  help_->show();
  help_->raise();
}

}  // namespace bypath
