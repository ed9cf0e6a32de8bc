// 3x3 convolutions of stride 1 by Winograd's F(4x4, 3x3): a quarter of the multiply-adds, for transforms that
// only pay with enough channels and tiles. Its rounding error is a few times that of the direct kernels.
#pragma once

#include "core/engines/cpu/convolution.h"
#include "core/engines/cpu/weight_gradient.h"

namespace bypath {

// `outputs` is the number of output channels.
Refusal acceptWinograd(const WindowedImages& in, int64_t outputs);

size_t winogradWorkspaceBytes(const Convolution& convolution, int threads);
void runWinograd(const Convolution& convolution, std::byte* workspace, Parallel& parallel);

size_t winogradGradientWorkspaceBytes(const WeightGradient& gradient, int threads);
void runWinogradGradient(const WeightGradient& gradient, std::byte* workspace, Parallel& parallel);

}  // namespace bypath
