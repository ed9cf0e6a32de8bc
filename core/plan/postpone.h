// Reordering the steps of a graph without changing what they compute.
#pragma once

#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

// Moves a node, and what hangs on it alone, behind the nodes that do without it, up to the first one that
// needs both: of two branches that meet, the other one comes first.
void postpone(std::vector<OpNode>& nodes, size_t node);

}  // namespace bypath
