// Automatic layout: layers from top to bottom (Sugiyama's scheme without dummy nodes: wires that pass a layer
// are routed beside its nodes). The longest chain stays straight; shorter ways stand beside it. Cycles of a
// half-drawn graph are cut.
#pragma once

#include <functional>
#include <map>
#include <QPointF>
#include <string>

#include "core/network/network_spec.h"

namespace bypath {

// What a node occupies: a card of this width and height, and an overhang to its right.
struct NodeExtent {
  double width = 0;
  double height = 0;
  double overhang = 0;
  bool operator==(const NodeExtent&) const = default;
};

using Positions = std::map<std::string, QPointF>;  // left upper corner of the card, by node name
using ExtentOf = std::function<NodeExtent(const Node&)>;

Positions layeredLayout(const Graph& graph, const ExtentOf& extent);
// Breaks a tall layout into columns of about the shape of a window, where a single wire leads from one to the
// next.
Positions foldedLayout(const Graph& graph, const ExtentOf& extent, const Positions& tall);
Positions automaticLayout(const Graph& graph, const ExtentOf& extent);  // both
// Keeps the known positions and finds a free place near their neighbours for the others.
Positions completeLayout(const Graph& graph, const ExtentOf& extent, const Positions& known);

}  // namespace bypath
