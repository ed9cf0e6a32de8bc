// A convolution that has few output pixels, such as one picture's on its last maps: what each pixel reads is
// gathered into one row, so that all pixels share a register tile and every weight is read once.
#pragma once

#include "core/engines/cpu/convolution.h"

namespace bypath {

Refusal acceptGathered(const Convolution& convolution);
// Floats that KeptWeights needs.
int64_t gatheredKeptSize(const Convolution& convolution);
size_t gatheredWorkspaceBytes(const Convolution& convolution);
void runGathered(const Convolution& convolution, std::byte* workspace, Parallel& parallel);

}  // namespace bypath
