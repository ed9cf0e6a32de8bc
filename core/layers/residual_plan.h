// What one copy of a residual block does, and the pieces its graphs are made of. Private to
// residual_block.cpp, residual_branch.cpp and residual_shortcut.cpp.
#pragma once

#include "core/layers/graph_chain.h"
#include "core/network/layer_type.h"

namespace bypath {

// Where normalisation and ReLU stand (He 2016, figure 4); the letters are the paper's.
enum class BlockOrder {
  original,           // a: conv bn relu conv bn | add relu
  bnAfterAdd,         // b: conv bn relu conv | add bn relu
  reluBeforeAdd,      // c: conv bn relu conv bn relu | add
  reluPreactivation,  // d: relu conv bn relu conv bn | add
  fullPreactivation   // e: bn relu conv bn relu conv | add
};

// How the branch starts (attribute init_scheme).
enum class InitScheme {
  plain,
  zeroLast,  // the last normalisation, or the last convolution where none follows it, gives zero (Goyal 2017)
  fixup,     // no normalisation; scaled weights, a last convolution of zeros, scalars (Zhang 2019)
  skipInit   // a trained number that starts at zero multiplies the branch (De & Smith 2020)
};

struct CopyPlan {
  int64_t inChannels = 0;
  int64_t channels = 0;
  int64_t middle = 0;
  int64_t stride = 1;
  bool image = true;
  bool changes = false;  // of size or channels
  BlockOrder order = BlockOrder::original;
  bool shared = false;  // the first activation stands before the fork
  bool up = false;
  InitScheme scheme = InitScheme::plain;
  // zeroLast and fixup: the branch gives zero at the start. Not where zero-padding adds channels: they would
  // be 0 on both ways, and a ReLU behind them would pass no gradient to either, for ever.
  bool silent = false;
  int64_t residualBranches = 1;  // of the whole network, for fixup

  static CopyPlan of(const AttributeReader& attributes, const Shape& input, int copy);
  bool preactivated() const {
    return order == BlockOrder::reluPreactivation || order == BlockOrder::fullPreactivation;
  }
  bool normalised() const { return scheme != InitScheme::fixup; }
  // Whether a normalisation stands between the last convolution of a way and the sum.
  bool normalisesBeforeAdd() const {
    return normalised() && order != BlockOrder::bnAfterAdd && order != BlockOrder::fullPreactivation;
  }
};

// Nodes with the block's settings.
Node blockConvolution(const AttributeReader& attributes, const CopyPlan& plan, std::string name,
                      int64_t kernel, int64_t channels, int64_t stride);

// What comes next in a chain of the block. Fixup leaves out normalisations, and puts a scalar bias before
// each convolution and activation: "before_relu1".
void thenNorm(GraphChain& chain, const AttributeReader& attributes, const CopyPlan& plan, std::string name,
              double initialScale = 1);
void thenRelu(GraphChain& chain, const CopyPlan& plan, std::string name);
void thenBiased(GraphChain& chain, const CopyPlan& plan, Node convolutionOrActivation);

Graph generatedBranch(const AttributeReader& attributes, const CopyPlan& plan);
// The body of the shortcut part; none for an identity. Its second output, with exclusive gating, is what the
// branch is multiplied by; a muted block has none. Throws LowerFailure where the shortcut cannot be that.
std::vector<Graph> shortcutBody(const AttributeReader& attributes, const CopyPlan& plan, const Shape& input);

}  // namespace bypath
