#include "core/tensor/parameter_store.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/base/random.h"

namespace bypath {

ParameterStore::ParameterStore(std::vector<ParameterInfo> infos) : infos_(std::move(infos)) {
  for (int i = 0; i < size(); ++i) {
    const ParameterInfo& one = info(i);
    [[maybe_unused]] const bool isNew = byName_.emplace(one.name, i).second;
    assert(isNew && "two parameters share a name");
    const auto count = static_cast<size_t>(one.shape.count());
    values_.emplace_back(count);
    gradients_.emplace_back(one.trainable() ? count : 0);
  }
}

int ParameterStore::find(std::string_view name) const {
  const auto found = byName_.find(std::string(name));
  return found == byName_.end() ? -1 : found->second;
}

int64_t ParameterStore::trainableCount() const {
  int64_t count = 0;
  for (const ParameterInfo& one : infos_) count += one.trainable() ? one.shape.count() : 0;
  return count;
}

int64_t ParameterStore::totalCount() const {
  int64_t count = 0;
  for (const ParameterInfo& one : infos_) count += one.shape.count();
  return count;
}

void initialise(ParameterStore& store, uint64_t seed) {
  for (int i = 0; i < store.size(); ++i) {
    const Initialiser& rule = store.info(i).initialiser;
    const std::span<float> values = store.values(i);
    const RandomKey key{.seed = seed, .stream = streamOf(store.info(i).name)};
    const auto fanIn = static_cast<double>(std::max<int64_t>(rule.fanIn, 1));
    const auto fanOut = static_cast<double>(std::max<int64_t>(rule.fanOut, 1));
    const auto gain = static_cast<float>(rule.gain);
    const auto drawNormal = [&](double variance) {
      const float deviation = gain * static_cast<float>(std::sqrt(variance));
      for (size_t n = 0; n < values.size(); ++n)
        values[n] = deviation * normal(key, static_cast<uint32_t>(n));
    };
    switch (rule.kind) {
      case InitialiserKind::zero:
        std::ranges::fill(values, 0.0F);
        break;
      case InitialiserKind::one:
        std::ranges::fill(values, 1.0F);
        break;
      case InitialiserKind::constant:
        std::ranges::fill(values, static_cast<float>(rule.value));
        break;
      case InitialiserKind::he:
        drawNormal(2 / fanIn);
        break;
      case InitialiserKind::lecun:
        drawNormal(1 / fanIn);
        break;
      case InitialiserKind::glorot: {
        const float limit = gain * static_cast<float>(std::sqrt(6 / (fanIn + fanOut)));
        for (size_t n = 0; n < values.size(); ++n)
          values[n] = limit * (2 * uniform(key, static_cast<uint32_t>(n)) - 1);
        break;
      }
    }
  }
}

}  // namespace bypath
