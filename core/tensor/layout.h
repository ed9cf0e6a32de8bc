// The order of a tensor's values: N x H x W x C, as engines have it, and N x C x H x W, as the world outside
// often does. Other ranks than four are the same in both.
#pragma once

#include <span>
#include <vector>

#include "core/tensor/shape.h"

namespace bypath {

// The shape is of NHWC, either way.
std::vector<float> channelsFirst(std::span<const float> values, const Shape& shape);
std::vector<float> channelsLast(std::span<const float> values, const Shape& shape);
// N x C x H x W of (N, H, W, C).
std::vector<int64_t> channelsFirstSizes(const Shape& shape);

}  // namespace bypath
