#include "core/tensor/layout.h"

namespace bypath {
namespace {

// Swaps the two inner axes of (outer, rows, columns).
std::vector<float> transposed(std::span<const float> values, int64_t outer, int64_t rows, int64_t columns) {
  std::vector<float> result(values.size());
  for (int64_t n = 0; n < outer; ++n) {
    const float* from = values.data() + n * rows * columns;
    float* to = result.data() + n * rows * columns;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
  return result;
}

}  // namespace

std::vector<float> channelsFirst(std::span<const float> values, const Shape& shape) {
  if (shape.rank() != 4) return {values.begin(), values.end()};
  return transposed(values, shape[0], shape[1] * shape[2], shape[3]);
}

std::vector<float> channelsLast(std::span<const float> values, const Shape& shape) {
  if (shape.rank() != 4) return {values.begin(), values.end()};
  return transposed(values, shape[0], shape[3], shape[1] * shape[2]);
}

std::vector<int64_t> channelsFirstSizes(const Shape& shape) {
  if (shape.rank() != 4) return shape.sizes();
  return {shape[0], shape[3], shape[1], shape[2]};
}

}  // namespace bypath
