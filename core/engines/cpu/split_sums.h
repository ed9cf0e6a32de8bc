// The two parts of a sum told apart on the way: how much of a gradient came through the shortcut and how much
// through the branch (He 2016, eq. 5), without a pass over memory of its own. Kernels add to lanes, one task
// after the other; tasks are added up in order, so that the sums do not depend on the number of threads.
#pragma once

#include <array>
#include <cstdint>

#include "core/ops/split.h"

namespace bypath {

// What one task has added up so far, a lane for each element of a vector.
struct SplitLanes {
  static constexpr int64_t most = 64;
  alignas(64) std::array<float, most> plusSquares{}, ownSquares{}, products{};

  // One place, its own part and what is added to it.
  void add(float plus, float own) {
    plusSquares[0] += plus * plus;
    ownSquares[0] += own * own;
    products[0] += plus * own;
  }
  void addTo(double* sums) const {
    for (size_t i = 0; i < most; ++i) {
      sums[0] += static_cast<double>(plusSquares[i]);
      sums[1] += static_cast<double>(ownSquares[i]);
      sums[2] += static_cast<double>(products[i]);
    }
  }
};

// y[i] = own + plus[i] is there: adds what i < count bring. Neither is the other.
void splitSpan(const float* y, const float* plus, int64_t count, SplitLanes& lanes);

// A place for every task.
class SplitSums {
 public:
  // `memory` holds sizeFor() doubles. Without `wanted` nothing is kept.
  SplitSums(bool wanted, int64_t tasks, double* memory) : tasks_(wanted ? tasks : 0), memory_(memory) {}
  static int64_t sizeFor(bool wanted, int64_t tasks) { return wanted ? tasks * splitValues : 0; }

  // Every task is kept once.
  void keep(int64_t task, const SplitLanes& lanes) const {
    double* const at = memory_ + task * splitValues;
    for (int64_t i = 0; i < splitValues; ++i) at[i] = 0;
    lanes.addTo(at);
  }
  void addTo(double* totals) const {
    for (int64_t i = 0; i < tasks_ * splitValues; ++i) totals[i % splitValues] += memory_[i];
  }

 private:
  int64_t tasks_;
  double* memory_;
};

}  // namespace bypath
