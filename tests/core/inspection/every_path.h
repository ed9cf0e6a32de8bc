// The gradient along one path of a small network, by brute force: the whole network in double, with every way
// not taken held constant.
//
//   const auto values = forward(small);
//   const std::vector<float> g = gradientOf(masked(small.checked.graph, sites, 0b0101), values, small);
#pragma once

#include "core/network/paths.h"
#include "core/plan/plan.h"
#include "networks.h"

namespace bypath {

// The whole network from the first fork on, in which the ways not taken are constants: of site i, the
// shortcut where bit i is set, else the branch.
struct Masked {
  OpGraph graph;
  ValueId entry = noValue;
  std::vector<std::pair<ValueId, ValueId>> constants;  // here, of the network
};

inline bool claims(const std::vector<std::string>& consumers, const std::string& path) {
  return std::ranges::any_of(consumers, [&](const std::string& one) { return isAtOrIn(path, one); });
}

inline Masked masked(const OpGraph& graph, const std::vector<ShortcutSite>& sites, unsigned branches) {
  Masked made;
  std::map<ValueId, ValueId> known;
  const ValueId first = sites.front().fork;
  std::map<ValueId, ValueId> constantOf;
  const auto constant = [&](ValueId source, InputRole role) {
    const ValueId id = made.graph.addInput("constant " + std::to_string(source), graph.shape(source), role);
    made.constants.emplace_back(id, source);
    return id;
  };
  made.entry = constant(first, InputRole::image);
  known[first] = made.entry;
  for (const OpNode& node : graph.nodes) {
    if (!node.type->stateOutputs.empty() || node.outputs[0] == first) continue;
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) {
      const Value& value = graph.value(id);
      const auto site = std::ranges::find(sites, id, &ShortcutSite::fork);
      if (site != sites.end()) {
        const bool taken = (branches >> (site - sites.begin())) & 1;
        const bool isShortcut = claims(site->shortcutConsumers, node.path);
        if (taken == isShortcut) {
          if (!constantOf.contains(id)) constantOf[id] = constant(id, InputRole::label);
          inputs.push_back(constantOf[id]);
          continue;
        }
      }
      if (value.kind == ValueKind::parameter || value.kind == ValueKind::state)
        known[id] = made.graph.addParameter(graph.parameters[static_cast<size_t>(value.parameter)]);
      else if (!known.contains(id))
        known[id] = constant(id, InputRole::label);
      inputs.push_back(known[id]);
    }
    const auto outputs = made.graph.add(*node.type, inputs, node.attributes, node.path);
    for (size_t o = 0; o < node.outputs.size(); ++o) known[node.outputs[o]] = (*outputs)[o];
  }
  for (const LossTerm& term : graph.losses)
    made.graph.losses.push_back({term.name, known.at(term.value), term.weight});
  return made;
}

inline std::unique_ptr<ReferenceSession> opened(const ExecutionPlan& plan, ParameterStore& store) {
  Result<std::unique_ptr<ReferenceSession>> session = openReference(plan.program, store);
  if (!session) qFatal("%s", session.error().message.c_str());
  return std::move(*session);
}

// Every value that a masked network may hold constant.
inline std::map<ValueId, std::vector<float>> forward(SmallCase& small) {
  OpGraph graph = small.checked.graph;
  std::erase_if(graph.nodes, [](const OpNode& node) { return !node.type->stateOutputs.empty(); });
  std::vector<ValueId> wanted;
  for (const ShortcutSite& site : graph.shortcuts) wanted.push_back(site.fork);
  PlanOptions options{.training = false, .fuse = false};
  for (const ValueId id : wanted) {
    graph.outputs.push_back({"fork " + std::to_string(id), id});
    options.keep.push_back(graph.outputs.back().name);
  }
  const auto engine = makeReferenceEngine();
  Result<ExecutionPlan> plan = compile(graph, *engine, options);
  if (!plan) qFatal("%s", plan.error().message.c_str());
  const auto session = opened(*plan, small.store);
  std::map<ValueId, std::vector<float>> values;
  for (const ValueId id : graph.inputs) {
    values[id] = graph.value(id).role == InputRole::image ? small.images : small.labels;
    session->setInput(id, values[id]);
  }
  session->run(small.batch().key);
  for (const ValueId id : wanted) {
    values[id].resize(static_cast<size_t>(graph.shape(id).count()));
    session->read(id, values[id]);
  }
  return values;
}

inline std::vector<float> gradientOf(const Masked& network,
                                     const std::map<ValueId, std::vector<float>>& values, SmallCase& small) {
  const auto engine = makeReferenceEngine();
  Result<ExecutionPlan> plan = compile(network.graph, *engine, {.fuse = false, .inputGradients = true});
  if (!plan) qFatal("%s", plan.error().message.c_str());
  const auto session = opened(*plan, small.store);
  for (const auto& [here, there] : network.constants)
    if (plan->program->graph.value(here).kind == ValueKind::input && values.contains(there))
      session->setInput(here, values.at(there));
  session->run(small.batch().key);
  if (plan->inputGradients.empty()) return {};
  std::vector<float> gradient(values.at(network.constants[0].second).size());
  session->read(plan->inputGradients[0].value, gradient);
  return gradient;
}

}  // namespace bypath
