// The ports of a placed node. Those of a container without ports of its own (a part) are the part_input and
// part_output nodes of its body, in order.
#pragma once

#include "core/network/layer_type.h"

namespace bypath {

std::vector<PortDescription> inputPorts(const Node& node, const LayerType& type);
std::vector<PortDescription> outputPorts(const Node& node, const LayerType& type);

// Names of the nodes of type part_input, or part_output, in order.
std::vector<std::string> boundaryNames(const Graph& graph, std::string_view boundaryType);

}  // namespace bypath
