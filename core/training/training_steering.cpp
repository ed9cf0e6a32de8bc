// What a person changes while a run goes on; each change leaves a mark on the curves and in the history.
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/network/edit.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/training/settings.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr double smallestDecay = 1e-3;

}  // namespace

const std::vector<std::string>& steerableSettings() {
  static const std::vector<std::string> keys{"epochs",
                                             "steps",
                                             "momentum",
                                             "beta1",
                                             "beta2",
                                             "epsilon",
                                             "clip_norm",
                                             "weight_decay",
                                             "weight_decay_of",
                                             "schedule",
                                             "step_at",
                                             "step_factor",
                                             "warmup_steps",
                                             "cycle_peak",
                                             "rate_decay",
                                             "least_rate",
                                             "plateau_factor",
                                             "plateau_patience",
                                             "warmup_until_error",
                                             "early_stopping_patience",
                                             "early_stopping_delta",
                                             "log_every",
                                             "checkpoint_every",
                                             "keep_every",
                                             "probe_every",
                                             "retries"};
  return keys;
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
    lastLook_ = {};
    lastRecord_ = {};
    if (watches() != watched_)
      if (Result<void> opened = openTraining(); !opened) return opened;
  }
  if (!orders.changes.empty())
    if (Result<void> changed = changeSettings(orders.changes); !changed) return changed;
  if (!orders.muted.empty())
    if (Result<void> muted = muteBlocks(orders.muted); !muted) return muted;
  return orders.rate ? changeRate(*orders.rate) : Result<void>();
}

// The rate of the next step is to be this, and the schedule goes on from there.
Result<void> TrainingRun::changeRate(double rate) {
  const Attributes asked = {{"learning_rate", rate}};
  if (Result<void> valid = trainingSchema().validate(asked, "The change"); !valid) {
    push(FeedEventKind::message, {}, valid.error().message);
    return {};
  }
  const bool warmingUp = schedule_->warmUp(progress_.step) < 1;
  const double made = warmingUp ? 1 : schedule_->decay(progress_.step);
  progress_.plateauFactor = 1;  // from here on it is lowered anew
  progress_.rate = rate / std::max(made, smallestDecay);
  return mark("Learning rate set to " + numberText(rate));
}

// A change that cannot be made is said, and the run goes on as before.
Result<void> TrainingRun::changeSettings(const Attributes& changes) {
  const Attributes before = settings_;
  const auto refuse = [&](const std::string& why) {
    settings_ = before;
    push(FeedEventKind::message, {}, why);
    return useSettings();
  };
  std::string said;
  for (const auto& [key, value] : changes) {
    if (std::ranges::find(steerableSettings(), key) == steerableSettings().end())
      return refuse("The setting " + key +
                    " cannot change while a run goes on; stop it and start a new one.");
    if (settings_.at(key) == value) continue;
    said += (said.empty() ? "" : ", ") + trainingSchema().find(key)->label + " set to " + toText(value);
  }
  if (said.empty()) return {};
  settings_ = mergeSettings(settings_, changes);
  if (Result<void> valid = trainingSchema().validate(settings_, "The change"); !valid)
    return refuse(valid.error().message);
  if (Result<void> used = useSettings(); !used) return refuse(used.error().message);
  if (totalSteps_ < progress_.step)
    return refuse("The run has made " + std::to_string(progress_.step) + " steps and cannot end after " +
                  std::to_string(totalSteps_) + "; stop it instead.");
  progress_.changes = mergeSettings(progress_.changes, changes);
  return mark(said);
}

Result<void> TrainingRun::muteBlocks(const std::map<std::string, bool>& muted) {
  const std::vector<std::string> before = progress_.muted;
  std::string said;
  for (const auto& [path, mute] : muted) {
    const Graph* graph = graphAt(network_, std::string(withoutLastSegment(path)));
    const Node* node = graph ? graph->find(std::string(lastSegment(path))) : nullptr;
    if (!node || node->type != typeId::residualBlock) {
      push(FeedEventKind::message, {}, "There is no residual block " + path + " in this run.");
      continue;
    }
    const auto known = std::ranges::find(progress_.muted, path);
    if (mute == (known != progress_.muted.end())) continue;
    if (mute)
      progress_.muted.push_back(path);
    else
      progress_.muted.erase(known);
    said += (said.empty() ? "" : ", ") + path + (mute ? " muted" : " no longer muted");
  }
  if (said.empty()) return {};
  if (Result<void> opened = openSessions(); !opened) {
    push(FeedEventKind::message, {}, "That cannot be muted: " + opened.error().message);
    progress_.muted = before;
    return openSessions();
  }
  return mark(said);
}

}  // namespace bypath
