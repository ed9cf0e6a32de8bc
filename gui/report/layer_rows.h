// The layers of a deep network as a person reads them: copies of a repeated block that are all alike are told
// of once.
#pragma once

#include <string>
#include <vector>

#include "core/network/check.h"

namespace bypath {

// Layers one by one; or, with `more`, so many further copies, all like one that stands before them.
struct LayerRows {
  std::vector<std::string> paths;
  int more = 0;
  std::string first, last, like;  // "stage1[3]", "stage1[9]", "stage1[2]"
  int64_t parameters = 0;         // of all of them
  double multiplyAdds = 0;
};

// In the order of the network; containers are left out.
std::vector<LayerRows> condensedLayers(const CheckedNetwork& network);

}  // namespace bypath
