#include <cmath>

#include "core/base/random.h"
#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> forwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"mu", "s"}, 2);
  if (!check.ranks({2, 2}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

// sigma = exp(logSigmaShare * s).
double logSigmaShare(const OpAttributes& attributes) {
  return attributes.flag("log_sigma") ? 1 : 0.5;
}

double noise(const ReferenceRun& run, const Shape& shape, size_t i) {
  const auto perSample = static_cast<size_t>(shape[1]);
  const RandomKey key{.seed = run.key.seed,
                      .stream = static_cast<uint32_t>(run.attributes.integer("stream")),
                      .step = run.key.step,
                      .sample = run.key.firstSample + static_cast<uint32_t>(i / perSample)};
  return normalDouble(key, static_cast<uint32_t>(i % perSample));
}

void forwardReference(const ReferenceRun& run) {
  const std::span<double> mu = run.inputs[0].data, s = run.inputs[1].data;
  const double share = logSigmaShare(run.attributes);
  for (size_t i = 0; i < mu.size(); ++i)
    run.outputs[0].data[i] = mu[i] + std::exp(share * s[i]) * noise(run, run.inputs[0].shape, i);
}

void forwardGradient(GradientBuilder& b) {
  if (b.wants(0)) b.contribute(0, b.outputGradient(0));
  if (b.wants(1))
    b.contribute(1, b.emit(gaussianSampleBackwardOp(), {b.input(1), b.outputGradient(0)}, b.attributes()));
}

std::vector<OpExample> forwardExamples() {
  return {{.name = "s is the logarithm of sigma",
           .attributes = {{"stream", 3}, {"log_sigma", 1}},
           .inputs = {{4, 16}, {4, 16}}},
          {.name = "s is the logarithm of the variance",
           .attributes = {{"stream", 5}, {"log_sigma", 0}},
           .inputs = {{3, 17}, {3, 17}}}};
}

Result<std::vector<Shape>> backwardShapes(const OpCall& call) {
  ShapeCheck check(call, {"s", "dz"}, 2);
  if (!check.ranks({2, 2}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void backwardReference(const ReferenceRun& run) {
  const std::span<double> s = run.inputs[0].data, dz = run.inputs[1].data;
  const double share = logSigmaShare(run.attributes);
  for (size_t i = 0; i < s.size(); ++i)
    run.outputs[0].data[i] = dz[i] * share * std::exp(share * s[i]) * noise(run, run.inputs[0].shape, i);
}

}  // namespace

const OpType& gaussianSampleOp() {
  static const OpType type{
      .id = "gaussian_sample",
      .summary =
          "z = mu + sigma * noise with standard normal noise; sigma = exp(s) with log_sigma, "
          "else exp(s / 2).",
      .shapes = forwardShapes,
      .reference = forwardReference,
      .gradient = forwardGradient,
      .examples = forwardExamples,
      .inPlaceInputs = {0}};
  return type;
}

const OpType& gaussianSampleBackwardOp() {
  static const OpType type{
      .id = "gaussian_sample_backward",
      .summary = "ds = dz * noise * d sigma / d s, with the noise of the forward sample again.",
      .shapes = backwardShapes,
      .reference = backwardReference,
      .examples = forwardExamples};
  return type;
}

}  // namespace bypath
