// Edits of residual blocks that reach beyond one node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/network/network_spec.h"
#include "core/tensor/shape.h"

namespace bypath {

// Sets the order of a residual block and of all blocks it stands in a row with, each reading the one before,
// and moves the row's first and last activation to where the order wants them (He 2016, figure 4): before the
// first block, normalisation and ReLU go into its fork with full pre-activation, the ReLU alone with
// ReLU-only pre-activation; after the last block, what the blocks no longer end with follows. Back again
// likewise. Refuses what is not a residual block.
Result<void> setBlockOrder(NetworkSpec& network, std::string_view container, std::string_view block,
                           const std::string& order);

// The attributes of a residual block that follows another as the next stage: like it, but half the size with
// twice the channels, or the other way round where it enlarges. `output` (H,W,C) is what the block gives.
Attributes nextStage(const Node& block, const Shape& output);

// The probability that copy `copy` (0 is the first) of `copies` survives a training step, from those of the
// first and of the last, evenly between; a last of 0 is as the first (Huang 2016, equation 4).
double survivalOfCopy(double first, double last, int copy, int copies);

// Draws the copies of a repeated residual block or part one after another, each once. Returns their names,
// the first copy's, which keeps the node's name, first. Refuses a node that is not repeated and more copies
// than `mostUnrolled`.
inline constexpr int64_t mostUnrolled = 4000;
Result<std::vector<std::string>> unroll(NetworkSpec& network, std::string_view container,
                                        std::string_view name);

// The same network without shortcuts: every residual block, wherever it stands, keeps its branch alone.
// Returns the number of blocks.
int removeShortcuts(NetworkSpec& network);

}  // namespace bypath
