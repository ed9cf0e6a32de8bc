#include "core/ops/dropout.h"

#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  const double rate = call.attributes.real("rate"), reach = call.attributes.real("reach", 0);
  check.that(rate >= 0 && rate < 1, "the rate must be at least 0 and below 1, not " + std::to_string(rate));
  check.that(reach >= 0 && reach <= static_cast<double>(DropoutReach::step),
             "there is no reach " + std::to_string(reach));
  if (!check.ranks({0})) return check.error();
  const bool ofChannels = reach == static_cast<double>(DropoutReach::channel);
  if (!check.that(!ofChannels || call.inputs[0].rank() > 1, "samples of one number have no channels"))
    return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, y = run.outputs[0].data;
  const double rate = run.attributes.real("rate"), deviation = dropoutDeviation(rate);
  const double share = run.attributes.flag("unscaled") ? 1 : 1 - rate;
  const DropoutNumbers numbers = DropoutNumbers::of(run.attributes, run.inputs[0].shape);
  const size_t perGroup = x.size() / static_cast<size_t>(numbers.groups);
  for (size_t i = 0; i < x.size(); ++i) {
    const RandomKey key = numbers.key(run.attributes, run.key, static_cast<int64_t>(i / perGroup));
    const auto index = static_cast<uint32_t>(i % perGroup % static_cast<size_t>(numbers.each));
    if (run.attributes.flag("normal")) {
      y[i] = x[i] * (1 + deviation * normalDouble(key, index));
      continue;
    }
    // The comparison is in single precision, as engines make it: a mask has no rounding to differ by.
    const bool kept = uniform(key, index) >= static_cast<float>(rate);
    y[i] = kept ? x[i] / share : 0;
  }
}

void gradient(GradientBuilder& b) {
  b.contribute(0, b.emit(dropoutOp(), {b.outputGradient(0)}, b.attributes()));
}

OpExample with(std::string name, DropoutReach reach, const Shape& shape, const OpAttributes& more = {}) {
  OpExample example{.name = std::move(name),
                    .attributes = {{"rate", 0.4}, {"stream", 11}, {"reach", static_cast<double>(reach)}},
                    .inputs = {shape}};
  for (const auto& [key, value] : more.list()) example.attributes.set(key, value);
  return example;
}

std::vector<OpExample> examples() {
  return {
      {.name = "half of an image", .attributes = {{"rate", 0.5}, {"stream", 7}}, .inputs = {{3, 4, 5, 17}}},
      {.name = "a fifth of rows",
       .attributes = {{"rate", 0.2}, {"stream", 4000000000.0}},
       .inputs = {{5, 10}}},
      {.name = "nothing", .attributes = {{"rate", 0}, {"stream", 1}}, .inputs = {{2, 16}}},
      with("channels of images", DropoutReach::channel, {3, 4, 5, 17}),
      with("many channels of images", DropoutReach::channel, {2, 3, 3, 300}),
      with("samples", DropoutReach::sample, {9, 3, 5, 6}),
      with("weights of a convolution", DropoutReach::weight, {3, 3, 5, 7}),
      with("all at once", DropoutReach::step, {4, 3, 5, 6}),
      with("normal noise on rows", DropoutReach::value, {4, 33}, {{"normal", 1}}),
      with("normal noise on channels", DropoutReach::channel, {3, 2, 3, 5}, {{"normal", 1}}),
      with("samples as they are", DropoutReach::sample, {9, 3, 5, 6}, {{"unscaled", 1}})};
}

}  // namespace

DropoutNumbers DropoutNumbers::of(const OpAttributes& attributes, const Shape& shape) {
  const auto reach = static_cast<DropoutReach>(attributes.integer("reach", 0));
  switch (reach) {
    case DropoutReach::value:
      return {reach, shape[0], shape.perSample().count()};
    case DropoutReach::channel:
      return {reach, shape[0], shape.last()};
    case DropoutReach::sample:
      return {reach, shape[0], 1};
    case DropoutReach::weight:
      return {reach, 1, shape.count()};
    case DropoutReach::step:
      break;
  }
  return {reach, 1, 1};
}

RandomKey DropoutNumbers::key(const OpAttributes& attributes, const StepKey& step, int64_t group) const {
  const bool ofSamples = reach != DropoutReach::weight && reach != DropoutReach::step;
  return {.seed = step.seed,
          .stream = static_cast<uint32_t>(attributes.integer("stream")),
          .step = step.step,
          .sample = ofSamples ? step.firstSample + static_cast<uint32_t>(group) : 0};
}

double dropoutDeviation(double rate) {
  return std::sqrt(rate / (1 - rate));
}

const OpType& dropoutOp() {
  static const OpType type{
      .id = "dropout",
      .summary =
          "Sets each value, channel, sample or everything to zero with probability rate and divides the "
          "others by 1 - rate, or multiplies by normal noise around 1; the random numbers follow from seed, "
          "stream, step and sample.",
      .shapes = shapes,
      .reference = reference,
      .gradient = gradient,
      .examples = examples,
      .inPlaceInputs = {0}};
  return type;
}

}  // namespace bypath
