#include <algorithm>

#include "core/ops/catalog.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "mean", "inverse_std", "scale", "shift", "plus"}, 5);
  if (!check.ranks({0, 1, 1, 1, 1, 0})) return check.error();
  for (size_t i = 1; i < 5; ++i)
    if (!check.shapeIs(i, {call.inputs[0].last()})) return check.error();
  if (call.inputs.size() > 5 && !check.same(0, 5)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> x = run.inputs[0].data, mean = run.inputs[1].data, inverseStd = run.inputs[2].data,
                          scale = run.inputs[3].data, shift = run.inputs[4].data, y = run.outputs[0].data;
  const bool relu = run.attributes.flag("relu");
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % mean.size();
    double value = scale[c] * (x[i] - mean[c]) * inverseStd[c] + shift[c];
    if (run.inputs.size() > 5) value += run.inputs[5].data[i];
    y[i] = relu ? std::max(value, 0.0) : value;
  }
}

std::vector<OpExample> examples() {
  return {
      {.name = "an image of 16 channels",
       .attributes = {},
       .inputs = {{3, 4, 5, 16}, {16}, {16}, {16}, {16}},
       .positiveInputs = {2}},
      {.name = "17 channels, fused relu",
       .attributes = {{"relu", 1}},
       .inputs = {{2, 5, 5, 17}, {17}, {17}, {17}, {17}},
       .positiveInputs = {2}},
      {.name = "rows of 24, plus a shortcut",
       .attributes = {},
       .inputs = {{9, 24}, {24}, {24}, {24}, {24}, {9, 24}},
       .positiveInputs = {2}},
      {.name = "3 channels, plus a shortcut, fused relu",
       .attributes = {{"relu", 1}},
       .inputs = {{2, 7, 3, 3}, {3}, {3}, {3}, {3}, {2, 7, 3, 3}},
       .positiveInputs = {2}},
      {.name = "a layer of ResNet-20, plus a shortcut, fused relu",
       .attributes = {{"relu", 1}},
       .inputs = {{5, 32, 32, 16}, {16}, {16}, {16}, {16}, {5, 32, 32, 16}},
       .positiveInputs = {2}},
  };
}

}  // namespace

const OpType& batchNormApplyOp() {
  static const OpType type{.id = "batch_norm_apply",
                           .summary =
                               "y = scale * (x - mean) * inverse_std + shift (+ plus): a batch normalisation "
                               "whose statistics are known, and the sum at the end of a residual block.",
                           .shapes = shapes,
                           .reference = reference,
                           .examples = examples,
                           .inPlaceInputs = {5, 0}};
  return type;
}

}  // namespace bypath
