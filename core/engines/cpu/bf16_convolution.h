// Direct convolution whose products are of bfloat16 values and whose sums are float32: half the time where
// arithmetic is what takes it, at some 3e-3 relative error. Only with CpuOptions::bf16.
#pragma once

#include "core/engines/cpu/convolution.h"
#include "core/engines/cpu/weight_gradient.h"

namespace bypath {

Refusal acceptBf16(const Convolution& convolution);
size_t bf16WorkspaceBytes(const Convolution& convolution, int threads);
void runBf16(const Convolution& convolution, std::byte* workspace, Parallel& parallel);

// Of 1x1 windows, whose batch is one long row.
Refusal acceptBf16Gradient(const WeightGradient& gradient);
size_t bf16GradientWorkspaceBytes(const WeightGradient& gradient, int threads);
void runBf16Gradient(const WeightGradient& gradient, std::byte* workspace, Parallel& parallel);

}  // namespace bypath
