#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> scaleShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void scaleReference(const ReferenceRun& run) {
  const double factor = run.attributes.real("factor");
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i] = factor * run.inputs[0].data[i];
}

void scaleGradient(GradientBuilder& b) {
  b.contribute(0, b.emit(scaleOp(), {b.outputGradient(0)}, {{"factor", b.attributes().real("factor")}}));
}

std::vector<OpExample> scaleExamples() {
  return {{.name = "half an image", .attributes = {{"factor", 0.5}}, .inputs = {{2, 3, 5, 17}}},
          {.name = "negative rows", .attributes = {{"factor", -3}}, .inputs = {{3, 10}}}};
}

Result<std::vector<Shape>> scaleByScalarShapes(const OpCall& call) {
  ShapeCheck check(call, {"x", "scalar"}, 2);
  if (!check.ranks({0, 1}) || !check.shapeIs(1, {1})) return check.error();
  return std::vector<Shape>{call.inputs[0]};
}

void scaleByScalarReference(const ReferenceRun& run) {
  const double factor = run.inputs[1].data[0] * run.attributes.real("factor", 1);
  for (size_t i = 0; i < run.inputs[0].data.size(); ++i)
    run.outputs[0].data[i] = factor * run.inputs[0].data[i];
}

void scaleByScalarGradient(GradientBuilder& b) {
  const double factor = b.attributes().real("factor", 1);
  if (b.wants(0))
    b.contribute(0, b.emit(scaleByScalarOp(), {b.outputGradient(0), b.input(1)}, {{"factor", factor}}));
  if (!b.wants(1)) return;
  const ValueId product = b.emit(dotOp(), {b.outputGradient(0), b.input(0)}, {});
  b.contribute(1, factor == 1 ? product : b.emit(scaleOp(), {product}, {{"factor", factor}}));
}

std::vector<OpExample> scaleByScalarExamples() {
  return {{.name = "an image", .attributes = {{"factor", 2}}, .inputs = {{2, 3, 5, 17}, {1}}},
          {.name = "weights", .attributes = {{"factor", 0.01}}, .inputs = {{16, 10}, {1}}},
          {.name = "rows as they are", .attributes = {}, .inputs = {{3, 7}, {1}}}};
}

}  // namespace

const OpType& scaleOp() {
  static const OpType type{.id = "scale",
                           .summary = "Multiplies by a constant: y = factor * x.",
                           .shapes = scaleShapes,
                           .reference = scaleReference,
                           .gradient = scaleGradient,
                           .examples = scaleExamples,
                           .inPlaceInputs = {0}};
  return type;
}

const OpType& scaleByScalarOp() {
  static const OpType type{.id = "scale_by_scalar",
                           .summary = "Multiplies by a computed number: y = factor * scalar * x.",
                           .shapes = scaleByScalarShapes,
                           .reference = scaleByScalarReference,
                           .gradient = scaleByScalarGradient,
                           .examples = scaleByScalarExamples,
                           .inPlaceInputs = {0}};
  return type;
}

}  // namespace bypath
