#include "core/network/paths.h"

#include "core/network/type_ids.h"

namespace bypath {
namespace {

// A block's body counts only while its branch is free: it outlives a change to a generated branch and back.
const Graph* drawnBody(const Node& node) {
  if (node.body.empty()) return nullptr;
  const auto branch = node.attributes.find("branch");
  const bool generated = node.type == typeId::residualBlock &&
                         (branch == node.attributes.end() || branch->second != AttributeValue("free"));
  return generated ? nullptr : &node.body[0];
}

}  // namespace

std::string_view firstSegment(std::string_view path) {
  return path.substr(0, path.find('/'));
}

std::string_view afterFirstSegment(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
}

std::string_view lastSegment(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view withoutLastSegment(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool isAtOrIn(std::string_view checkedPath, std::string_view drawn) {
  while (!drawn.empty()) {
    const std::string_view segment = firstSegment(checkedPath), wanted = firstSegment(drawn);
    if (segment != wanted && withoutCopy(segment) != wanted) return false;
    checkedPath = afterFirstSegment(checkedPath);
    drawn = afterFirstSegment(drawn);
  }
  return true;
}

std::string_view withoutCopy(std::string_view segment) {
  const bool isCopy = segment.size() > 2 && segment.back() == ']';
  return isCopy ? segment.substr(0, segment.rfind('[')) : segment;
}

std::string joinPath(std::string_view container, std::string_view name) {
  std::string path(container);
  if (!path.empty()) path += '/';
  return path += name;
}

std::string drawnPath(const NetworkSpec& network, std::string_view checkedPath) {
  const Graph* graph = &network.graph;
  bool insideBlock = false;
  std::string drawn;
  for (; graph && !checkedPath.empty(); checkedPath = afterFirstSegment(checkedPath)) {
    const std::string_view name = withoutCopy(firstSegment(checkedPath));
    if (insideBlock) {
      // The block's body is its branch; what else is inside was generated.
      insideBlock = false;
      if (name != typeId::branch) break;
      continue;
    }
    const Node* node = graph->find(name);
    if (!node) break;
    drawn = joinPath(drawn, name);
    insideBlock = node->type == typeId::residualBlock;
    graph = drawnBody(*node);
  }
  return drawn;
}

const NodeFacts* factsOf(const CheckedNetwork& checked, std::string_view drawnPath) {
  const auto known = [&](const std::string& path) { return checked.nodes.contains(path); };
  std::string path;
  while (true) {
    path = joinPath(path, firstSegment(drawnPath));
    drawnPath = afterFirstSegment(drawnPath);
    const auto at = checked.nodes.find(path);
    if (at == checked.nodes.end()) return nullptr;
    if (drawnPath.empty()) return &at->second;
    if (known(path + "[1]")) path += "[1]";
    if (at->second.type == typeId::residualBlock) path = joinPath(path, typeId::branch);
  }
}

}  // namespace bypath
