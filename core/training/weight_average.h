// A running average of all weights and running statistics, which is often better than the weights themselves
// (Polyak & Juditsky 1992): after update t = 1, 2, ... a = d*a + (1-d)*w with d = min(decay, (1+t)/(10+t)),
// so that the first steps do not weigh on it for long. The average of what stays is that, bit by bit.
//
//   WeightAverage average(0.999, store);
//   average.update(store, t, parallel);
//   average.swap(store);  evaluate(...);  average.swap(store);
#pragma once

#include "core/base/parallel.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

class WeightAverage {
 public:
  // Begins with the values of the store.
  WeightAverage(double decay, const ParameterStore& store);
  void update(const ParameterStore& store, int64_t t, Parallel& parallel);
  // Exchanges the average and the store's values.
  void swap(ParameterStore& store);
  std::span<float> values(int parameter) { return values_[static_cast<size_t>(parameter)].span(); }
  std::span<const float> values(int parameter) const {
    return values_[static_cast<size_t>(parameter)].span();
  }

 private:
  double decay_;
  std::vector<Buffer<float>> values_;  // by parameter
};

}  // namespace bypath
