#include "core/network/check.h"

#include <algorithm>

#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "core/network/walk.h"

namespace bypath {
namespace {

CheckedNetwork checkWhole(NetworkWalk& walk, const NetworkSpec& network) {
  walk.walkGraph(network.graph, {}, {});
  if (network.graph.nodes.empty())
    walk.reporter().report(Severity::error, "",
                           "The network is empty: start with an Input layer, or with a template.");
  else if (!walk.hasInputLayer())
    walk.reporter().report(Severity::error, "",
                           "No Input layer brings images into the network: add one and draw a wire from it.");
  if (!walk.hasLossLayer() && !network.graph.nodes.empty())
    walk.reporter().report(Severity::warning, "",
                           "There is nothing to train: no layer measures a loss. Add a Softmax loss to "
                           "classify, or a Bernoulli loss to reconstruct.");
  return walk.finish();
}

CheckedNetwork noPart(const std::string& part, const std::string& message) {
  CheckedNetwork result;
  result.diagnostics.push_back({Severity::error, part, message, {}});
  return result;
}

std::string partList(const NetworkWalk& walk) {
  std::string text;
  constexpr size_t most = 8;
  const std::vector<std::string>& names = walk.containers();
  for (size_t i = 0; i < std::min(names.size(), most); ++i) text += (i ? ", " : "") + names[i];
  if (names.empty()) return "it has none";
  return "its parts are " + text + (names.size() > most ? " and others" : "");
}

CheckedNetwork checkPart(const NetworkSpec& network, const LayerCatalog& catalog,
                         const CheckOptions& options) {
  NetworkWalk whole(catalog, options.batch, options.mode, options.part);
  whole.walkGraph(network.graph, {}, {});
  if (!whole.met())
    return noPart(options.part,
                  "There is no part '" + options.part + "' in this network; " + partList(whole) + ".");
  const MetContainer& met = *whole.met();
  const bool known =
      std::none_of(met.inputs.begin(), met.inputs.end(), [](const Shape& s) { return s.rank() == 0; });
  if (!known) {
    CheckedNetwork result = whole.finish();
    result.graph = {};
    result.diagnostics.push_back({Severity::error,
                                  options.part,
                                  "What enters " + options.part +
                                      " is not known, so it cannot be used alone; mend the "
                                      "network before it.",
                                  {}});
    return result;
  }

  NetworkWalk walk(catalog, options.batch, options.mode);
  const GraphScope scope = met.standaloneScope();
  const LayerType& type = *catalog.find(met.node.type);
  const std::optional<Graph> first = walk.expand(met.node, type, scope, met.inputs, std::max(met.copy, 0));
  std::vector<ValueId> inputs;
  std::vector<std::string> outputNames;
  if (first) {
    const std::vector<std::string> names = boundaryNames(*first, typeId::partInput);
    outputNames = boundaryNames(*first, typeId::partOutput);
    LoweringState& state = walk.state();
    for (size_t i = 0; i < met.inputs.size(); ++i) {
      const std::string name = i < names.size() ? names[i] : "input" + std::to_string(i + 1);
      inputs.push_back(state.graph.addInput(name, met.inputs[i].withBatch(state.batch), InputRole::image));
      state.inputs.emplace(name, inputs.back());
    }
  }
  const std::vector<ValueId> outputs = walk.walkContainer(met.node, type, scope, inputs, met.copy);
  for (size_t i = 0; i < outputs.size() && i < outputNames.size(); ++i)
    if (outputs[i] != noValue) walk.state().graph.outputs.push_back({outputNames[i], outputs[i]});
  return walk.finish();
}

}  // namespace

CheckedNetwork check(const NetworkSpec& network, const LayerCatalog& catalog, const CheckOptions& options) {
  if (!options.part.empty()) return checkPart(network, catalog, options);
  NetworkWalk walk(catalog, options.batch, options.mode);
  walk.state().frozen = options.frozen;
  return checkWhole(walk, network);
}

std::string summarise(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::error) continue;
    if (!text.empty()) text += '\n';
    if (!diagnostic.path.empty()) text += diagnostic.path + ": ";
    text += diagnostic.message;
  }
  return text;
}

}  // namespace bypath
