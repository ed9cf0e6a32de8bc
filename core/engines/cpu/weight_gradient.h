// The gradient of a convolution's weights, dw[kh][kw][c][k] = sum over pixels of x * dy; with a 1x1 window on
// one row it is the product of a transposed matrix with another. The sum runs over a fixed number of chunks
// of the batch, each with its own partial dw, added in order.
#pragma once

#include "core/engines/cpu/padded_rows.h"
#include "core/engines/kernel.h"

namespace bypath {

struct WeightGradient {
  WindowedImages x;
  const float* dy = nullptr;  // (images, outHeight, outWidth, outputs)
  int64_t outputs = 1;
  float* dw = nullptr;  // (kernelH, kernelW, channels, outputs)
};

size_t weightGradientWorkspaceBytes(const WeightGradient& gradient, int threads);
void runWeightGradient(const WeightGradient& gradient, std::byte* workspace, Parallel& parallel);

}  // namespace bypath
