#include "core/layers/graph_chain.h"

#include "core/network/type_ids.h"

namespace bypath {

GraphChain::GraphChain(std::string input) : last_(input) {
  graph_.nodes.push_back({.name = std::move(input), .type = typeId::partInput});
}

GraphChain& GraphChain::then(Node node) {
  graph_.wires.push_back({.from = last_, .to = node.name});
  last_ = node.name;
  graph_.nodes.push_back(std::move(node));
  return *this;
}

GraphChain& GraphChain::beside(Node node, const std::vector<std::string>& from) {
  for (size_t port = 0; port < from.size(); ++port)
    graph_.wires.push_back({.from = from[port], .to = node.name, .toPort = static_cast<int>(port)});
  graph_.nodes.push_back(std::move(node));
  return *this;
}

GraphChain& GraphChain::standOn(std::string node) {
  last_ = std::move(node);
  return *this;
}

Graph GraphChain::end(std::string output) {
  then({.name = std::move(output), .type = typeId::partOutput});
  return std::move(graph_);
}

}  // namespace bypath
