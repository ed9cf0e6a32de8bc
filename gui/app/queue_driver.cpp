#include "gui/app/queue_driver.h"

#include "gui/app/train_controller.h"

namespace bypath {

QueueDriver::QueueDriver(TrainingQueue& queue, TrainController& trainer, QObject* parent)
    : QObject(parent), queue_(queue), trainer_(trainer) {
  // Later than everybody else, who still looks at the run that has ended.
  connect(&trainer_, &TrainController::ended, this, &QueueDriver::onEnded, Qt::QueuedConnection);
}

void QueueDriver::start() {
  if (running()) return;
  if (Result<void> read = queue_.refresh(); !read) {
    Q_EMIT failed(QString::fromStdString(read.error().message));
    return;
  }
  if (!queue_.next()) return;
  Result<RunLock> lock = RunLock::acquire(queue_.folder());
  if (!lock) {
    Q_EMIT failed(tr("The queue is being trained by another window or program already."));
    return;
  }
  lock_.emplace(std::move(*lock));
  Q_EMIT stateChanged();
  advance();
}

void QueueDriver::stop() {
  if (!running()) return;
  if (current_.empty())
    finish();
  else
    trainer_.stop();
}

void QueueDriver::leave() {
  if (running()) finish();
}

void QueueDriver::finish() {
  lock_.reset();
  Q_EMIT stateChanged();
}

Result<void> QueueDriver::train(const Experiment& one) {
  const auto note = [&](const Error& error) { return queue_.note(one.name, error); };
  Result<PlannedRun> plan = planExperiment(one);
  if (!plan) return note(plan.error());
  const Result<std::filesystem::path> weights = weightsOf(one, queue_.folder());
  if (!weights) return note(weights.error());
  plan->weightsFrom = *weights;
  const std::filesystem::path folder = queue_.folderOf(one);
  current_ = one.name;
  if (Result<void> begun = queue_.begin(current_); !begun) {
    current_.clear();
    return begun;
  }
  return trainer_.train(*plan, folder);
}

// Experiments that cannot be trained at all are passed over, with their reason.
void QueueDriver::advance() {
  while (running() && current_.empty() && !trainer_.active()) {
    const Experiment* one = queue_.next();
    if (!one) return finish();
    if (const Result<void> trained = train(Experiment(*one)); !trained) {
      Q_EMIT failed(QString::fromStdString(trained.error().message));
      return finish();
    }
  }
  Q_EMIT stateChanged();
}

void QueueDriver::onEnded() {
  if (!current_.empty()) {
    const Result<TrainingOutcome>& outcome = trainer_.outcome();
    const bool stopped = outcome && outcome->state == TrainerState::stopped;
    const Result<void> noted = queue_.note(current_, outcome);
    current_.clear();
    if (!noted) Q_EMIT failed(QString::fromStdString(noted.error().message));
    if (stopped || !noted) return finish();
  }
  advance();
}

}  // namespace bypath
