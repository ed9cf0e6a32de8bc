// Gradient descent with momentum and Adam, with the formulas of PyTorch's torch.optim. In all of them the
// weight decay d enters as g + d*w, of every trained parameter.
//
//   Optimizer optimizer(settings, store);
//   int bad = optimizer.step(store, rate, parallel);   // -1, or a parameter whose gradient is not finite
//
//   sgd       b = m*b + g                              w -= rate * b
//   nesterov  b = m*b + g                              w -= rate * (g + m*b)
//   adam      a = b1*a + (1-b1)*g, v = b2*v + (1-b2)*g^2, at update t = 1, 2, ...
//             w -= rate / (1 - b1^t) * a / (sqrt(v / (1 - b2^t)) + epsilon)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/attributes.h"
#include "core/base/parallel.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

// Numbers an optimizer remembers for every trained parameter, by parameter index: "momentum", "mean",
// "square".
struct OptimizerSlot {
  std::string name;
  std::vector<Buffer<float>> values;  // empty for running statistics
};

class Optimizer {
 public:
  // Zeroed, for the parameters of `store`.
  Optimizer(const Attributes& settings, const ParameterStore& store);

  // One update of all trained parameters. Returns the first parameter, in the store's order, whose gradient
  // holds a number that is not finite; -1 when there is none.
  int step(ParameterStore& store, double rate, Parallel& parallel);

  std::vector<OptimizerSlot>& slots() { return slots_; }
  const std::vector<OptimizerSlot>& slots() const { return slots_; }
  int64_t updates() const { return updates_; }
  void setUpdates(int64_t updates) { updates_ = updates; }

 private:
  enum class Kind { sgd, nesterov, adam };
  // A stretch of one parameter; cut the same way for any number of threads.
  struct Chunk {
    int parameter = 0;
    size_t begin = 0;
    size_t count = 0;
  };

  Kind kind_ = Kind::sgd;
  float momentum_ = 0, beta1_ = 0, beta2_ = 0, epsilon_ = 0, weightDecay_ = 0;
  int64_t updates_ = 0;
  std::vector<OptimizerSlot> slots_;
  std::vector<Chunk> chunks_;
  std::vector<uint8_t> finite_;  // by chunk, of the last step
};

// Whether every number is finite.
bool allFinite(std::span<const float> values);

}  // namespace bypath
