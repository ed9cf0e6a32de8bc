// How much of the image one value of a layer's result depends on (Araujo et al. 2019, "Computing receptive
// fields of convolutional neural networks").
#pragma once

#include <string_view>

#include "core/ops/op_graph.h"

namespace bypath {

struct ReceptiveField {
  int64_t pixels = 0;  // along one side of the image, borders included; 0: it reads no image
  bool whole = false;  // everything, as behind a dense layer or a global pooling
};

// Of the last value that the layer or container at this path makes (all copies included). The longer side
// counts where a window is not square.
ReceptiveField receptiveField(const OpGraph& graph, std::string_view path);

}  // namespace bypath
