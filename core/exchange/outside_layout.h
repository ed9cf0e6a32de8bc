// The order of a weight's values: here (KH, KW, C, K) of convolutions and (in, out) of dense layers, in
// PyTorch (K, C, KH, KW) and (out, in). Other ranks than four and two are the same in both.
#pragma once

#include <span>
#include <vector>

#include "core/tensor/shape.h"

namespace bypath {

// The shape is ours, either way.
std::vector<float> outsideOrder(std::span<const float> values, const Shape& shape);
std::vector<float> insideOrder(std::span<const float> values, const Shape& shape);

}  // namespace bypath
