// The chunks that the launches of device/update.h go over.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/engines/cuda/device/update.h"

namespace bypath {

// In the order of the tensors; none of an empty one.
inline std::vector<gpu::UpdateChunk> updateChunks(std::span<const gpu::UpdateTensor> tensors) {
  std::vector<gpu::UpdateChunk> chunks;
  for (size_t t = 0; t < tensors.size(); ++t)
    for (int64_t begin = 0; begin < tensors[t].count; begin += gpu::chunkValues)
      chunks.push_back(
          {.tensor = static_cast<int32_t>(t),
           .count = static_cast<int32_t>(std::min<int64_t>(gpu::chunkValues, tensors[t].count - begin)),
           .begin = begin});
  return chunks;
}

}  // namespace bypath
