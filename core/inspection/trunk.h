// The residual blocks that stand one after another between a network's input and its loss: the trunk along
// which paths are counted and blocks removed.
//
//   const Trunk trunk = findTrunk(check(spec, catalog, {.batch = 32}));
//   for (const TrunkBlock& block : trunk.blocks) show(block.path);
#pragma once

#include <string>
#include <vector>

#include "core/network/check.h"

namespace bypath {

// A residual block's copy, or an Add drawn by hand with what it adds up. All that goes from the fork to any
// later place goes through the end.
struct TrunkBlock {
  std::string path;
  ValueId fork = noValue;
  ValueId end = noValue;          // the sum; of a block without a shortcut, what its branch gives
  ValueId branchEnd = noValue;    // what is added to the shortcut; noValue without one
  ValueId shortcutEnd = noValue;  // noValue: the block has no shortcut
  // The nodes that read the fork for the branch. All other readers are the shortcut's: of a gate that reads
  // for both, too.
  std::vector<int> branchReaders;
};

struct Trunk {
  std::vector<TrunkBlock> blocks;  // from the input on
  int aside = 0;                   // blocks inside others, or beside the trunk
};

// Every block of the network, in the order drawn; those with a shortcut, and residual blocks without.
std::vector<TrunkBlock> findBlocks(const CheckedNetwork& checked);

// The longest chain from the first block that others can follow.
Trunk findTrunk(const CheckedNetwork& checked);

}  // namespace bypath
