#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "scale", "shift", "running_mean", "running_variance"}, 5);
  if (!check.ranks({0, 1, 1, 1, 1})) return check.error();
  for (size_t i = 1; i <= 4; ++i)
    if (!check.shapeIs(i, {call.inputs[0].last()})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void forwardReference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, scale = run.inputs[1].data, shift = run.inputs[2].data;
  const std::span<double> mean = run.inputs[3].data, variance = run.inputs[4].data, y = run.outputs[0].data;
  const double epsilon = run.attributes.real("epsilon");
  const bool relu = run.attributes.flag("relu");
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % scale.size();
    y[i] = scale[c] * (x[i] - mean[c]) / std::sqrt(variance[c] + epsilon) + shift[c];
    if (relu) y[i] = std::max(y[i], 0.0);
  }
}

void forwardGradient(GradientBuilder& b) {
  const std::vector<ValueId> all = b.emitAll(
      batchNormInferenceBackwardOp(), {b.input(0), b.input(1), b.input(3), b.input(4), b.outputGradient(0)},
      {{"epsilon", b.attributes().real("epsilon")}});
  for (int i = 0; i < 3; ++i)
    if (b.wants(i)) b.contribute(i, all[static_cast<size_t>(i)]);
}

std::vector<OpExample> forwardExamples() {
  return {
      {.name = "an image of 16 channels",
       .attributes = {{"epsilon", 1e-5}},
       .inputs = {{2, 3, 5, 16}, {16}, {16}, {16}, {16}},
       .positiveInputs = {4},
       .notDifferentiated = {3, 4}},
      {.name = "an image of 3 channels",
       .attributes = {{"epsilon", 1e-3}},
       .inputs = {{3, 4, 3, 3}, {3}, {3}, {3}, {3}},
       .positiveInputs = {4},
       .notDifferentiated = {3, 4}},
      {.name = "rows of 10, fused relu",
       .attributes = {{"epsilon", 1e-3}, {"relu", 1}},
       .inputs = {{7, 10}, {10}, {10}, {10}, {10}},
       .positiveInputs = {4},
       .notDifferentiated = {3, 4}},
  };
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "scale", "running_mean", "running_variance", "dy"}, 5);
  if (!check.ranks({0, 1, 1, 1, 0})) return check.error();
  const Shape channels{call.inputs[0].last()};
  for (size_t i = 1; i <= 3; ++i) check.shapeIs(i, channels);
  if (!check.same(0, 4)) return check.error();
  return std::vector<Shape>{call.inputs[0], channels, channels};
}

void backwardReference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, scale = run.inputs[1].data, mean = run.inputs[2].data;
  const std::span<double> variance = run.inputs[3].data, dy = run.inputs[4].data;
  const std::span<double> dx = run.outputs[0].data, dscale = run.outputs[1].data,
                          dshift = run.outputs[2].data;
  const double epsilon = run.attributes.real("epsilon");
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % scale.size();
    const double inverseStd = 1 / std::sqrt(variance[c] + epsilon);
    dx[i] = dy[i] * scale[c] * inverseStd;
    dscale[c] += dy[i] * (x[i] - mean[c]) * inverseStd;
    dshift[c] += dy[i];
  }
}

std::vector<OpExample> backwardExamples() {
  return {
      {.name = "an image of 24 channels",
       .attributes = {{"epsilon", 1e-5}},
       .inputs = {{2, 3, 5, 24}, {24}, {24}, {24}, {2, 3, 5, 24}},
       .positiveInputs = {3}},
      {.name = "rows of 3",
       .attributes = {{"epsilon", 1e-3}},
       .inputs = {{5, 3}, {3}, {3}, {3}, {5, 3}},
       .positiveInputs = {3}},
  };
}

}  // namespace

const OpType& batchNormInferenceOp() {
  static const OpType type{
      .id = "batch_norm_inference",
      .summary =
          "Batch normalisation with the running statistics: y = scale * (x - running_mean) / "
          "sqrt(running_variance + epsilon) + shift.",
      .shapes = forwardShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples,
      .inPlaceInputs = {0}};
  return type;
}

const OpType& batchNormInferenceBackwardOp() {
  static const OpType type{.id = "batch_norm_inference_backward",
                           .summary =
                               "The gradients of batch_norm_inference in x, scale and shift; the running "
                               "statistics are constants.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
