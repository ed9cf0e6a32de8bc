// What a session runs: steps in order, a kernel for each, a place in memory for every value. Made by plan/,
// immutable afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/engines/kernel.h"
#include "core/ops/op_graph.h"

namespace bypath {

struct Step {
  int node = 0;                    // index into graph.nodes
  const Kernel* kernel = nullptr;  // null on an engine that runs references
  size_t workspaceBytes = 0;       // of the arena, while the step runs
  size_t workspaceOffset = 0;
  size_t keptBytes = 0;  // of the arena, from its first run on
  size_t keptOffset = 0;
};

enum class PlaceKind { arena, input, parameter, gradient, unused };

struct Place {
  PlaceKind kind = PlaceKind::unused;
  size_t offset = 0;   // of an arena value, in bytes
  int parameter = -1;  // of parameter, state (kind parameter) and gradient places
};

struct Program {
  OpGraph graph;
  std::vector<Step> steps;
  std::vector<Place> places;  // by ValueId
  size_t arenaBytes = 0;      // includes the inputs' staging and the steps' workspaces
  size_t workspaceBytes = 0;  // the largest of a step
  int threads = 1;
};

}  // namespace bypath
