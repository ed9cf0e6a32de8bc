#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/training/evaluation.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {
Result<TrainingOutcome> TrainingRun::go() {
  if (Result<void> ready = prepareSomewhere(); !ready) return ready.error();
  since_ = lastSave_ = Clock::now();
  setState(TrainerState::running);
  for (bool done = false; !done;) {
    try {
      if (Result<void> looped = loop(); !looped) return looped.error();
      if (Result<void> finished = finish(); !finished) return finished.error();
      done = true;
    } catch (const EngineLost& lost) {
      if (Result<void> gone = goOnElsewhere(lost); !gone) return gone.error();
    }
  }
  return TrainingOutcome{.state = state_, .steps = progress_.step, .last = progress_.lastEpoch};
}

Result<void> TrainingRun::loop() {
  while (!stopping_ && (epochIsOpen() || !isDone())) {
    const Result<void> done = advance();
    if (done) continue;
    if (done.error().kind != ErrorKind::diverged) return done;
    if (Result<void> back = goBack(done.error()); !back) return back;
  }
  return {};
}

Result<void> TrainingRun::advance() {
  if (epochIsOpen()) {
    Result<void> closed = closeEpoch();
    if (commands_.stopAfterEpochAsked() && progress_.closedStep == progress_.step && !isDone())
      stopping_ = true;
    return closed;
  }
  if (Result<void> obeyed = obey(); !obeyed || stopping_ || isDone()) return obeyed;
  if (Result<void> stepped = step(); !stepped) return stepped;
  if (Result<void> shown = showInside(); !shown) return shown;
  if (progress_.step % logEvery_ == 0)
    if (Result<void> logged = logStep(); !logged) return logged;
  return epochIsOpen() ? Result<void>() : saveIfDue();
}

// An epoch's end, or the run's, whose work is still to be done.
bool TrainingRun::epochIsOpen() const {
  const bool ends =
      progress_.step > 0 && (progress_.step % epochSteps_ == 0 || progress_.step == totalSteps_);
  return ends && progress_.closedStep < progress_.step;
}

double TrainingRun::baseRate() const {
  return progress_.rate.value_or(AttributeReader(trainingSchema(), settings_).real("learning_rate"));
}

double TrainingRun::rateAt(int64_t step) const {
  constexpr double beforeWarmedUp = 0.1;
  const double warming = warmUpError_ > 0 && !progress_.warmedUp ? beforeWarmedUp : 1;
  const double rate = baseRate() * schedule_->factor(step) * warming;
  if (progress_.plateauFactor == 1) return rate;
  const double least = AttributeReader(trainingSchema(), settings_).real("least_rate");
  return std::max(std::min(rate, least), rate * progress_.plateauFactor);
}

double TrainingRun::seconds() const {
  const std::chrono::duration<double> running = Clock::now() - since_;
  return progress_.seconds + running.count();
}

Result<void> TrainingRun::step() {
  const Clock::time_point start = Clock::now();
  rememberProgress();
  updated_ = false;
  Result<NamedNumbers> values = runBatch();
  if (!values) return values.error();
  beginRecord();
  const double rate = rateAt(progress_.step);
  const int bad = updated_ ? optimizer_->finish() : optimizer_->step(store_, rate, *parallel_);
  const ParameterStore& seen = store_;
  if (bad >= 0) return diverged(whatIsBad(bad));
  for (int p = 0; !optimizer_->isOnEngine() && p < seen.size(); ++p)
    if (!seen.info(p).trainable() && !allFinite(seen.values(p))) return diverged(whatIsBad(p));
  endRecord();
  if (average_) average_->update(store_, optimizer_->updates(), *parallel_);
  if (optimizer_->gradientNorm() > 0) (*values)["gradient_norm"] = optimizer_->gradientNorm();
  ++progress_.step;
  progress_.sinceLog.add(*values);
  progress_.sinceEpoch.add(*values);
  watchError(*values);
  stepSeconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  ++stepsTimed_;
  return {};
}

std::string TrainingRun::whatIsBad(int parameter) const {
  if (!store_.info(parameter).trainable()) return "a running statistic";
  return allFinite(store_.gradients(parameter)) ? "an update" : "a gradient";
}

// In one go where the engine updates: nobody looks at the weights in between.
void TrainingRun::runStep(const StepKey& key) {
  if (microBatches_ == 1 && optimizer_->isOnEngine() && !recordWanted_) {
    training_->run(key, optimizer_->begin(rateAt(progress_.step)));
    updated_ = true;
  } else {
    training_->run(key);
  }
}

Result<NamedNumbers> TrainingRun::runBatch() {
  const Batch& batch = loader_->training(progress_.step);
  if (Result<void> looked = look(batch); !looked) return looked.error();
  recordWanted_ = wantsRecord();
  const int64_t part = batch_ / microBatches_;
  Averages sums;
  for (int64_t m = 0; m < microBatches_; ++m) {
    training_->feed(batch, m * part);
    runStep({seed_, static_cast<uint32_t>(progress_.step), static_cast<uint32_t>(m * part)});
    const NamedNumbers values = training_->means();
    if (!std::isfinite(values.at("loss"))) return diverged("the loss");
    sums.add(values);
    if (microBatches_ > 1) addGradients(m);
  }
  return sums.means();
}

// Adds the gradients of one micro-batch up; after the last, their mean is in the store.
void TrainingRun::addGradients(int64_t microBatch) {
  const float share = 1.0f / static_cast<float>(microBatches_);
  const bool first = microBatch == 0, last = microBatch + 1 == microBatches_;
  parallel_->forEach(store_.size(), [&](int64_t index) {
    const auto p = static_cast<size_t>(index);
    if (!trained_[p]) return;
    const std::span<float> gradient = store_.gradients(static_cast<int>(index)),
                           sum = gradientSums_[p].span();
    for (size_t i = 0; i < sum.size(); ++i) {
      sum[i] = first ? gradient[i] : sum[i] + gradient[i];
      if (last) gradient[i] = share * sum[i];
    }
  });
}

void TrainingRun::watchError(const NamedNumbers& values) {
  const auto accuracy = values.find("accuracy");
  if (warmUpError_ <= 0 || progress_.warmedUp || accuracy == values.end()) return;
  if (progress_.warmsUp(1 - accuracy->second, warmUpError_)) static_cast<void>(mark("Warmed up").ok());
}

void TrainingRun::watchPlateau(double monitored) {
  const AttributeReader read(trainingSchema(), settings_);
  if (read.text("schedule") != "plateau") return;
  if (!progress_.onPlateau(monitored, read.integer("plateau_patience"))) return;
  if (rateAt(progress_.step) <= read.real("least_rate")) return;
  progress_.plateauFactor *= read.real("plateau_factor");
  static_cast<void>(
      mark("No improvement: the learning rate is now " + numberText(rateAt(progress_.step))).ok());
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

// Of a validation that takes its time: so often that a person sees it move.
void TrainingRun::tellShare(double share) {
  constexpr auto often = std::chrono::milliseconds(500);
  const auto now = std::chrono::steady_clock::now();
  if (share == 0) shareTold_ = now;
  if (now - shareTold_ < often) return;
  shareTold_ = now;
  feed_.push({.kind = FeedEventKind::state, .state = state_, .values = {{"share", share}}, .text = {}});
}

Result<void> TrainingRun::closeEpoch() {
  NamedNumbers values = progress_.sinceEpoch.means();
  values["learning_rate"] = rateAt(progress_.step - 1);
  if (validation_) {
    setState(TrainerState::validating);
    const AttributeReader read(trainingSchema(), settings_);
    if (average_) average_->swap(store_);
    const auto measured = evaluateSplit(
        *validation_, *loader_, job_.data->test,
        {.limit = read.integer("limit_validation"), .key = {seed_, static_cast<uint32_t>(progress_.step), 0}},
        [this](double share) {
          tellShare(share);
          return commands_.stopAsked();
        });
    if (average_) average_->swap(store_);
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
  watchPlateau(monitored);
  push(FeedEventKind::epoch, values);
  Result<void> recorded = record({.step = progress_.step,
                                  .epoch = static_cast<int>((progress_.step - 1) / epochSteps_) + 1,
                                  .epochEnd = true,
                                  .seconds = seconds(),
                                  .values = values});
  if (!recorded) return recorded;
  if (std::isfinite(monitored) && (!progress_.lowest || monitored < *progress_.lowest)) {
    progress_.lowest = monitored;
    if (Result<void> saved = writeState(bestCheckpointName); !saved) return saved;
  }
  if (Result<void> kept = keepEpoch(); !kept) return kept;
  return saveCheckpoint();
}

}  // namespace bypath
