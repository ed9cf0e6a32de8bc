// Untrained models of small networks, and pictures to measure them on.
//
//   const Model model = modelOf(withBlocks({...}, "32x32x3"));
//   const NamedNumbers values = evaluated(model);
#pragma once

#include "core/engines/cpu/cpu_engine.h"
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

}  // namespace bypath
