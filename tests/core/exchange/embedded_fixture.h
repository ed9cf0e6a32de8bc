// What the tests of .bpw files share: networks with weights that leave, and the header under a name of its
// own.
#pragma once

#include <cstring>
#include <QtTest>
#include <random>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/embedded_model.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"

#define BYPATH_NAMESPACE bypath_inference
#include "resources/inference/bypath.hpp"

namespace bypath {

using Outside = bypath_inference::Model;

inline constexpr double closeEnough = 1e-5;

struct Made {
  NetworkSpec network;
  ParameterStore weights;
};

// A network with weights, running statistics among them, that are not the ones it starts with: nothing is 0
// any more, and no ReLU is dead for that.
inline Made made(const NetworkSpec& network) {
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  Made made{network, ParameterStore(checked.graph.parameters)};
  initialise(made.weights, 3);
  std::mt19937 random(5);
  for (int i = 0; i < made.weights.size(); ++i) {
    const bool variance = made.weights.info(i).role == ParameterRole::runningVariance;
    const bool weight = made.weights.info(i).role == ParameterRole::weight;
    std::uniform_real_distribution<float> change(variance ? -0.5F : -0.2F, variance ? 0.5F : 0.2F);
    for (float& value : made.weights.values(i)) value += weight ? 0 : change(random);
  }
  return made;
}

inline Made madeTemplate(const std::string& id, const Attributes& parameters = {}) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  Q_ASSERT(network);
  return made(*network);
}

inline ModelFacts madeFacts() {
  ModelFacts facts{.title = "net", .networkHash = "0123"};
  for (int i = 0; i < 10; ++i) facts.classes.push_back("class " + std::to_string(i));
  facts.mean = {0.4F, 0.5F, 0.6F};
  facts.deviation = {0.2F, 0.25F, 0.3F};
  return facts;
}

inline Result<LeavingModel> leaving(const Made& net, const LeavingOptions& options = {}) {
  return leavingModel({net.network, layerCatalog(), net.weights, madeFacts()}, options);
}

inline std::unique_ptr<Engine> exactEngine() {
  return makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
}

// The same every time; BYPATH_SEED gives another.
inline unsigned seedOfTest() {
  return qEnvironmentVariable("BYPATH_SEED", "1").toUInt();
}

inline std::vector<unsigned char> bytesOfModel(const LeavingModel& model) {
  const Result<std::vector<std::byte>> bytes = embeddedModel(model);
  Q_ASSERT(bytes.ok());
  std::vector<unsigned char> all(bytes->size());
  std::memcpy(all.data(), bytes->data(), all.size());
  return all;
}

}  // namespace bypath
