#include "gui/app/train_controller.h"

#include <functional>
#include <map>

#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/training/settings.h"
#include "gui/document/muted_blocks.h"

namespace bypath {

namespace {

constexpr ProbeRequest everything{
    .layerGradients = true, .shortcutSplit = true, .activities = true, .histograms = true};

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

Result<void> TrainController::start(const Attributes& over, const std::filesystem::path& weights,
                                    const std::filesystem::path& branch) {
  if (thread_) return Error{ErrorKind::usage, "A run is under way; stop it before starting another."};
  if (!editor_.checked().ok()) {
    for (const Diagnostic& d : editor_.checked().diagnostics)
      if (d.severity == Severity::error)
        return Error{ErrorKind::data, d.path.empty() ? d.message : d.path + ": " + d.message};
  }
  Result<Attributes> settings = runSettings(editor_.project(), over);
  if (!settings) return settings.error();

  revision_ = editor_.revision();
  followed_ = editor_.project();
  begin({.project = editor_.project(),
         .settings = std::move(*settings),
         .layers = &editor_.layers(),
         .shelf = &shelf_,
         .weightsFrom = weights,
         .branchFrom = branch});
  return {};
}

Result<void> TrainController::train(const PlannedRun& plan, const std::filesystem::path& folder) {
  if (thread_) return Error{ErrorKind::usage, "A run is under way; stop it before starting another."};
  revision_ = -1;
  followed_.reset();
  begin({.project = plan.project,
         .settings = completeSettings(plan.settings),
         .layers = &editor_.layers(),
         .shelf = &shelf_,
         .weightsFrom = plan.weightsFrom,
         .runFolder = folder});
  return {};
}

void TrainController::begin(TrainerThread::Job job) {
  auto feed = std::make_shared<TrainingFeed>();
  paused_ = false;
  folder_.clear();
  settings_ = job.settings;
  ++run_;
  const auto done = [this, run = run_] {
    QMetaObject::invokeMethod(
        this, [this, run] { onDone(run); }, Qt::QueuedConnection);
  };
  thread_ = std::make_unique<TrainerThread>(std::move(job), feed, done);
  if (probes_) setProbes(true);
  Q_EMIT started(std::move(feed));
  Q_EMIT stateChanged();
}

void TrainController::onDone(int run) {
  if (!thread_ || run != run_) return;
  folder_ = thread_->folder();
  outcome_ = thread_->outcome();
  thread_.reset();
  paused_ = false;
  Q_EMIT stateChanged();
  Q_EMIT ended();
}

void TrainController::tell(std::function<void(TrainerCommands&)> command) {
  if (thread_) thread_->tell(std::move(command));
}

void TrainController::stopAndWait() {
  if (!thread_) return;
  stop();
  onDone(run_);
}

void TrainController::pause() {
  if (!thread_ || paused_) return;
  paused_ = true;
  tell([](TrainerCommands& c) { c.pause(); });
  Q_EMIT stateChanged();
}

void TrainController::resume() {
  if (!thread_ || !paused_) return;
  paused_ = false;
  tell([](TrainerCommands& c) { c.resume(); });
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
  tell([](TrainerCommands& c) { c.singleStep(); });
  Q_EMIT stateChanged();
}

void TrainController::stop() {
  tell([](TrainerCommands& c) { c.stop(); });
}

void TrainController::stopAfterEpoch(bool wanted) {
  tell([wanted](TrainerCommands& c) { c.stopAfterEpoch(wanted); });
}

void TrainController::setProbes(bool on) {
  probes_ = on;
  tell([on](TrainerCommands& c) { c.setProbes(on ? everything : ProbeRequest{}); });
}

void TrainController::follow() {
  const Project& now = editor_.project();
  if (!thread_ || !followed_ || now == *followed_) return;
  const Attributes before = completeSettings(followed_->training), after = completeSettings(now.training);
  Attributes changes;
  for (const std::string& key : steerableSettings())
    if (!(before.at(key) == after.at(key))) changes[key] = after.at(key);
  if (!changes.empty()) tell([changes](TrainerCommands& c) { c.change(changes); });
  if (const AttributeValue& rate = after.at("learning_rate"); !(rate == before.at("learning_rate")))
    tell([rate = std::get<double>(rate)](TrainerCommands& c) { c.setLearningRate(rate); });
  std::map<std::string, bool> muted;
  const std::map<std::string, bool> was = mutedBlocks(followed_->network);
  for (const auto& [path, on] : mutedBlocks(now.network)) {
    if (const auto known = was.find(path); known != was.end() && known->second != on) muted[path] = on;
  }
  for (const auto& [path, on] : muted) tell([path = path, on = on](TrainerCommands& c) { c.mute(path, on); });
  followed_->training = now.training;
  for (const auto& [path, on] : muted)
    static_cast<void>(setAttribute(followed_->network, withoutLastSegment(path), lastSegment(path), "muted",
                                   AttributeValue(on), editor_.layers())
                          .ok());  // what is muted here is there in the run, or would not be in `was`
}

bool TrainController::followsDocument() const {
  return followed_ && editor_.project().network.graph == followed_->network.graph;
}

}  // namespace bypath
