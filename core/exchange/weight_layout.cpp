#include "core/exchange/weight_layout.h"

namespace bypath {
namespace {

// Calls body(index inside, index outside) for every weight.
template <class Body>
void forEachWeight(const Shape& s, Body&& body) {
  for (int64_t tap = 0; tap < s[0] * s[1]; ++tap)
    for (int64_t c = 0; c < s[2]; ++c)
      for (int64_t k = 0; k < s[3]; ++k)
        body(static_cast<size_t>((tap * s[2] + c) * s[3] + k),
             static_cast<size_t>((k * s[2] + c) * s[0] * s[1] + tap));
}

std::vector<float> transposed(std::span<const float> values, int64_t rows, int64_t columns) {
  std::vector<float> result(values.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      result[static_cast<size_t>(c * rows + r)] = values[static_cast<size_t>(r * columns + c)];
  return result;
}

}  // namespace

std::vector<int64_t> outsideSizes(const Shape& convolution) {
  return {convolution[3], convolution[2], convolution[0], convolution[1]};
}

std::vector<float> outsideConvolution(std::span<const float> weights, const Shape& shape) {
  std::vector<float> outside(weights.size());
  forEachWeight(shape, [&](size_t in, size_t out) { outside[out] = weights[in]; });
  return outside;
}

std::vector<float> insideConvolution(std::span<const float> weights, const Shape& shape) {
  std::vector<float> inside(weights.size());
  forEachWeight(shape, [&](size_t in, size_t out) { inside[in] = weights[out]; });
  return inside;
}

std::vector<float> outsideDense(std::span<const float> weights, const Shape& shape) {
  return transposed(weights, shape[0], shape[1]);
}

std::vector<float> insideDense(std::span<const float> weights, const Shape& shape) {
  return transposed(weights, shape[1], shape[0]);
}

}  // namespace bypath
