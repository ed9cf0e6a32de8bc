#include "core/training/arrays.h"

namespace bypath {
namespace {

// Swaps the two inner axes of (outer, rows, columns).
std::vector<float> transposed(const std::vector<float>& values, int64_t outer, int64_t rows,
                              int64_t columns) {
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

std::vector<float> channelsLast(const NpyArray& array) {
  if (array.shape.size() != 4) return array.values;
  return transposed(array.values, array.shape[0], array.shape[1], array.shape[2] * array.shape[3]);
}

NpyArray channelsFirst(const std::vector<float>& values, const Shape& shape) {
  if (shape.rank() == 4)
    return {{shape[0], shape[3], shape[1], shape[2]},
            transposed(values, shape[0], shape[1] * shape[2], shape[3])};
  NpyArray array{{}, values};
  array.shape = shape.sizes();
  return array;
}

Shape sampleShape(const NpyArray& array) {
  if (array.shape.size() == 4) return {array.shape[2], array.shape[3], array.shape[1]};
  Shape shape;
  if (array.shape.size() == 2) shape = {array.shape[1]};
  return shape;
}

}  // namespace bypath
