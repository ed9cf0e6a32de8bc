#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lower(LowerContext& c) {
  const AttributeReader& a = c.attributes();
  const Shape x = c.shape(c.input(0));
  if (x.rank() < 2)
    c.fail("Batch normalisation reads images or rows of numbers, but gets one number a sample; remove it.");
  const Shape channels{x.last()};
  const Initialiser one{.kind = InitialiserKind::one};
  const ValueId scale =
      c.parameter("scale", channels, ParameterRole::scale, startingAt(a.real("scale_value")));
  const ValueId shift = c.parameter("shift", channels, ParameterRole::shift, {});
  const ValueId mean = c.parameter("running_mean", channels, ParameterRole::runningMean, {});
  const ValueId variance = c.parameter("running_variance", channels, ParameterRole::runningVariance, one);
  const double epsilon = a.real("epsilon");
  if (c.mode() == Mode::evaluation) {
    c.output(0, c.emit(batchNormInferenceOp(), {c.input(0), scale, shift, mean, variance},
                       {{"epsilon", epsilon}}));
    return;
  }
  const std::vector<ValueId> y = c.emitAll(batchNormOp(), {c.input(0), scale, shift}, {{"epsilon", epsilon}});
  const int64_t count = x.rows();
  c.emitAll(batchNormTrackOp(), {mean, variance, y[1], y[2]},
            {{"momentum", a.real("momentum")},
             {"epsilon", epsilon},
             {"count", static_cast<double>(count)},
             {"unbiased", count > 1 ? 1.0 : 0.0}});
  c.output(0, y[0]);
}

std::vector<LayerExample> examples() {
  return {{.name = "image", .inputs = {{4, 3, 5}}},
          {.name = "row", .attributes = {{"epsilon", 1e-3}, {"momentum", 0.99}}, .inputs = {{6}}},
          {.name = "silent at first", .attributes = {{"scale_value", 0.0}}, .inputs = {{2, 3, 4}}}};
}

}  // namespace

const LayerType& batchNormLayer() {
  static const LayerType type{
      .id = "batch_norm",
      .title = "Batch normalisation",
      .group = "Normalisation",
      .summary = "Gives every channel mean 0 and variance 1 over the batch, then a trained scale and shift.",
      .help =
          "While training, each channel is normalised by its mean and variance over the batch and all "
          "pixels; in "
          "use, by running averages kept while training (Ioffe & Szegedy 2015). It keeps signals and "
          "gradients at "
          "a healthy size in deep networks.",
      .inputs = {{.name = "x", .label = "Signal"}},
      .outputs = {{.name = "y", .label = "Signal"}},
      .attributes = {realAttribute(
                         "epsilon", "Epsilon", 1e-5, 1e-12, 1,
                         "Added to the variance, so that a constant channel does not divide by zero."),
                     realAttribute("momentum", "Momentum", 0.9, 0, 1,
                                   "The share of the old running average that is kept at every step."),
                     realAttribute("scale_value", "Initial scale", 1, -1e6, 1e6,
                                   "What the scale starts from; 0 makes the layer start silent.")},
      .lower = lower,
      .pytorch = "nn.LazyBatchNorm2d(eps={epsilon}, momentum=1 - {momentum})",
      .keras = "layers.BatchNormalization(epsilon={epsilon}, momentum={momentum})",
      .examples = examples};
  return type;
}

}  // namespace bypath
