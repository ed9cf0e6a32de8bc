// Divergence: where it began, and the way back.
#include "core/base/text.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {
Error TrainingRun::diverged(const std::string& what) const {
  std::string where;
  const auto look = [&](int p, std::span<const float> values, const char* kind) {
    if (where.empty() && !allFinite(values))
      where =
          "; the first layer with such " + std::string(kind) + " is " + layerOfParameter(store_.info(p).name);
  };
  // What the forward pass leaves behind tells more than gradients do, which come from behind.
  for (int p = 0; p < store_.size(); ++p)
    if (!store_.info(p).trainable()) look(p, store_.values(p), "statistics");
  for (int p = 0; p < store_.size(); ++p)
    if (trained_[static_cast<size_t>(p)]) look(p, store_.gradients(p), "gradients");
  for (int p = 0; p < store_.size(); ++p) look(p, store_.values(p), "weights");
  for (const OptimizerSlot& slot : optimizer_->slots())
    for (int p = 0; p < store_.size(); ++p)
      look(p, slot.values[static_cast<size_t>(p)].span(), "sums of gradients");
  return {ErrorKind::diverged, "Training diverged at step " + std::to_string(progress_.step + 1) + ": " +
                                   what + " is not a finite number" + where +
                                   ". Lower the learning rate (it was " + numberText(rateAt(progress_.step)) +
                                   ") or lengthen the warm-up; the last checkpoint is unharmed."};
}

// The state at the start: what a checkpoint before the first step would hold.
Result<void> TrainingRun::beginAnew() {
  initialise(store_, seed_);
  progress_ = {};
  optimizer_.emplace(settings_, store_);
  optimizer_->setActive(trained_);
  if (Result<void> moved = optimizer_->moveTo(*engine_, store_); !moved) return moved;
  if (average_) average_.emplace(AttributeReader(trainingSchema(), settings_).real("ema_decay"), store_);
  if (hasCheckpoint()) return {};
  if (!job_.branchFrom.empty()) {
    Result<Checkpoint> checkpoint = readCheckpoint(job_.branchFrom);
    return checkpoint ? beginFrom(*checkpoint) : checkpoint.error();
  }
  return takeWeights();
}

Result<void> TrainingRun::goBack(const Error& error) {
  const int before = progress_.rollbacks;
  if (before >= AttributeReader(trainingSchema(), settings_).integer("retries")) return error;
  const int64_t failed = progress_.step;
  const double half = baseRate() / 2;
  const Attributes changes = progress_.changes;
  const std::vector<std::string> muted = progress_.muted;
  if (hasCheckpoint()) {
    Result<Checkpoint> checkpoint = readCheckpoint(job_.folder / lastCheckpointName);
    if (!checkpoint) return checkpoint.error();
    if (Result<void> restored = restore(*checkpoint); !restored) return restored;
  } else if (Result<void> begun = beginAnew(); !begun) {
    return begun;
  }
  // What a person has said since still counts.
  progress_.changes = changes;
  progress_.muted = muted;
  settings_ = mergeSettings(settings_, changes);
  if (Result<void> used = useSettings(); !used) return used;
  if (Result<void> opened = openSessions(); !opened) return opened;
  progress_.rollbacks = before + 1;
  progress_.rate = half;
  stepSeconds_ = 0;
  stepsTimed_ = 0;
  push(FeedEventKind::message, {}, error.message);
  if (Result<void> cut = tell([&](RunStore& history) { return history.truncateAfter(progress_.step); }); !cut)
    return cut;
  if (Result<void> marked = mark("Diverged at step " + std::to_string(failed + 1) + ": back to step " +
                                 std::to_string(progress_.step) + " at half the rate, " + numberText(half));
      !marked)
    return marked;
  return saveCheckpoint();
}

}  // namespace bypath
