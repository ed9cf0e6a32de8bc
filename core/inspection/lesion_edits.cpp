// The network with a block removed, or two swapped.
#include <algorithm>
#include <map>

#include "core/inspection/lesion.h"

namespace bypath {
namespace {

// What a block's parameters are called in it, with their place in the store.
std::map<std::string, int> parametersOf(const ParameterStore& store, const std::string& block) {
  std::map<std::string, int> found;
  for (int p = 0; p < store.size(); ++p)
    if (const std::string& name = store.info(p).name; name.starts_with(block + "/"))
      found.emplace(name.substr(block.size()), p);
  return found;
}

}  // namespace

OpGraph withoutBranches(OpGraph graph, const std::vector<TrunkBlock>& removed) {
  std::map<ValueId, ValueId> instead;
  for (const TrunkBlock& block : removed) {
    OpNode& sum = graph.nodes[static_cast<size_t>(graph.producer(block.end))];
    if (sum.inputs.size() > 2)
      std::erase(sum.inputs, block.branchEnd);
    else
      instead[block.end] = block.shortcutEnd;
  }
  // A shortcut that is the identity may begin at another removed sum.
  const auto replace = [&](ValueId& id) {
    for (auto next = instead.find(id); next != instead.end(); next = instead.find(id)) id = next->second;
  };
  for (OpNode& node : graph.nodes) std::ranges::for_each(node.inputs, replace);
  for (LossTerm& term : graph.losses) replace(term.value);
  for (Metric& metric : graph.metrics) replace(metric.value);
  for (NamedValue& output : graph.outputs) replace(output.value);
  graph.shortcuts.clear();  // they speak of the whole network
  return graph;
}

std::string shapesOf(const ParameterStore& store, const std::string& block) {
  std::string text;
  for (const auto& [name, p] : parametersOf(store, block))
    text += name + " " + store.info(p).shape.text() + "\n";
  return text;
}

void swapBlocks(ParameterStore& store, const std::string& first, const std::string& second) {
  const std::map<std::string, int> a = parametersOf(store, first), b = parametersOf(store, second);
  for (const auto& [name, p] : a) std::ranges::swap_ranges(store.values(p), store.values(b.at(name)));
}

}  // namespace bypath
