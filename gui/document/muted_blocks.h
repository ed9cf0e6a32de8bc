// Which residual blocks of a drawing are muted.
//
//   for (const auto& [path, muted] : mutedBlocks(project.network)) ...
#pragma once

#include <map>
#include <string>

#include "core/network/network_spec.h"

namespace bypath {

// Every residual block by its drawn path.
std::map<std::string, bool> mutedBlocks(const NetworkSpec& network);

}  // namespace bypath
