// The recursive walk behind check(): every graph in topological order, every layer lowered as soon as its
// inputs are known, every container expanded copy by copy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/network/lowering.h"
#include "core/network/reporter.h"
#include "core/network/shortcut_sites.h"
#include "core/network/wiring.h"

namespace bypath {

// Which graph is being walked.
struct GraphScope {
  std::string path;             // of the container, as checked; "" at the top
  std::string drawn;            // the same graph's drawn path, when isDrawn
  bool isDrawn = true;          // it stands in the NetworkSpec and can be edited
  const Node* block = nullptr;  // the residual block that generated this graph
  std::string blockContainer;   // where that block is drawn, when blockIsDrawn
  bool blockIsDrawn = false;
  int copy = 0;
  int depth = 0;
  bool hasPorts = false;  // part inputs and outputs stand for the container's ports
};

// A container as the walk met it, to be walked again alone.
struct MetContainer {
  Node node{};
  GraphScope scope{};  // of the graph around it
  int copy = -1;       // -1: all
  std::vector<Shape> inputs{};
  std::vector<Node> block{};  // none or one

  GraphScope standaloneScope() const {
    GraphScope own = scope;
    own.block = block.empty() ? nullptr : &block[0];
    return own;
  }
};

class NetworkWalk {
 public:
  // `watched` is the path of a container to remember, "" for none.
  NetworkWalk(const LayerCatalog& catalog, int64_t batch, Mode mode, std::string watched = {});

  // Values of the graph's part inputs in, of its part outputs out; noValue where not known.
  std::vector<ValueId> walkGraph(const Graph& graph, const GraphScope& scope,
                                 const std::vector<ValueId>& inputs);
  // One container with all its copies, or only the given one.
  std::vector<ValueId> walkContainer(const Node& node, const LayerType& type, const GraphScope& scope,
                                     const std::vector<ValueId>& inputs, int onlyCopy = -1);
  // The graph of one copy; nothing (and a diagnostic, unless inputs are unknown) where it cannot be.
  std::optional<Graph> expand(const Node& node, const LayerType& type, const GraphScope& scope,
                              const std::vector<Shape>& inputs, int copy);

  LoweringState& state() { return state_; }
  Reporter& reporter() { return reporter_; }
  const std::optional<MetContainer>& met() const { return met_; }
  const std::vector<std::string>& containers() const { return containers_; }
  bool hasInputLayer() const { return hasInputLayer_; }
  bool hasLossLayer() const { return hasLossLayer_; }

  // Moves facts, totals, diagnostics, graph and shortcut sites out; the walk is over.
  CheckedNetwork finish();

 private:
  using ValuesByNode = std::vector<std::vector<ValueId>>;

  void walkNode(const Graph& graph, const Wiring& wiring, size_t index, const GraphScope& scope,
                ValuesByNode& values, const std::vector<ValueId>& ports);
  void lowerLayer(const Graph& graph, const Wiring& wiring, size_t index, const GraphScope& scope,
                  const std::vector<ValueId>& inputs, NodeFacts& facts, std::vector<ValueId>& outputs);
  std::vector<ValueId> walkCopy(const Node& node, const LayerType& type, const GraphScope& scope,
                                const std::vector<ValueId>& inputs, int copy, const std::string& path);
  std::vector<Fix> failureFixes(const Graph& graph, const Wiring& wiring, size_t index,
                                const GraphScope& scope, const std::vector<ValueId>& inputs) const;
  bool validAttributes(const Node& node, const LayerType& type, const std::string& path,
                       const GraphScope& scope);
  void remember(const Node& node, const GraphScope& scope, int copy, const std::vector<ValueId>& inputs);
  void countUp(const NodeFacts& facts);
  bool roomFor(size_t nodes);
  Shape sampleShape(ValueId value) const;
  std::vector<Shape> sampleShapes(const std::vector<ValueId>& values) const;

  const LayerCatalog& catalog_;
  CheckedNetwork result_;
  Reporter reporter_;
  LoweringState state_;
  std::vector<NodeFacts*> open_;  // the containers around the current node
  std::vector<AddPlace> adds_;
  std::vector<std::string> containers_;
  std::string watched_;
  std::optional<MetContainer> met_;
  size_t nodes_ = 0;
  int weightLayers_ = 0;
  bool hasInputLayer_ = false;
  bool hasLossLayer_ = false;
};

// Everything about the drawing itself: names, types, wires, unconnected ports.
void reportDrawing(const Graph& graph, const Wiring& wiring, const GraphScope& scope, Reporter& reporter);

}  // namespace bypath
