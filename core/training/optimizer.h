// Gradient descent with momentum, Adam and AdamW, with the formulas of PyTorch's torch.optim. The weight
// decay d enters as g + d*w, in adamw as w -= rate * d * w; of every trained parameter, or of weights alone.
//
//   Optimizer optimizer(settings, store);
//   int bad = optimizer.step(store, rate, parallel);   // -1, or a parameter that is no longer finite
//
//   sgd       b = m*b + g                              w -= rate * b
//   nesterov  b = m*b + g                              w -= rate * (g + m*b)
//   adam      a = b1*a + (1-b1)*g, v = b2*v + (1-b2)*g^2, at update t = 1, 2, ...
//             w -= rate / (1 - b1^t) * a / (sqrt(v / (1 - b2^t)) + epsilon)
//
// With clip_norm c > 0 every gradient is first multiplied by min(1, c / (norm + 1e-6)), norm being that of
// all gradients together (Pascanu 2013; torch.nn.utils.clip_grad_norm_).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/attributes.h"
#include "core/base/parallel.h"
#include "core/engines/engine.h"
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

  // Takes over other numbers (momentum, decay, clipping) without forgetting; the kind must stay.
  void adjust(const Attributes& settings);
  // Parameters that are false here are left alone; empty: all trained ones are updated.
  void setActive(const std::vector<bool>& active);
  // One update of all active parameters. Returns the first parameter, in the store's order, that a number
  // that is not finite has come into: its gradient (then nothing is updated where gradients are clipped), its
  // values or what is remembered for it; -1 when there is none.
  int step(ParameterStore& store, double rate, Parallel& parallel);
  // Of all gradients before they were clipped, in the last step; 0 where nothing is clipped.
  double gradientNorm() const { return gradientNorm_; }

  // Has the engine make updates where it computes gradients, if it does that; step() then looks at running
  // statistics too. The engine outlives this. Errors: resources.
  Result<void> moveTo(Engine& engine, ParameterStore& store);
  bool isOnEngine() const { return update_ != nullptr; }
  // step() in two parts, for a session that makes the update in one go with its run.
  ParameterUpdate& begin(double rate);
  int finish();
  // After EngineLost: takes home the newest whole state there is, this and the store's values.
  void recover();

  // To read and write; of a const optimizer, to read.
  std::vector<OptimizerSlot>& slots();
  const std::vector<OptimizerSlot>& slots() const;
  int64_t updates() const { return updates_; }
  void setUpdates(int64_t updates) { updates_ = updates; }

 private:
  using Kind = UpdateRule::Kind;
  // A stretch of one parameter; cut the same way for any number of threads.
  struct Chunk {
    int parameter = 0;
    size_t begin = 0;
    size_t count = 0;
    bool decays = true;
  };

  UpdateRule rule() const;
  void bringHome() const;
  int firstBad() const;
  // Looks at all gradients; what they are to be multiplied by.
  float clippingScale(const ParameterStore& store, Parallel& parallel);

  Kind kind_ = Kind::sgd;
  float momentum_ = 0, beta1_ = 0, beta2_ = 0, epsilon_ = 0, weightDecay_ = 0;
  double clipNorm_ = 0, gradientNorm_ = 0;
  bool decaysWeightsOnly_ = false;
  int64_t updates_ = 0;
  mutable std::vector<OptimizerSlot> slots_;
  std::unique_ptr<ParameterUpdate> update_;    // null: updates are made here
  mutable bool slotsAreElsewhere_ = false;     // the newest
  bool slotsWereWritten_ = false;              // here, since
  std::vector<uint8_t> isWeight_, isTrained_;  // by parameter
  std::vector<Chunk> chunks_;
  std::vector<uint8_t> finite_;  // by chunk, of the last step
  std::vector<double> squares_;  // by chunk, of the gradients
  std::vector<uint8_t> active_;  // by parameter; empty: all
};

// Whether every number is finite.
bool allFinite(std::span<const float> values);

}  // namespace bypath
