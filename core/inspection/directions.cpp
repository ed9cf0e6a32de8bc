#include "core/inspection/directions.h"

#include <cmath>

#include "core/base/random.h"
#include "core/ops/catalog.h"

namespace bypath {

FilterLayout filterLayout(const OpGraph& graph, ValueId weight) {
  const Shape shape = graph.shape(weight);
  for (const OpNode& node : graph.nodes)
    if (node.type == &conv2dTransposedOp() && node.inputs.size() > 1 && node.inputs[1] == weight)
      return {.count = shape[2], .inner = shape[3]};
  return {.count = shape.last(), .inner = 1};
}

namespace {

std::vector<double> squaresByFilter(std::span<const float> values, const FilterLayout& layout) {
  std::vector<double> squares(static_cast<size_t>(layout.count), 0);
  for (size_t i = 0; i < values.size(); ++i)
    squares[static_cast<size_t>(layout.filterOf(static_cast<int64_t>(i)))] +=
        static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return squares;
}

std::vector<float> directionOf(std::span<const float> weights, const FilterLayout& layout,
                               const RandomKey& key) {
  std::vector<float> drawn(weights.size());
  for (uint32_t i = 0; i < drawn.size(); ++i) drawn[i] = normal(key, i);
  const std::vector<double> wanted = squaresByFilter(weights, layout), had = squaresByFilter(drawn, layout);
  for (size_t i = 0; i < drawn.size(); ++i) {
    const auto f = static_cast<size_t>(layout.filterOf(static_cast<int64_t>(i)));
    const double factor = had[f] > 0 ? std::sqrt(wanted[f] / had[f]) : 0;
    drawn[i] = static_cast<float>(static_cast<double>(drawn[i]) * factor);
  }
  return drawn;
}

}  // namespace

WeightDirection filterDirection(const OpGraph& graph, const ParameterStore& store, const DirectionKey& key) {
  WeightDirection direction(static_cast<size_t>(store.size()));
  for (size_t p = 0; p < graph.parameters.size(); ++p) {
    const ParameterInfo& info = graph.parameters[p];
    const int index = store.find(info.name);
    if (info.role != ParameterRole::weight || index < 0) continue;
    direction[static_cast<size_t>(index)] =
        directionOf(store.values(index), filterLayout(graph, graph.parameterValues[p]),
                    {.seed = key.seed, .stream = streamOf("landscape " + info.name), .step = key.number});
  }
  return direction;
}

void displace(ParameterStore& moved, const ParameterStore& from, std::span<const WeightStep> steps) {
  for (int p = 0; p < from.size(); ++p) {
    const std::span<const float> start = from.values(p);
    const std::span<float> values = moved.values(p);
    for (size_t i = 0; i < start.size(); ++i) {
      double value = static_cast<double>(start[i]);
      for (const WeightStep& step : steps)
        if (const std::vector<float>& d = (*step.direction)[static_cast<size_t>(p)]; !d.empty())
          value += step.length * static_cast<double>(d[i]);
      values[i] = static_cast<float>(value);
    }
  }
}

}  // namespace bypath
