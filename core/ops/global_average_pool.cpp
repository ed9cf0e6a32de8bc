#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({4})) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0][0], call.inputs[0][3]}};
}

// Index in (N,C) of the i-th value of an image (N,H,W,C).
size_t pooledIndex(const Shape& image, size_t i) {
  const auto channels = static_cast<size_t>(image[3]);
  const size_t perSample = static_cast<size_t>(image[1] * image[2]) * channels;
  return i / perSample * channels + i % channels;
}

void forwardReference(const ReferenceRun& run) {
  const ReferenceTensor& x = run.inputs[0];
  const auto pixels = static_cast<double>(x.shape[1] * x.shape[2]);
  for (size_t i = 0; i < x.data.size(); ++i)
    run.outputs[0].data[pooledIndex(x.shape, i)] += x.data[i] / pixels;
}

void forwardGradient(GradientBuilder& b) {
  const Shape x = b.shape(b.input(0));
  b.contribute(0, b.emit(globalAveragePoolBackwardOp(), {b.outputGradient(0)},
                         {{"height", static_cast<double>(x[1])}, {"width", static_cast<double>(x[2])}}));
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"dy"}, 1);
  if (!check.ranks({2}) || !check.positive({"height", "width"})) return check.error();
  const Shape& dy = call.inputs[0];
  return std::vector<Shape>{
      Shape{dy[0], call.attributes.integer("height"), call.attributes.integer("width"), dy[1]}};
}

void backwardReference(const ReferenceRun& run) {
  const ReferenceTensor& dx = run.outputs[0];
  const auto pixels = static_cast<double>(dx.shape[1] * dx.shape[2]);
  for (size_t i = 0; i < dx.data.size(); ++i)
    dx.data[i] = run.inputs[0].data[pooledIndex(dx.shape, i)] / pixels;
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "8x8, 64 channels", .attributes = {}, .inputs = {{2, 8, 8, 64}}},
          {.name = "odd image, 10 channels", .attributes = {}, .inputs = {{3, 3, 5, 10}}},
          {.name = "one pixel, 3 channels", .attributes = {}, .inputs = {{2, 1, 1, 3}}}};
}

std::vector<OpExample> backwardExamples() {
  return {
      {.name = "8x8, 64 channels", .attributes = {{"height", 8}, {"width", 8}}, .inputs = {{2, 64}}},
      {.name = "odd image, 10 channels", .attributes = {{"height", 3}, {"width", 5}}, .inputs = {{3, 10}}},
      {.name = "one pixel, 3 channels", .attributes = {{"height", 1}, {"width", 1}}, .inputs = {{2, 3}}}};
}

}  // namespace

const OpType& globalAveragePoolOp() {
  static const OpType type{.id = "global_average_pool",
                           .summary = "The mean of each channel over the whole image: (N,H,W,C) to (N,C).",
                           .shapes = forwardShapes,
                           .reference = forwardReference,
                           .gradient = forwardGradient,
                           .examples = forwardExamples};
  return type;
}

const OpType& globalAveragePoolBackwardOp() {
  static const OpType type{.id = "global_average_pool_backward",
                           .summary = "Spreads dy evenly over an image of height x width.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
