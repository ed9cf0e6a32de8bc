#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"
#include "core/ops/shape_check.h"

namespace bypath {

namespace {

// One operand as the product sees it, transposed or not.
struct Operand {
  int64_t rows, columns;
  int64_t rowStep, columnStep;

  Operand(const Shape& shape, bool transposed)
      : rows(shape[transposed ? 1 : 0]),
        columns(shape[transposed ? 0 : 1]),
        rowStep(transposed ? 1 : shape[1]),
        columnStep(transposed ? shape[1] : 1) {}
  size_t at(int64_t row, int64_t column) const {
    return static_cast<size_t>(row * rowStep + column * columnStep);
  }
};

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check(call, {"a", "b"}, 2);
  if (!check.ranks({2, 2})) return check.error();
  const Operand a(call.inputs[0], call.attributes.flag("transpose_a"));
  const Operand b(call.inputs[1], call.attributes.flag("transpose_b"));
  if (!check.that(a.columns == b.rows, "the left side has " + std::to_string(a.columns) +
                                           " values a row, but the right side takes " +
                                           std::to_string(b.rows)))
    return check.error();
  return std::vector<Shape>{Shape{a.rows, b.columns}};
}

void reference(const ReferenceRun& run) {
  const Operand a(run.inputs[0].shape, run.attributes.flag("transpose_a"));
  const Operand b(run.inputs[1].shape, run.attributes.flag("transpose_b"));
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t j = 0; j < b.columns; ++j) {
      double sum = 0;
      for (int64_t k = 0; k < a.columns; ++k)
        sum += run.inputs[0].data[a.at(i, k)] * run.inputs[1].data[b.at(k, j)];
      run.outputs[0].data[i * b.columns + j] = sum;
    }
}

OpAttributes transposes(bool a, bool b) {
  return {{"transpose_a", a ? 1 : 0}, {"transpose_b", b ? 1 : 0}};
}

// With A = a or its transpose and B likewise, y = A B: dA = dy B^T and dB = A^T dy, transposed back where
// needed.
void gradient(GradientBuilder& g) {
  const bool transposeA = g.attributes().flag("transpose_a");
  const bool transposeB = g.attributes().flag("transpose_b");
  const ValueId a = g.input(0), b = g.input(1), dy = g.outputGradient(0);
  if (g.wants(0))
    g.contribute(0, transposeA ? g.emit(matmulOp(), {b, dy}, transposes(transposeB, true))
                               : g.emit(matmulOp(), {dy, b}, transposes(false, !transposeB)));
  if (g.wants(1))
    g.contribute(1, transposeB ? g.emit(matmulOp(), {dy, a}, transposes(true, transposeA))
                               : g.emit(matmulOp(), {a, dy}, transposes(!transposeA, false)));
}

OpCost cost(const OpCall& call) {
  const Operand a(call.inputs[0], call.attributes.flag("transpose_a"));
  return {.multiplyAdds = static_cast<double>(call.outputs[0].count()) * static_cast<double>(a.columns),
          .bytes = bytesOf(call)};
}

std::vector<OpExample> examples() {
  return {
      {.name = "batch by classes", .attributes = {}, .inputs = {{5, 64}, {64, 10}}},
      {.name = "left side transposed", .attributes = transposes(true, false), .inputs = {{33, 17}, {33, 24}}},
      {.name = "right side transposed", .attributes = transposes(false, true), .inputs = {{6, 10}, {31, 10}}},
      {.name = "both transposed", .attributes = transposes(true, true), .inputs = {{7, 3}, {16, 7}}},
      {.name = "a wide layer", .attributes = {}, .inputs = {{70, 300}, {300, 130}}},
      {.name = "a wide layer's weights",
       .attributes = transposes(true, false),
       .inputs = {{70, 300}, {70, 130}}},
      {.name = "a wide layer's input",
       .attributes = transposes(false, true),
       .inputs = {{70, 130}, {300, 130}}},
      {.name = "one sample, one value", .attributes = {}, .inputs = {{1, 100}, {100, 1}}},
  };
}

}  // namespace

const OpType& matmulOp() {
  static const OpType type{.id = "matmul",
                           .summary = "Matrix product y = a b, either side transposed first when asked.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .cost = cost,
                           .examples = examples};
  return type;
}

}  // namespace bypath
