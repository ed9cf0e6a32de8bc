// Weights, gradients and running statistics of a network, by node path
// ("stage1/block[2]/branch/conv1/weight"). The store owns float32 values; engines borrow them for a step.
// Optimizer state lives with the optimizer.
//
//   ParameterStore store(infos);         // zeroed
//   initialise(store, seed);             // by each parameter's initialiser, one random stream a path
//   store.values(store.find("fc/bias"))
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/tensor/buffer.h"
#include "core/tensor/shape.h"

namespace bypath {

enum class ParameterRole { weight, bias, scale, shift, runningMean, runningVariance };

// He: normal(0, 2/fanIn); Glorot: uniform(+-sqrt(6/(fanIn+fanOut))); LeCun: normal(0, 1/fanIn); constant:
// `value` everywhere. What is drawn is multiplied by `gain`.
enum class InitialiserKind { zero, one, he, glorot, lecun, constant };

struct Initialiser {
  InitialiserKind kind = InitialiserKind::zero;
  int64_t fanIn = 1;
  int64_t fanOut = 1;
  double value = 0;
  double gain = 1;

  bool operator==(const Initialiser&) const = default;
};

struct ParameterInfo {
  std::string name;  // node path + "/" + local name
  Shape shape;
  ParameterRole role = ParameterRole::weight;
  Initialiser initialiser;
  bool frozen = false;  // stays as it is

  // Running statistics are stored and saved, not trained.
  bool trainable() const {
    return !frozen && role != ParameterRole::runningMean && role != ParameterRole::runningVariance;
  }
  bool operator==(const ParameterInfo&) const = default;
};

class ParameterStore {
 public:
  ParameterStore() = default;
  explicit ParameterStore(std::vector<ParameterInfo> infos);

  int size() const { return static_cast<int>(infos_.size()); }
  const ParameterInfo& info(int index) const { return infos_[index]; }
  // -1 when there is none of that name.
  int find(std::string_view name) const;
  std::span<float> values(int index) { return values_[index].span(); }
  std::span<const float> values(int index) const { return values_[index].span(); }
  std::span<float> gradients(int index) { return gradients_[index].span(); }  // empty for running statistics
  std::span<const float> gradients(int index) const { return gradients_[index].span(); }
  int64_t trainableCount() const;
  int64_t totalCount() const;

 private:
  std::vector<ParameterInfo> infos_;
  std::vector<Buffer<float>> values_;
  std::vector<Buffer<float>> gradients_;
  std::unordered_map<std::string, int> byName_;
};

// Fills every value by its initialiser; the numbers depend on (seed, parameter name) alone, so two networks
// that share a path and a shape start with the same weights.
void initialise(ParameterStore& store, uint64_t seed);

}  // namespace bypath
