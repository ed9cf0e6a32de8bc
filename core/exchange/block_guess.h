// What a residual block that ends at a sum might be. A guess is only worth something when its pattern
// matches.
#pragma once

#include "core/exchange/flat_network.h"

namespace bypath {

struct BlockGuess {
  Node block;   // of type residual_block, with one copy
  int end = 0;  // the layer that would give its output
  Shape input;  // of a sample that would enter it
};

// Guesses for the block of which `add`, a sum of two values, is the sum; the likelier first.
std::vector<BlockGuess> guessBlocks(const FlatNetwork& flat, const std::vector<std::vector<int>>& readers,
                                    int add);
// Guesses for a block without a shortcut that ends in `end`.
std::vector<BlockGuess> guessPlainBlocks(const FlatNetwork& flat, int end);
// Guesses for a block whose branch is none of those that are generated, with the branch drawn inside. Paths
// of ours give the names of its layers.
std::vector<BlockGuess> guessFreeBlocks(const FlatNetwork& flat, const std::vector<std::vector<int>>& readers,
                                        int add);

}  // namespace bypath
