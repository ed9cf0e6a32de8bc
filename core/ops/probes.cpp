#include "core/ops/catalog.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> dotShapes(const OpCall& call) {
  ShapeCheck check(call, {"a", "b"}, 2);
  if (!check.ranks({0, 0}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{Shape{1}};
}

void dotReference(const ReferenceRun& run) {
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[0] += run.inputs[0].data[i] * run.inputs[1].data[i];
}

std::vector<OpExample> dotExamples() {
  return {{.name = "images", .attributes = {}, .inputs = {{3, 5, 7, 17}, {3, 5, 7, 17}}},
          {.name = "weights", .attributes = {}, .inputs = {{24, 10}, {24, 10}}},
          {.name = "layers of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}, {5, 32, 32, 16}}},
          {.name = "one value", .attributes = {}, .inputs = {{1}, {1}}}};
}

Result<std::vector<Shape>> momentsShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{Shape{2}};
}

void momentsReference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data;
  const auto count = static_cast<double>(x.size());
  double sum = 0, squares = 0;
  for (double value : x) sum += value;
  const double mean = sum / count;
  for (double value : x) squares += (value - mean) * (value - mean);
  run.outputs[0].data[0] = mean;
  run.outputs[0].data[1] = squares / count;
}

std::vector<OpExample> momentsExamples() {
  return {{.name = "an image", .attributes = {}, .inputs = {{3, 5, 7, 17}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}}},
          {.name = "far from zero", .attributes = {}, .inputs = {{40, 16}}, .low = 20, .high = 21}};
}

Result<std::vector<Shape>> zerosShapes(const OpCall& call) {
  ShapeCheck check(call, {"y"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{Shape{2}};
}

void zerosReference(const ReferenceRun& run) {
  const std::span<double> y = run.inputs[0].data;
  const auto channels = static_cast<size_t>(run.inputs[0].shape.last());
  double zeros = 0, silent = 0;
  for (size_t c = 0; c < channels; ++c) {
    double inChannel = 0;
    for (size_t i = c; i < y.size(); i += channels) inChannel += y[i] > 0 ? 0 : 1;
    zeros += inChannel;
    silent += inChannel * static_cast<double>(channels) == static_cast<double>(y.size()) ? 1 : 0;
  }
  run.outputs[0].data[0] = zeros / static_cast<double>(y.size());
  run.outputs[0].data[1] = silent / static_cast<double>(channels);
}

std::vector<OpExample> zerosExamples() {
  return {{.name = "an image", .attributes = {}, .inputs = {{3, 5, 7, 17}}},
          {.name = "few values, some channels silent", .attributes = {}, .inputs = {{1, 2, 1, 24}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}}},
          {.name = "rows, mostly above zero", .attributes = {}, .inputs = {{40, 10}}, .low = -0.1, .high = 1},
          {.name = "all silent", .attributes = {}, .inputs = {{40, 16}}, .low = -2, .high = -1}};
}

}  // namespace

const OpType& zerosOp() {
  static const OpType type{
      .id = "zeros",
      .summary = "Share of values that are not above 0, and of channels that have no other.",
      .shapes = zerosShapes,
      .reference = zerosReference,
      .examples = zerosExamples};
  return type;
}

const OpType& dotOp() {
  static const OpType type{.id = "dot",
                           .summary = "The inner product of two values over everything: sum(a * b).",
                           .shapes = dotShapes,
                           .reference = dotReference,
                           .examples = dotExamples};
  return type;
}

const OpType& momentsOp() {
  static const OpType type{.id = "moments",
                           .summary = "Mean and biased variance over everything.",
                           .shapes = momentsShapes,
                           .reference = momentsReference,
                           .examples = momentsExamples};
  return type;
}

}  // namespace bypath
