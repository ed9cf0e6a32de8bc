// The learning rate as a pure function of the step: warm-up times decay times the base rate. What depends on
// how training goes (the plateau schedule, warm-up until an error) is kept in TrainingProgress.
//
//   Result<Schedule> schedule = Schedule::fromSettings(settings, 64000);
//   double rate = baseRate * schedule->factor(step);
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/attributes.h"

namespace bypath {

class Schedule {
 public:
  // Errors: step_at is not a rising list of fractions.
  static Result<Schedule> fromSettings(const Attributes& settings, int64_t totalSteps);

  // Of the step about to be made, 0, 1, ..., totalSteps - 1.
  double factor(int64_t step) const { return warmUp(step) * decay(step); }
  // (step + 1) / warm-up steps, then 1.
  double warmUp(int64_t step) const;
  // constant: 1; step: factor to the number of fractions passed; cosine: (1 + cos(pi t)) / 2 with t the part
  // of the steps after the warm-up that are done; one-cycle (Smith & Topin 2018, with the two cosines and the
  // numbers of PyTorch's OneCycleLR, the momentum left alone): from 1/25 up to 1, then down to 4e-6;
  // inverse-time: 1 / (1 + rate_decay * step), as Keras' decay, counted from the end of the warm-up;
  // plateau: 1.
  double decay(int64_t step) const;

 private:
  double oneCycle(int64_t step) const;

  enum class Kind { constant, step, cosine, oneCycle, inverseTime };
  Kind kind_ = Kind::constant;
  int64_t totalSteps_ = 1;
  int64_t warmUpSteps_ = 0;
  std::vector<double> stepAt_;
  double stepFactor_ = 0.1;
  double peak_ = 0.3;
  double decay_ = 0;
};

}  // namespace bypath
