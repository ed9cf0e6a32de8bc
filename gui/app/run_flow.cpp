#include "gui/app/run_flow.h"

#include <algorithm>
#include <QFileDialog>
#include <QTabWidget>

#include "core/experiments/compare_runs.h"
#include "core/layers/catalog.h"
#include "core/network/project_file.h"
#include "core/tensor/safetensors.h"
#include "core/training/checkpoint.h"
#include "core/training/run_checkpoints.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "gui/app/actions.h"
#include "gui/app/file_flow.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/start_page.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/compare_page.h"
#include "gui/dashboard/dashboard.h"
#include "gui/runs/run_item.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

struct Comparison {
  std::vector<ComparedRun> runs;
  std::vector<CurveOverlay> curves;
};

Result<Comparison> readComparison(const RunCommands::Folders& folders) {
  Comparison all;
  for (const fs::path& folder : folders) {
    Result<ComparedRun> run = readComparedRun(folder, layerCatalog());
    if (!run) return run.error();
    const Result<RunStore> store = RunStore::open(folder);
    if (!store) return store.error();
    const Result<std::vector<RunRow>> rows = store->rows();
    if (!rows) return rows.error();
    const Result<std::vector<RunMark>> marks = store->marks();
    if (!marks) return marks.error();
    all.curves.push_back({titleOf(run->header), RunCurves::fromRecord(*rows, *marks)});
    all.runs.push_back(std::move(*run));
  }
  return all;
}

// The checkpoint is the last of a run that has done all of the epochs, or steps, that are asked for now.
bool nothingIsLeft(const ComparedRun& run, const Attributes& now, const fs::path& checkpoint) {
  const auto metadata = readSafetensorsMetadata(checkpoint);
  if (!metadata || !metadata->contains("step")) return false;
  if (metadata->at("step") != std::to_string(run.summary.steps)) return false;
  const AttributeReader read(trainingSchema(), now);
  if (const int64_t steps = read.integer("steps"); steps > 0) return run.summary.steps >= steps;
  return run.header.state == "finished" && run.summary.epochs >= read.integer("epochs");
}

}  // namespace

RunFlow::RunFlow(MainWindow& window, FileFlow& files, DataShelf& shelf)
    : QObject(&window), window_(window), files_(files), shelf_(shelf) {
  constexpr int betweenLooks = 3000;  // ms
  thread_.setMaxThreadCount(1);
  again_.setSingleShot(true);
  again_.setInterval(betweenLooks);
  connect(&again_, &QTimer::timeout, this, [this] {
    if (window_.dashboard()->compare()->isVisible())
      readCompared();
    else
      again_.start();
  });
  const RunCommands* commands = window.runs()->commands();
  connect(window.runs(), &RunsPanel::chosenChanged, this, &RunFlow::showOverlays);
  connect(commands, &RunCommands::compareRequested, this, &RunFlow::compare);
  connect(commands, &RunCommands::networkRequested, this, &RunFlow::openNetwork);
  connect(commands, &RunCommands::weightsRequested, this, &RunFlow::useWeights);
  connect(commands, &RunCommands::goOnRequested, this, &RunFlow::goOn);
  connect(commands, &RunCommands::reportRequested, this, &RunFlow::askForReport);
  connect(window.runs(), &RunsPanel::folderWanted, this, &RunFlow::askForFolder);
  connect(window.actions().openRun, &QAction::triggered, this, &RunFlow::askForFolder);
}

RunFlow::~RunFlow() {
  thread_.waitForDone();
}

void RunFlow::complain(const Error& error) {
  window_.messages()->say(MessageKind::error, QString::fromStdString(error.message));
}

void RunFlow::showOverlays() {
  std::vector<CurveOverlay> overlays;
  for (const ChosenRun& run : window_.runs()->chosen())
    overlays.push_back({titleOf(run.header), RunCurves::fromRecord(run.rows, run.marks)});
  window_.dashboard()->setOverlays(std::move(overlays));
}

void RunFlow::compare(const RunCommands::Folders& folders) {
  revealPanel(window_.actions().dashboard);
  window_.dashboard()->tabs()->setCurrentWidget(window_.dashboard()->compare());
  compared_ = folders;
  readCompared();
}

void RunFlow::readCompared() {
  thread_.start([this, folders = compared_, turn = ++asked_] {
    Result<Comparison> read = readComparison(folders);
    const auto show = [this, turn, read = std::move(read)] {
      if (turn != asked_) return;
      if (!read) return complain(read.error());
      window_.dashboard()->compare()->setRuns(read->runs, read->curves);
      const bool grows = std::ranges::any_of(
          read->runs, [](const ComparedRun& run) { return run.header.state == "running"; });
      if (grows) again_.start();
    };
    QMetaObject::invokeMethod(this, show, Qt::QueuedConnection);
  });
}

bool RunFlow::openCopy(const fs::path& run) {
  const Result<Project> project = readProject(run / projectName);
  if (!project) complain(project.error());
  return project && files_.startCopy(*project);
}

void RunFlow::openNetwork(const fs::path& run) {
  if (openCopy(run))
    window_.messages()->say(MessageKind::info,
                            tr("This is a copy of the run's network; the run itself stays as it is."));
}

void RunFlow::useWeights(const fs::path& run) {
  std::error_code ignored;
  fs::path file = run / weightsName;
  if (!fs::exists(file, ignored)) file = run / lastCheckpointName;
  if (!fs::exists(file, ignored))
    return complain(
        {ErrorKind::usage, tr("There are no weights in %1: the run ended before its first checkpoint.")
                               .arg(QString::fromStdString(run.string()))
                               .toStdString()});
  if (const Result<void> begun = window_.trainer().start({}, file); !begun) complain(begun.error());
}

bool RunFlow::isOnCanvas(const fs::path& checkpoint) const {
  const auto metadata = readSafetensorsMetadata(checkpoint);
  if (!metadata || window_.startPage()->isVisible()) return false;
  const auto network = metadata->find("network_sha256");
  return network != metadata->end() && network->second == networkHash(window_.editor().project().network);
}

void RunFlow::goOn(const fs::path& checkpoint) {
  if (window_.trainer().active())
    return window_.messages()->say(MessageKind::warning,
                                   tr("A run is under way; stop it before you go on from another."),
                                   tr("Stop it"), [this] { window_.trainer().stop(); });
  if (isOnCanvas(checkpoint)) return branch(checkpoint);
  const fs::path run = checkpoint.parent_path();
  const auto openAndGo = [this, run, checkpoint] {
    if (openCopy(run)) branch(checkpoint);
  };
  if (!window_.editor().isModified()) return openAndGo();
  const MessageAction elsewhere{tr("Go on in another window"),
                                [this, checkpoint] { window_.openWindow()->runFlow().goOn(checkpoint); }};
  const MessageAction save{tr("Save, then go on here"), [this, openAndGo] {
                             if (files_.save()) openAndGo();
                           }};
  window_.messages()->say(MessageKind::warning,
                          tr("To go on from there, the run's network has to be on the canvas, and what is "
                             "there has unsaved changes."),
                          {elsewhere, save});
}

void RunFlow::branch(const fs::path& checkpoint) {
  const fs::path folder = checkpoint.parent_path();
  const Result<ComparedRun> run = readComparedRun(folder, layerCatalog());
  if (!run) return complain(run.error());
  const Result<Attributes> now = runSettings(window_.editor().project(), {});
  if (!now) return complain(now.error());
  if (const Result<void> fits = mayGoOn(run->settings, *now); !fits)
    return window_.messages()->say(MessageKind::warning, QString::fromStdString(fits.error().message),
                                   tr("Take the run's settings"), [this, folder, checkpoint] {
                                     if (openCopy(folder)) branch(checkpoint);
                                   });
  if (nothingIsLeft(*run, *now, checkpoint))
    return window_.messages()->say(
        MessageKind::warning,
        tr("This run has done all of its epochs. Set more epochs in the Training tab, then go on from it."),
        tr("Show them"), [this] {
          revealPanel(window_.actions().inspector);
          window_.showTab(QStringLiteral("training"));
        });
  if (const Result<void> begun = window_.trainer().start({}, {}, checkpoint); !begun)
    return complain(begun.error());
  window_.messages()->say(MessageKind::info,
                          tr("A new run goes on from %1 of %2.")
                              .arg(QString::fromStdString(checkpoint.filename().string()),
                                   QString::fromStdString(checkpoint.parent_path().filename().string())));
}

void RunFlow::openFolder(const fs::path& folder) {
  const Result<std::vector<fs::path>> runs = window_.runs()->openFolder(folder);
  if (!runs) return complain(runs.error());
  if (window_.startPage()->isVisible() && !openCopy(runs->front())) return;
  revealPanel(window_.actions().inspector);
  window_.showTab(QStringLiteral("runs"));
  compare(*runs);
}

void RunFlow::askForFolder() {
  const QString path =
      QFileDialog::getExistingDirectory(&window_, tr("Open a run's folder"), QDir::homePath());
  if (!path.isEmpty()) openFolder(path.toStdString());
}

}  // namespace bypath
