#include <algorithm>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check = ShapeCheck::several(call, "x", 2);
  if (!check.everyRank(0)) return check.error();
  for (size_t i = 1; i < call.inputs.size(); ++i)
    if (!check.same(0, i)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> y = run.outputs[0].data;
  for (const ReferenceTensor& x : run.inputs)
    for (size_t i = 0; i < y.size(); ++i) y[i] += x.data[i];
  if (run.attributes.flag("relu"))
    for (double& value : y) value = std::max(value, 0.0);
}

void gradient(GradientBuilder& b) {
  for (int i = 0; i < static_cast<int>(b.node().inputs.size()); ++i)
    if (b.wants(i)) b.contribute(i, b.outputGradient(0));
}

std::vector<OpExample> examples() {
  return {{.name = "two images", .attributes = {}, .inputs = {{2, 3, 5, 17}, {2, 3, 5, 17}}},
          {.name = "three rows of 16", .attributes = {}, .inputs = {{3, 16}, {3, 16}, {3, 16}}},
          {.name = "five values each", .attributes = {}, .inputs = {{5}, {5}, {5}, {5}}},
          {.name = "fused relu", .attributes = {{"relu", 1}}, .inputs = {{2, 4, 4, 10}, {2, 4, 4, 10}}}};
}

}  // namespace

const OpType& addOp() {
  static const OpType type{.id = "add",
                           .summary = "The element-wise sum of two or more values of one shape.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .examples = examples,
                           .inPlaceInputs = {0, 1}};
  return type;
}

}  // namespace bypath
