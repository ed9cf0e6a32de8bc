#include "core/network/ports.h"

#include "core/network/type_ids.h"

namespace bypath {
namespace {

std::vector<PortDescription> portsOf(const Node& node, const LayerType& type,
                                     const std::vector<PortDescription>& declared,
                                     std::string_view boundaryType) {
  const bool fromBody = type.isContainer() && type.inputs.empty() && type.outputs.empty();
  if (!fromBody || node.body.empty()) return declared;
  std::vector<PortDescription> ports;
  for (const std::string& name : boundaryNames(node.body[0], boundaryType)) ports.push_back({name, name});
  return ports;
}

}  // namespace

std::vector<PortDescription> inputPorts(const Node& node, const LayerType& type) {
  return portsOf(node, type, type.inputs, typeId::partInput);
}

std::vector<PortDescription> outputPorts(const Node& node, const LayerType& type) {
  return portsOf(node, type, type.outputs, typeId::partOutput);
}

std::vector<std::string> boundaryNames(const Graph& graph, std::string_view boundaryType) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes)
    if (node.type == boundaryType) names.push_back(node.name);
  return names;
}

}  // namespace bypath
