// Weights between our layout and the one that ONNX and PyTorch share. A convolution's (KH,KW,C,K) is
// K x C x KH x KW outside; a transposed one's, where K comes in and C goes out, is (in, out, KH, KW), the
// same reordering. A dense layer's (in, out) is (out, in).
#pragma once

#include <span>
#include <vector>

#include "core/tensor/shape.h"

namespace bypath {

// The shapes are ours, either way.
std::vector<int64_t> outsideSizes(const Shape& convolution);
std::vector<float> outsideConvolution(std::span<const float> weights, const Shape& shape);
std::vector<float> insideConvolution(std::span<const float> weights, const Shape& shape);
std::vector<float> outsideDense(std::span<const float> weights, const Shape& shape);
std::vector<float> insideDense(std::span<const float> weights, const Shape& shape);

}  // namespace bypath
