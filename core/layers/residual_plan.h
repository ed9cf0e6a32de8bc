// What one copy of a residual block does, and the pieces its graphs are made of. Private to
// residual_block.cpp, residual_branch.cpp and residual_shortcut.cpp.
#pragma once

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

  static CopyPlan of(const AttributeReader& attributes, const Shape& input, int copy);
  bool preactivated() const {
    return order == BlockOrder::reluPreactivation || order == BlockOrder::fullPreactivation;
  }
  // Whether a normalisation stands between the last convolution of a way and the sum.
  bool normalisesBeforeAdd() const {
    return order != BlockOrder::bnAfterAdd && order != BlockOrder::fullPreactivation;
  }
};

// Nodes with the block's settings.
Node blockConvolution(const AttributeReader& attributes, const CopyPlan& plan, std::string name,
                      int64_t kernel, int64_t channels, int64_t stride);
Node blockNorm(const AttributeReader& attributes, std::string name);
Node blockRelu(std::string name);

Graph generatedBranch(const AttributeReader& attributes, const CopyPlan& plan);
// The body of the shortcut part; none for an identity. Its second output, with exclusive gating, is what the
// branch is multiplied by; a muted block has none. Throws LowerFailure where the shortcut cannot be that.
std::vector<Graph> shortcutBody(const AttributeReader& attributes, const CopyPlan& plan, const Shape& input);

}  // namespace bypath
