#include <map>

#include "core/ops/histogram.h"
#include "core/plan/plan.h"
#include "core/probes/histograms.h"

namespace bypath {

namespace {

Histogram outputOf(const Session& session, ValueId value) {
  std::vector<float> numbers(static_cast<size_t>(histogramValues));
  session.read(value, numbers);
  Histogram made{.low = numbers[0], .high = numbers[1], .counts = {}};
  for (size_t i = 2; i < numbers.size(); ++i) made.counts.push_back(static_cast<uint32_t>(numbers[i]));
  return made;
}

}  // namespace

HistogramRecord readHistograms(const ExecutionPlan& plan, const Session& session, const ParameterStore& store,
                               int64_t step) {
  HistogramRecord record{.step = step, .layers = {}};
  std::map<std::string, size_t> rows;
  const auto row = [&](const std::string& path) -> LayerHistograms& {
    const auto [at, isNew] = rows.emplace(path, record.layers.size());
    if (isNew) record.layers.push_back({.path = path});
    return record.layers[at->second];
  };
  // Every probed layer in order, then those that only have weights where their layer is drawn.
  for (const ActivityProbe& probe : plan.activityProbes)
    if (probe.histogram != noValue)
      row(probe.path).output = outputOf(session, probe.histogram);
    else if (probe.mean != noValue)
      row(probe.path);
  struct Parts {
    std::vector<std::span<const float>> values, gradients;
  };
  std::map<std::string, Parts> layers;
  for (const int parameter : plan.watchedParameters) {
    const std::string path = layerOfParameter(store.info(parameter).name);
    row(path);
    Parts& parts = layers[path];
    parts.values.push_back(store.values(parameter));
    parts.gradients.push_back(store.gradients(parameter));
  }
  for (const auto& [path, parts] : layers) {
    row(path).weights = histogramOf(parts.values);
    row(path).gradient = histogramOf(parts.gradients);
  }
  return record;
}

}  // namespace bypath
