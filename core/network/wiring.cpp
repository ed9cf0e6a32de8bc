#include "core/network/wiring.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace bypath {

Wiring::Wiring(const Graph& graph, const LayerCatalog& catalog)
    : sources(graph.nodes.size()), used(graph.nodes.size()), duplicate_(graph.nodes.size()) {
  types.reserve(graph.nodes.size());
  for (const Node& node : graph.nodes) types.push_back(catalog.find(node.type));
  nameNodes(graph);
  connect(graph);
  sort();
  findCycles();
}

void Wiring::nameNodes(const Graph& graph) {
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const int index = static_cast<int>(i);
    if (byName_.emplace(graph.nodes[i].name, index).second) continue;
    duplicate_[i] = true;
    problems.push_back({WireProblemKind::duplicateName, index});
  }
}

void Wiring::connect(const Graph& graph) {
  std::vector<int> inputs(graph.nodes.size()), outputs(graph.nodes.size());
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    // Of an unknown type any port may be right.
    const bool open = !types[i];
    inputs[i] = open || types[i]->variadicInputs
                    ? INT32_MAX
                    : static_cast<int>(inputPorts(graph.nodes[i], *types[i]).size());
    outputs[i] = open ? INT32_MAX : static_cast<int>(outputPorts(graph.nodes[i], *types[i]).size());
    if (!open) used[i].resize(static_cast<size_t>(outputs[i]));
  }
  for (size_t w = 0; w < graph.wires.size(); ++w) {
    const Wire& wire = graph.wires[w];
    const int wireIndex = static_cast<int>(w);
    const auto from = byName_.find(wire.from);
    const auto to = byName_.find(wire.to);
    if (from == byName_.end() || to == byName_.end()) {
      const int known = to != byName_.end() ? to->second : from != byName_.end() ? from->second : -1;
      problems.push_back({WireProblemKind::unknownEnd, known, wireIndex});
      continue;
    }
    const auto fromNode = static_cast<size_t>(from->second);
    const auto toNode = static_cast<size_t>(to->second);
    const bool outputThere = wire.fromPort >= 0 && wire.fromPort < outputs[fromNode];
    const bool inputThere = wire.toPort >= 0 && wire.toPort < inputs[toNode];
    if (!outputThere || !inputThere) {
      problems.push_back({WireProblemKind::noSuchPort, outputThere ? to->second : from->second, wireIndex});
      continue;
    }
    sources[toNode].push_back({wire.toPort, from->second, wire.fromPort});
    if (types[fromNode]) used[fromNode][static_cast<size_t>(wire.fromPort)] = true;
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    auto& list = sources[i];
    std::stable_sort(list.begin(), list.end(),
                     [](const WireSource& a, const WireSource& b) { return a.port < b.port; });
    const auto samePort = [](const WireSource& a, const WireSource& b) { return a.port == b.port; };
    const auto extra = std::unique(list.begin(), list.end(), samePort);
    if (extra != list.end()) problems.push_back({WireProblemKind::occupiedPort, static_cast<int>(i)});
    list.erase(extra, list.end());
  }
}

// Kahn's method; among the nodes that are ready, the one drawn first.
void Wiring::sort() {
  std::vector<int> missing(sources.size());
  std::vector<std::vector<int>> readers(sources.size());
  for (size_t i = 0; i < sources.size(); ++i)
    for (const WireSource& source : sources[i]) {
      readers[static_cast<size_t>(source.node)].push_back(static_cast<int>(i));
      ++missing[i];
    }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (size_t i = 0; i < sources.size(); ++i)
    if (missing[i] == 0) ready.push(static_cast<int>(i));
  std::vector<bool> done(sources.size());
  while (!ready.empty()) {
    const auto node = static_cast<size_t>(ready.top());
    ready.pop();
    done[node] = true;
    if (!duplicate_[node]) order.push_back(static_cast<int>(node));
    for (const int reader : readers[node])
      if (--missing[static_cast<size_t>(reader)] == 0) ready.push(reader);
  }
  for (size_t i = 0; i < sources.size(); ++i)
    if (!done[i]) stuck.push_back(static_cast<int>(i));
}

// From every stuck node back along one stuck source each: the walk ends on a cycle.
void Wiring::findCycles() {
  std::vector<bool> isStuck(sources.size());
  for (const int node : stuck) isStuck[static_cast<size_t>(node)] = true;
  std::vector<int> seenFrom(sources.size(), -1);
  for (const int start : stuck) {
    std::vector<int> walk;
    int node = start;
    while (seenFrom[static_cast<size_t>(node)] == -1) {
      seenFrom[static_cast<size_t>(node)] = start;
      walk.push_back(node);
      const auto& list = sources[static_cast<size_t>(node)];
      node = std::find_if(list.begin(), list.end(), [&](const WireSource& s) {
               return isStuck[static_cast<size_t>(s.node)];
             })->node;
    }
    if (seenFrom[static_cast<size_t>(node)] != start) continue;
    std::vector<int> cycle(std::find(walk.begin(), walk.end(), node), walk.end());
    std::reverse(cycle.begin(), cycle.end());
    cycles.push_back(std::move(cycle));
  }
}

}  // namespace bypath
