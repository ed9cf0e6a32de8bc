// What the edits share.
#pragma once

#include "core/base/result.h"
#include "core/network/network_spec.h"

namespace bypath {

// The graph of a drawn container path, or a sentence that it is not there.
Result<Graph*> graphToEdit(NetworkSpec& network, std::string_view container);
Error noSuchNode(std::string_view container, std::string_view name);

}  // namespace bypath
