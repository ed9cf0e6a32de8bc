// The modules that code is written from: a tree of a network's containers, each with its layers and inner
// modules in order, and the values that enter and leave it. Names are those of module_names.h.
#pragma once

#include "core/exchange/leaving_graph.h"
#include "core/exchange/module_names.h"

namespace bypath {

struct ModuleItem;

struct ModuleNode {
  std::string path;    // of the container's copy: "stage1[2]"; "" is the network
  std::string name;    // "stage1"
  int place = 0;       // among the copies, from 0
  bool block = false;  // has a branch
  std::vector<ModuleItem> items;
  std::vector<ValueId> inputs, outputs;  // that enter, by first use; that leave, by making
};

// One op with its parameters; two for a dense layer with a bias, three for an added number (leaving_graph.h);
// or a projection, a convolution with or without its norm; or a container with all its copies.
struct ModuleItem {
  enum class Kind { layer, projection, modules } kind = Kind::layer;
  std::string key;        // in the module: "branch/conv1"
  std::string attribute;  // "conv1", "downsample", "layer1"; "" where nothing is trained
  std::vector<int> ops;
  std::vector<ModuleNode> copies;
  bool repeated = false;  // attribute is a list of modules
};

// Containers without parameters are laid into the module around them.
ModuleNode moduleTree(const LeavingModel& model, const ModuleNames& names);

}  // namespace bypath
