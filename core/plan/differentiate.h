// Appends backward ops for the objective, with the sum at every fork as an explicit add whose inputs are the
// contributions (contributors: the layer path that sent each).
#pragma once

#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

struct Differentiated {
  ValueId objective = noValue;              // (1): sum of weight * mean(term)
  std::vector<ValueId> parameterGradients;  // by parameter index; noValue where nothing flows
  std::vector<ValueId> valueGradients;      // by ValueId of the forward graph; noValue where none is needed
};

// The graph must have at least one loss term.
Result<Differentiated> differentiate(OpGraph& graph);

}  // namespace bypath
