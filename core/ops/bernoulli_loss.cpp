#include <algorithm>
#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

constexpr double smallest = 1e-7, largest = 1 - 1e-7;

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"probability", "target"}, 2);
  if (!check.ranks({0, 0}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0][0]}};
}

void forwardReference(const ReferenceRun& run) {
  const std::span<double> probability = run.inputs[0].data, target = run.inputs[1].data,
                          loss = run.outputs[0].data;
  const size_t perSample = probability.size() / loss.size();
  for (size_t i = 0; i < probability.size(); ++i) {
    // Clipping 1 - p instead of p keeps single precision as exact near 1 as near 0.
    const double p = std::clamp(probability[i], smallest, largest);
    const double q = std::clamp(1 - probability[i], smallest, largest);
    loss[i / perSample] -= target[i] * std::log(p) + (1 - target[i]) * std::log(q);
  }
}

void forwardGradient(GradientBuilder& b) {
  if (b.wants(0))
    b.contribute(0, b.emit(bernoulliLossBackwardOp(), {b.input(0), b.input(1), b.outputGradient(0)}, {}));
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "an image of 3 channels",
           .attributes = {},
           .inputs = {{3, 4, 5, 3}, {3, 4, 5, 3}},
           .unitInputs = {0, 1},
           .notDifferentiated = {1}},
          {.name = "rows, some beyond the clip",
           .attributes = {},
           .inputs = {{4, 17}, {4, 17}},
           .low = -0.2,
           .high = 1.2,
           .unitInputs = {1},
           .notDifferentiated = {1}}};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"probability", "target", "dloss"}, 3);
  if (!check.ranks({0, 0, 1}) || !check.same(0, 1) || !check.shapeIs(2, {call.inputs[0][0]}))
    return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void backwardReference(const ReferenceRun& run) {
  const std::span<double> probability = run.inputs[0].data, target = run.inputs[1].data,
                          dloss = run.inputs[2].data;
  const size_t perSample = probability.size() / dloss.size();
  for (size_t i = 0; i < probability.size(); ++i) {
    const double p = probability[i];
    const bool clipped = p < smallest || p > largest;
    run.outputs[0].data[i] = clipped ? 0 : dloss[i / perSample] * (p - target[i]) / (p * (1 - p));
  }
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = forwardExamples();
  for (OpExample& example : examples) example.inputs.push_back({example.inputs[0][0]});
  return examples;
}

}  // namespace

const OpType& bernoulliLossOp() {
  static const OpType type{
      .id = "bernoulli_loss",
      .summary =
          "-sum(target * log(p) + (1 - target) * log(1 - p)) of each sample, in nats, with p "
          "clipped to [1e-7, 1 - 1e-7].",
      .shapes = forwardShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples};
  return type;
}

const OpType& bernoulliLossBackwardOp() {
  static const OpType type{.id = "bernoulli_loss_backward",
                           .summary = "dp = (p - target) / (p * (1 - p)) * dloss, zero where p was clipped.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
