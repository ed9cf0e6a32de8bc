#include "core/ops/histogram.h"

#include "core/ops/catalog.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{Shape{histogramValues}};
}

void reference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, result = run.outputs[0].data;
  HistogramRange range;
  for (const double value : x) range.add(value);
  if (range.isEmpty()) return;
  result[0] = range.low;
  result[1] = range.high;
  for (const double value : x)
    if (std::isfinite(value)) result[2 + range.bin(value)] += 1;
}

std::vector<OpExample> examples() {
  return {{.name = "an image", .attributes = {}, .inputs = {{3, 5, 7, 17}}},
          {.name = "a layer of ResNet-20", .attributes = {}, .inputs = {{5, 32, 32, 16}}},
          {.name = "far from zero", .attributes = {}, .inputs = {{40, 16}}, .low = 20, .high = 21},
          {.name = "one value", .attributes = {}, .inputs = {{1}}}};
}

}  // namespace

const OpType& histogramOp() {
  static const OpType type{
      .id = "histogram",
      .summary =
          "Least and greatest finite value, and the number of values in each of 48 equal bins between.",
      .shapes = shapes,
      .reference = reference,
      .examples = examples};
  return type;
}

}  // namespace bypath
