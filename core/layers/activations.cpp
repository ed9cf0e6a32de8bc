#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::vector<LayerExample> examples() {
  return {{.name = "image", .inputs = {{3, 2, 4}}}, {.name = "row", .inputs = {{5}}}};
}

// What all activations have in common.
LayerType activation(std::string id, std::string title, std::string summary, std::string help) {
  return {.id = std::move(id),
          .title = std::move(title),
          .group = "Activation",
          .summary = std::move(summary),
          .help = std::move(help),
          .inputs = {{.name = "x", .label = "Signal"}},
          .outputs = {{.name = "y", .label = "Signal"}},
          .examples = examples};
}

}  // namespace

const LayerType& reluLayer() {
  static const LayerType type = [] {
    LayerType t =
        activation("relu", "ReLU", "Keeps what is positive and sets the rest to zero: max(0, x).",
                   "The usual activation of residual networks. Its gradient is 1 or 0, so that it does not "
                   "shrink gradients by itself as sigmoid and tanh do.");
    t.lower = [](LowerContext& c) { lowerElementWise(c, reluOp()); };
    t.pytorch = "nn.ReLU()";
    t.keras = "layers.ReLU()";
    return t;
  }();
  return type;
}

const LayerType& eluLayer() {
  static const LayerType type = [] {
    LayerType t =
        activation("elu", "ELU", "Like ReLU, but smooth below zero: x, or alpha (exp(x) - 1).",
                   "Exponential linear unit (Clevert 2015). Negative values pull the mean of the signal "
                   "towards zero, which helps networks without batch normalisation.");
    t.attributes = {realAttribute("alpha", "Alpha", 1, 0, 100, "Minus the value reached far below zero.")};
    t.lower = [](LowerContext& c) {
      c.output(0, c.emit(eluOp(), {c.input(0)}, {{"alpha", c.attributes().real("alpha")}}));
    };
    t.pytorch = "nn.ELU({alpha})";
    t.keras = "layers.ELU({alpha})";
    return t;
  }();
  return type;
}

const LayerType& sigmoidLayer() {
  static const LayerType type = [] {
    LayerType t =
        activation("sigmoid", "Sigmoid", "Squeezes every number between 0 and 1: 1 / (1 + exp(-x)).",
                   "Turns a number into a probability, as at the end of a decoder of images. Its slope is at "
                   "most 1/4: deep stacks of sigmoids make gradients vanish.");
    t.lower = [](LowerContext& c) { lowerElementWise(c, sigmoidOp()); };
    t.pytorch = "nn.Sigmoid()";
    t.keras = "layers.Activation(\"sigmoid\")";
    return t;
  }();
  return type;
}

const LayerType& tanhLayer() {
  static const LayerType type = [] {
    LayerType t =
        activation("tanh", "Tanh", "Squeezes every number between -1 and 1.",
                   "The hyperbolic tangent, centred at zero. Where the signal is large its slope is near "
                   "zero, and gradients vanish.");
    t.lower = [](LowerContext& c) { lowerElementWise(c, tanhOp()); };
    t.pytorch = "nn.Tanh()";
    t.keras = "layers.Activation(\"tanh\")";
    return t;
  }();
  return type;
}

}  // namespace bypath
