// A graph's wires by node index, and an order in which every node comes after those it reads. Linear in nodes
// and wires; what is wrong with the wires is listed, and the rest is used.
#pragma once

#include <unordered_map>
#include <vector>

#include "core/network/ports.h"

namespace bypath {

struct WireSource {
  int port = 0;      // of the reader
  int node = 0;      // index of the node that is read
  int fromPort = 0;  // its output
};

enum class WireProblemKind { duplicateName, unknownEnd, noSuchPort, occupiedPort };

struct WireProblem {
  WireProblemKind kind;
  int node = -1;  // index of the node to blame, -1 for none
  int wire = -1;  // index into Graph::wires; of duplicateName none
};

struct Wiring {
  Wiring(const Graph& graph, const LayerCatalog& catalog);

  std::vector<const LayerType*> types;           // by node; nullptr for an unknown type
  std::vector<std::vector<WireSource>> sources;  // by node, in port order, one a port
  std::vector<std::vector<bool>> used;           // by node and output port: whether anybody reads it
  std::vector<int> order;                        // of nodes on no cycle and behind none; duplicates left out
  std::vector<int> stuck;                        // the others, duplicates left out
  std::vector<std::vector<int>> cycles;          // node indices along the wires
  std::vector<WireProblem> problems;

 private:
  void nameNodes(const Graph& graph);
  void connect(const Graph& graph);
  void sort();
  void findCycles();

  std::unordered_map<std::string_view, int> byName_;
  std::vector<bool> duplicate_;
};

}  // namespace bypath
