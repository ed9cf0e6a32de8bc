#include <algorithm>

#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr std::chrono::seconds timeBetweenCheckpoints{30};

}  // namespace

void TrainingRun::push(FeedEventKind kind, NamedNumbers values, std::string text) {
  const int64_t epochs = totalSteps_ ? (totalSteps_ + epochSteps_ - 1) / epochSteps_ : 0;
  feed_.push({.kind = kind,
              .state = state_,
              .step = progress_.step,
              .steps = totalSteps_,
              .epoch = static_cast<int>((std::max<int64_t>(progress_.step, 1) - 1) / epochSteps_) + 1,
              .epochs = static_cast<int>(epochs),
              .seconds = seconds(),
              .values = std::move(values),
              .text = std::move(text)});
}

void TrainingRun::setState(TrainerState state) {
  state_ = state;
  push(FeedEventKind::state);
}

Result<void> TrainingRun::record(const RunRow& row) {
  return tell([&](RunStore& history) { return history.append(row); });
}

Result<void> TrainingRun::mark(const std::string& text) {
  push(FeedEventKind::mark, {}, text);
  return tell([&](RunStore& history) { return history.mark(progress_.step, text); });
}

Result<void> TrainingRun::saveIfDue() {
  const bool due = checkpointEvery_ > 0 ? progress_.step % checkpointEvery_ == 0
                                        : Clock::now() - lastSave_ >= timeBetweenCheckpoints;
  return due ? saveCheckpoint() : Result<void>();
}

Result<void> TrainingRun::saveCheckpoint() {
  if (job_.folder.empty()) return {};
  progress_.seconds = seconds();
  since_ = Clock::now();
  if (Result<void> flushed = tell([](RunStore& history) { return history.flush(); }); !flushed)
    return flushed;
  Result<void> written = writeState(lastCheckpointName);
  lastSave_ = Clock::now();
  return written;
}

// Under this name in the run's folder, with all that the run needs to go on from there.
Result<void> TrainingRun::writeState(const std::string& name) {
  if (job_.folder.empty()) return {};
  const std::filesystem::path file = job_.folder / name;
  return withRoom(file, checkpointBytes(), [&] {
    return writeCheckpoint(file, {job_.project.network, settings_, progress_}, store_, &*optimizer_,
                           average_ ? &*average_ : nullptr);
  });
}

Result<void> TrainingRun::keepEpoch() {
  const bool whole = progress_.step % epochSteps_ == 0;
  const bool due = keepEvery_ > 0 && whole && progress_.step / epochSteps_ % keepEvery_ == 0;
  return due ? writeState(keptCheckpointName(progress_.step)) : Result<void>();
}

Result<void> TrainingRun::saveWeights() {
  if (job_.folder.empty()) return {};
  if (average_) average_->swap(store_);
  const std::filesystem::path file = job_.folder / weightsName;
  Result<void> written = withRoom(file, checkpointBytes(), [&] {
    return writeCheckpoint(file, {job_.project.network, settings_, progress_}, store_, nullptr);
  });
  if (average_) average_->swap(store_);
  return written;
}

Result<void> TrainingRun::finish() {
  if (stopping_) {
    if (Result<void> saved = saveCheckpoint(); !saved) return saved;
  } else if (Result<void> written = saveWeights(); !written) {
    return written;
  }
  const std::string ending = stopping_ ? "stopped" : "finished";
  if (Result<void> told = tell([&](RunStore& history) { return history.setState(ending); }); !told)
    return told;
  state_ = stopping_ ? TrainerState::stopped : TrainerState::finished;
  push(FeedEventKind::finished, progress_.lastEpoch,
       progress_.endedEarly && !stopping_ ? "Ended early: the validation loss no longer improved." : "");
  return {};
}

void TrainingRun::fail(const Error& error) {
  state_ = TrainerState::failed;
  if (history_) {
    // The run has failed already; a history that cannot be written either changes nothing about that.
    static_cast<void>(history_->mark(progress_.step, error.message).ok());
    static_cast<void>(history_->setState("failed").ok());
  }
  push(FeedEventKind::failed, {}, error.message);
}

}  // namespace bypath
