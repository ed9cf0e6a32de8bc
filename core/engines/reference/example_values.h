// Memory for one example of an op: inputs drawn as the example asks, outputs between guards that show any
// write outside them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/ops/op_type.h"
#include "core/tensor/buffer.h"

namespace bypath {

// Values with sixteen marked ones before and after.
template <class T>
class Guarded {
 public:
  explicit Guarded(size_t count, T fill) : memory_(count + 2 * guard) {
    std::ranges::fill(memory_.span(), mark);
    std::ranges::fill(span(), fill);
  }
  std::span<T> span() { return memory_.span().subspan(guard, memory_.size() - 2 * guard); }
  std::span<const T> span() const { return memory_.span().subspan(guard, memory_.size() - 2 * guard); }
  bool intact() const {
    const auto isMark = [](T value) { return value == mark; };
    return std::ranges::all_of(memory_.span().first(guard), isMark) &&
           std::ranges::all_of(memory_.span().last(guard), isMark);
  }

 private:
  static constexpr size_t guard = 16;
  static constexpr T mark = static_cast<T>(-12345);
  Buffer<T> memory_;
};

// One array an input; every value is a float, so that both precisions start from the same numbers.
std::vector<std::vector<double>> drawInputs(const OpType& type, const OpExample& example, uint64_t seed);

// The key that random ops get in checks.
inline constexpr StepKey checkKey{.seed = 20151210, .step = 40, .firstSample = 3};

// Runs the op's reference on these inputs; states among them are copied. `shapes` are the shape rule's.
std::vector<Guarded<double>> runReference(const OpType& type, const OpExample& example,
                                          const std::vector<Shape>& shapes,
                                          std::vector<std::vector<double>> inputs);

}  // namespace bypath
