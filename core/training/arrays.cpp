#include "core/training/arrays.h"

#include "core/tensor/layout.h"

namespace bypath {

std::vector<float> channelsLast(const NpyArray& array) {
  if (array.shape.size() != 4) return array.values;
  return channelsLast(array.values, sampleShape(array).withBatch(array.shape[0]));
}

NpyArray channelsFirst(const std::vector<float>& values, const Shape& shape) {
  return {channelsFirstSizes(shape), channelsFirst(std::span(values), shape)};
}

Shape sampleShape(const NpyArray& array) {
  if (array.shape.size() == 4) return {array.shape[2], array.shape[3], array.shape[1]};
  Shape shape;
  if (array.shape.size() == 2) shape = {array.shape[1]};
  return shape;
}

}  // namespace bypath
