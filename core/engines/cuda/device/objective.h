// The number that training lowers, and every sample's share of it.
#pragma once

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

struct ObjectiveTerm {
  Array values;
  int64_t count;
  double share;  // weight / count
};

// One column; rows are those of the longest term. More terms than fit are added in further launches.
struct Objective {
  static constexpr int32_t most = 64;
  ObjectiveTerm terms[most];
  int32_t count;
  int32_t first;  // 0: goes on from `total`
  double* total;
  Array objective;

  struct State {
    double sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    for (int32_t t = 0; t < count; ++t)
      if (row < terms[t].count) state.sum += terms[t].share * static_cast<double>(terms[t].values.get(row));
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    *total = first ? state.sum : *total + state.sum;
    objective.set(0, static_cast<float>(*total));
  }
};

// A map over fours: factor * scalar everywhere.
struct ObjectiveGradient {
  Array scalar, gradient;
  int64_t count;
  float factor;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const float value = factor * scalar.get(0);
    gradient.setFour(i, count, {{value, value, value, value}});
  }
};

#define BYPATH_OBJECTIVE_MAPS(X) X(ObjectiveGradient)
#define BYPATH_OBJECTIVE_REDUCTIONS(X) X(Objective)

}  // namespace bypath::gpu
