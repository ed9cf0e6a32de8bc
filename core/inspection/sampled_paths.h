// Single paths drawn at random (Veit 2016): for every length k, sets of k blocks in which the gradient goes
// back through the branch alone, and through the shortcut alone in all others.
//
//   Result<std::vector<double>> norms = samplePathNorms(place, trunk.blocks, {.samples = 4, .seed = 1}, {});
#pragma once

#include <functional>
#include <vector>

#include "core/inspection/block_gradient.h"

namespace bypath {

struct PathSampling {
  int64_t samples = 4;  // of each length; of the shortest and the longest there is but one
  uint64_t seed = 1;
  size_t memory = size_t{512} << 20;  // bytes of gradients on their way at once
};

// The mean norm of the gradient at the first fork, by length. Errors: interrupted, when `progress` says so.
Result<std::vector<double>> samplePathNorms(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks,
                                            const PathSampling& sampling,
                                            const std::function<bool(double)>& progress);

// Which of n blocks the sample-th path of that length goes through the branch of.
std::vector<bool> drawnBlocks(size_t n, size_t length, uint64_t seed, int64_t sample);

// Gradients as vectors; an empty one is zero.
double vectorNorm(const std::vector<float>& values);
bool isZero(const std::vector<float>& values);
void addTo(std::vector<float>& sum, const std::vector<float>& part);

}  // namespace bypath
