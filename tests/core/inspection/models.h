// Networks with weights, and pictures to look at them on, for the tests of the inspection.
#pragma once

#include "core/engines/cpu/cpu_engine.h"
#include "core/templates/catalog.h"
#include "core/training/network_session.h"
#include "networks.h"

namespace bypath {

constexpr int64_t batchSize = 16;

inline std::shared_ptr<const DataSet> pictures() {
  static const auto data = makeShapes(20, 40);
  return data;
}

// As a checkpoint of step 3 would hold it.
inline Model modelOf(const NetworkSpec& network) {
  Model model{.project = {.network = network, .layout = {}, .training = {}},
              .settings = {{"batch", batchSize}},
              .parameters = nullptr,
              .step = 3,
              .checkpoint = {}};
  Result<ParameterStore> store = makeStore(network, layerCatalog());
  if (!store) qFatal("%s", store.error().message.c_str());
  initialise(*store, 20261121);
  model.parameters = std::make_shared<ParameterStore>(std::move(*store));
  return model;
}

inline NamedNumbers evaluated(const Model& model) {
  const auto engine = makeCpuEngine(2);
  const CheckedNetwork checked = check(model.project.network, layerCatalog());
  const BatchLoader loader(pictures(),
                           {.batch = batchSize, .normalisation = normalisationFor(checked.graph)});
  const auto values = evaluate(model, *engine, layerCatalog(), loader, pictures()->test);
  if (!values) qFatal("%s", values.error().message.c_str());
  return *values;
}

constexpr int64_t latentSize = 8;

// A small variational autoencoder of 32x32 images.
inline NetworkSpec autoencoderNetwork() {
  Result<NetworkSpec> network = buildTemplate("resnet-vae", {{"depth", std::string("28")},
                                                             {"width_divisor", int64_t{16}},
                                                             {"latent", latentSize},
                                                             {"intermediate", int64_t{16}}});
  if (!network) qFatal("%s", network.error().message.c_str());
  return *network;
}

}  // namespace bypath
