// A way back that starts from a value of a graph with any gradient, instead of from the loss.
//
//   Result<BackwardStart> start = startBackward(graph, y);       // then compile and open
//   session->setInput(start->ones, start->allOnes(graph));
//   session->setInput(start->gradient, gradientAtY);             // before each run
#pragma once

#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

struct BackwardStart {
  ValueId gradient = noValue;  // the input that takes it, of the value's shape
  ValueId ones = noValue;      // an input that must hold ones

  std::vector<float> allOnes(const OpGraph& graph) const;
};

// Makes sum(y * gradient) the graph's loss, so that d loss / dy is that gradient.
Result<BackwardStart> startBackward(OpGraph& graph, ValueId y);

}  // namespace bypath
