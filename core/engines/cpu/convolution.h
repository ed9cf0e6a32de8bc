// Direct convolution over NHWC: the forward pass, the backward pass to the data, and the dense product with
// weights on the right are one problem, a window over images times packed weights.
#pragma once

#include "core/engines/cpu/packed_weights.h"
#include "core/engines/cpu/padded_rows.h"
#include "core/engines/cpu/split_sums.h"
#include "core/engines/kernel.h"

namespace bypath {

struct Convolution {
  WindowedImages in;
  WeightSource weights;
  const float* bias = nullptr;
  const float* plus = nullptr;  // added to the result, at the same places as y; may be y
  const float* mask = nullptr;  // where it is not above 0, the result is 0; at the same places as y; may be y
  bool relu = false;
  int64_t outputs = 1;
  float* y = nullptr;  // of output pixel (0, 0) of image 0
  int64_t yPixel = 0, yRow = 0, yImage = 0;
  KeptWeights kept;
  // Tells what comes from plus and what does not apart, before the mask.
  bool splits = false;
  double* split = nullptr;  // splitValues totals, added to
};

// The same convolution; if it is pointwise, with the whole batch as one row of one image.
Convolution flattened(Convolution convolution);

// Floats that KeptWeights needs; 0: none are kept.
int64_t convolutionKeptSize(const Convolution& convolution);

// Writes one pixel, `offset` floats from the first one: its sums, or null for zeros, and all that belongs to
// it.
void finishPixel(const Convolution& convolution, const float* sums, int64_t offset, SplitLanes& split);

size_t convolutionWorkspaceBytes(const Convolution& convolution, int threads);
void runConvolution(const Convolution& convolution, std::byte* workspace, Parallel& parallel);

}  // namespace bypath
