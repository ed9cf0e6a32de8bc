#include "core/plan/pass.h"

namespace bypath {

Result<std::string> passPrune(PlanDraft& draft) {
  OpGraph& graph = draft.graph;
  std::vector<bool> needed(graph.values.size(), false);
  for (ValueId id : draft.kept) needed[id] = true;
  for (ValueId id : draft.gradients.parameterGradients)
    if (id != noValue) needed[id] = true;

  std::vector<bool> live(graph.nodes.size(), false);
  size_t dropped = 0, silenced = 0;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    OpNode& node = graph.nodes[i];
    live[i] = !node.type->stateOutputs.empty();
    for (ValueId id : node.outputs)
      if (id != noValue && needed[id]) live[i] = true;
    if (!live[i]) {
      ++dropped;
      continue;
    }
    for (ValueId& id : node.outputs) {
      if (id == noValue || needed[id] || graph.values[id].kind != ValueKind::computed) continue;
      id = noValue;
      ++silenced;
    }
    for (ValueId id : node.inputs) needed[id] = true;
  }

  std::vector<OpNode> rest;
  rest.reserve(graph.nodes.size() - dropped);
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (live[i]) rest.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(rest);
  return std::to_string(dropped) + " ops dropped, " + std::to_string(silenced) + " outputs left out";
}

}  // namespace bypath
