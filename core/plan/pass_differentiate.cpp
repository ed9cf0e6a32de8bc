#include <algorithm>

#include "core/plan/pass.h"

namespace bypath {

namespace {

Result<void> keepOutputs(PlanDraft& draft) {
  for (const std::string& name : draft.options.keep) {
    const auto& known = draft.graph.outputs;
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const NamedValue& output) { return output.name == name; });
    if (found == known.end()) {
      std::string names;
      for (const NamedValue& output : known) names += (names.empty() ? "" : ", ") + output.name;
      return Error{ErrorKind::data, "The network has no output named \"" + name + "\"; it has " +
                                        (names.empty() ? "none" : names) + "."};
    }
    draft.plan.outputs.push_back(*found);
  }
  if (draft.options.keep.empty() && draft.graph.losses.empty()) draft.plan.outputs = draft.graph.outputs;
  for (const NamedValue& output : draft.plan.outputs) draft.kept.push_back(output.value);
  return {};
}

// Images that are asked for, and forks before which there is no parameter: their split is worth seeing too.
std::vector<ValueId> wantedBesidesParameters(const PlanDraft& draft) {
  std::vector<ValueId> wanted;
  if (draft.options.inputGradients)
    for (ValueId id : draft.graph.inputs)
      if (draft.graph.value(id).role == InputRole::image) wanted.push_back(id);
  if (draft.options.probes.shortcutSplit && !draft.options.probes.inPassing)
    for (const ShortcutSite& site : draft.graph.shortcuts) wanted.push_back(site.fork);
  return wanted;
}

}  // namespace

Result<std::string> passDifferentiate(PlanDraft& draft) {
  OpGraph& graph = draft.graph;
  const Result<void> outputs = keepOutputs(draft);
  if (!outputs) return outputs.error();
  draft.plan.losses = graph.losses;
  draft.plan.metrics = graph.metrics;
  for (const LossTerm& loss : graph.losses) draft.kept.push_back(loss.value);
  for (const Metric& metric : graph.metrics) draft.kept.push_back(metric.value);

  const size_t forward = graph.nodes.size();
  if (!draft.options.training) {
    if (graph.losses.empty()) return std::to_string(forward) + " forward ops, no loss";
    const Result<ValueId> objective = appendObjective(graph);
    if (!objective) return objective.error();
    draft.plan.objective = *objective;
    draft.kept.push_back(*objective);
    return std::to_string(forward) + " forward ops";
  }

  Result<Differentiated> done = differentiate(graph, {.wanted = wantedBesidesParameters(draft)});
  if (!done) return done.error();
  draft.gradients = std::move(*done);
  draft.plan.objective = draft.gradients.objective;
  draft.kept.push_back(draft.plan.objective);
  if (draft.options.inputGradients)
    for (ValueId id : graph.inputs) {
      const bool image = graph.value(id).role == InputRole::image;
      const ValueId gradient = image ? draft.gradients.valueGradients[id] : noValue;
      if (gradient == noValue) continue;
      draft.plan.inputGradients.push_back({graph.value(id).name, gradient});
      draft.kept.push_back(gradient);
    }
  const auto reached =
      std::count_if(draft.gradients.parameterGradients.begin(), draft.gradients.parameterGradients.end(),
                    [](ValueId id) { return id != noValue; });
  return std::to_string(forward) + " forward ops, " + std::to_string(graph.nodes.size() - forward) +
         " backward, gradients of " + std::to_string(reached) + " parameters";
}

}  // namespace bypath
