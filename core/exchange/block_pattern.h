// What a residual block of certain attributes would be, layer by layer, and whether layers of a flat network
// are exactly that.
#pragma once

#include <optional>

#include "core/exchange/flat_network.h"
#include "core/network/layer_type.h"

namespace bypath {

inline constexpr int blockInput = -1;

struct PatternLayer {
  std::string type;
  Attributes attributes;
  std::vector<int> inputs;  // layers of the pattern, or blockInput
  std::string path;         // below the block: "branch/conv1"
};
struct BlockPattern {
  std::vector<PatternLayer> layers;
  int output = blockInput;
};

// Of copy `copy`, by the type's expand, in evaluation: what drops values is left out. None where a block
// cannot be that.
std::optional<BlockPattern> blockPattern(const Node& block, const LayerCatalog& catalog, const Shape& input,
                                         int copy);

struct BlockMatch {
  int fork = -1;            // what the block reads
  int end = -1;             // what gives its output
  std::vector<int> layers;  // of the flat network, by layer of the pattern
};
// The layers that end in `end` and are the pattern, attribute by attribute as far as they count in
// evaluation; nothing outside reads what is inside. The sides of sums and products may be swapped.
std::optional<BlockMatch> matchBlock(const BlockPattern& pattern, const FlatNetwork& flat, int end,
                                     const LayerCatalog& catalog);

// Whether two layers do the same in evaluation.
bool sameAttributes(const LayerType& type, const Attributes& one, const Attributes& other);

// What a scale or a scalar multiplier multiplies by.
double factorOf(const FlatLayer& layer);

}  // namespace bypath
