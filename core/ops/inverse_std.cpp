#include <cmath>

#include "core/ops/catalog.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"variance"}, 1);
  if (!check.ranks({1})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const double epsilon = run.attributes.real("epsilon");
  for (size_t c = 0; c < run.inputs[0].data.size(); ++c)
    run.outputs[0].data[c] = 1 / std::sqrt(run.inputs[0].data[c] + epsilon);
}

std::vector<OpExample> examples() {
  return {
      {.name = "17 channels", .attributes = {{"epsilon", 1e-3}}, .inputs = {{17}}, .positiveInputs = {0}}};
}

}  // namespace

const OpType& inverseStdOp() {
  static const OpType type{.id = "inverse_std",
                           .summary = "1 / sqrt(variance + epsilon), a channel.",
                           .shapes = shapes,
                           .reference = reference,
                           .examples = examples};
  return type;
}

}  // namespace bypath
