// How far a run has come: everything besides weights and optimizer that the next step depends on, so that a
// resumed run is the uninterrupted one.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "core/base/result.h"
#include "core/training/averages.h"

namespace bypath {

struct TrainingProgress {
  int64_t step = 0;        // steps done
  int64_t closedStep = 0;  // the step after which the last epoch was closed: validated, logged, checkpointed
  double seconds = 0;      // of training, pauses left out
  std::optional<double> rate;  // base rate set by hand
  Averages sinceLog;
  Averages sinceEpoch;
  NamedNumbers lastEpoch;          // the values of the last epoch event
  std::optional<double> lowest;    // monitored loss of the best checkpoint
  std::optional<double> improved;  // monitored loss that patience counts from
  int64_t epochsSinceImproved = 0;
  bool endedEarly = false;

  // Whether early stopping ends the run after an epoch with this monitored loss (Keras' EarlyStopping).
  bool outOfPatience(double loss, int64_t patience, double delta);

  nlohmann::json toJson() const;
  static Result<TrainingProgress> fromJson(const nlohmann::json& json, const std::string& origin);
};

}  // namespace bypath
