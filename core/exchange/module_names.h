// What a network's parameters are called outside: as attributes of modules, the way PyTorch has them.
//
//   Result<ModuleNames> names = moduleNames(model.graph);
//   names->tensors[0].name   // "stage1.0.conv1.weight"
//
// A container is a module; the copies of a repeated one are numbered from 0. A block's branch and shortcut
// lie flat in it: conv1, bn1, conv2, bn2, and downsample.0, downsample.1 for a projection and its norm. A
// single trained number has the name of its layer. A ResNet of the ImageNet family has torchvision's names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ops/op_graph.h"

namespace bypath {

enum class NameStyle { torchvisionWhereItFits, own };

struct OutsideTensor {
  std::string name;            // "layer1.0.conv1.weight"
  std::vector<int64_t> shape;  // PyTorch's: (out, in, height, width) of a convolution, (in, out, height,
                               // width) of a transposed one, (out, in) of a dense layer
};

struct ModuleNames {
  std::vector<OutsideTensor> tensors;          // by parameter of the graph
  std::map<std::string, std::string> modules;  // by path of a layer or of a container's copy
  std::vector<std::string> norms;              // the batch norms' modules
  bool torchvision = false;
};

// Of the ops of evaluation. Refused: a parameter that no layer of the catalog has.
Result<ModuleNames> moduleNames(const OpGraph& graph, NameStyle style = NameStyle::torchvisionWhereItFits);

}  // namespace bypath
