#include "core/base/random.h"
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const double rate = c.attributes().real("rate");
  if (c.mode() == Mode::evaluation || rate == 0) {
    c.output(0, c.input(0));
    return;
  }
  c.output(0, c.emit(dropoutOp(), {c.input(0)},
                     {{"rate", rate}, {"stream", static_cast<double>(streamOf(c.path()))}}));
}

std::vector<LayerExample> examples() {
  return {{.name = "half", .inputs = {{3, 2, 4}}},
          {.name = "none", .attributes = {{"rate", 0.0}}, .inputs = {{5}}}};
}

}  // namespace

const LayerType& dropoutLayer() {
  static const LayerType type{
      .id = "dropout",
      .title = "Dropout",
      .group = "Regularisation",
      .summary = "While training, sets a random share of the values to zero.",
      .help =
          "What is kept is divided by the share kept, so that nothing changes in use (Srivastava 2014). Put "
          "it "
          "inside a residual branch, never on the shortcut: there it breaks the identity and training fails "
          "(He 2016).",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {realAttribute("rate", "Rate", 0.5, 0, 0.99, "Share of the values that is set to zero.")},
      .lower = lower,
      .pytorch = "nn.Dropout({rate})",
      .keras = "layers.Dropout({rate})",
      .examples = examples};
  return type;
}

}  // namespace bypath
