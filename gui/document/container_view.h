// The graph behind a container path. A residual block whose branch is generated has one too: it can be read,
// and the first edit in it turns the block's branch into the graph as drawn.
#pragma once

#include <string>

#include "core/network/check.h"
#include "core/network/layer_type.h"

namespace bypath {

struct ContainerView {
  std::string path;  // "" is the whole network
  Graph graph;
  bool exists = true;
  bool generated = false;
  std::string obstacle;  // why there is nothing to show, as a sentence
};

ContainerView viewContainer(const NetworkSpec& network, const LayerCatalog& layers,
                            const CheckedNetwork& checked, const std::string& path);
// Whether a double-click goes into this node.
bool opens(const Node& node, const LayerCatalog& layers);
// The graph to edit; a generated branch becomes the block's own first. nullptr when the container is gone.
Graph* editableGraph(NetworkSpec& network, const ContainerView& view);

}  // namespace bypath
