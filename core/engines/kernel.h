// One way to run one op on one engine. An engine keeps an ordered list a op, best first, plain reference
// last; accepts() says yes or why not, and the plan keeps every refusal for explain().
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/base/parallel.h"
#include "core/ops/op_type.h"
#include "core/tensor/buffer.h"

namespace bypath {

// Empty: accepted. Otherwise the reason, a phrase such as "stride 2 is not 1".
using Refusal = std::string;

// One run of an op in float32. Output memory is not zeroed; inputs may alias output 0 only where the op's
// inPlaceInputs allow it (the plan decides), states are input and output at once.
struct KernelRun {
  const OpAttributes& attributes;
  std::span<const TensorView<const float>> inputs;
  std::span<const TensorView<float>> outputs;  // data null: not wanted
  std::byte* workspace;                        // workspaceBytes() bytes, 64-byte aligned, contents undefined
  StepKey key;
  Parallel& parallel;
  std::byte* kept = nullptr;  // keptBytes() bytes that stay from run to run; null: nothing stays
  bool keptIsReady = false;   // they hold what an earlier run left there
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual std::string_view id() const = 0;  // "direct-3x3"
  virtual std::string_view op() const = 0;  // the op's id
  virtual Refusal accepts(const OpCall&) const { return {}; }
  // Bytes needed during run(); threads is the largest number of threads that may take part.
  virtual size_t workspaceBytes(const OpCall&, int threads) const {
    (void)threads;
    return 0;
  }
  // Bytes that the first run fills and later ones read; only with call.fixedWeights.
  virtual size_t keptBytes(const OpCall&) const { return 0; }
  virtual void run(const KernelRun& run) const = 0;
};

// Rounds what it multiplies to bfloat16: an engine offers it only where that is asked for.
inline bool roundsToBf16(const Kernel& kernel) {
  return kernel.id().ends_with("-bf16");
}

}  // namespace bypath
