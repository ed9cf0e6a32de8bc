// How far a run has come: everything besides weights and optimizer that the next step depends on, so that a
// resumed run is the uninterrupted one.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "core/base/attributes.h"
#include "core/base/result.h"
#include "core/training/averages.h"

namespace bypath {

struct TrainingProgress {
  int64_t step = 0;        // steps done
  int64_t closedStep = 0;  // the step after which the last epoch was closed: validated, logged, checkpointed
  double seconds = 0;      // of training, pauses left out
  std::optional<double> rate;      // base rate set by hand
  Attributes changes;              // settings changed by hand since the start
  std::vector<std::string> muted;  // residual blocks, by hand
  Averages sinceLog;
  Averages sinceEpoch;
  NamedNumbers lastEpoch;          // the values of the last epoch event
  std::optional<double> lowest;    // monitored loss of the best checkpoint
  std::optional<double> improved;  // monitored loss that patience counts from
  int64_t epochsSinceImproved = 0;
  bool endedEarly = false;
  int rollbacks = 0;                  // after divergences
  double plateauFactor = 1;           // what the plateau schedule has made of the rate
  std::optional<double> plateauBest;  // monitored loss that its patience counts from
  int64_t plateauEpochs = 0;          // without improvement
  double errorMean = 0;               // running mean of the training error, and ...
  double errorWeight = 0;             // ... how much of it there is; 1 after many steps
  bool warmedUp = false;              // the error has once been low enough

  // Takes a step's training error in; whether the running mean is now below the bound for the first time.
  bool warmsUp(double error, double bound);
  // Whether the plateau schedule lowers the rate after an epoch with this monitored loss (Keras'
  // ReduceLROnPlateau, whose least improvement is 1e-4).
  bool onPlateau(double loss, int64_t patience);
  // Whether early stopping ends the run after an epoch with this monitored loss (Keras' EarlyStopping).
  bool outOfPatience(double loss, int64_t patience, double delta);

  nlohmann::json toJson() const;
  static Result<TrainingProgress> fromJson(const nlohmann::json& json, const std::string& origin);
};

}  // namespace bypath
