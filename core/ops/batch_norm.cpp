#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"
#include "core/ops/split.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "scale", "shift"}, 3);
  if (!check.ranks({0, 1, 1})) return check.error();
  const Shape& x = call.inputs[0];
  const Shape channels{x.last()};
  check.that(x.rank() >= 2, "x must have a batch and channels, not " + x.text());
  if (!check.shapeIs(1, channels) || !check.shapeIs(2, channels)) return check.error();
  return std::vector<Shape>{x, channels, channels};
}

void forwardReference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, scale = run.inputs[1].data, shift = run.inputs[2].data;
  const std::span<double> y = run.outputs[0].data, mean = run.outputs[1].data,
                          inverseStd = run.outputs[2].data;
  const double epsilon = run.attributes.real("epsilon");
  const bool relu = run.attributes.flag("relu");
  const size_t channels = scale.size();
  const auto count = static_cast<double>(run.inputs[0].shape.rows());
  for (size_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (size_t i = c; i < x.size(); i += channels) sum += x[i];
    mean[c] = sum / count;
    for (size_t i = c; i < x.size(); i += channels) squares += (x[i] - mean[c]) * (x[i] - mean[c]);
    inverseStd[c] = 1 / std::sqrt(squares / count + epsilon);
    for (size_t i = c; i < x.size(); i += channels) {
      y[i] = scale[c] * (x[i] - mean[c]) * inverseStd[c] + shift[c];
      if (relu) y[i] = std::max(y[i], 0.0);
    }
  }
}

void forwardGradient(GradientBuilder& b) {
  const ValueId dy = b.outputGradient(0);
  if (dy == noValue) return;
  const std::vector<ValueId> all =
      b.emitAll(batchNormBackwardOp(), {b.input(0), b.input(1), b.output(1), b.output(2), dy}, {});
  for (int i = 0; i < 3; ++i)
    if (b.wants(i)) b.contribute(i, all[static_cast<size_t>(i)]);
}

std::vector<OpExample> forwardExamples() {
  return {
      {.name = "an image of 16 channels",
       .attributes = {{"epsilon", 1e-5}},
       .inputs = {{3, 4, 5, 16}, {16}, {16}}},
      {.name = "an image of 3 channels, large epsilon",
       .attributes = {{"epsilon", 1e-3}},
       .inputs = {{2, 7, 3, 3}, {3}, {3}}},
      {.name = "rows of 24",
       .attributes = {{"epsilon", 1e-3}},
       .inputs = {{9, 24}, {24}, {24}},
       .low = 2,
       .high = 5},
      {.name = "17 channels, fused relu",
       .attributes = {{"epsilon", 1e-5}, {"relu", 1}},
       .inputs = {{2, 5, 5, 17}, {17}, {17}}},
      {.name = "a layer of ResNet-20",
       .attributes = {{"epsilon", 1e-5}},
       .inputs = {{5, 32, 32, 16}, {16}, {16}}},
      {.name = "far from zero",
       .attributes = {{"epsilon", 1e-5}},
       .inputs = {{4, 6, 6, 8}, {8}, {8}},
       .low = 30,
       .high = 31},
  };
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  const bool relu = call.attributes.flag("relu"), plus = call.attributes.flag("plus");
  ShapeCheck check(call, {"x", "scale", "mean", "inverse_std", "dy", relu ? "shift" : "plus", "plus"}, 5);
  if (!check.ranks({0, 1, 1, 1, 0, relu ? 1 : 0, 0})) return check.error();
  const Shape channels{call.inputs[0].last()};
  for (size_t i = 1; i <= 3; ++i) check.shapeIs(i, channels);
  check.same(0, 4);
  if (!check.that(call.inputs.size() == size_t{5} + relu + plus,
                  "it takes shift with relu, plus with plus, and neither without"))
    return check.error();
  if (relu) check.shapeIs(5, channels);
  if (plus && !check.same(0, call.inputs.size() - 1)) return check.error();
  const bool split = call.attributes.flag("split");
  if (!check.that(plus || !split, "it can be split only with plus")) return check.error();
  std::vector<Shape> outputs{call.inputs[0], channels, channels};
  if (split) outputs.push_back({splitValues});
  return outputs;
}

void backwardReference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, scale = run.inputs[1].data, mean = run.inputs[2].data;
  const std::span<double> inverseStd = run.inputs[3].data, dy = run.inputs[4].data;
  const std::span<double> dx = run.outputs[0].data, dscale = run.outputs[1].data,
                          dshift = run.outputs[2].data;
  const bool relu = run.attributes.flag("relu"), plus = run.attributes.flag("plus");
  const size_t channels = scale.size();
  const auto count = static_cast<double>(run.inputs[0].shape.rows());
  const auto normalised = [&](size_t i, size_t c) { return (x[i] - mean[c]) * inverseStd[c]; };
  const auto incoming = [&](size_t i, size_t c) {
    return relu && scale[c] * normalised(i, c) + run.inputs[5].data[c] <= 0 ? 0.0 : dy[i];
  };
  for (size_t c = 0; c < channels; ++c) {
    for (size_t i = c; i < x.size(); i += channels) {
      dshift[c] += incoming(i, c);
      dscale[c] += incoming(i, c) * normalised(i, c);
    }
    for (size_t i = c; i < x.size(); i += channels) {
      dx[i] = scale[c] * inverseStd[c] *
              (incoming(i, c) - dshift[c] / count - normalised(i, c) * dscale[c] / count);
      if (!plus) continue;
      const double other = run.inputs.back().data[i];
      if (run.attributes.flag("split")) addSplit(other, dx[i], run.outputs[3].data);
      dx[i] += other;
    }
  }
}

std::vector<OpExample> backwardExamples() {
  return {
      {.name = "an image of 16 channels",
       .attributes = {},
       .inputs = {{3, 4, 5, 16}, {16}, {16}, {16}, {3, 4, 5, 16}},
       .positiveInputs = {3}},
      {.name = "an image of 3 channels",
       .attributes = {},
       .inputs = {{2, 7, 3, 3}, {3}, {3}, {3}, {2, 7, 3, 3}},
       .positiveInputs = {3}},
      {.name = "rows of 24",
       .attributes = {},
       .inputs = {{9, 24}, {24}, {24}, {24}, {9, 24}},
       .positiveInputs = {3}},
      {.name = "17 channels, fused relu",
       .attributes = {{"relu", 1}},
       .inputs = {{2, 5, 5, 17}, {17}, {17}, {17}, {2, 5, 5, 17}, {17}},
       .positiveInputs = {3}},
      {.name = "fused relu and sum",
       .attributes = {{"relu", 1}, {"plus", 1}},
       .inputs = {{2, 5, 5, 16}, {16}, {16}, {16}, {2, 5, 5, 16}, {16}, {2, 5, 5, 16}},
       .positiveInputs = {3}},
      {.name = "fused relu and sum, told apart",
       .attributes = {{"relu", 1}, {"plus", 1}, {"split", 1}},
       .inputs = {{2, 5, 5, 17}, {17}, {17}, {17}, {2, 5, 5, 17}, {17}, {2, 5, 5, 17}},
       .positiveInputs = {3}},
      {.name = "fused sum",
       .attributes = {{"plus", 1}},
       .inputs = {{3, 4, 4, 24}, {24}, {24}, {24}, {3, 4, 4, 24}, {3, 4, 4, 24}},
       .positiveInputs = {3}},
      {.name = "a layer of ResNet-20",
       .attributes = {},
       .inputs = {{5, 32, 32, 16}, {16}, {16}, {16}, {5, 32, 32, 16}},
       .positiveInputs = {3}},
  };
}

}  // namespace

const OpType& batchNormOp() {
  static const OpType type{.id = "batch_norm",
                           .summary =
                               "Batch normalisation over all axes but the last: y = scale * (x - mean) / "
                               "sqrt(variance + epsilon) + "
                               "shift, with the batch's own mean and biased variance.",
                           .shapes = forwardShapes,
                           .reference = forwardReference,
                           .gradient = forwardGradient,
                           .examples = forwardExamples,
                           .inPlaceInputs = {0}};
  return type;
}

const OpType& batchNormBackwardOp() {
  static const OpType type{
      .id = "batch_norm_backward",
      .summary =
          "The gradients of batch_norm in x, scale and shift, through the batch's mean "
          "and variance too; with a "
          "fused relu, dy counts only where y, before the relu, was above 0; plus is added to dx, "
          "and told apart from it with split.",
      .shapes = backwardShapes,
      .reference = backwardReference,
      .examples = backwardExamples,
      .inPlaceInputs = {4, 0}};
  return type;
}

}  // namespace bypath
