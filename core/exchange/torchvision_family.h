// Whether a network is a ResNet as torchvision has them (He et al. 2015, table 1): a convolution with batch
// norm and ReLU, perhaps a max pooling, four stages of basic or bottleneck blocks in the original order with
// projections where the shape changes, global average pooling, one dense layer.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/ops/op_graph.h"

namespace bypath {

// By node name at the top of the drawing, what torchvision calls it: "stem_conv" is "conv1", "stage1"
// "layer1", "fc" "fc". None where the network is another one.
std::optional<std::map<std::string, std::string>> torchvisionNames(const OpGraph& graph);

}  // namespace bypath
