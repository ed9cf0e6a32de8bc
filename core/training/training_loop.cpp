#include <algorithm>
#include <cmath>

#include "core/training/evaluation.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr double smallestDecay = 1e-3;

std::string shortNumber(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

}  // namespace

Result<TrainingOutcome> TrainingRun::go() {
  if (Result<void> ready = prepare(); !ready) return ready.error();
  since_ = lastSave_ = Clock::now();
  setState(TrainerState::running);
  if (Result<void> done = loop(); !done) return done.error();
  if (Result<void> done = finish(); !done) return done.error();
  return TrainingOutcome{.state = state_, .steps = progress_.step, .last = progress_.lastEpoch};
}

Result<void> TrainingRun::loop() {
  while (true) {
    if (epochIsOpen()) {
      if (Result<void> closed = closeEpoch(); !closed) return closed;
      if (stopping_) return {};
    }
    if (progress_.step >= totalSteps_ || progress_.endedEarly) return {};
    if (Result<void> obeyed = obey(); !obeyed) return obeyed;
    if (stopping_) return {};
    if (Result<void> stepped = step(); !stepped) return stepped;
    if (Result<void> shown = showInside(); !shown) return shown;
    if (progress_.step % logEvery_ == 0)
      if (Result<void> logged = logStep(); !logged) return logged;
    if (!epochIsOpen())
      if (Result<void> saved = saveIfDue(); !saved) return saved;
  }
}

// An epoch's end, or the run's, whose work is still to be done.
bool TrainingRun::epochIsOpen() const {
  const bool ends =
      progress_.step > 0 && (progress_.step % epochSteps_ == 0 || progress_.step == totalSteps_);
  return ends && progress_.closedStep < progress_.step;
}

Result<void> TrainingRun::obey() {
  Clock::time_point paused;
  const auto waiting = [&](bool begins) {
    setState(begins ? TrainerState::paused : TrainerState::running);
    if (begins)
      paused = Clock::now();
    else
      since_ += Clock::now() - paused;
  };
  const TrainerCommands::Orders orders = commands_.take(waiting);
  stopping_ = orders.stop;
  if (orders.probes && !(*orders.probes == asked_)) {
    asked_ = *orders.probes;
    lastFrame_ = {};
  }
  if (!orders.rate) return {};
  const bool warmingUp = schedule_->warmUp(progress_.step) < 1;
  progress_.rate =
      warmingUp ? *orders.rate : *orders.rate / std::max(schedule_->decay(progress_.step), smallestDecay);
  return mark("Learning rate set to " + shortNumber(*orders.rate));
}

double TrainingRun::rateAt(int64_t step) const {
  const double base =
      progress_.rate.value_or(AttributeReader(trainingSchema(), settings_).real("learning_rate"));
  return base * schedule_->factor(step);
}

double TrainingRun::seconds() const {
  const std::chrono::duration<double> running = Clock::now() - since_;
  return progress_.seconds + running.count();
}

Result<void> TrainingRun::step() {
  const Clock::time_point start = Clock::now();
  Result<NetworkSession*> session = sessionForStep();
  if (!session) return session.error();
  const Batch& batch = loader_->training(progress_.step);
  (*session)->feed(batch.images, batch.labels);
  (*session)->run({.seed = seed_, .step = static_cast<uint32_t>(progress_.step)});
  const NamedNumbers values = (*session)->means();
  if (!std::isfinite(values.at("loss"))) return diverged("the loss");
  if (*session != &*training_) seen_ = (*session)->probes(store_, progress_.step + 1);
  const int bad = optimizer_->step(store_, rateAt(progress_.step), *parallel_);
  if (bad >= 0) return diverged("a gradient");
  for (int p = 0; p < store_.size(); ++p)
    if (!store_.info(p).trainable() && !allFinite(store_.values(p))) return diverged("a running statistic");
  ++progress_.step;
  progress_.sinceLog.add(values);
  progress_.sinceEpoch.add(values);
  stepSeconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  ++stepsTimed_;
  return {};
}

Error TrainingRun::diverged(const std::string& what) const {
  std::string where;
  const auto look = [&](int p, std::span<const float> values, const char* kind) {
    if (where.empty() && !allFinite(values))
      where =
          "; the first layer with such " + std::string(kind) + " is " + layerOfParameter(store_.info(p).name);
  };
  for (int p = 0; p < store_.size(); ++p) look(p, store_.values(p), "weights or statistics");
  for (int p = 0; p < store_.size(); ++p) look(p, store_.gradients(p), "gradients");
  return {ErrorKind::diverged, "Training diverged at step " + std::to_string(progress_.step + 1) + ": " +
                                   what + " is not a finite number" + where +
                                   ". Lower the learning rate (it was " +
                                   shortNumber(rateAt(progress_.step)) +
                                   ") or lengthen the warm-up; the last checkpoint is unharmed."};
}

Result<void> TrainingRun::logStep() {
  NamedNumbers values = progress_.sinceLog.means();
  progress_.sinceLog.clear();
  values["learning_rate"] = rateAt(progress_.step - 1);
  values["images_per_second"] =
      stepSeconds_ > 0 ? static_cast<double>(batch_ * stepsTimed_) / stepSeconds_ : 0;
  stepSeconds_ = 0;
  stepsTimed_ = 0;
  push(FeedEventKind::step, values);
  return record({.step = progress_.step,
                 .epoch = static_cast<int>((progress_.step - 1) / epochSteps_) + 1,
                 .epochEnd = false,
                 .seconds = seconds(),
                 .values = values});
}

Result<void> TrainingRun::closeEpoch() {
  NamedNumbers values = progress_.sinceEpoch.means();
  values["learning_rate"] = rateAt(progress_.step - 1);
  if (validation_) {
    setState(TrainerState::validating);
    const AttributeReader read(trainingSchema(), settings_);
    const auto measured = evaluateSplit(
        *validation_, *loader_, job_.data->test,
        {.limit = read.integer("limit_validation"), .key = {seed_, static_cast<uint32_t>(progress_.step), 0}},
        [this] { return commands_.stopAsked(); });
    if (!measured) {
      stopping_ = true;
      return {};
    }
    for (const auto& [name, value] : *measured) values["val_" + name] = value;
    setState(TrainerState::running);
  }
  const double monitored = values.at(validation_ ? "val_loss" : "loss");
  const AttributeReader read(trainingSchema(), settings_);
  const bool epochEnds = progress_.step % epochSteps_ == 0;
  if (epochEnds) progress_.sinceEpoch.clear();
  progress_.closedStep = progress_.step;
  progress_.lastEpoch = values;
  progress_.endedEarly = progress_.outOfPatience(monitored, read.integer("early_stopping_patience"),
                                                 read.real("early_stopping_delta"));
  push(FeedEventKind::epoch, values);
  Result<void> recorded = record({.step = progress_.step,
                                  .epoch = static_cast<int>((progress_.step - 1) / epochSteps_) + 1,
                                  .epochEnd = true,
                                  .seconds = seconds(),
                                  .values = values});
  if (!recorded) return recorded;
  if (std::isfinite(monitored) && (!progress_.lowest || monitored < *progress_.lowest)) {
    progress_.lowest = monitored;
    if (Result<void> saved = saveBest(); !saved) return saved;
  }
  return saveCheckpoint();
}

}  // namespace bypath
