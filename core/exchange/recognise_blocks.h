// Finds residual blocks among layers, and folds equal neighbours into one repeated block.
//
// Nothing is folded by likeness: a block's attributes are guessed, the layer type is asked what graph they
// make, and the guess counts only when that graph is there, layer by layer and attribute by attribute, as far
// as they matter in evaluation.
#pragma once

#include "core/exchange/flat_network.h"
#include "core/network/layer_type.h"

namespace bypath {

struct Recognised {
  std::vector<Unit> units;   // each after those it reads
  std::vector<int> outputs;  // units
  std::vector<std::string> notes;
};
// Where names are paths of ours, only blocks that agree with them are made.
Recognised recogniseBlocks(const FlatNetwork& flat, const LayerCatalog& catalog);

}  // namespace bypath
