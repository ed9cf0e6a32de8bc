// The two parts of a sum told apart while it lies in the caches: how much of a gradient came through the
// shortcut and how much through the branch (He 2016, eq. 5), without a pass over memory of its own.
//
// Serial but for SplitSums itself, which keeps a place for every task, so that the sums do not depend on the
// number of threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/ops/split.h"

namespace bypath {

// Pixels of y = own + plus, not yet masked.
struct SplitRow {
  float* y = nullptr;
  const float* plus = nullptr;  // at the same places as y; never y
  const float* mask = nullptr;  // where it is not above 0, y becomes 0; or null; never y
  int64_t pixels = 0, channels = 0;
  int64_t pixelPitch = 0;
};

// Adds the row's values to sums[splitValues] and masks y.
void splitRow(const SplitRow& row, double* sums);

class SplitSums {
 public:
  // `memory` holds sizeFor() doubles. Without `wanted` everything below does nothing.
  SplitSums(bool wanted, int64_t tasks, double* memory) : tasks_(wanted ? tasks : 0), memory_(memory) {
    std::fill(memory_, memory_ + tasks_ * splitValues, 0.0);
  }
  static int64_t sizeFor(bool wanted, int64_t tasks) { return wanted ? tasks * splitValues : 0; }

  double* of(int64_t task) const { return memory_ + task * splitValues; }
  void addTo(double* totals) const {
    for (int64_t i = 0; i < tasks_ * splitValues; ++i) totals[i % splitValues] += memory_[i];
  }

 private:
  int64_t tasks_;
  double* memory_;
};

}  // namespace bypath
