// The batch normalisation of an op's input (core/ops/input_norm.h) as kernels apply it while they read.
#pragma once

#include "core/engines/cpu/chunks.h"
#include "core/engines/kernel.h"

namespace bypath {

// y = (x - mean) * scale + shift, not below 0 with relu; each repeated to the period of channel_spans.h.
struct ChannelNorm {
  const float* mean = nullptr;
  const float* scale = nullptr;
  const float* shift = nullptr;
  int64_t period = 0;
  bool relu = false;

  // `count` floats from x on, which belong to channels firstChannel, firstChannel + 1, ...; y may be x.
  void apply(const float* x, int64_t count, float* y, int64_t firstChannel = 0) const;
};

// inverse_std * scale as every kernel rounds it: forward and backward must see the same values above zero.
inline float normScale(float inverseStd, float scale) {
  return static_cast<float>(static_cast<double>(inverseStd) * static_cast<double>(scale));
}

// The workspace that the values of a call's norm take: 0 without one.
size_t normWorkspaceBytes(const OpCall& call);
// The norm of a run, from the op's last four inputs, and the workspace that its values leave.
struct NormOfRun {
  ChannelNorm norm;
  std::byte* workspace;

  explicit NormOfRun(const KernelRun& run);
};

}  // namespace bypath
