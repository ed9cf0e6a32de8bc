// Untrained models of small networks, and pictures to measure them on.
//
//   const Model model = modelOf(withBlocks({...}, "32x32x3"));
//   const NamedNumbers values = evaluated(model);
#pragma once

#include "core/engines/cpu/cpu_engine.h"
#include "core/templates/catalog.h"
#include "core/training/model.h"
#include "core/training/network_session.h"
#include "networks.h"

namespace bypath {

constexpr int64_t batchSize = 16;

inline std::shared_ptr<const DataSet> pictures() {
  static const auto data = makeShapes(20, 40);
  return data;
}

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

inline std::vector<float> valuesOf(const ParameterStore& store) {
  std::vector<float> all;
  for (int p = 0; p < store.size(); ++p)
    all.insert(all.end(), store.values(p).begin(), store.values(p).end());
  return all;
}

// Six pictures of 1 x 1 x 3 in two classes.
inline std::shared_ptr<const DataSet> dots() {
  auto data = std::make_shared<DataSet>();
  data->name = "dots";
  data->imageShape = {1, 1, 3};
  data->classes = {"a", "b"};
  data->mean = {0.5F, 0.4F, 0.3F};
  data->deviation = {0.2F, 0.3F, 0.25F};
  for (uint8_t i = 0; i < 6; ++i) {
    for (uint8_t c = 0; c < 3; ++c) data->test.pixels.push_back(static_cast<uint8_t>(37 * i + 91 * c));
    data->test.labels.push_back(i % 2);
  }
  data->train = data->test;
  return data;
}

inline Node dense(const std::string& name, int64_t units) {
  return {.name = name, .type = "dense", .attributes = {{"units", units}}};
}

inline Model denseModel() {
  Model model = modelOf(chainOf({{.name = "image", .type = "input", .attributes = {{"shape", "1x1x3"}}},
                                 {.name = "row", .type = "flatten"},
                                 dense("hidden", 4),
                                 {.name = "bend", .type = "tanh"},
                                 dense("scores", 2),
                                 {.name = "loss", .type = "softmax_loss"}}));
  for (const char* bias : {"hidden/bias", "scores/bias"}) {
    const std::span<float> values = model.parameters->values(model.parameters->find(bias));
    for (size_t i = 0; i < values.size(); ++i) values[i] = 0.1F * static_cast<float>(i + 1);
  }
  return model;
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
