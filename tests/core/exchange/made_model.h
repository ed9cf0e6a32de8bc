// Networks with weights, running statistics among them, that are not the ones they start with.
#pragma once

#include <cmath>

#include "core/exchange/leaving_model.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"

namespace bypath {

struct MadeNetwork {
  NetworkSpec network;
  ParameterStore weights;
};

inline MadeNetwork madeNetwork(const NetworkSpec& network, uint64_t seed = 3) {
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  if (!checked.ok()) qFatal("%s", summarise(checked.diagnostics).c_str());
  MadeNetwork made{network, ParameterStore(checked.graph.parameters)};
  float at = 0.3F;
  for (int i = 0; i < made.weights.size(); ++i) {
    const ParameterInfo& info = made.weights.info(i);
    if (info.role == ParameterRole::weight) {
      // Uniform, of the variance that keeps signals as large as they are; quick, as networks are large.
      const float reach = std::sqrt(6.0F / static_cast<float>(info.shape.count() / info.shape.last()));
      for (float& value : made.weights.values(i)) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        value = reach * (static_cast<float>(seed >> 40) / 8388608.0F - 1);
      }
      continue;
    }
    const bool variance = info.role == ParameterRole::runningVariance || info.role == ParameterRole::scale;
    for (float& value : made.weights.values(i)) {
      at = at > 1 ? at - 0.9F : at + 0.13F;
      value = variance ? 0.5F + at : at - 0.6F;
    }
  }
  return made;
}

inline MadeNetwork madeTemplate(const std::string& id, const Attributes& parameters = {}) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) qFatal("%s", network.error().message.c_str());
  return madeNetwork(*network);
}

// An example of a layer between an input and, for images, a pooling and a dense layer.
inline MadeNetwork madeExample(const LayerType& type, const LayerExample& example) {
  NetworkSpec network;
  Node node{.name = "layer", .type = type.id, .attributes = example.attributes, .body = example.body};
  for (size_t i = 0; i < example.inputs.size(); ++i) {
    const std::string name = "in" + std::to_string(i);
    network.graph.nodes.push_back(
        {.name = name, .type = "input", .attributes = {{"shape", example.inputs[i].text()}}});
    network.graph.wires.push_back({name, 0, "layer", static_cast<int>(i)});
  }
  network.graph.nodes.push_back(std::move(node));
  return madeNetwork(network);
}

}  // namespace bypath
