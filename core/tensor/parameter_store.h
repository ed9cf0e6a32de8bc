// Weights, gradients and running statistics of a network, by node path
// ("stage1/block[2]/branch/conv1/weight"). The store owns float32 values; engines borrow them for a step.
// Optimizer state lives with the optimizer.
//
//   ParameterStore store(infos);         // zeroed
//   initialise(store, seed);             // by each parameter's initialiser, one random stream a path
//   store.values(store.find("fc/bias"))
#pragma once

#include <cstdint>
#include <memory>
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

// Values and gradients that an engine keeps elsewhere, in the memory of a GPU, say. The store tells it of
// every use on the host, from any thread.
class ParameterMirror {
 public:
  enum class Kind { values, gradients };
  virtual ~ParameterMirror() = default;
  // Brings what is newer elsewhere into `host`. With `writes`, what is elsewhere is out of date from now on.
  virtual void use(Kind kind, int index, std::span<float> host, bool writes) = 0;
};

class ParameterStore {
 public:
  ParameterStore() = default;
  explicit ParameterStore(std::vector<ParameterInfo> infos);

  int size() const { return static_cast<int>(infos_.size()); }
  const ParameterInfo& info(int index) const { return infos_[index]; }
  // -1 when there is none of that name.
  int find(std::string_view name) const;
  // To read and write. Whoever only reads asks a const store, which spares a mirror the way back.
  std::span<float> values(int index) { return used(values_, ParameterMirror::Kind::values, index, true); }
  std::span<const float> values(int index) const {
    return used(values_, ParameterMirror::Kind::values, index, false);
  }
  std::span<float> gradients(int index) {  // empty for running statistics
    return used(gradients_, ParameterMirror::Kind::gradients, index, true);
  }
  std::span<const float> gradients(int index) const {
    return used(gradients_, ParameterMirror::Kind::gradients, index, false);
  }
  // Null: all is here. Whoever takes a mirror away brings home what it has.
  const std::shared_ptr<ParameterMirror>& mirror() const { return mirror_; }
  void setMirror(std::shared_ptr<ParameterMirror> mirror) { mirror_ = std::move(mirror); }
  int64_t trainableCount() const;
  int64_t totalCount() const;

 private:
  std::span<float> used(std::vector<Buffer<float>>& all, ParameterMirror::Kind kind, int index,
                        bool writes) const {
    const std::span<float> host = all[static_cast<size_t>(index)].span();
    if (mirror_) mirror_->use(kind, index, host, writes);
    return host;
  }

  std::vector<ParameterInfo> infos_;
  mutable std::vector<Buffer<float>> values_;  // a mirror brings them up to date
  mutable std::vector<Buffer<float>> gradients_;
  std::shared_ptr<ParameterMirror> mirror_;
  std::unordered_map<std::string, int> byName_;
};

// Fills every value by its initialiser; the numbers depend on (seed, parameter name) alone, so two networks
// that share a path and a shape start with the same weights.
void initialise(ParameterStore& store, uint64_t seed);

}  // namespace bypath
