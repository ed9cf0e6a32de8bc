// What a residual block is made of: the graph of one copy, from its attributes and the shape that enters it.
//
//   original                    full pre-activation
//   x -+- branch -- add - relu  x -+- branch -- add        branch:   conv bn relu conv bn | bn relu conv bn
//   relu conv
//      +- shortcut --+             +- shortcut --+          shortcut: nothing, zero padding, or conv (bn)
//
// In full pre-activation, where the first copy changes the shape (or shared_preactivation asks for it), bn1
// and relu1 stand before the fork and the shortcut reads the activated signal (He 2016).
#pragma once

#include "core/network/layer_type.h"

namespace bypath {

// The branch of copy `copy` (0 is the first) as a part's body, for a block whose branch is basic or
// bottleneck. Its attributes are those of the residual_block layer. A person who opens a block edits this
// graph: the block's branch becomes "free" and the graph its body. Throws LowerFailure when the input is no
// image.
Graph residualBranch(const AttributeReader& attributes, const Shape& input, int copy);

// The whole graph of one copy; what the layer type's expand does.
Graph residualBlockGraph(const ExpandRequest& request);

}  // namespace bypath
