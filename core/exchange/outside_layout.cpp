#include "core/exchange/outside_layout.h"

namespace bypath {
namespace {

// Calls body(place inside, place outside) for every value.
template <class Body>
void forEachPlace(const Shape& shape, Body&& body) {
  const bool window = shape.rank() == 4;
  const int64_t cells = window ? shape[0] * shape[1] : 1;
  const int64_t in = shape[window ? 2 : 0], out = shape[window ? 3 : 1];
  for (int64_t cell = 0; cell < cells; ++cell)
    for (int64_t c = 0; c < in; ++c)
      for (int64_t k = 0; k < out; ++k)
        body(static_cast<size_t>((cell * in + c) * out + k),
             static_cast<size_t>((k * in + c) * cells + cell));
}

}  // namespace

std::vector<float> outsideOrder(std::span<const float> values, const Shape& shape) {
  std::vector<float> result(values.begin(), values.end());
  if (shape.rank() == 4 || shape.rank() == 2)
    forEachPlace(shape, [&](size_t inside, size_t outside) { result[outside] = values[inside]; });
  return result;
}

std::vector<float> insideOrder(std::span<const float> values, const Shape& shape) {
  std::vector<float> result(values.begin(), values.end());
  if (shape.rank() == 4 || shape.rank() == 2)
    forEachPlace(shape, [&](size_t inside, size_t outside) { result[inside] = values[outside]; });
  return result;
}

}  // namespace bypath
