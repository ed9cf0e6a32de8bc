// What the two sides of a shortcut send back to their fork.
#pragma once

#include <string>
#include <vector>

#include "core/plan/differentiate.h"

namespace bypath {

// The gradients that a fork gets from the layers of one side, named as in ShortcutSite; none in a plan that
// goes forward only.
std::vector<ValueId> sentBy(const Differentiated& gradients, ValueId fork,
                            const std::vector<std::string>& consumers);

}  // namespace bypath
