#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/ops/split.h"
#include "core/plan/plan.h"

namespace bypath {

namespace {

double scalarOr0(const Session& session, ValueId id) {
  return id == noValue ? 0 : session.scalar(id);
}

double deviation(const Session& session, ValueId moments) {
  if (moments == noValue) return NAN;
  std::array<float, 2> meanAndVariance{};
  session.read(moments, meanAndVariance);
  // A variance that rounding made negative is none.
  return meanAndVariance[1] < 0 ? 0 : std::sqrt(static_cast<double>(meanAndVariance[1]));
}

// Several sums side by side: one alone waits for itself.
double square(std::span<const float> values) {
  constexpr size_t side = 8;
  std::array<double, side> sums{};
  size_t i = 0;
  for (; i + side <= values.size(); i += side)
    for (size_t k = 0; k < side; ++k) {
      const auto value = static_cast<double>(values[i + k]);
      sums[k] += value * value;
    }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

ShortcutFlow flowOf(const ShortcutProbe& probe, const Session& session) {
  if (probe.split == noValue)
    return splitFlow(probe.path, scalarOr0(session, probe.shortcutSquare),
                     scalarOr0(session, probe.branchSquare), scalarOr0(session, probe.product));
  std::array<float, splitValues> sums{};
  session.read(probe.split, sums);
  const double plus = static_cast<double>(sums[0]), rest = static_cast<double>(sums[1]);
  return splitFlow(probe.path, probe.shortcutIsPlus ? plus : rest, probe.shortcutIsPlus ? rest : plus,
                   static_cast<double>(sums[2]));
}

LayerActivity activityOf(const ActivityProbe& probe, const Session& session, const ParameterStore& store) {
  LayerActivity activity{.path = probe.path, .deviation = deviation(session, probe.moments)};
  if (probe.zeros != noValue) {
    std::array<float, 2> shares{};
    session.read(probe.zeros, shares);
    activity.zeros = static_cast<double>(shares[0]);
    activity.silent = static_cast<double>(shares[1]);
  }
  if (probe.mean != noValue) {
    const std::span<const float> running = store.values(probe.runningMean),
                                 variance = store.values(probe.runningVariance);
    std::vector<float> mean(running.size());
    session.read(probe.mean, mean);
    double squares = 0;
    constexpr double least = 1e-12;
    for (size_t c = 0; c < mean.size(); ++c) {
      const double off = static_cast<double>(mean[c]) - static_cast<double>(running[c]);
      squares += off * off / std::max(static_cast<double>(variance[c]), least);
    }
    activity.drift = std::sqrt(squares / static_cast<double>(mean.size()));
  }
  return activity;
}

}  // namespace

ProbeRecord readProbes(const ExecutionPlan& plan, const Session& session, const ParameterStore& store,
                       int64_t step) {
  ProbeRecord record{.step = step};
  for (const ShortcutProbe& probe : plan.shortcutProbes) {
    ShortcutFlow flow = flowOf(probe, session);
    flow.branchDeviation = deviation(session, probe.branchMoments);
    flow.inputDeviation = deviation(session, probe.shortcutMoments);
    record.shortcuts.push_back(std::move(flow));
  }

  for (const ActivityProbe& probe : plan.activityProbes)
    record.activities.push_back(activityOf(probe, session, store));
  std::map<std::string, size_t> layers;  // squares are summed first, roots drawn at the end
  for (const int parameter : plan.watchedParameters) {
    const std::string path = layerOfParameter(store.info(parameter).name);
    const auto [at, isNew] = layers.emplace(path, record.layers.size());
    if (isNew) record.layers.push_back({.path = path});
    LayerGradient& layer = record.layers[at->second];
    layer.norm += square(store.gradients(parameter));
    layer.weightNorm += square(store.values(parameter));
  }
  for (LayerGradient& layer : record.layers) {
    layer.norm = std::sqrt(layer.norm);
    layer.weightNorm = std::sqrt(layer.weightNorm);
  }
  return record;
}

}  // namespace bypath
