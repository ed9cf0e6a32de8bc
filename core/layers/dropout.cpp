// Layers that put noise into a signal while training and leave it alone in use.
#include "core/ops/dropout.h"
#include "core/base/random.h"
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

void lowerNoise(LowerContext& c, double rate, DropoutReach reach, const char* kind = nullptr) {
  OpAttributes noise = dropoutAttributes(c.path(), rate, reach);
  if (kind) noise.set(kind, 1);
  c.output(0, c.emit(dropoutOp(), {c.input(0)}, noise));
}

// Whether the layer lets everything through as it is.
bool isIdle(const LowerContext& c) {
  return c.mode() == Mode::evaluation || c.attributes().real("rate") == 0;
}

void lowerDropout(LowerContext& c) {
  if (isIdle(c)) return c.output(0, c.input(0));
  lowerNoise(c, c.attributes().real("rate"), DropoutReach::value);
}

void lowerSpatial(LowerContext& c) {
  imageInput(c, "Spatial dropout");
  if (isIdle(c)) return c.output(0, c.input(0));
  lowerNoise(c, c.attributes().real("rate"), DropoutReach::channel);
}

void lowerGaussian(LowerContext& c) {
  if (isIdle(c)) return c.output(0, c.input(0));
  lowerNoise(c, c.attributes().real("rate"), DropoutReach::value, "normal");
}

void lowerStochasticDepth(LowerContext& c) {
  const double survival = c.attributes().real("survival");
  if (survival == 1) return c.output(0, c.input(0));
  if (c.mode() == Mode::evaluation)
    return c.output(0, c.emit(scaleOp(), {c.input(0)}, {{"factor", survival}}));
  const bool bySample = c.attributes().text("by") == "sample";
  lowerNoise(c, 1 - survival, bySample ? DropoutReach::sample : DropoutReach::step, "unscaled");
}

std::vector<LayerExample> examples() {
  return {{.name = "half", .inputs = {{3, 2, 4}}},
          {.name = "none", .attributes = {{"rate", 0.0}}, .inputs = {{5}}}};
}

std::vector<LayerExample> spatialExamples() {
  return {{.name = "half", .inputs = {{3, 2, 4}}},
          {.name = "none", .attributes = {{"rate", 0.0}}, .inputs = {{2, 2, 3}}}};
}

std::vector<LayerExample> stochasticDepthExamples() {
  const auto with = [](const char* name, double survival, const char* by) {
    return LayerExample{
        .name = name, .attributes = {{"survival", survival}, {"by", by}}, .inputs = {{3, 2, 4}}};
  };
  return {with("a coin for the batch", 0.9, "batch"), with("a coin for each sample", 0.6, "sample"),
          with("always there", 1.0, "batch")};
}

LayerType noise(std::string id, std::string title, std::string summary, std::string help,
                AttributeSchema attributes) {
  return {.id = std::move(id),
          .title = std::move(title),
          .group = "Regularisation",
          .summary = std::move(summary),
          .help = std::move(help),
          .inputs = {{.name = "x", .label = "Signal"}},
          .outputs = {{.name = "y", .label = "Signal"}},
          .attributes = std::move(attributes),
          .examples = examples};
}

}  // namespace

const LayerType& dropoutLayer() {
  static const LayerType type = [] {
    LayerType t = noise(
        "dropout", "Dropout", "While training, sets a random share of the values to zero.",
        "What is kept is divided by the share kept, so that nothing changes in use (Srivastava 2014). Put it "
        "inside a residual branch, never on the shortcut: there it breaks the identity and training fails "
        "(He 2016).",
        {realAttribute("rate", "Rate", 0.5, 0, 0.99, "Share of the values that is set to zero.")});
    t.lower = lowerDropout;
    t.pytorch = "nn.Dropout({rate})";
    t.keras = "layers.Dropout({rate})";
    return t;
  }();
  return type;
}

const LayerType& spatialDropoutLayer() {
  static const LayerType type = [] {
    LayerType t = noise(
        "spatial_dropout", "Spatial dropout",
        "While training, sets a random share of each image's channels to zero.",
        "Neighbouring pixels tell the same, so that dropping single ones takes little away from a "
        "convolution; here a channel goes as a whole (Tompson 2015). What is kept is divided by the share "
        "kept.",
        {realAttribute("rate", "Rate", 0.2, 0, 0.99, "Share of the channels that is set to zero.")});
    t.lower = lowerSpatial;
    t.pytorch = "nn.Dropout2d({rate})";
    t.keras = "layers.SpatialDropout2D({rate})";
    t.examples = spatialExamples;
    return t;
  }();
  return type;
}

const LayerType& gaussianDropoutLayer() {
  static const LayerType type = [] {
    LayerType t = noise(
        "gaussian_dropout", "Gaussian dropout",
        "While training, multiplies every value by normal noise around one.",
        "The noise has mean 1 and variance rate / (1 - rate), as dropout of that rate has, but takes no "
        "value away altogether (Srivastava 2014, section 10).",
        {realAttribute("rate", "Rate", 0.2, 0, 0.99, "Rate of the dropout whose variance the noise has.")});
    t.lower = lowerGaussian;
    t.pytorch = "x * (1 + ({rate} / (1 - {rate})) ** 0.5 * torch.randn_like(x)) if self.training else x";
    t.keras = "layers.GaussianDropout({rate})";
    return t;
  }();
  return type;
}

const LayerType& stochasticDepthLayer() {
  static const LayerType type = [] {
    LayerType t = noise(
        "stochastic_depth", "Stochastic depth",
        "While training, a coin decides whether the signal goes on or is zero.",
        "Stands at the end of a residual branch, so that a step trains a network with some of its blocks "
        "left out (Huang 2016). In use the signal is multiplied by the probability of its survival. A "
        "residual block has its own: set its survival.",
        {realAttribute("survival", "Survival", 0.5, 0.01, 1, "Probability that the signal goes on."),
         choiceAttribute("by", "Coin for", {"batch", "sample"},
                         "Whether one coin decides for the whole batch (Huang 2016) or each sample has its "
                         "own.")});
    t.lower = lowerStochasticDepth;
    t.pytorch =
        "x * torch.bernoulli(torch.full((len(x) if \"{by}\" == \"sample\" else 1, 1, 1, 1), {survival})) "
        "if self.training else {survival} * x";
    t.keras =
        "x * ops.cast(random.binomial((ops.shape(x)[0] if \"{by}\" == \"sample\" else 1, 1, 1, 1), 1, "
        "{survival}), x.dtype) if training else {survival} * x";
    t.examples = stochasticDepthExamples;
    return t;
  }();
  return type;
}

}  // namespace bypath
