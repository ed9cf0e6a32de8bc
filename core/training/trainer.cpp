#include "core/training/trainer.h"

#include <new>
#include <utility>

#include "core/training/training_run.h"

namespace bypath {

void TrainerCommands::pause() {
  const std::lock_guard lock(mutex_);
  paused_ = true;
  changed_.notify_all();
}

void TrainerCommands::resume() {
  const std::lock_guard lock(mutex_);
  paused_ = false;
  singleSteps_ = 0;
  changed_.notify_all();
}

void TrainerCommands::singleStep() {
  const std::lock_guard lock(mutex_);
  paused_ = true;
  ++singleSteps_;
  changed_.notify_all();
}

void TrainerCommands::stop() {
  const std::lock_guard lock(mutex_);
  orders_.stop = true;
  changed_.notify_all();
}

void TrainerCommands::stopAfterEpoch(bool wanted) {
  const std::lock_guard lock(mutex_);
  stopAfterEpoch_ = wanted;
}

void TrainerCommands::change(const Attributes& settings) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, value] : settings) orders_.changes[key] = value;
}

void TrainerCommands::mute(const std::string& block, bool muted) {
  const std::lock_guard lock(mutex_);
  orders_.muted[block] = muted;
}

void TrainerCommands::setLearningRate(double rate) {
  const std::lock_guard lock(mutex_);
  orders_.rate = rate;
}

void TrainerCommands::setProbes(const ProbeRequest& request) {
  const std::lock_guard lock(mutex_);
  orders_.probes = request;
}

TrainerCommands::Orders TrainerCommands::take(const std::function<void(bool)>& waiting) {
  std::unique_lock lock(mutex_);
  const auto mayGo = [this] { return orders_.stop || !paused_ || singleSteps_ > 0; };
  if (!mayGo()) {
    lock.unlock();
    waiting(true);
    lock.lock();
    changed_.wait(lock, mayGo);
    lock.unlock();
    waiting(false);
    lock.lock();
  }
  if (paused_ && singleSteps_ > 0) --singleSteps_;
  Orders orders = std::exchange(orders_, {});
  orders_.stop = orders.stop;
  return orders;
}

bool TrainerCommands::stopAsked() {
  const std::lock_guard lock(mutex_);
  return orders_.stop;
}

bool TrainerCommands::stopAfterEpochAsked() {
  const std::lock_guard lock(mutex_);
  return stopAfterEpoch_;
}

bool TrainerCommands::waitOrStop(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  if (!orders_.stop) changed_.wait_for(lock, time);
  return orders_.stop;
}

struct Trainer::State {
  TrainingJob job;
  std::shared_ptr<TrainingFeed> feed;
  TrainerCommands commands;
};

Trainer::Trainer(TrainingJob job, std::shared_ptr<TrainingFeed> feed) : state_(std::make_unique<State>()) {
  state_->job = std::move(job);
  state_->feed = std::move(feed);
}

Trainer::~Trainer() = default;

TrainerCommands& Trainer::commands() {
  return state_->commands;
}

Result<TrainingOutcome> Trainer::run() {
  TrainingRun run(state_->job, state_->commands, *state_->feed);
  try {
    Result<TrainingOutcome> outcome = run.go();
    if (!outcome) run.fail(outcome.error());
    return outcome;
  } catch (const std::bad_alloc&) {
    const Error error{
        ErrorKind::resources,
        "There is not enough memory to train this network; lower the batch, or close other programs."};
    run.fail(error);
    return error;
  } catch (const std::exception& e) {
    run.fail({ErrorKind::data, e.what()});
    throw;
  }
}

}  // namespace bypath
