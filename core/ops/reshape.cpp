#include <algorithm>
#include <cassert>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

constexpr const char* sizes[] = {"d1", "d2", "d3"};

OpAttributes attributesFor(const Shape& target) {
  assert(target.rank() >= 1 && target.rank() <= 4);
  OpAttributes attributes{{"rank", target.rank()}};
  for (int axis = 1; axis < target.rank(); ++axis)
    attributes.set(sizes[axis - 1], static_cast<double>(target[axis]));
  return attributes;
}

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({0})) return check.error();
  const int64_t rank = call.attributes.integer("rank");
  if (!check.that(rank >= 1 && rank <= 4,
                  "the result must have 1 to 4 dimensions, not " + std::to_string(rank)))
    return check.error();
  Shape result = call.inputs[0].perSample();
  while (result.rank() >= rank) result = result.perSample();
  while (result.rank() < rank) result = result.withBatch(call.inputs[0][0]);
  for (int axis = 1; axis < rank; ++axis) {
    if (!check.positive({sizes[axis - 1]})) return check.error();
    result.set(axis, call.attributes.integer(sizes[axis - 1]));
  }
  const Shape from = call.inputs[0].perSample(), to = result.perSample();
  if (!check.that(from.count() == to.count(), "a sample has " + std::to_string(from.count()) + " values (" +
                                                  from.text() + "), but the result " +
                                                  std::to_string(to.count()) + " (" + to.text() + ")"))
    return check.error();
  return std::vector<Shape>{result};
}

void reference(const ReferenceRun& run) {
  std::ranges::copy(run.inputs[0].data, run.outputs[0].data.begin());
}

void gradient(GradientBuilder& b) {
  b.contribute(0, b.emit(reshapeOp(), {b.outputGradient(0)}, attributesFor(b.shape(b.input(0)))));
}

std::vector<OpExample> examples() {
  return {{.name = "rows to an image", .attributes = attributesFor({1, 4, 4, 3}), .inputs = {{2, 48}}},
          {.name = "an image to rows", .attributes = attributesFor({1, 30}), .inputs = {{3, 2, 5, 3}}},
          {.name = "a column to samples", .attributes = attributesFor({1}), .inputs = {{5, 1}}}};
}

}  // namespace

const OpType& reshapeOp() {
  static const OpType type{.id = "reshape",
                           .summary = "The same values of each sample under another shape.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .examples = examples,
                           .alias = true};
  return type;
}

}  // namespace bypath
