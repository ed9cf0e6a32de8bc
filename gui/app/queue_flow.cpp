#include "gui/app/queue_flow.h"

#include <QFileInfo>

#include "core/experiments/growth.h"
#include "core/network/edit_blocks.h"
#include "core/runs/run_index.h"
#include "core/templates/catalog.h"
#include "core/training/settings.h"
#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/run_flow.h"
#include "gui/app/train_controller.h"
#include "gui/dashboard/dashboard.h"
#include "gui/queue/queue_panel.h"
#include "gui/runs/runs_panel.h"

namespace bypath {

namespace {

std::vector<VaryBase> bases() {
  std::vector<VaryBase> all = {{QueueFlow::tr("This network"), {}, nullptr}};
  for (const TemplateType* one : templateCatalog())
    all.push_back(
        {QueueFlow::tr("Template: %1").arg(QString::fromStdString(one->title)), one->id, &one->parameters});
  return all;
}

}  // namespace

QueueFlow::QueueFlow(MainWindow& window)
    : QObject(&window),
      window_(window),
      queue_(dataHome() / "queue"),
      driver_(new QueueDriver(queue_, window.trainer(), this)),
      panel_(new QueuePanel(queue_, trainingSchema())) {
  panel_->varyForm()->setBases(bases());
  connect(panel_, &QueuePanel::startRequested, driver_, &QueueDriver::start);
  connect(panel_, &QueuePanel::stopRequested, driver_, &QueueDriver::stop);
  connect(panel_, &QueuePanel::addRequested, this, &QueueFlow::addDocument);
  connect(panel_, &QueuePanel::varyRequested, this, &QueueFlow::addVaried);
  connect(panel_, &QueuePanel::compareRequested, &window.runFlow(), &RunFlow::compare);
  connect(driver_, &QueueDriver::failed, panel_, &QueuePanel::complain);
  connect(driver_, &QueueDriver::stateChanged, panel_,
          [this] { panel_->setDriving(driver_->running(), driver_->current()); });
  connect(driver_, &QueueDriver::stateChanged, this, &QueueFlow::layTwinUnder);
  connect(window.dashboard(), &Dashboard::eventArrived, panel_, [this](const FeedEvent& event) {
    if (event.steps > 0)
      panel_->setProgress(static_cast<double>(event.step) / static_cast<double>(event.steps));
  });
  const Actions& actions = window.actions();
  connect(actions.queueAdd, &QAction::triggered, this, &QueueFlow::addDocument);
  connect(actions.vary, &QAction::triggered, this, &QueueFlow::vary);
  connect(actions.trainTwin, &QAction::triggered, this, &QueueFlow::trainWithTwin);
  connect(actions.grow, &QAction::triggered, this, &QueueFlow::growBlockByBlock);
}

QueueFlow::~QueueFlow() = default;

QString QueueFlow::note() const {
  if (driver_->current().empty() || !window_.trainer().active()) return {};
  return tr("This is %1, of the queue.").arg(QString::fromStdString(driver_->current()));
}

void QueueFlow::show() {
  window_.showTab(QStringLiteral("queue"));
}

bool QueueFlow::accept(const Result<void>& outcome) {
  panel_->complain(outcome ? QString() : QString::fromStdString(outcome.error().message));
  return outcome.ok();
}

std::string QueueFlow::documentName() const {
  const QString path = window_.editor().filePath();
  if (!path.isEmpty()) return QFileInfo(path).completeBaseName().toStdString();
  return window_.editor().project().network.name;
}

Result<Project> QueueFlow::document() const {
  const DocumentEditor& editor = window_.editor();
  if (!editor.checked().ok()) return Error{ErrorKind::data, summarise(editor.checked().diagnostics)};
  return editor.project();
}

void QueueFlow::addDocument() {
  show();
  const Result<Project> project = document();
  if (!project) return static_cast<void>(accept(project.error()));
  const Result<std::string> added = queue_.add(documentName(), *project);
  static_cast<void>(accept(added ? Result<void>() : added.error()));
}

void QueueFlow::trainWithTwin() {
  show();
  const Result<Project> project = document();
  if (!project) return static_cast<void>(accept(project.error()));
  NetworkSpec plain = project->network;
  if (removeShortcuts(plain) == 0) {
    static_cast<void>(
        accept(Error{ErrorKind::usage, tr("There is no residual block here, so there is no plain twin; add a "
                                          "block first.")
                                           .toStdString()}));
    return;
  }
  const std::vector<Experiment> pair = {
      {.name = "residual", .network = {}, .set = {}, .weights = {}},
      {.name = "plain", .network = {}, .set = {}, .twin = true, .weights = {}}};
  if (!accept(queue_.addAll(pair, documentName(), &*project))) return;
  const auto& all = queue_.experiments();
  twins_ = {all[all.size() - 2].name, all.back().name};
  driver_->start();
}

void QueueFlow::layTwinUnder() {
  if (driver_->current().empty() || driver_->current() != twins_.second) return;
  const Result<std::vector<std::filesystem::path>> ticked =
      window_.runs()->openFolder(queue_.folder() / twins_.first);
  static_cast<void>(accept(ticked ? Result<void>() : ticked.error()));
  twins_ = {};
}

void QueueFlow::growBlockByBlock() {
  show();
  const Result<Project> project = document();
  if (!project) return static_cast<void>(accept(project.error()));
  const Result<Attributes> settings = runSettings(*project, {});
  if (!settings) return static_cast<void>(accept(settings.error()));
  const std::string prefix = queue_.freeName(documentName() + "_grown");
  Result<Sweep> sweep =
      planGrowth({*project, *settings}, {.stageEpochs = 1, .networks = prefix}, queue_.folder());
  if (!sweep) return static_cast<void>(accept(sweep.error()));
  static_cast<void>(accept(queue_.addAll(sweep->experiments, prefix)));
}

void QueueFlow::vary() {
  show();
  panel_->showVaryForm();
}

void QueueFlow::addVaried(const std::vector<Experiment>& experiments, const QString& network) {
  if (!network.isEmpty()) return static_cast<void>(accept(queue_.addAll(experiments, network.toStdString())));
  const Result<Project> project = document();
  if (!project) return static_cast<void>(accept(project.error()));
  static_cast<void>(accept(queue_.addAll(experiments, documentName(), &*project)));
}

void QueueFlow::updateDocument(bool there) {
  panel_->setDocument(there);
  const Actions& actions = window_.actions();
  for (QAction* action : {actions.queueAdd, actions.vary, actions.trainTwin, actions.grow})
    action->setEnabled(there);
}

}  // namespace bypath
