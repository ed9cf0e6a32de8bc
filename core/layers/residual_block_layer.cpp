#include "core/layers/graph_chain.h"
#include "core/layers/layer_help.h"
#include "core/layers/layers.h"
#include "core/layers/residual_block.h"

namespace bypath {
namespace {

AttributeDescription survivalLastAttribute() {
  AttributeDescription last = realAttribute("survival_last", "Survival of the last", 0, 0, 1,
                                            "That of the last copy; those between decay evenly.");
  last.least = "as the first";
  return last;
}

AttributeSchema schema() {
  return {
      choiceAttribute(
          "branch", "Branch", {"basic", "bottleneck", "free"},
          "basic: two 3x3 convolutions; bottleneck: 1x1, 3x3, 1x1; free: as drawn inside the block."),
      integerAttribute("channels", "Channels", 0, 0, 65536,
                       "Channels of the output; 0 keeps those of the input.", "as the input"),
      integerAttribute("mid_channels", "Bottleneck channels", 0, 0, 65536,
                       "Channels inside a bottleneck; 0 is a quarter of the output's.", "a quarter"),
      choiceAttribute("shortcut", "Shortcut",
                      {"projection", "zero-pad", "projection-always", "identity", "none", "scaled",
                       "exclusive-gating", "shortcut-gating", "convolution", "dropout"},
                      "projection and zero-pad (options B and A of He 2015) act only where the shape changes "
                      "and are the identity elsewhere; projection-always is option C; none makes the plain "
                      "twin. The others put something in the way of the signal, and train worse (He 2016, "
                      "table 1): a constant factor, gates, a 1x1 convolution, dropout; where the shape "
                      "changes they start from a projection."),
      choiceAttribute(
          "order", "Order",
          {"original", "full-preactivation", "bn-after-add", "relu-before-add", "relu-only-preactivation"},
          "Where normalisation and ReLU stand (He 2016, figure 4). original: convolution, normalisation, "
          "ReLU "
          "(He 2015); full-preactivation: normalisation, ReLU, convolution."),
      booleanAttribute("muted", "Muted", false, "Leaves out the branch, so that only the shortcut goes on."),
      realAttribute("shortcut_factor", "Shortcut factor", 0.5, -100, 100,
                    "What a scaled shortcut is multiplied by."),
      realAttribute("branch_factor", "Branch factor", 1, -100, 100,
                    "What the branch beside a scaled shortcut is multiplied by."),
      realAttribute("gate_bias", "Gate bias", -6, -100, 100,
                    "The gates' initial bias: the lower, the more of the shortcut goes through at first."),
      realAttribute("shortcut_dropout", "Shortcut dropout", 0.5, 0, 0.99,
                    "Share of the shortcut's values that is set to zero."),
      choiceAttribute("direction", "Direction", {"down", "up"},
                      "Whether a stride makes the image smaller, or larger with transposed convolutions."),
      integerAttribute("stride", "Stride", 1, 1, 64, "By how much the first copy scales the image."),
      repeatAttribute(),
      choiceAttribute("stride_on", "Stride on", {"first", "middle"},
                      "Which convolution of a bottleneck scales: the first 1x1 (He 2015, Keras) or the 3x3 "
                      "(torchvision)."),
      booleanAttribute("bias", "Bias", false,
                       "Whether the convolutions have a bias; normalisation makes it idle."),
      realAttribute("epsilon", "Epsilon", 1e-5, 1e-12, 1, "Of the batch normalisations."),
      realAttribute("momentum", "Momentum", 0.9, 0, 1,
                    "Of the batch normalisations: the share of the running average kept at every step."),
      initAttribute(),
      choiceAttribute("init_scheme", "Branch starts", {"plain", "zero-last", "fixup", "skipinit"},
                      "plain: as its layers do; zero-last: silent, by a last normalisation or convolution of "
                      "zeros (Goyal 2017); fixup: silent and without normalisation (Zhang 2019); skipinit: "
                      "multiplied by a trained number that starts at 0 (De & Smith 2020)."),
      integerAttribute(
          "fixup_depth", "Residual branches", 0, 0, 1000000,
          "Of the whole network, by which Fixup scales the weights; 0 counts this block's copies.",
          "its copies"),
      realAttribute("survival", "Survival", 1, 0.01, 1,
                    "Probability that a training step keeps the first copy's branch (stochastic depth, Huang "
                    "2016)."),
      survivalLastAttribute(),
      choiceAttribute(
          "survival_by", "Coin for", {"batch", "sample"},
          "Whether one coin decides for the whole batch (Huang 2016) or each sample has its own."),
      booleanAttribute(
          "shared_preactivation", "Shared pre-activation", false,
          "In full pre-activation, puts the first copy's normalisation and ReLU before the fork even if "
          "the shape stays, as after the first convolution of He 2016."),
  };
}

std::vector<LayerExample> startingExamples() {
  std::vector<LayerExample> all;
  const auto add = [&](std::string name, Attributes attributes) {
    all.push_back({.name = std::move(name), .attributes = std::move(attributes), .inputs = {{4, 4, 4}}});
  };
  // A second copy behind a ReLU would add zeros to zeros and stand at the corner of its own ReLU, where
  // finite differences say nothing.
  const auto start = [&](const std::string& scheme, const std::string& order, int64_t copies) {
    add(scheme + ", " + order, {{"init_scheme", scheme},
                                {"order", order},
                                {"channels", int64_t{6}},
                                {"stride", int64_t{2}},
                                {"repeat", copies}});
  };
  for (const char* scheme : {"zero-last", "fixup", "skipinit"}) {
    for (const char* order : {"original", "bn-after-add"}) start(scheme, order, 1);
    for (const char* order : {"relu-only-preactivation", "full-preactivation"}) start(scheme, order, 2);
  }
  add("fixup of a bottleneck among 16",
      {{"init_scheme", "fixup"}, {"fixup_depth", int64_t{16}}, {"branch", "bottleneck"}});
  add("surviving more and more rarely", {{"survival", 0.9}, {"survival_last", 0.5}, {"repeat", int64_t{3}}});
  add("surviving by sample", {{"survival", 0.6}, {"survival_by", "sample"}});
  return all;
}

Graph freeBranch() {
  GraphChain chain("x");
  chain.then({.name = "conv1", .type = "conv2d", .attributes = {{"channels", int64_t{3}}}})
      .then({.name = "elu", .type = "elu"})
      .then({.name = "conv2", .type = "conv2d", .attributes = {{"channels", int64_t{2}}}});
  return chain.end("y");
}

std::vector<LayerExample> variantExamples() {
  const Shape image{4, 4, 4};
  const auto example = [&](std::string name, Attributes attributes) {
    return LayerExample{.name = std::move(name), .attributes = std::move(attributes), .inputs = {image}};
  };
  return {
      example("identity", {{"shortcut", "identity"}}),
      example("repeated, zero-padded", {{"channels", int64_t{6}},
                                        {"stride", int64_t{2}},
                                        {"repeat", int64_t{2}},
                                        {"shortcut", "zero-pad"}}),
      example("bottleneck, projected", {{"branch", "bottleneck"},
                                        {"channels", int64_t{8}},
                                        {"stride", int64_t{2}},
                                        {"shortcut", "projection"},
                                        {"stride_on", "middle"}}),
      example("option C", {{"shortcut", "projection-always"}, {"repeat", int64_t{2}}}),
      example("plain twin", {{"shortcut", "none"}, {"channels", int64_t{6}}, {"stride", int64_t{2}}}),
      example("pre-activated", {{"order", "full-preactivation"}}),
      example("pre-activated before the fork",
              {{"order", "full-preactivation"}, {"shared_preactivation", true}, {"repeat", int64_t{2}}}),
      example("pre-activated, projected", {{"order", "full-preactivation"},
                                           {"branch", "bottleneck"},
                                           {"channels", int64_t{8}},
                                           {"stride", int64_t{2}},
                                           {"shortcut", "projection"}}),
      example("up", {{"branch", "bottleneck"},
                     {"direction", "up"},
                     {"stride", int64_t{2}},
                     {"channels", int64_t{8}},
                     {"shortcut", "projection"},
                     {"bias", true}}),
      example("normalised after the sum", {{"order", "bn-after-add"}, {"channels", int64_t{6}}}),
      example("ReLU before the sum", {{"order", "relu-before-add"}, {"channels", int64_t{6}}}),
      example("ReLU alone before",
              {{"order", "relu-only-preactivation"}, {"channels", int64_t{6}}, {"repeat", int64_t{2}}}),
      example("halved", {{"shortcut", "scaled"}, {"branch_factor", 0.5}}),
      example("exclusive gates",
              {{"shortcut", "exclusive-gating"}, {"gate_bias", -1.0}, {"repeat", int64_t{2}}}),
      example("gates, smaller", {{"shortcut", "shortcut-gating"},
                                 {"gate_bias", -1.0},
                                 {"stride", int64_t{2}},
                                 {"channels", int64_t{6}}}),
      example("convolution on the shortcut", {{"shortcut", "convolution"}}),
      example("dropout on the shortcut", {{"shortcut", "dropout"}}),
      example("muted", {{"muted", true}, {"channels", int64_t{6}}}),
      {.name = "free branch",
       .attributes = {{"branch", "free"}, {"repeat", int64_t{2}}},
       .inputs = {{3, 3, 2}},
       .body = {freeBranch()}},
  };
}

std::vector<LayerExample> examples() {
  std::vector<LayerExample> all = variantExamples(), more = startingExamples();
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return all;
}

}  // namespace

const LayerType& residualBlockLayer() {
  static const LayerType type{
      .id = "residual_block",
      .title = "Residual block",
      .group = "Residual",
      .summary = "A branch of layers and a shortcut around it, added: y = F(x) + x.",
      .help =
          "The branch learns only the difference between what goes in and what should come out; the shortcut "
          "lets "
          "signal and gradient through unchanged (He 2015). Repeated, the first copy scales and changes the "
          "channels, and the others keep the shape. In the original order a ReLU follows the sum; in full "
          "pre-activation nothing does, and the shortcuts of all blocks make one clear path (He 2016). Open "
          "the "
          "block to edit its branch: then every copy is the branch as drawn, so give a block that changes "
          "the "
          "shape a repeat of one.",
      .inputs = {{.name = "x", .label = "Image"}},
      .outputs = {{.name = "y", .label = "Image"}},
      .attributes = schema(),
      .expand = residualBlockGraph,
      .opensAsGraph = true,
      .examples = examples};
  return type;
}

}  // namespace bypath
