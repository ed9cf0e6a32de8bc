#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/pooling.h"

namespace bypath {

namespace {

// The weight of each pixel under a position: one over the number of cells that count.
std::vector<double> weights(const OpAttributes& attributes, const Shape& x, const Shape& y) {
  const Window window = Window::of(attributes);
  std::vector<double> counts(static_cast<size_t>(y.rows()), 0);
  forEachTap(window, x, y, [&](int64_t, int64_t yPixel, int64_t) { ++counts[yPixel]; });
  for (double& count : counts)
    count =
        1 / (attributes.flag("count_padding") ? static_cast<double>(window.kernelH * window.kernelW) : count);
  return counts;
}

void forwardReference(const ReferenceRun& run) {
  const ReferenceTensor &x = run.inputs[0], &y = run.outputs[0];
  const int64_t channels = x.shape.last();
  const std::vector<double> weight = weights(run.attributes, x.shape, y.shape);
  forEachTap(Window::of(run.attributes), x.shape, y.shape, [&](int64_t xPixel, int64_t yPixel, int64_t) {
    for (int64_t c = 0; c < channels; ++c)
      y.data[yPixel * channels + c] += weight[yPixel] * x.data[xPixel * channels + c];
  });
}

void forwardGradient(GradientBuilder& b) {
  OpAttributes attributes = b.attributes();
  const Shape x = b.shape(b.input(0));
  attributes.set("height", static_cast<double>(x[1]));
  attributes.set("width", static_cast<double>(x[2]));
  b.contribute(0, b.emit(averagePoolBackwardOp(), {b.outputGradient(0)}, attributes));
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"dy"}, 1);
  if (!check.ranks({4}) || !check.positive({"height", "width"})) return check.error();
  const Shape& dy = call.inputs[0];
  const Shape x{dy[0], call.attributes.integer("height"), call.attributes.integer("width"), dy[3]};
  const Result<std::vector<Shape>> pooled = poolingShapes({.attributes = call.attributes, .inputs = {x}});
  if (!pooled) return pooled.error();
  if (!check.shapeIs(0, (*pooled)[0])) return check.error();
  return std::vector<Shape>{x};
}

void backwardReference(const ReferenceRun& run) {
  const ReferenceTensor &dy = run.inputs[0], &dx = run.outputs[0];
  const int64_t channels = dx.shape.last();
  const std::vector<double> weight = weights(run.attributes, dx.shape, dy.shape);
  forEachTap(Window::of(run.attributes), dx.shape, dy.shape, [&](int64_t xPixel, int64_t yPixel, int64_t) {
    for (int64_t c = 0; c < channels; ++c)
      dx.data[xPixel * channels + c] += weight[yPixel] * dy.data[yPixel * channels + c];
  });
}

std::vector<OpExample> forwardExamples() {
  std::vector<OpExample> examples = poolingExamples();
  OpExample counted = examples[2];
  counted.name = "3x3, stride 2, padding counted";
  counted.attributes.set("count_padding", 1);
  examples.push_back(counted);
  return examples;
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = forwardExamples();
  for (OpExample& example : examples) {
    const Shape x = example.inputs[0];
    example.inputs = *poolingShapes({.attributes = example.attributes, .inputs = {x}});
    example.attributes.set("height", static_cast<double>(x[1]));
    example.attributes.set("width", static_cast<double>(x[2]));
  }
  return examples;
}

}  // namespace

const OpType& averagePoolOp() {
  static const OpType type{
      .id = "average_pool",
      .summary =
          "The mean under each position of a window, channel by channel; padding counts as "
          "zeros only with count_padding.",
      .shapes = poolingShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples};
  return type;
}

const OpType& averagePoolBackwardOp() {
  static const OpType type{.id = "average_pool_backward",
                           .summary = "Spreads each dy evenly over the pixels it was the mean of.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
