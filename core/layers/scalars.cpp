// Layers of a single trained number, which networks without normalisation need (Zhang 2019).
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

ValueId scalarParameter(LowerContext& c, const char* name, ParameterRole role) {
  return c.parameter(name, {1}, role, startingAt(c.attributes().real("value")));
}

void lowerScalarScale(LowerContext& c) {
  const ValueId scale = scalarParameter(c, "scale", ParameterRole::scale);
  c.output(0, c.emit(scaleByScalarOp(), {c.input(0), scale}, {}));
}

// All values of a sample as pixels of one channel, whose bias is the number.
void lowerScalarBias(LowerContext& c) {
  const Shape sample = c.shape(c.input(0)).perSample();
  const ValueId shift = scalarParameter(c, "shift", ParameterRole::shift);
  const ValueId column = c.emit(reshapeOp(), {c.input(0)}, reshapeAttributes({sample.count(), 1}));
  const ValueId shifted = c.emit(biasAddOp(), {column, shift}, {});
  c.output(0, c.emit(reshapeOp(), {shifted}, reshapeAttributes(sample)));
}

std::vector<LayerExample> examples() {
  return {{.name = "image", .attributes = {{"value", 0.5}}, .inputs = {{3, 2, 4}}},
          {.name = "row", .attributes = {{"value", -2.0}}, .inputs = {{5}}},
          {.name = "as it starts", .inputs = {{2, 2, 3}}}};
}

}  // namespace

const LayerType& scalarScaleLayer() {
  static const LayerType type{
      .id = "scalar_scale",
      .title = "Scalar multiplier",
      .group = "Normalisation",
      .summary = "Multiplies the whole signal by one trained number.",
      .help =
          "At the end of a residual branch and starting at 0, it lets the block begin as its shortcut alone "
          "(SkipInit, De & Smith 2020; ReZero, Bachlechner 2020). Starting at 1, it is the multiplier of "
          "Fixup (Zhang 2019).",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {realAttribute("value", "Initial value", 1, -1e6, 1e6, "What the number starts from.")},
      .lower = lowerScalarScale,
      .pytorch = "x * self.scale  # nn.Parameter(torch.tensor({value}))",
      .keras = "x * self.scale  # self.add_weight(shape=(), initializer=initializers.Constant({value}))",
      .examples = examples};
  return type;
}

const LayerType& scalarBiasLayer() {
  static const LayerType type{
      .id = "scalar_bias",
      .title = "Scalar bias",
      .group = "Normalisation",
      .summary = "Adds one trained number to the whole signal.",
      .help =
          "Stands before convolutions and activations of networks without normalisation, whose shift it "
          "takes the place of (Fixup, Zhang 2019).",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {realAttribute("value", "Initial value", 0, -1e6, 1e6, "What the number starts from.")},
      .lower = lowerScalarBias,
      .pytorch = "x + self.shift  # nn.Parameter(torch.tensor({value}))",
      .keras = "x + self.shift  # self.add_weight(shape=(), initializer=initializers.Constant({value}))",
      .examples = examples};
  return type;
}

}  // namespace bypath
