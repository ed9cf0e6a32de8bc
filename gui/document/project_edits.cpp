#include "gui/document/project_edits.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/network/edit.h"
#include "core/network/edit_blocks.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {

namespace {

Error gone(const ContainerView& view) {
  return {ErrorKind::data, "There is no part '" + view.path + "' any more; go back to the network."};
}

}  // namespace

Result<void> renameInProject(Project& project, const ContainerView& view, const std::string& name,
                             const std::string& to) {
  if (!editableGraph(project.network, view)) return gone(view);
  if (Result<void> done = renameNode(project.network, view.path, name, to); !done) return done;
  movePlaces(project, joinPath(view.path, name), joinPath(view.path, to));
  return {};
}

Result<void> setInProject(Project& project, const ContainerView& view, const std::string& name,
                          const std::string& key, const AttributeValue& value, const LayerCatalog& layers) {
  if (!editableGraph(project.network, view)) return gone(view);
  const Graph* graph = graphAt(project.network, view.path);
  const Node* node = graph ? graph->find(name) : nullptr;
  const std::string* order = std::get_if<std::string>(&value);
  if (key == "order" && order && node && node->type == typeId::residualBlock) {
    NetworkSpec trial = project.network;  // validates
    if (Result<void> done = setAttribute(trial, view.path, name, key, value, layers); !done) return done;
    return setBlockOrder(project.network, view.path, name, *order);
  }
  return setAttribute(project.network, view.path, name, key, value, layers);
}

void movePlaces(Project& project, const std::string& from, const std::string& to) {
  std::map<std::string, Position> moved;
  for (const auto& [path, at] : project.layout) {
    const bool inside = path == from || path.compare(0, from.size() + 1, from + "/") == 0;
    moved[inside ? to + path.substr(from.size()) : path] = at;
  }
  project.layout = std::move(moved);
}

void copyPlaces(Project& project, const std::string& from, const std::string& to) {
  std::map<std::string, Position> copied;
  for (const auto& [path, at] : project.layout)
    if (path.starts_with(from + "/")) copied[to + path.substr(from.size())] = at;
  project.layout.merge(copied);
}

void tidyPlaces(Project& project) {
  std::map<std::string, std::set<std::string_view>, std::less<>> names;  // by container, filled as they come
  std::erase_if(project.layout, [&](const auto& place) {
    const std::string_view container = withoutLastSegment(place.first);
    auto known = names.find(container);
    if (known == names.end()) {
      known = names.emplace(container, std::set<std::string_view>()).first;
      if (const Graph* graph = graphAt(project.network, container))
        for (const Node& node : graph->nodes) known->second.insert(node.name);
    }
    return !known->second.contains(lastSegment(place.first));
  });
  for (auto& [path, at] : project.layout) {
    at.x = std::clamp(at.x, -farthestPlace, farthestPlace);
    at.y = std::clamp(at.y, -farthestPlace, farthestPlace);
  }
}

}  // namespace bypath
