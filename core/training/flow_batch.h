// The one batch that a look into a trained network is made on, as fed: given, or the first training images.
//
//   Result<FlowBatch> batch = flowBatch(checked.graph, {.data = set}, 128);
//   session->feed(batch->images, batch->labels);
#pragma once

#include <vector>

#include "core/training/flow.h"

namespace bypath {

struct FlowBatch {
  std::vector<float> images;  // NHWC
  std::vector<float> labels;
  int64_t count = 0;
  Shape sample;
};

// `most` images of the request's data set, or its own arrays. Errors: nothing to take, shapes or classes that
// are not the network's.
Result<FlowBatch> flowBatch(const OpGraph& graph, const FlowRequest& request, int64_t most);

}  // namespace bypath
