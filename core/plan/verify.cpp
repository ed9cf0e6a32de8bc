#include "core/plan/verify.h"

#include <algorithm>

#include "core/plan/arena.h"

namespace bypath {

namespace {

Error broken(const OpNode& node, const std::string& what) {
  return {ErrorKind::data, node.path + ": " + node.type->id + " " + what};
}

bool overwritesState(const OpNode& node, size_t output) {
  for (const auto& [out, in] : node.type->stateOutputs)
    if (static_cast<size_t>(out) == output)
      return node.outputs[output] == node.inputs[static_cast<size_t>(in)];
  return false;
}

Result<void> verifyOrder(const PlanDraft& draft) {
  const OpGraph& graph = draft.graph;
  const auto count = static_cast<ValueId>(graph.values.size());
  std::vector<bool> exists(graph.values.size());
  for (size_t id = 0; id < exists.size(); ++id) exists[id] = graph.values[id].kind != ValueKind::computed;
  for (const OpNode& node : graph.nodes) {
    for (ValueId id : node.inputs)
      if (id < 0 || id >= count || !exists[id])
        return broken(node, "reads value " + std::to_string(id) + " too early");
    if (!node.contributors.empty() && node.contributors.size() != node.inputs.size())
      return broken(node, "does not name the sender of each contribution");
    for (size_t o = 0; o < node.outputs.size(); ++o) {
      const ValueId id = node.outputs[o];
      if (id == noValue || overwritesState(node, o)) continue;
      if (id < 0 || id >= count || exists[id])
        return broken(node, "computes value " + std::to_string(id) + " again");
      exists[id] = true;
    }
  }
  for (ValueId id : draft.kept)
    if (!exists[id])
      return Error{ErrorKind::data, graph.value(id).name + " must stay readable but is not computed"};
  for (ValueId id : draft.gradients.parameterGradients)
    if (id != noValue && !exists[id])
      return Error{ErrorKind::data, graph.value(id).name + " is a parameter's gradient but is not computed"};
  return {};
}

Result<void> verifyPlaces(const PlanDraft& draft) {
  const Program& program = draft.program;
  const auto [a, b] = findOverlap(draft.plan.memory);
  if (a >= 0) {
    const auto name = [&](int range) {
      const MemoryRange& one = draft.plan.memory[static_cast<size_t>(range)];
      return one.values.empty() ? "the memory of step " + std::to_string(one.step)
                                : draft.graph.value(one.values[0]).name;
    };
    return Error{ErrorKind::data, name(a) + " and " + name(b) + " overlap in the arena"};
  }
  for (const OpNode& node : draft.graph.nodes) {
    for (const std::vector<ValueId>* ids : {&node.inputs, &node.outputs})
      for (ValueId id : *ids)
        if (id != noValue && program.places[id].kind == PlaceKind::unused)
          return broken(node, "uses " + draft.graph.value(id).name + ", which has no place");
  }
  return {};
}

}  // namespace

Result<void> Verifier::verifyShapes(const OpGraph& graph) {
  seen_.resize(graph.values.size());
  for (const OpNode& node : graph.nodes) {
    const auto first =
        std::find_if(node.outputs.begin(), node.outputs.end(), [](ValueId id) { return id != noValue; });
    if (first == node.outputs.end()) return broken(node, "has no output");
    Seen& seen = seen_[*first];
    if (seen.type == node.type && seen.inputs == node.inputs && seen.attributes == node.attributes) continue;
    OpCall call{.attributes = node.attributes};
    for (ValueId id : node.inputs) call.inputs.push_back(graph.shape(id));
    const Result<std::vector<Shape>> shapes = node.type->shapes(call);
    if (!shapes) return broken(node, "is impossible: " + shapes.error().message);
    if (shapes->size() != node.outputs.size()) return broken(node, "has the wrong number of outputs");
    for (size_t o = 0; o < shapes->size(); ++o)
      if (node.outputs[o] != noValue && !(graph.shape(node.outputs[o]) == (*shapes)[o]))
        return broken(node,
                      "computes " + (*shapes)[o].text() + " into " + graph.shape(node.outputs[o]).text());
    seen = {node.type, node.inputs, node.attributes};
  }
  return {};
}

Result<void> Verifier::verify(const PlanDraft& draft, const std::string& pass) {
  Result<void> sound;
  if (draft.program.places.empty()) {
    sound = verifyOrder(draft);
    if (sound) sound = verifyShapes(draft.graph);
  } else {
    sound = verifyPlaces(draft);
  }
  if (sound) return {};
  return Error{sound.error().kind,
               "internal: after the pass \"" + pass + "\", " + sound.error().message + "."};
}

}  // namespace bypath
