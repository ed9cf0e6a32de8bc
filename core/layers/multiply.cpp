#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  c.output(0, c.emit(multiplyOp(), {c.input(0), c.input(1)}, {}));
}

std::vector<LayerExample> examples() {
  return {{.name = "images", .inputs = {{3, 3, 2}, {3, 3, 2}}}, {.name = "rows", .inputs = {{4}, {4}}}};
}

}  // namespace

const LayerType& multiplyLayer() {
  static const LayerType type{
      .id = "multiply",
      .title = "Multiply",
      .group = "Joining",
      .summary = "Multiplies two signals of one shape, value by value.",
      .help =
          "With a sigmoid on one side it is a gate: values near 1 let the other signal through, values near "
          "0 "
          "stop it. Highway networks gate their shortcuts this way; residual networks leave them open (He "
          "2016).",
      .inputs = {{.name = "a", .label = "Signal"}, {.name = "b", .label = "Factor"}},
      .outputs = {{.name = "y", .label = "Product"}},
      .lower = lower,
      .pytorch = "torch.mul(a, b)",
      .keras = "layers.Multiply()([a, b])",
      .examples = examples};
  return type;
}

}  // namespace bypath
