// 3x3 convolutions of stride 1 by Winograd's minimal filtering: fewer multiply-adds, for transforms that only
// pay with enough channels and tiles.
#pragma once

#include "core/engines/cpu/convolution.h"
#include "core/engines/cpu/weight_gradient.h"
#include "core/engines/cpu/winograd_tiles.h"

namespace bypath {

// `outputs` is the number of output channels.
Refusal acceptWinograd(const WinogradForm& form, const WindowedImages& in, int64_t outputs,
                       bool keepsWeights = false);

size_t winogradWorkspaceBytes(const WinogradForm& form, const Convolution& convolution, int threads);
void runWinograd(const WinogradForm& form, const Convolution& convolution, std::byte* workspace,
                 Parallel& parallel);

// Floats that KeptWeights needs.
int64_t winogradKeptSize(const WinogradForm& form, const Convolution& convolution);

size_t winogradGradientWorkspaceBytes(const WinogradForm& form, const WeightGradient& gradient, int threads);
void runWinogradGradient(const WinogradForm& form, const WeightGradient& gradient, std::byte* workspace,
                         Parallel& parallel);

}  // namespace bypath
