#include "gui/document/muted_blocks.h"

#include <functional>

#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {

std::map<std::string, bool> mutedBlocks(const NetworkSpec& network) {
  std::map<std::string, bool> blocks;
  const std::function<void(const Graph&, const std::string&)> visit = [&](const Graph& graph,
                                                                          const std::string& container) {
    for (const Node& node : graph.nodes) {
      const std::string path = joinPath(container, node.name);
      const auto muted = node.attributes.find("muted");
      if (node.type == typeId::residualBlock)
        blocks[path] = muted != node.attributes.end() && muted->second == AttributeValue(true);
      for (const Graph& body : node.body) visit(body, path);
    }
  };
  visit(network.graph, {});
  return blocks;
}

}  // namespace bypath
