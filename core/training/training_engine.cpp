// Who computes: the engine of the job, and when that is lost on the way, a spare one.
#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/training/model.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {

void TrainingRun::openLoader() {
  const AttributeReader read(trainingSchema(), settings_);
  loader_.emplace(job_.data, LoaderSettings{.batch = batch_,
                                            .seed = seed_,
                                            .augment = read.boolean("augment"),
                                            .normalisation = normalisationFor(training_->graph()),
                                            .limit = read.integer("limit_train"),
                                            .images = !engine_->makesBatches()});
}

// An engine that holds weights and optimizer may fail behind their back, one or two steps after the newest
// whole state that left it.
void TrainingRun::rememberProgress() {
  if (!optimizer_->isOnEngine()) return;
  constexpr int64_t kept = 3;
  const int64_t updates = optimizer_->updates();
  recent_[updates] = progress_;
  recent_.erase(recent_.begin(), recent_.lower_bound(updates - kept));
}

void TrainingRun::takeTuning() {
  constexpr uint64_t largest = uint64_t{1} << 20;
  if (job_.folder.empty() || !job_.resume) return;
  if (const Result<std::string> text = readTextFile(job_.folder / tuningName, largest); text)
    engine_->takeTuning(*text);
}

Result<void> TrainingRun::keepTuning() {
  const std::string text = engine_->tuning();
  if (job_.folder.empty() || text.empty() || text == tuning_) return {};
  tuning_ = text;
  return writeFileAtomically(job_.folder / tuningName, text);
}

bool TrainingRun::takeSpare() {
  spare_ = job_.spare && !spare_ ? job_.spare() : nullptr;
  if (spare_) engine_ = spare_.get();
  return spare_ != nullptr;
}

void TrainingRun::leaveEngine() {
  preview_.reset();
  previewFailed_ = false;
  record_.reset();
  seen_.reset();
  training_.reset();
  probing_.reset();
  validation_.reset();
  if (optimizer_ && optimizer_->isOnEngine()) optimizer_->recover();
  store_.setMirror(nullptr);
}

// Until the history is open nothing outside has changed, and all can begin again.
Result<void> TrainingRun::prepareSomewhere() {
  try {
    return prepare();
  } catch (const EngineLost& lost) {
    leaveEngine();
    loader_.reset();
    optimizer_.reset();
    average_.reset();
    history_.reset();
    lock_.reset();
    progress_ = {};
    if (!takeSpare()) return Error{ErrorKind::resources, lost.what()};
    if (Result<void> ready = prepare(); !ready) return ready;
    return tellOfSpare(lost);
  }
}

Result<void> TrainingRun::tellOfSpare(const EngineLost& lost) {
  push(FeedEventKind::message, {}, lost.what());
  return mark("The GPU was lost: training goes on with " + engine_->description() + " from step " +
              std::to_string(progress_.step));
}

Result<void> TrainingRun::goOnElsewhere(const EngineLost& lost) {
  leaveEngine();
  if (!takeSpare()) return Error{ErrorKind::resources, lost.what()};
  if (const auto then = recent_.find(optimizer_->updates()); then != recent_.end()) progress_ = then->second;
  recent_.clear();
  parallel_.emplace(engine_->threads());
  if (Result<void> opened = openSessions(); !opened) return opened;
  openLoader();
  stepSeconds_ = 0;
  stepsTimed_ = 0;
  if (Result<void> cut = tell([&](RunStore& history) { return history.truncateAfter(progress_.step); }); !cut)
    return cut;
  return tellOfSpare(lost);
}

}  // namespace bypath
