#include "gui/app/train_controller.h"

#include "core/training/settings.h"

namespace bypath {

namespace {

constexpr ProbeRequest everything{.layerGradients = true, .shortcutSplit = true};

}  // namespace

Result<Attributes> runSettings(const Project& project, const Attributes& over) {
  Result<Attributes> environment = trainingFromEnvironment();
  if (!environment) return environment.error();
  Attributes settings;
  for (const AttributeDescription& description : trainingSchema().list())
    settings[description.key] = description.fallback;
  settings = mergeSettings(mergeSettings(mergeSettings(settings, project.training), *environment), over);
  if (Result<void> valid = trainingSchema().validate(settings, "the training settings"); !valid)
    return valid.error();
  return settings;
}

std::string trainingText(const Project& project, std::string_view key) {
  return AttributeReader(trainingSchema(), project.training).text(key);
}

TrainController::TrainController(DocumentEditor& editor, DataShelf& shelf, QObject* parent)
    : QObject(parent), editor_(editor), shelf_(shelf) {}

TrainController::~TrainController() = default;

Result<void> TrainController::start(const Attributes& over) {
  if (thread_) return Error{ErrorKind::usage, "A run is under way; stop it before starting another."};
  if (!editor_.checked().ok()) {
    for (const Diagnostic& d : editor_.checked().diagnostics)
      if (d.severity == Severity::error)
        return Error{ErrorKind::data, d.path.empty() ? d.message : d.path + ": " + d.message};
  }
  Result<Attributes> settings = runSettings(editor_.project(), over);
  if (!settings) return settings.error();

  auto feed = std::make_shared<TrainingFeed>();
  revision_ = editor_.revision();
  paused_ = false;
  folder_.clear();
  ++run_;
  thread_ = std::make_unique<TrainerThread>(TrainerThread::Job{.project = editor_.project(),
                                                               .settings = std::move(*settings),
                                                               .layers = &editor_.layers(),
                                                               .shelf = &shelf_},
                                            feed, [this, run = run_] {
                                              QMetaObject::invokeMethod(
                                                  this, [this, run] { onDone(run); }, Qt::QueuedConnection);
                                            });
  if (probes_) thread_->setProbes(everything);
  Q_EMIT started(std::move(feed));
  Q_EMIT stateChanged();
  return {};
}

void TrainController::onDone(int run) {
  if (!thread_ || run != run_) return;
  folder_ = thread_->folder();
  thread_.reset();
  paused_ = false;
  Q_EMIT stateChanged();
  Q_EMIT ended();
}

void TrainController::stopAndWait() {
  if (!thread_) return;
  thread_->stop();
  onDone(run_);
}

void TrainController::pause() {
  if (!thread_ || paused_) return;
  paused_ = true;
  thread_->pause();
  Q_EMIT stateChanged();
}

void TrainController::resume() {
  if (!thread_ || !paused_) return;
  paused_ = false;
  thread_->resume();
  Q_EMIT stateChanged();
}

void TrainController::singleStep() {
  if (!thread_) {
    const Result<void> begun = start();
    if (!begun) {
      Q_EMIT refused(QString::fromStdString(begun.error().message));
      return;
    }
  }
  paused_ = true;
  thread_->singleStep();
  Q_EMIT stateChanged();
}

void TrainController::stop() {
  if (thread_) thread_->stop();
}

void TrainController::setProbes(bool on) {
  probes_ = on;
  if (thread_) thread_->setProbes(on ? everything : ProbeRequest{});
}

}  // namespace bypath
