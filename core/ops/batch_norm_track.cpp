#include "core/ops/catalog.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"running_mean", "running_variance", "mean", "inverse_std"}, 4);
  if (!check.ranks({1, 1, 1, 1})) return check.error();
  for (size_t i = 1; i <= 3; ++i) check.same(0, i);
  const int64_t count = call.attributes.integer("count");
  if (!check.that(!call.attributes.flag("unbiased") || count >= 2,
                  "an unbiased variance needs 2 or more values a channel, not " + std::to_string(count)))
    return check.error();
  return std::vector<Shape>{call.inputs[0], call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> mean = run.inputs[2].data, inverseStd = run.inputs[3].data;
  const std::span<double> runningMean = run.outputs[0].data, runningVariance = run.outputs[1].data;
  const double keep = run.attributes.real("momentum"), epsilon = run.attributes.real("epsilon");
  const double count = run.attributes.real("count");
  const double correction = run.attributes.flag("unbiased") ? count / (count - 1) : 1;
  for (size_t c = 0; c < mean.size(); ++c) {
    const double variance = (1 / (inverseStd[c] * inverseStd[c]) - epsilon) * correction;
    runningMean[c] = keep * runningMean[c] + (1 - keep) * mean[c];
    runningVariance[c] = keep * runningVariance[c] + (1 - keep) * variance;
  }
}

std::vector<OpExample> examples() {
  const auto all = [](double momentum, double epsilon, double count, double unbiased) {
    return OpAttributes{
        {"momentum", momentum}, {"epsilon", epsilon}, {"count", count}, {"unbiased", unbiased}};
  };
  return {
      {.name = "16 channels, unbiased",
       .attributes = all(0.9, 1e-5, 50, 1),
       .inputs = {{16}, {16}, {16}, {16}},
       .positiveInputs = {1, 3},
       .stateInputs = {0, 1},
       .notDifferentiated = {0, 1, 2, 3}},
      {.name = "3 channels, biased",
       .attributes = all(0.99, 1e-3, 12, 0),
       .inputs = {{3}, {3}, {3}, {3}},
       .positiveInputs = {1, 3},
       .stateInputs = {0, 1},
       .notDifferentiated = {0, 1, 2, 3}},
  };
}

}  // namespace

const OpType& batchNormTrackOp() {
  static const OpType type{
      .id = "batch_norm_track",
      .summary =
          "Moves the running statistics towards the batch's: running = momentum * running + "
          "(1 - momentum) * batch, with variance = 1 / inverse_std^2 - epsilon.",
      .shapes = shapes,
      .reference = reference,
      .examples = examples,
      .stateOutputs = {{0, 0}, {1, 1}}};
  return type;
}

}  // namespace bypath
