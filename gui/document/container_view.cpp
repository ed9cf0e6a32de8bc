#include "gui/document/container_view.h"

#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {

namespace {

const Node* nodeAt(const NetworkSpec& network, const std::string& path) {
  const Graph* around = graphAt(network, withoutLastSegment(path));
  return around ? around->find(lastSegment(path)) : nullptr;
}

// A block's body counts only while its branch is free: it outlives a change to a generated branch and back.
bool drawsBody(const Node& node) {
  if (node.type != typeId::residualBlock) return true;
  const auto branch = node.attributes.find("branch");
  return branch != node.attributes.end() && branch->second == AttributeValue(std::string("free"));
}

}  // namespace

bool opens(const Node& node, const LayerCatalog& layers) {
  const LayerType* type = layers.find(node.type);
  return type && type->opensAsGraph;
}

ContainerView viewContainer(const NetworkSpec& network, const LayerCatalog& layers,
                            const CheckedNetwork& checked, const std::string& path) {
  ContainerView view;
  view.path = path;
  const Node* node = path.empty() ? nullptr : nodeAt(network, path);
  if (const Graph* drawn = graphAt(network, path); drawn && (!node || drawsBody(*node))) {
    view.graph = *drawn;
    return view;
  }
  const LayerType* type = node ? layers.find(node->type) : nullptr;
  view.exists = type && type->opensAsGraph;
  if (!view.exists || drawsBody(*node)) return view;

  // The branch alone: whether a shortcut fits around it is another question.
  Node alone = *node;
  alone.attributes["shortcut"] = "none";
  const NodeFacts* facts = factsOf(checked, path);
  if (!facts || facts->inputs.empty() || facts->inputs[0].rank() == 0) {
    view.obstacle = "The branch depends on the shape that enters the block: wire its input first.";
    return view;
  }
  try {
    const Graph whole =
        type->expand({alone, AttributeReader(type->attributes, alone.attributes), facts->inputs});
    const Node* branch = whole.find(typeId::branch);
    if (branch && !branch->body.empty()) {
      view.graph = branch->body[0];
      view.generated = true;
    }
  } catch (const LowerFailure& failure) {
    view.obstacle = failure.message;
  }
  return view;
}

Graph* editableGraph(NetworkSpec& network, const ContainerView& view) {
  if (Graph* drawn = graphAt(network, view.path); drawn && !view.generated) return drawn;
  Graph* around = graphAt(network, withoutLastSegment(view.path));
  Node* node = around ? around->find(lastSegment(view.path)) : nullptr;
  if (!node) return nullptr;
  node->body = {view.graph};
  if (node->type == typeId::residualBlock) node->attributes["branch"] = "free";
  return &node->body[0];
}

}  // namespace bypath
