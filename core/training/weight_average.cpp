#include "core/training/weight_average.h"

#include <algorithm>

namespace bypath {

WeightAverage::WeightAverage(double decay, const ParameterStore& store) : decay_(decay) {
  for (int p = 0; p < store.size(); ++p) {
    values_.emplace_back(store.values(p).size());
    std::ranges::copy(store.values(p), values(p).begin());
  }
}

void WeightAverage::update(const ParameterStore& store, int64_t t, Parallel& parallel) {
  const auto count = static_cast<double>(t);
  const auto taken = static_cast<float>(1 - std::min(decay_, (1 + count) / (10 + count)));
  parallel.forEach(store.size(), [&](int64_t index) {
    const auto p = static_cast<int>(index);
    const std::span<const float> now = store.values(p);
    const std::span<float> mean = values(p);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += taken * (now[i] - mean[i]);
  });
}

void WeightAverage::swap(ParameterStore& store) {
  for (int p = 0; p < store.size(); ++p) std::ranges::swap_ranges(values(p), store.values(p));
}

}  // namespace bypath
