#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"a", "b"}, 2);
  if (!check.ranks({0, 0}) || !check.same(0, 1)) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void reference(const ReferenceRun& run) {
  const std::span<double> y = run.outputs[0].data;
  for (size_t i = 0; i < y.size(); ++i) y[i] = run.inputs[0].data[i] * run.inputs[1].data[i];
}

void gradient(GradientBuilder& b) {
  for (const int i : {0, 1})
    if (b.wants(i)) b.contribute(i, b.emit(multiplyOp(), {b.outputGradient(0), b.input(1 - i)}, {}));
}

std::vector<OpExample> examples() {
  return {{.name = "two images", .attributes = {}, .inputs = {{2, 3, 5, 17}, {2, 3, 5, 17}}},
          {.name = "rows of 16", .attributes = {}, .inputs = {{3, 16}, {3, 16}}}};
}

}  // namespace

const OpType& multiplyOp() {
  static const OpType type{.id = "multiply",
                           .summary = "The element-wise product of two values of one shape: y = a * b.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .examples = examples,
                           .inPlaceInputs = {0, 1}};
  return type;
}

}  // namespace bypath
