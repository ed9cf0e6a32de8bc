#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"mu", "s"}, 2);
  if (!check.ranks({2, 2}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0][0]}};
}

void forwardReference(const ReferenceRun& run) {
  const std::span<double> mu = run.inputs[0].data, s = run.inputs[1].data, kl = run.outputs[0].data;
  const size_t perSample = mu.size() / kl.size();
  for (size_t i = 0; i < mu.size(); ++i)
    kl[i / perSample] -= 0.5 * (1 + s[i] - mu[i] * mu[i] - std::exp(s[i]));
}

void forwardGradient(GradientBuilder& b) {
  const std::vector<ValueId> both =
      b.emitAll(gaussianKlBackwardOp(), {b.input(0), b.input(1), b.outputGradient(0)}, {});
  for (int i = 0; i < 2; ++i)
    if (b.wants(i)) b.contribute(i, both[static_cast<size_t>(i)]);
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "16 latent values", .attributes = {}, .inputs = {{5, 16}, {5, 16}}},
          {.name = "17 latent values, wide",
           .attributes = {},
           .inputs = {{3, 17}, {3, 17}},
           .low = -4,
           .high = 3}};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"mu", "s", "dkl"}, 3);
  if (!check.ranks({2, 2, 1}) || !check.same(0, 1) || !check.shapeIs(2, {call.inputs[0][0]}))
    return check.error();
  return std::vector<Shape>{call.inputs[0], call.inputs[0]};
}

void backwardReference(const ReferenceRun& run) {
  const std::span<double> mu = run.inputs[0].data, s = run.inputs[1].data, dkl = run.inputs[2].data;
  const size_t perSample = mu.size() / dkl.size();
  for (size_t i = 0; i < mu.size(); ++i) {
    run.outputs[0].data[i] = mu[i] * dkl[i / perSample];
    run.outputs[1].data[i] = 0.5 * std::expm1(s[i]) * dkl[i / perSample];
  }
}

std::vector<OpExample> backwardExamples() {
  std::vector<OpExample> examples = forwardExamples();
  for (OpExample& example : examples) example.inputs.push_back({example.inputs[0][0]});
  return examples;
}

}  // namespace

const OpType& gaussianKlOp() {
  static const OpType type{
      .id = "gaussian_kl",
      .summary =
          "-1/2 sum(1 + s - mu^2 - exp(s)) of each sample, in nats: the divergence of a normal "
          "distribution with log variance s from the standard one.",
      .shapes = forwardShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples};
  return type;
}

const OpType& gaussianKlBackwardOp() {
  static const OpType type{.id = "gaussian_kl_backward",
                           .summary = "dmu = mu * dkl, ds = (exp(s) - 1) / 2 * dkl.",
                           .shapes = backwardShapes,
                           .reference = backwardReference,
                           .examples = backwardExamples};
  return type;
}

}  // namespace bypath
