// Networks that nobody would draw: any layer behind any other, blocks of all kinds, parts within parts, forks
// and joins, odd sizes, and names that are no names in Python.
#pragma once

#include <random>

#include "core/layers/catalog.h"
#include "core/network/check.h"

namespace bypath {

class RandomNetwork {
 public:
  explicit RandomNetwork(uint64_t seed) : random_(seed) {}

  // Tries until one has no errors.
  NetworkSpec make() {
    for (;;) {
      NetworkSpec network{.name = "random"};
      const std::string shape =
          std::to_string(from(5, 13)) + "x" + std::to_string(from(5, 13)) + "x" + std::to_string(from(1, 4));
      network.graph.nodes.push_back({.name = "image", .type = "input", .attributes = {{"shape", shape}}});
      std::string last = chain(network.graph, "image", from(4, 9), 2);
      const int end = from(0, 2);
      if (end > 0) {
        last = add(network.graph, end == 1 ? "global_average_pool" : "flatten", {}, {last});
        if (chance(50)) last = add(network.graph, "batch_norm", {}, {last});
        last = add(network.graph, "dense", {{"units", from(1, 6)}, {"bias", chance(50)}}, {last});
      }
      add(network.graph, "scale", {{"factor", 0.5}}, {last});
      const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
      if (checked.ok() && checked.parametersTotal < 200000 && checked.multiplyAdds < 3e7) return network;
    }
  }

 private:
  int64_t from(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  bool chance(int percent) { return from(1, 100) <= percent; }
  template <class T>
  T one(const std::vector<T>& of) {
    return of[static_cast<size_t>(from(0, static_cast<int64_t>(of.size()) - 1))];
  }

  std::string freshName(const Graph& graph, const std::string& type) {
    const std::string name = one<std::string>(
        {type,       type,     "class", "3x3",   "my-conv", "train", "downsample", "branch",
         "shortcut", "bn1",    "conv",  "out",   "x",       "self",  "lambda",     "stride",
         "channels", "factor", "F",     "torch", "name",    "k",     "type",       "layer1"});
    return graph.find(name) ? freeName(graph, name) : name;
  }
  std::string add(Graph& graph, const std::string& type, Attributes attributes,
                  const std::vector<std::string>& sources, std::vector<Graph> body = {}) {
    const std::string name = freshName(graph, type);
    graph.nodes.push_back(
        {.name = name, .type = type, .attributes = std::move(attributes), .body = std::move(body)});
    for (size_t i = 0; i < sources.size(); ++i)
      graph.wires.push_back({sources[i], 0, name, static_cast<int>(i)});
    return name;
  }

  std::string chain(Graph& graph, std::string last, int64_t length, int depth) {
    for (int64_t i = 0; i < length; ++i) last = step(graph, last, depth);
    return last;
  }

  std::string step(Graph& graph, const std::string& last, int depth) {
    const auto text = [&](const std::vector<std::string>& of) { return AttributeValue(one(of)); };
    switch (from(0, 13)) {
      case 0:
      case 1:
        return add(graph, "conv2d",
                   {{"channels", from(1, 8)},
                    {"kernel", from(1, 5)},
                    {"stride", from(1, 2)},
                    {"padding", text({"same", "same", "valid"})},
                    {"bias", chance(50)}},
                   {last});
      case 2:
        return add(
            graph, "conv2d_transposed",
            {{"channels", from(1, 6)}, {"kernel", from(1, 5)}, {"stride", from(1, 3)}, {"bias", chance(50)}},
            {last});
      case 3:
        return add(graph, "batch_norm", {{"epsilon", chance(50) ? 1e-3 : 1e-5}}, {last});
      case 4:
        return add(graph, one<std::string>({"relu", "elu", "sigmoid", "tanh"}), {}, {last});
      case 5:
        return add(graph, one<std::string>({"max_pool", "average_pool"}),
                   {{"kernel", from(1, 4)}, {"stride", from(1, 3)}, {"padding", text({"same", "valid"})}},
                   {last});
      case 6:
        return add(graph, one<std::string>({"scalar_scale", "scalar_bias", "dropout", "stochastic_depth"}),
                   {}, {last});
      case 7: {
        const std::string other = add(graph, "elu", {}, {last});
        return add(graph, one<std::string>({"add", "multiply", "concat"}), {}, {last, other});
      }
      case 8:
        return add(graph, "zero_pad_shortcut", {{"channels", from(4, 12)}, {"stride", from(1, 2)}}, {last});
      case 9:
        return depth > 0 ? part(graph, last, depth) : last;
      case 10:
        return depth > 0 ? freeBlock(graph, last, depth) : last;
      default:
        return block(graph, last);
    }
  }

  std::string block(Graph& graph, const std::string& last) {
    const auto text = [&](const std::vector<std::string>& of) { return AttributeValue(one(of)); };
    return add(
        graph, "residual_block",
        {{"branch", text({"basic", "bottleneck"})},
         {"channels", from(0, 2) * 4},
         {"shortcut", text({"projection", "zero-pad", "projection-always", "identity", "none", "scaled",
                            "exclusive-gating", "shortcut-gating", "convolution", "dropout"})},
         {"order", text({"original", "full-preactivation", "bn-after-add", "relu-before-add",
                         "relu-only-preactivation"})},
         {"muted", chance(8)},
         {"direction", text({"down", "down", "up"})},
         {"stride", from(1, 2)},
         {"repeat", from(1, 4)},
         {"bias", chance(30)},
         {"init_scheme", text({"plain", "plain", "fixup", "skipinit", "zero-last"})},
         {"survival", chance(20) ? 0.8 : 1.0},
         {"shared_preactivation", chance(30)}},
        {last});
  }

  Graph body(int depth, bool keepsShape) {
    Graph graph;
    graph.nodes.push_back({.name = "in", .type = "part_input"});
    std::string last = "in";
    if (keepsShape)
      last = add(graph, "elu", {}, {add(graph, "scalar_scale", {}, {last})});
    else
      last = chain(graph, last, from(1, 3), depth - 1);
    graph.nodes.push_back({.name = "y", .type = "part_output"});
    graph.wires.push_back({last, 0, "y", 0});
    return graph;
  }
  std::string part(Graph& graph, const std::string& last, int depth) {
    if (chance(30)) return joiningPart(graph, last);
    return add(graph, "part", {{"repeat", from(1, 3)}}, {last}, {body(depth, false)});
  }
  // Two values go in and two come out, copy after copy.
  std::string joiningPart(Graph& graph, const std::string& last) {
    const std::string other = add(graph, "sigmoid", {}, {last});
    Graph inside;
    inside.nodes = {{.name = "a", .type = "part_input"}, {.name = "b", .type = "part_input"}};
    const std::string sum = add(inside, "add", {}, {"a", "b"});
    const std::string norm = add(inside, "batch_norm", {}, {sum});
    const std::string scaled = add(inside, "scalar_bias", {}, {"b"});
    inside.nodes.push_back({.name = "c", .type = "part_output"});
    inside.nodes.push_back({.name = "d", .type = "part_output"});
    inside.wires.push_back({norm, 0, "c", 0});
    inside.wires.push_back({scaled, 0, "d", 0});
    const std::string name = add(graph, "part", {{"repeat", from(1, 3)}}, {last, other}, {inside});
    const std::string join = freshName(graph, "multiply");
    graph.nodes.push_back({.name = join, .type = "multiply"});
    graph.wires.push_back({name, 0, join, 0});
    graph.wires.push_back({name, 1, join, 1});
    return join;
  }
  std::string freeBlock(Graph& graph, const std::string& last, int depth) {
    return add(graph, "residual_block", {{"branch", "free"}, {"repeat", from(1, 3)}}, {last},
               {body(depth, true)});
  }

  std::mt19937_64 random_;
};

}  // namespace bypath
