#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{Shape{1}};
}

void reference(const ReferenceRun& run) {
  for (double value : run.inputs[0].data) run.outputs[0].data[0] += value * value;
}

void gradient(GradientBuilder& b) {
  b.contribute(0, b.emit(scaleByScalarOp(), {b.input(0), b.outputGradient(0)}, {{"factor", 2}}));
}

std::vector<OpExample> examples() {
  return {{.name = "dense weights", .attributes = {}, .inputs = {{24, 10}}},
          {.name = "a bias", .attributes = {}, .inputs = {{17}}},
          {.name = "an image", .attributes = {}, .inputs = {{2, 5, 7, 3}}}};
}

}  // namespace

const OpType& squaredSumOp() {
  static const OpType type{.id = "squared_sum",
                           .summary = "The sum of all squares, a single number: the L2 penalty.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .examples = examples};
  return type;
}

}  // namespace bypath
