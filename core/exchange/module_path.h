// Node paths taken apart as module trees see them: "stage1[2]/branch/conv1" is the second copy of stage1, and
// in it the layer conv1 of its branch. A block's branch and shortcut are no modules of their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bypath {

struct PathPart {
  std::string_view name;
  int copy = 0;  // from 1; 0: not repeated
};
// "stage1[2]" is stage1, 2.
PathPart pathPart(std::string_view text);

// A step down the tree of modules.
struct ModuleStep {
  std::string key;   // in the module above: "stage1", "branch/conv1"
  std::string path;  // of the node, with its copy
  int copy = 0;      // from 1; 0: not repeated
};
// The way from the top to a layer; the last step is the layer.
std::vector<ModuleStep> moduleSteps(std::string_view layerPath);

}  // namespace bypath
