// Inputs made of random numbers, where only their shapes matter.
#pragma once

#include "core/engines/engine.h"

namespace bypath {

// Pixels in [0, 1), labels below `classes`; the numbers depend on the inputs' names alone. Seeds of gradients
// are the engine's own.
void fillRandomInputs(const OpGraph& graph, int64_t classes, Session& session);

}  // namespace bypath
