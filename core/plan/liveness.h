// Which values of a graph share memory, and how long each stretch of it is needed.
#pragma once

#include <span>
#include <vector>

#include "core/plan/plan.h"

namespace bypath {

struct Liveness {
  std::vector<MemoryRange> ranges;  // without offsets; inputs first, then in the order of the steps
  std::vector<int> rangeOf;         // by ValueId; -1: takes no room, as parameters and their gradients
  int inPlace = 0;                  // ops that write over one of their inputs
};

// `kept` stay readable after the run; `gradients` of parameters (or noValue) lie in the store. An op's output
// 0 takes the memory of an input that it may overwrite (workPlaces()) and nobody reads any more.
Liveness livenessOf(const OpGraph& graph, std::span<const ValueId> kept, std::span<const ValueId> gradients);

}  // namespace bypath
