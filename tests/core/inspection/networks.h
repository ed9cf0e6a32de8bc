// Small networks of residual blocks for the tests of the inspection, and a batch for them.
#pragma once

#include <QtTest>

#include "core/base/random.h"
#include "core/engines/reference/reference_engine.h"
#include "core/inspection/path_lengths.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

constexpr int64_t smallBatch = 3;

// One node after the other.
inline NetworkSpec chainOf(std::vector<Node> nodes) {
  NetworkSpec spec{"small", {}};
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) spec.graph.wires.push_back({.from = nodes[i - 1].name, .to = nodes[i].name});
    spec.graph.nodes.push_back(nodes[i]);
  }
  return spec;
}

// Images of this shape, a stem of 4 channels, these blocks, a classifier of 10 classes.
inline NetworkSpec withBlocks(std::vector<Node> blocks, const std::string& shape = "8x8x3") {
  std::vector<Node> nodes = {{.name = "image", .type = "input", .attributes = {{"shape", shape}}},
                             {.name = "stem", .type = "conv2d", .attributes = {{"channels", int64_t{4}}}}};
  nodes.insert(nodes.end(), blocks.begin(), blocks.end());
  nodes.push_back({.name = "pool", .type = "global_average_pool"});
  nodes.push_back({.name = "fc", .type = "dense", .attributes = {{"units", int64_t{10}}}});
  nodes.push_back({.name = "loss", .type = "softmax_loss"});
  return chainOf(std::move(nodes));
}

// Two blocks of one shape, and, where `changes`, two of half the size and more channels.
inline NetworkSpec twoStages(const std::string& order, const std::string& shortcut, bool changes) {
  const Attributes common = {
      {"order", order}, {"shortcut", shortcut}, {"repeat", int64_t{2}}, {"gate_bias", -1.0}};
  Node first{.name = "first", .type = "residual_block", .attributes = common}, second = first;
  second.name = "second";
  if (changes) {
    second.attributes["channels"] = int64_t{6};
    second.attributes["stride"] = int64_t{2};
  }
  return withBlocks({first, second});
}

struct SmallCase {
  CheckedNetwork checked;
  ParameterStore store;
  std::vector<float> images, labels;

  explicit SmallCase(const NetworkSpec& spec, int64_t batch = smallBatch, uint64_t seed = 20261121)
      : checked(check(spec, layerCatalog(), {.batch = batch})) {
    if (!checked.ok()) qFatal("%s", summarise(checked.diagnostics).c_str());
    store = ParameterStore(checked.graph.parameters);
    initialise(store, seed);
    // Scales and shifts that are not all alike.
    for (int p = 0; p < store.size(); ++p)
      if (store.info(p).trainable() && store.info(p).role != ParameterRole::weight)
        for (size_t i = 0; i < store.values(p).size(); ++i)
          store.values(p)[i] +=
              0.3f * normal({.seed = seed, .stream = static_cast<uint32_t>(p)}, static_cast<uint32_t>(i));
    for (const ValueId id : checked.graph.inputs) {
      const Value& value = checked.graph.value(id);
      const auto count = static_cast<uint32_t>(value.shape.count());
      for (uint32_t i = 0; i < count; ++i) {
        if (value.role == InputRole::image)
          images.push_back(uniform({.seed = seed, .stream = streamOf("images")}, i));
        else
          labels.push_back(static_cast<float>(i % 10));
      }
    }
  }

  PathBatch batch() const { return {.images = images, .labels = labels, .key = {.seed = 5, .step = 7}}; }
};

// |a - b| / |b|; an empty vector is zero.
inline double relativeDistance(const std::vector<float>& a, const std::vector<float>& b) {
  double squares = 0, scale = 0;
  const size_t count = std::max(a.size(), b.size());
  for (size_t i = 0; i < count; ++i) {
    const double x = i < a.size() ? static_cast<double>(a[i]) : 0,
                 y = i < b.size() ? static_cast<double>(b[i]) : 0;
    squares += (x - y) * (x - y);
    scale += y * y;
  }
  return scale > 0 ? std::sqrt(squares / scale) : std::sqrt(squares);
}

}  // namespace bypath
