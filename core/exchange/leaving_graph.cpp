#include "core/exchange/leaving_graph.h"

#include <cassert>
#include <map>

#include "core/ops/catalog.h"

namespace bypath {
namespace {

// Copies values and nodes of one graph into another, one after the other.
class Copier {
 public:
  Copier(const OpGraph& from, int64_t batch)
      : from_(from), batch_(batch), made_(from.values.size(), noValue) {}

  void input(ValueId id) {
    const Value& value = from_.value(id);
    made_[at(id)] = to_.addInput(value.name, value.shape.perSample().withBatch(batch_), value.role);
  }
  // A computed value must have been made before.
  ValueId of(ValueId id) {
    ValueId& known = made_[at(id)];
    if (known == noValue && from_.value(id).parameter >= 0)
      known = to_.addParameter(from_.parameters[static_cast<size_t>(from_.value(id).parameter)]);
    assert(known != noValue);
    return known;
  }
  void same(ValueId id, ValueId as) { made_[at(id)] = of(as); }
  Result<void> node(const OpNode& node) {
    std::vector<ValueId> inputs;
    inputs.reserve(node.inputs.size());
    for (const ValueId id : node.inputs) inputs.push_back(of(id));
    const Result<std::vector<ValueId>> outputs = to_.add(*node.type, inputs, node.attributes, node.path);
    if (!outputs) return outputs.error();
    for (size_t o = 0; o < node.outputs.size(); ++o)
      if (node.outputs[o] != noValue) made_[at(node.outputs[o])] = (*outputs)[o];
    return {};
  }
  OpGraph take() { return std::move(to_); }

 private:
  static size_t at(ValueId id) { return static_cast<size_t>(id); }

  const OpGraph& from_;
  int64_t batch_;
  std::vector<ValueId> made_;
  OpGraph to_;
};

// By value: whether the outputs need it. A drawn code needs only its mean where it is one.
std::vector<bool> needed(const OpGraph& graph, const std::vector<Border>& outputs, bool sampling) {
  std::vector<bool> wanted(graph.values.size(), false);
  for (const Border& border : outputs) wanted[static_cast<size_t>(border.value)] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    const OpNode& node = graph.nodes[i];
    bool any = false;
    for (const ValueId id : node.outputs) any = any || (id != noValue && wanted[static_cast<size_t>(id)]);
    if (!any) continue;
    const bool mean = node.type == &gaussianSampleOp() && !sampling;
    for (size_t k = 0; k < (mean ? 1 : node.inputs.size()); ++k)
      wanted[static_cast<size_t>(node.inputs[k])] = true;
  }
  return wanted;
}

}  // namespace

Result<OpGraph> leavingGraph(const OpGraph& whole, std::vector<Border>& outputs, bool sampling) {
  Copier copier(whole, 1);
  const std::vector<bool> wanted = needed(whole, outputs, sampling);
  for (const ValueId id : whole.inputs)
    if (wanted[static_cast<size_t>(id)]) copier.input(id);
  for (const OpNode& node : whole.nodes) {
    bool any = false;
    for (const ValueId id : node.outputs) any = any || (id != noValue && wanted[static_cast<size_t>(id)]);
    if (!any) continue;
    if ((node.type == &gaussianSampleOp() && !sampling) || node.type == &dropoutOp()) {
      copier.same(node.outputs[0], node.inputs[0]);
      continue;
    }
    if (Result<void> done = copier.node(node); !done) return done.error();
  }
  for (Border& border : outputs) border.value = copier.of(border.value);
  return copier.take();
}

Result<OpGraph> withBatch(const LeavingModel& model, int64_t batch) {
  Copier copier(model.graph, batch);
  // Parameters first and all of them, so that they keep their numbers.
  for (const ValueId id : model.graph.parameterValues) copier.of(id);
  for (const Border& border : model.inputs) copier.input(border.value);
  for (const OpNode& node : model.graph.nodes)
    if (Result<void> done = copier.node(node); !done) return done.error();
  std::vector<NamedValue> outputs;
  outputs.reserve(model.outputs.size());
  for (const Border& border : model.outputs) outputs.push_back({border.name, copier.of(border.value)});
  OpGraph graph = copier.take();
  graph.outputs = std::move(outputs);
  return graph;
}

AddedNumbers::AddedNumbers(const OpGraph& graph) {
  std::map<ValueId, int> producers, readers;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const ValueId id : graph.nodes[i].outputs) producers[id] = static_cast<int>(i);
    for (const ValueId id : graph.nodes[i].inputs) ++readers[id];
  }
  const auto maker = [&](ValueId id, const OpType& type) {
    const auto found = producers.find(id);
    const bool fits = found != producers.end() && readers[id] == 1 &&
                      graph.nodes[static_cast<size_t>(found->second)].type == &type;
    return fits ? found->second : -1;
  };
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const OpNode& back = graph.nodes[i];
    if (back.type != &reshapeOp()) continue;
    const int add = maker(back.inputs[0], biasAddOp());
    if (add < 0) continue;
    const OpNode& sum = graph.nodes[static_cast<size_t>(add)];
    if (graph.shape(sum.inputs[1]).count() != 1) continue;
    const int flat = maker(sum.inputs[0], reshapeOp());
    if (flat < 0) continue;
    const ValueId x = graph.nodes[static_cast<size_t>(flat)].inputs[0];
    if (!(graph.shape(x) == graph.shape(back.outputs[0]))) continue;
    found_[static_cast<int>(i)] = {.x = x, .number = sum.inputs[1]};
    skipped_.insert({flat, add});
  }
}

}  // namespace bypath
