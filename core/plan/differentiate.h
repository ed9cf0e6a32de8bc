// Appends backward ops for the objective, with the sum at every fork as an explicit add whose inputs are the
// contributions (contributors: the layer path that sent each).
//
//   Result<Differentiated> d = differentiate(graph);
//   graph.value(d->parameterGradients[0]);  // d objective / d parameter 0
//
// The walk starts from the input "one" (InputRole::seed), which every session holds at 1.
#pragma once

#include <string>
#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

// What one reader of a value sent back.
struct Contribution {
  std::string path;  // of the layer that read the value
  ValueId gradient = noValue;
};

struct DifferentiateOptions {
  // Values whose gradient is wanted although no parameter lies before them: images, say.
  std::vector<ValueId> wanted;
};

struct Differentiated {
  ValueId objective = noValue;  // (1): sum of weight * mean(term)
  std::vector<ValueId>
      parameterGradients;  // by parameter index; noValue where nothing flows; no two are the same
  std::vector<ValueId> valueGradients;  // by ValueId of the forward graph; noValue where none is needed
  std::vector<std::vector<Contribution>>
      contributions;  // by ValueId of the forward graph, in order of arrival
};

// Appends the op that adds up the loss terms. Errors: the graph has no loss term.
Result<ValueId> appendObjective(OpGraph& graph);

// Appends the objective and everything behind it. The graph must have at least one loss term.
Result<Differentiated> differentiate(OpGraph& graph, const DifferentiateOptions& options = {});

}  // namespace bypath
