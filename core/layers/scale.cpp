#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  c.output(0, c.emit(scaleOp(), {c.input(0)}, {{"factor", c.attributes().real("factor")}}));
}

std::vector<LayerExample> examples() {
  return {{.name = "half", .inputs = {{3, 3, 2}}},
          {.name = "flipped", .attributes = {{"factor", -1.0}}, .inputs = {{4}}}};
}

}  // namespace

const LayerType& scaleLayer() {
  static const LayerType type{
      .id = "scale",
      .title = "Scale",
      .group = "Joining",
      .summary = "Multiplies a signal by a constant.",
      .help =
          "On a shortcut, a factor below 1 shrinks the signal, and the gradient, once more at every block: "
          "after a hundred blocks nothing is left of either (He 2016). On a branch it tames the sum.",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {realAttribute("factor", "Factor", 0.5, -1e6, 1e6, "What every value is multiplied by.")},
      .lower = lower,
      .pytorch = "{factor} * x",
      .keras = "layers.Rescaling({factor})",
      .examples = examples};
  return type;
}

}  // namespace bypath
