#include "gui/document/project_edits.h"

#include "core/network/edit.h"
#include "core/network/paths.h"

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

void dropStrayPlaces(Project& project) {
  std::erase_if(project.layout, [&](const auto& place) {
    const Graph* graph = graphAt(project.network, withoutLastSegment(place.first));
    return !graph || !graph->find(lastSegment(place.first));
  });
}

}  // namespace bypath
