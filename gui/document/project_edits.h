// Edits of a project that keep network and layout together.
#pragma once

#include "core/network/project_file.h"
#include "gui/document/container_view.h"

namespace bypath {

// Renames a node and takes its place, and those of what is inside it, along. Refusals as renameNode().
Result<void> renameInProject(Project& project, const ContainerView& view, const std::string& name,
                             const std::string& to);
// Sets an attribute; a generated branch becomes the block's own first. A residual block's order is set for
// the row of blocks it stands in (edit_blocks.h). Refusals as setAttribute().
Result<void> setInProject(Project& project, const ContainerView& view, const std::string& name,
                          const std::string& key, const AttributeValue& value, const LayerCatalog& layers);
// Places under the path `from` (itself included) go under `to`.
void movePlaces(Project& project, const std::string& from, const std::string& to);
// Places inside the path `from` are given to the same nodes inside `to`, too.
void copyPlaces(Project& project, const std::string& from, const std::string& to);
// Forgets the places of nodes that the network no longer has, and keeps the others within reach.
void tidyPlaces(Project& project);

}  // namespace bypath
