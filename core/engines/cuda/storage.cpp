#include "core/engines/cuda/storage.h"

#include "core/ops/catalog.h"

namespace bypath {
namespace {

bool isConvolution(const OpType& type) {
  return &type == &conv2dOp() || &type == &conv2dTransposedOp();
}

// What a chain of ops makes of weights alone: weights of another scale, gradients of weights.
std::vector<bool> weightValues(const OpGraph& graph) {
  std::vector<bool> weights(graph.values.size());
  for (size_t v = 0; v < weights.size(); ++v) weights[v] = graph.values[v].kind == ValueKind::parameter;
  for (const OpNode& node : graph.nodes) {
    bool some = false, all = true;
    for (const ValueId id : node.inputs) {
      if (graph.shape(id).rank() != 4) continue;
      some = true;
      all = all && weights[static_cast<size_t>(id)];
    }
    const bool made = node.type == &conv2dWeightsOp() || (some && all && !isConvolution(*node.type));
    for (const ValueId id : node.outputs)
      if (id != noValue && made) weights[static_cast<size_t>(id)] = true;
  }
  return weights;
}

}  // namespace

std::vector<bool> halfValues(const Program& program) {
  const OpGraph& graph = program.graph;
  const std::vector<bool> weights = weightValues(graph);
  std::vector<bool> half(graph.values.size());
  for (size_t v = 0; v < half.size(); ++v) {
    const Value& value = graph.values[v];
    half[v] = value.kind == ValueKind::computed && value.shape.rank() == 4 && !weights[v] &&
              program.places[v].kind == PlaceKind::arena;
  }
  // An op that works in place reads and writes the same bytes of a value.
  const auto sharesPlace = [&](ValueId a, ValueId b) {
    const Place &x = program.places[static_cast<size_t>(a)], &y = program.places[static_cast<size_t>(b)];
    return x.kind != PlaceKind::unused && y.kind != PlaceKind::unused && x.offset == y.offset &&
           (x.kind == PlaceKind::arena || x.kind == PlaceKind::input) &&
           (y.kind == PlaceKind::arena || y.kind == PlaceKind::input);
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const OpNode& node : graph.nodes)
      for (const ValueId in : node.inputs)
        for (const ValueId out : node.outputs) {
          if (out == noValue || half[static_cast<size_t>(in)] == half[static_cast<size_t>(out)]) continue;
          if (!sharesPlace(in, out)) continue;
          half[static_cast<size_t>(in)] = half[static_cast<size_t>(out)] = false;
          changed = true;
        }
  }
  return half;
}

}  // namespace bypath
