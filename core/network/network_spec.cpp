#include "core/network/network_spec.h"

#include <algorithm>
#include <unordered_set>

#include "core/network/paths.h"

namespace bypath {

const Node* Graph::find(std::string_view name) const {
  const auto at =
      std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; });
  return at == nodes.end() ? nullptr : &*at;
}

Node* Graph::find(std::string_view name) {
  return const_cast<Node*>(std::as_const(*this).find(name));
}

const Wire* Graph::wireInto(std::string_view node, int port) const {
  const auto at = std::find_if(wires.begin(), wires.end(),
                               [&](const Wire& wire) { return wire.to == node && wire.toPort == port; });
  return at == wires.end() ? nullptr : &*at;
}

std::string freeName(const Graph& graph, std::string_view base) {
  std::unordered_set<std::string_view> taken;
  for (const Node& node : graph.nodes) taken.insert(node.name);
  for (int number = 1;; ++number) {
    std::string name = std::string(base) + std::to_string(number);
    if (!taken.contains(name)) return name;
  }
}

const Graph* graphAt(const NetworkSpec& network, std::string_view containerPath) {
  const Graph* graph = &network.graph;
  while (!containerPath.empty()) {
    const Node* node = graph->find(withoutCopy(firstSegment(containerPath)));
    if (!node || node->body.empty()) return nullptr;
    graph = &node->body[0];
    containerPath = afterFirstSegment(containerPath);
  }
  return graph;
}

Graph* graphAt(NetworkSpec& network, std::string_view containerPath) {
  return const_cast<Graph*>(graphAt(std::as_const(network), containerPath));
}

}  // namespace bypath
