#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const int64_t features = vectorInput(c, "A dense layer").last(), units = a.integer("units");
  const ValueId weight = weightParameter(c, {features, units}, features, units);
  ValueId y =
      c.emit(matmulOp(), {c.input(0), dropConnected(c, weight)}, {{"transpose_a", 0}, {"transpose_b", 0}});
  const double l2 = a.real("l2");
  ValueId squares = l2 > 0 ? c.emit(squaredSumOp(), {weight}, {}) : noValue;
  if (a.boolean("bias")) {
    const ValueId bias = c.parameter("bias", {units}, ParameterRole::bias, biasInitialiser(a));
    y = c.emit(biasAddOp(), {y, bias}, {});
    if (l2 > 0) squares = c.emit(addOp(), {squares, c.emit(squaredSumOp(), {bias}, {})}, {});
  }
  c.output(0, y);
  if (l2 > 0) c.loss("penalty", c.emit(scaleOp(), {squares}, {{"factor", l2}}), 1);
}

std::vector<LayerExample> examples() {
  return {{.name = "with bias", .attributes = {{"units", int64_t{4}}}, .inputs = {{6}}},
          {.name = "penalised",
           .attributes = {{"units", int64_t{3}}, {"init", "glorot"}, {"l2", 0.01}},
           .inputs = {{5}}},
          {.name = "penalised without bias",
           .attributes = {{"units", int64_t{3}}, {"bias", false}, {"l2", 0.1}},
           .inputs = {{5}}},
          {.name = "weights dropped and penalised",
           .attributes = {{"units", int64_t{4}}, {"drop_connect", 0.5}, {"l2", 0.1}},
           .inputs = {{6}}}};
}

}  // namespace

const LayerType& denseLayer() {
  static const LayerType type{
      .id = "dense",
      .title = "Dense",
      .group = "Dense",
      .summary = "Every output is a weighted sum of all inputs.",
      .help =
          "A matrix product with a bias. The last dense layer of a classifier has as many units as there are "
          "classes. The penalty adds factor x (sum of squared weights and biases) to the objective, as on "
          "the "
          "latent heads of the reference autoencoder.",
      .inputs = {{.name = "x", .label = "Row"}},
      .outputs = {{.name = "y", .label = "Row"}},
      .attributes = {integerAttribute("units", "Units", 10, 1, 1048576, "Number of outputs."),
                     biasAttribute(true), initAttribute(), initGainAttribute(), biasValueAttribute(),
                     dropConnectAttribute(),
                     realAttribute("l2", "L2 penalty", 0, 0, 1e6,
                                   "Factor of the squared weights and biases in the objective; 0 for none.")},
      .lower = lower,
      .pytorch = "nn.LazyLinear({units}, bias={bias})",
      .keras = "layers.Dense({units}, use_bias={bias})",
      .examples = examples};
  return type;
}

}  // namespace bypath
