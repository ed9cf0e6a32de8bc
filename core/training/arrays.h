// Between NumPy arrays, NCHW or (N, F), and the network's own NHWC.
#pragma once

#include "core/tensor/npy.h"
#include "core/tensor/shape.h"

namespace bypath {

// The values of a rank-4 array with channels last; other ranks as they are.
std::vector<float> channelsLast(const NpyArray& array);
// Shape with the batch first: (N, H, W, C) becomes N x C x H x W; other ranks as they are.
NpyArray channelsFirst(const std::vector<float>& values, const Shape& shape);
// (H, W, C) of an N x C x H x W array, (F) of N x F.
Shape sampleShape(const NpyArray& array);

}  // namespace bypath
