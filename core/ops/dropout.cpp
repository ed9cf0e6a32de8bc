#include "core/base/random.h"
#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  const double rate = call.attributes.real("rate");
  check.that(rate >= 0 && rate < 1, "the rate must be at least 0 and below 1, not " + std::to_string(rate));
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, y = run.outputs[0].data;
  const double rate = run.attributes.real("rate");
  const size_t perSample = x.size() / static_cast<size_t>(run.inputs[0].shape[0]);
  for (size_t i = 0; i < x.size(); ++i) {
    const RandomKey key{.seed = run.key.seed,
                        .stream = static_cast<uint32_t>(run.attributes.integer("stream")),
                        .step = run.key.step,
                        .sample = run.key.firstSample + static_cast<uint32_t>(i / perSample)};
    // The comparison is in single precision, as engines make it: a mask has no rounding to differ by.
    const bool kept = uniform(key, static_cast<uint32_t>(i % perSample)) >= static_cast<float>(rate);
    y[i] = kept ? x[i] / (1 - rate) : 0;
  }
}

void gradient(GradientBuilder& b) {
  b.contribute(0, b.emit(dropoutOp(), {b.outputGradient(0)}, b.attributes()));
}

std::vector<OpExample> examples() {
  return {
      {.name = "half of an image", .attributes = {{"rate", 0.5}, {"stream", 7}}, .inputs = {{3, 4, 5, 17}}},
      {.name = "a fifth of rows",
       .attributes = {{"rate", 0.2}, {"stream", 4000000000.0}},
       .inputs = {{5, 10}}},
      {.name = "nothing", .attributes = {{"rate", 0}, {"stream", 1}}, .inputs = {{2, 16}}}};
}

}  // namespace

const OpType& dropoutOp() {
  static const OpType type{
      .id = "dropout",
      .summary =
          "Sets each value to zero with probability rate and divides the others by 1 - rate; "
          "the mask follows from seed, stream, step and sample.",
      .shapes = shapes,
      .reference = reference,
      .gradient = gradient,
      .examples = examples,
      .inPlaceInputs = {0}};
  return type;
}

}  // namespace bypath
