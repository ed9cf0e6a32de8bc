#include "core/base/random.h"
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lowerSample(LowerContext& c) {
  const double faithful = c.attributes().text("sampling") == "faithful" ? 1 : 0;
  c.output(0, c.emit(gaussianSampleOp(), {c.input(0), c.input(1)},
                     {{"stream", static_cast<double>(streamOf(c.path()))}, {"log_sigma", faithful}}));
}

void lowerKl(LowerContext& c) {
  c.loss("kl", c.emit(gaussianKlOp(), {c.input(0), c.input(1)}, {}), c.attributes().real("weight"));
}

std::vector<LayerExample> sampleExamples() {
  return {{.name = "faithful", .inputs = {{4}, {4}}},
          {.name = "correct", .attributes = {{"sampling", "correct"}}, .inputs = {{4}, {4}}}};
}

std::vector<LayerExample> klExamples() {
  return {{.name = "plain", .inputs = {{4}, {4}}},
          {.name = "weighted", .attributes = {{"weight", 4.0}}, .inputs = {{4}, {4}}}};
}

}  // namespace

const LayerType& gaussianSampleLayer() {
  static const LayerType type{
      .id = "gaussian_sample",
      .title = "Gaussian sample",
      .group = "Latent",
      .summary = "Draws a latent vector from the Gaussian that the encoder describes.",
      .help =
          "z = mu + sigma x noise, which lets gradients through to mu and s (Kingma & Welling 2013). With "
          "sampling faithful, sigma = exp(s), as in the reference notebooks, although their divergence reads "
          "s as "
          "the logarithm of the variance; with sampling correct, sigma = exp(s / 2). Samples are drawn while "
          "training and while validating.",
      .inputs = {{.name = "mu", .label = "Mean"}, {.name = "s", .label = "Log variance"}},
      .outputs = {{.name = "z", .label = "Latent vector"}},
      .attributes = {choiceAttribute(
          "sampling", "Sampling", {"faithful", "correct"},
          "faithful: sigma = exp(s), as the reference notebooks; correct: exp(s / 2).")},
      .lower = lowerSample,
      .pytorch = "mu + torch.exp(s if \"{sampling}\" == \"faithful\" else s / 2) * torch.randn_like(mu)",
      .keras = "mu + ops.exp(s if \"{sampling}\" == \"faithful\" else s / 2) * random.normal(ops.shape(mu))",
      .examples = sampleExamples};
  return type;
}

const LayerType& klLossLayer() {
  static const LayerType type{
      .id = "kl_loss",
      .title = "KL divergence",
      .group = "Loss",
      .summary = "How far the latent Gaussian is from the standard normal one, in nats an image.",
      .help =
          "-1/2 sum(1 + s - mu^2 - exp(s)), with s the logarithm of the variance: the price in the objective "
          "of a "
          "variational autoencoder for what the code says about the image.",
      .inputs = {{.name = "mu", .label = "Mean"}, {.name = "s", .label = "Log variance"}},
      .attributes = {lossWeightAttribute()},
      .lower = lowerKl,
      .pytorch = "{weight} * (-0.5 * (1 + s - mu.pow(2) - s.exp()).sum(1)).mean()",
      .keras = "{weight} * ops.mean(-0.5 * ops.sum(1 + s - mu**2 - ops.exp(s), axis=1))",
      .examples = klExamples};
  return type;
}

}  // namespace bypath
