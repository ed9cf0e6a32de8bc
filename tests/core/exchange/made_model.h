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
    // Signals grow little, so that the last digits of float32 stay the last.
    const float from = info.role == ParameterRole::runningVariance ? 0.5F
                       : info.role == ParameterRole::scale         ? 0.1F
                                                                   : -0.6F;
    for (float& value : made.weights.values(i)) {
      at = at > 1 ? at - 0.9F : at + 0.13F;
      value = from + at;
    }
  }
  return made;
}

inline MadeNetwork madeTemplate(const std::string& id, const Attributes& parameters = {}) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) qFatal("%s", network.error().message.c_str());
  return madeNetwork(*network);
}

// An example of a layer, reading the network's input; further inputs of another width read it through a layer
// that makes them, and halved by one more, since some layers are nothing in use.
inline NetworkSpec exampleNetwork(const LayerType& type, const LayerExample& example) {
  NetworkSpec network;
  network.graph.nodes.push_back(
      {.name = "in", .type = "input", .attributes = {{"shape", example.inputs[0].text()}}});
  for (size_t i = 0; i < example.inputs.size(); ++i) {
    const Shape shape = example.inputs[i];
    std::string from = "in";
    if (i > 0) {
      const bool image = shape.rank() == 3;
      from = "to" + std::to_string(i);
      Node made{.name = from, .type = image ? "conv2d" : "dense"};
      made.attributes[image ? "channels" : "units"] = shape.last();
      network.graph.nodes.push_back(made);
      network.graph.wires.push_back({"in", 0, from, 0});
    }
    network.graph.wires.push_back({from, 0, "layer", static_cast<int>(i)});
  }
  network.graph.nodes.push_back(
      {.name = "layer", .type = type.id, .attributes = example.attributes, .body = example.body});
  for (size_t o = 0; o < type.outputs.size() || o == 0; ++o) {
    const std::string half = "half" + std::to_string(o);
    network.graph.nodes.push_back({.name = half, .type = "scale"});
    network.graph.wires.push_back({"layer", static_cast<int>(o), half, 0});
  }
  return network;
}

}  // namespace bypath
