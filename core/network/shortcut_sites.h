// Finds where shortcuts meet branches: for an Add of two values, the nearest value both came from, and who
// reads it on either way. Looks at ops, so that the answer speaks of the same values and layer paths as the
// gradients.
#pragma once

#include <string>
#include <vector>

#include "core/ops/op_graph.h"

namespace bypath {

struct AddPlace {
  std::string path;             // of the Add
  std::string blockPath;        // of the residual block's copy that made it; "" when drawn by hand
  std::vector<ValueId> inputs;  // by port
};

class ForkFinder {
 public:
  explicit ForkFinder(const OpGraph& graph);

  // The site of an Add whose inputs have a common origin; fork is noValue where there is none. The shortcut
  // is the side with fewer layers; of a residual block, port 1. Each call costs as much as the ops between
  // fork and Add.
  ShortcutSite find(const AddPlace& place) const;

 private:
  struct Exploration;
  // Of a block, the fork is where all ways meet; else the first value that both sides come from.
  Exploration explore(ValueId a, ValueId b, const AddPlace& place) const;

  const OpGraph& graph_;
  std::vector<int> producer_;  // op index by value, -1 for none
};

std::vector<ShortcutSite> findShortcutSites(const OpGraph& graph, const std::vector<AddPlace>& adds);

}  // namespace bypath
