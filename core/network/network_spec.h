// What a person draws: a tree of graphs, a comparable value. It may be half drawn; check() says what is
// missing.
//
//   NetworkSpec net;
//   net.graph.nodes.push_back({.name = "input", .type = "input", .attributes = {{"shape", "32x32x3"s}}});
//   net.graph.nodes.push_back({.name = "conv1", .type = "conv2d"});
//   net.graph.wires.push_back({"input", 0, "conv1", 0});
//
// Node paths ("encoder/stage2/block1[3]/branch/conv2") are the names everywhere: parameters, probes, errors.
// A container with a repeat count above one appends [1], [2], ... to its name; with a count of one it appends
// nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/attributes.h"

namespace bypath {

struct Graph;

struct Node {
  std::string name{};  // unique in its graph: letters, digits, '_', '-'
  std::string type{};  // a LayerType's id
  Attributes attributes{};
  std::vector<Graph> body;  // a container's own graph: none or one

  bool operator==(const Node& other) const;
};

struct Wire {
  std::string from{};
  int fromPort = 0;
  std::string to{};
  int toPort = 0;

  bool operator==(const Wire&) const = default;
};

// The body of a container holds nodes of type "part_input" and "part_output", one a port of the container, in
// the order in which they stand in `nodes`.
struct Graph {
  std::vector<Node> nodes;
  std::vector<Wire> wires;

  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
  const Wire* wireInto(std::string_view node, int port) const;
  bool operator==(const Graph& other) const = default;
};

inline bool Node::operator==(const Node& other) const {
  return name == other.name && type == other.type && attributes == other.attributes && body == other.body;
}

struct NetworkSpec {
  std::string name;
  Graph graph;

  bool operator==(const NetworkSpec&) const = default;
};

// A name not yet used in the graph: "conv1", "conv2", ... for base "conv".
std::string freeName(const Graph& graph, std::string_view base);
// The graph a container path leads to ("" is the top), following bodies only; nullptr when there is none.
const Graph* graphAt(const NetworkSpec& network, std::string_view containerPath);
Graph* graphAt(NetworkSpec& network, std::string_view containerPath);

}  // namespace bypath
