// The learning rate range test (Smith 2017): a few steps from fresh weights at a rate that rises by a
// constant factor, and what the loss does. Writes nothing.
//
//   Result<RateRange> range = findRate(job, {.steps = 100}, progress);
//   range->suggestion
#pragma once

#include <functional>
#include <vector>

#include "core/training/trainer.h"

namespace bypath {

struct RateTest {
  double from = 1e-6, to = 10;
  int64_t steps = 100;
};

struct RatePoint {
  double rate = 0;
  double loss = 0;
  double smoothed = 0;  // running mean that forgets a twentieth a step, without bias
};

struct RateRange {
  std::vector<RatePoint> points;  // until the loss is four times the least, or no number
  double lowest = 0;              // the rate at which the smoothed loss is least
  double steepest = 0;            // at which it falls fastest with the logarithm of the rate
  double suggestion = 0;          // a tenth of `lowest`: well before the loss turns
};

// The job's folder is not used; its schedule, warm-up and early stopping do not count. `progress` is told the
// share done and ends the test by saying false. Errors: as a Trainer's, or numbers that make no range.
Result<RateRange> findRate(const TrainingJob& job, const RateTest& test,
                           const std::function<bool(double)>& progress = {});

}  // namespace bypath
