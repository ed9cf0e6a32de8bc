// Where in one block of memory the ranges of a plan lie: two that live at the same time never overlap.
#pragma once

#include <vector>

#include "core/plan/plan.h"

namespace bypath {

// Fills in the offsets; bytes, first and last are given. Large ranges first, each into the smallest gap that
// holds it among those that live at the same time (Pisarchyk & Lee 2020, "greedy by size"). Returns the bytes
// needed.
size_t packArena(std::vector<MemoryRange>& ranges);

// The largest sum of bytes that live at one step: no packing needs less.
size_t leastArenaBytes(const std::vector<MemoryRange>& ranges);

// Two ranges that live at one step and overlap, as indices; {-1, -1} when there are none.
std::pair<int, int> findOverlap(const std::vector<MemoryRange>& ranges);

}  // namespace bypath
