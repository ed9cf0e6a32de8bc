// Networks with weights for the tests of exchange: templates, and random ones of every layer kind, block
// order and shortcut, odd sizes, images that grow, and autoencoders.
#pragma once

#include <random>

#include "core/exchange/leaving_model.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"

namespace bypath {

struct TrainedNetwork {
  NetworkSpec network;
  ParameterStore weights;

  LeavingSource source() const { return {network, layerCatalog(), weights, {}}; }
};

// Initialised, with running statistics, scales and shifts that are not those it starts with.
inline TrainedNetwork withWeights(NetworkSpec network, unsigned seed) {
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  if (!checked.ok()) qFatal("%s", summarise(checked.diagnostics).c_str());
  TrainedNetwork made{std::move(network), ParameterStore(checked.graph.parameters)};
  initialise(made.weights, seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> draw(-0.5F, 0.5F);
  for (int i = 0; i < made.weights.size(); ++i) {
    const ParameterRole role = made.weights.info(i).role;
    if (role == ParameterRole::weight) continue;
    // Signals grow little from layer to layer, so that the last digits of float32 stay the last.
    const float around = role == ParameterRole::runningVariance ? 1.2F
                         : role == ParameterRole::scale         ? 0.8F
                                                                : 0.0F;
    for (float& value : made.weights.values(i)) value = around + draw(random);
  }
  return made;
}

inline TrainedNetwork trainedTemplate(const std::string& id, const Attributes& parameters,
                                      unsigned seed = 3) {
  Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) qFatal("%s", network.error().message.c_str());
  return withWeights(std::move(*network), seed);
}

// Grows a chain of layers; what cannot follow is not added.
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed), seed_(seed) {}

  TrainedNetwork make() {
    const bool autoencoder = number(0, 4) == 0;
    NetworkSpec network{.name = "random " + std::to_string(seed_), .graph = {}};
    network.graph.nodes.push_back(
        {.name = "input",
         .type = "input",
         .attributes = {{"shape", std::to_string(number(5, 17)) + "x" + std::to_string(number(5, 17)) + "x" +
                                      std::to_string(number(1, 4))}}});
    network = autoencoder ? halves(std::move(network)) : classifier(std::move(network));
    return withWeights(std::move(network), seed_);
  }

 private:
  int64_t number(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  bool often() { return number(0, 2) > 0; }
  template <class T>
  T one(std::initializer_list<T> list) {
    return list.begin()[number(0, static_cast<int64_t>(list.size()) - 1)];
  }
  std::string name(const std::string& base) { return base + std::to_string(++count_); }
  static bool fits(const NetworkSpec& network) {
    return check(network, layerCatalog(), {.mode = Mode::evaluation}).ok();
  }

  Node convolution() {
    return {.name = name("conv"),
            .type = "conv2d",
            .attributes = {{"channels", number(2, 7)},
                           {"kernel", number(1, 5)},
                           {"stride", one<int64_t>({1, 1, 2, 3})},
                           {"padding", std::string(one({"same", "same", "valid"}))},
                           {"bias", often()}}};
  }

  Node growing() {
    return {.name = name("up"),
            .type = "conv2d_transposed",
            .attributes = {{"channels", number(2, 7)},
                           {"kernel", number(1, 5)},
                           {"stride", number(1, 3)},
                           {"bias", often()}}};
  }

  Node block() {
    Node node{.name = name("block"), .type = "residual_block"};
    node.attributes = {{"branch", std::string(one({"basic", "bottleneck"}))},
                       {"channels", one<int64_t>({0, 4, 8})},
                       {"shortcut", std::string(one({"projection", "zero-pad", "projection-always",
                                                     "identity", "none", "scaled", "exclusive-gating",
                                                     "shortcut-gating", "convolution", "dropout"}))},
                       {"order", std::string(one({"original", "full-preactivation", "bn-after-add",
                                                  "relu-before-add", "relu-only-preactivation"}))},
                       {"stride", one<int64_t>({1, 1, 2})},
                       {"direction", std::string(one({"down", "down", "up"}))},
                       {"stride_on", std::string(one({"first", "middle"}))},
                       {"repeat", number(1, 3)},
                       {"bias", !often()},
                       {"branch_factor", 0.7},
                       {"init_scheme", std::string(one({"plain", "plain", "plain", "fixup", "skipinit"}))}};
    return node;
  }

  Node layer() {
    switch (number(0, 13)) {
      case 0:
      case 1:
        return convolution();
      case 2:
        return growing();
      case 3:
        return {.name = name("bn"), .type = "batch_norm", .attributes = {{"epsilon", 1e-3}}};
      case 4:
        return {.name = name("act"), .type = one({"relu", "elu", "sigmoid", "tanh"})};
      case 5:
        return {.name = name("pool"),
                .type = one({"max_pool", "average_pool"}),
                .attributes = {{"kernel", number(2, 3)},
                               {"stride", number(1, 2)},
                               {"padding", std::string(one({"same", "valid"}))}}};
      case 6:
        return {.name = name("factor"), .type = "scale", .attributes = {{"factor", -0.8}}};
      case 7:
        return {.name = name("number"), .type = one({"scalar_scale", "scalar_bias"})};
      case 8:
        return {.name = name("crop"),
                .type = "crop",
                .attributes = {{"height", number(3, 6)}, {"width", number(3, 6)}}};
      case 9:
        return {.name = name("pad"),
                .type = "zero_pad_shortcut",
                .attributes = {{"channels", number(6, 12)}, {"stride", number(1, 2)}}};
      case 10:
        return {.name = name("drop"),
                .type = one({"dropout", "spatial_dropout", "gaussian_dropout", "stochastic_depth"})};
      default:
        return block();
    }
  }

  // Appends a layer behind `last`; false where it does not fit.
  bool append(NetworkSpec& network, std::string& last, Node node) {
    NetworkSpec longer = network;
    longer.graph.wires.push_back({.from = last, .to = node.name});
    const std::string end = node.name;
    longer.graph.nodes.push_back(std::move(node));
    if (!fits(longer)) return false;
    network = std::move(longer);
    last = end;
    return true;
  }

  // A hand-drawn way around a convolution, joined again.
  void skip(NetworkSpec& network, std::string& last) {
    NetworkSpec longer = network;
    Node conv = convolution();
    conv.attributes["stride"] = int64_t{1};
    conv.attributes["padding"] = std::string("same");
    const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
    const char* type = one({"add", "concat", "multiply"});
    if (type != std::string("concat")) conv.attributes["channels"] = checked.nodes.at(last).outputs[0].last();
    const Node join{.name = name("join"), .type = type};
    longer.graph.wires.push_back({.from = last, .to = conv.name});
    longer.graph.wires.push_back({.from = conv.name, .to = join.name});
    longer.graph.wires.push_back({.from = last, .to = join.name, .toPort = 1});
    longer.graph.nodes.push_back(conv);
    longer.graph.nodes.push_back(join);
    if (!fits(longer)) return;
    network = std::move(longer);
    last = join.name;
  }

  std::string body(NetworkSpec& network, std::string last) {
    const int64_t layers = number(2, 7);
    for (int64_t i = 0; i < layers; ++i) {
      if (number(0, 6) == 0)
        skip(network, last);
      else
        append(network, last, layer());
    }
    // Something that gives a value of its own.
    append(network, last, {.name = name("last"), .type = "conv2d", .attributes = {{"kernel", int64_t{1}}}});
    return last;
  }

  NetworkSpec classifier(NetworkSpec network) {
    std::string last = body(network, "input");
    if (number(0, 5) == 0) return network;  // an image comes out
    append(network, last, {.name = "row", .type = one({"global_average_pool", "flatten"})});
    append(network, last,
           {.name = "dense", .type = "dense", .attributes = {{"units", int64_t{12}}, {"bias", often()}}});
    if (often()) {
      append(network, last, {.name = "loss", .type = "softmax_loss"});
    } else if (append(
                   network, last,
                   {.name = "image", .type = "reshape", .attributes = {{"shape", std::string("2x3x2")}}})) {
      last = body(network, last);
    }
    return network;
  }

  // encoder -> code -> decoder, as the templates have them.
  NetworkSpec halves(NetworkSpec network) {
    constexpr int64_t latent = 3;
    const Node input = network.graph.nodes[0];
    const std::string seen = body(network, "input");
    Graph encoder = std::move(network.graph);
    *encoder.find("input") = {.name = "input", .type = "part_input"};
    const auto add = [](Graph& graph, Node node, const std::string& from) {
      graph.wires.push_back({.from = from, .to = node.name});
      graph.nodes.push_back(std::move(node));
    };
    add(encoder, {.name = "flat", .type = "flatten"}, seen);
    for (const char* half : {"mu", "s"}) {
      add(encoder, {.name = half, .type = "dense", .attributes = {{"units", latent}}}, "flat");
      add(encoder, {.name = std::string(half) + "_out", .type = "part_output"}, half);
    }

    NetworkSpec images{
        .graph = {.nodes = {{.name = "image", .type = "input", .attributes = {{"shape", "3x4x2"}}}}}};
    const std::string drawn = body(images, "image");
    Graph decoder = std::move(images.graph);
    *decoder.find("image") = {.name = "image", .type = "reshape", .attributes = {{"shape", "3x4x2"}}};
    decoder.nodes.insert(decoder.nodes.begin(), {.name = "z", .type = "part_input"});
    add(decoder, {.name = "wide", .type = "dense", .attributes = {{"units", int64_t{24}}}}, "z");
    decoder.wires.push_back({.from = "wide", .to = "image"});
    add(decoder, {.name = "out", .type = "part_output"}, drawn);

    Graph whole{.nodes = {input, {.name = "encoder", .type = "part", .body = {std::move(encoder)}}}};
    whole.wires.push_back({.from = "input", .to = "encoder"});
    add(whole, {.name = "code", .type = "gaussian_sample"}, "encoder");
    whole.wires.push_back({.from = "encoder", .fromPort = 1, .to = "code", .toPort = 1});
    add(whole, {.name = "decoder", .type = "part", .body = {std::move(decoder)}}, "code");
    return {.name = network.name, .graph = std::move(whole)};
  }

  std::mt19937 random_;
  unsigned seed_;
  int count_ = 0;
};

}  // namespace bypath
