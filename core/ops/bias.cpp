#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> biasAddShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "bias"}, 2);
  if (!check.ranks({0, 1}) || !check.shapeIs(1, {call.inputs[0].last()})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void biasAddReference(const ReferenceRun& run) {
  const size_t channels = run.inputs[1].data.size();
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i] = run.inputs[0].data[i] + run.inputs[1].data[i % channels];
}

void biasAddGradient(GradientBuilder& b) {
  if (b.wants(0)) b.contribute(0, b.outputGradient(0));
  if (b.wants(1)) b.contribute(1, b.emit(sumToChannelsOp(), {b.outputGradient(0)}, {}));
}

std::vector<OpExample> biasAddExamples() {
  return {{.name = "rows of 10", .attributes = {}, .inputs = {{5, 10}, {10}}},
          {.name = "an image of 3 channels", .attributes = {}, .inputs = {{2, 3, 5, 3}, {3}}},
          {.name = "an image of 32 channels", .attributes = {}, .inputs = {{2, 3, 3, 32}, {32}}}};
}

Result<std::vector<Shape>> sumToChannelsShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{Shape{call.inputs[0].last()}};
}

void sumToChannelsReference(const ReferenceRun& run) {
  const size_t channels = run.outputs[0].data.size();
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i % channels] += run.inputs[0].data[i];
}

std::vector<OpExample> sumToChannelsExamples() {
  return {{.name = "rows of 10", .attributes = {}, .inputs = {{37, 10}}},
          {.name = "an image of 3 channels", .attributes = {}, .inputs = {{4, 7, 5, 3}}},
          {.name = "an image of 24 channels", .attributes = {}, .inputs = {{3, 5, 3, 24}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}}},
          {.name = "a single row", .attributes = {}, .inputs = {{1, 17}}}};
}

}  // namespace

const OpType& biasAddOp() {
  static const OpType type{.id = "bias_add",
                           .summary = "Adds one number a channel: y[..., c] = x[..., c] + bias[c].",
                           .shapes = biasAddShapes,
                           .reference = biasAddReference,
                           .gradient = biasAddGradient,
                           .examples = biasAddExamples,
                           .inPlaceInputs = {0}};
  return type;
}

const OpType& sumToChannelsOp() {
  static const OpType type{.id = "sum_to_channels",
                           .summary = "Sums over all axes but the last: y[c] = sum of x[..., c].",
                           .shapes = sumToChannelsShapes,
                           .reference = sumToChannelsReference,
                           .examples = sumToChannelsExamples};
  return type;
}

}  // namespace bypath
