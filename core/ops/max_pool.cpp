#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/pooling.h"

namespace bypath {

namespace {

// For every value of y the position of its maximum in x: the first in row-major order of the window.
std::vector<int64_t> maxima(const OpAttributes& attributes, const ReferenceTensor& x, const Shape& y) {
  std::vector<int64_t> best(static_cast<size_t>(y.count()), -1);
  const int64_t channels = x.shape.last();
  forEachTap(Window::of(attributes), x.shape, y, [&](int64_t xPixel, int64_t yPixel, int64_t) {
    for (int64_t c = 0; c < channels; ++c) {
      int64_t& at = best[yPixel * channels + c];
      const int64_t candidate = xPixel * channels + c;
      if (at < 0 || x.data[candidate] > x.data[at]) at = candidate;
    }
  });
  return best;
}

void pool(const OpAttributes& attributes, const ReferenceTensor& x, const ReferenceTensor& y) {
  const std::vector<int64_t> from = maxima(attributes, x, y.shape);
  for (size_t i = 0; i < from.size(); ++i) y.data[i] = x.data[from[i]];
}

void forwardReference(const ReferenceRun& run) {
  pool(run.attributes, run.inputs[0], run.outputs[0]);
}

void forwardGradient(GradientBuilder& b) {
  b.contribute(0, b.emit(maxPoolBackwardOp(), {b.input(0), b.output(0), b.outputGradient(0)},
                         Window::of(b.attributes()).attributesWithKernel()));
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "y", "dy"}, 3);
  if (!check.ranks({4, 4, 4})) return check.error();
  const Result<std::vector<Shape>> pooled =
      poolingShapes({.attributes = call.attributes, .inputs = {call.inputs[0]}});
  if (!pooled) return pooled.error();
  if (!check.shapeIs(1, (*pooled)[0]) || !check.same(1, 2)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void backwardReference(const ReferenceRun& run) {
  const std::vector<int64_t> from = maxima(run.attributes, run.inputs[0], run.inputs[1].shape);
  for (size_t i = 0; i < from.size(); ++i) run.outputs[0].data[from[i]] += run.inputs[2].data[i];
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = poolingExamples();
  for (OpExample& example : examples) {
    const Shape y = (*poolingShapes({.attributes = example.attributes, .inputs = example.inputs}))[0];
    example.inputs = {example.inputs[0], y, y};
    example.derive = [](const OpAttributes& attributes, std::span<const ReferenceTensor> inputs) {
      pool(attributes, inputs[0], inputs[1]);
    };
  }
  OpExample ties = examples[0];
  ties.name = "ties: the first of equal values takes it all";
  ties.labelInputs = {0};
  ties.labelBound = 3;
  examples.push_back(ties);
  return examples;
}

}  // namespace

const OpType& maxPoolOp() {
  static const OpType type{
      .id = "max_pool",
      .summary =
          "The largest value under each position of a window, channel by channel; padding never "
          "wins.",
      .shapes = poolingShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = poolingExamples};
  return type;
}

const OpType& maxPoolBackwardOp() {
  static const OpType type{
      .id = "max_pool_backward",
      .summary = "Hands each dy to the pixel that was the maximum, the first one on ties.",
      .shapes = backwardShapes,
      .reference = backwardReference,
      .examples = backwardExamples};
  return type;
}

}  // namespace bypath
