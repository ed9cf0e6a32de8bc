// The filters of a program's convolutions as the library wants them, and their gradients as it makes them:
// turned for all layers at once, at the beginning and at the end of a step.
#pragma once

#include <span>
#include <vector>

#include "core/engines/cuda/device/filters.h"
#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/engines/program.h"

namespace bypath {

class FilterBank {
 public:
  // Of parameters that convolutions read, and of gradients that nothing else in the program reads. `places`
  // by ValueId; `math` as the engine's. Errors: resources.
  static Result<FilterBank> of(const DeviceQueue& queue, const Program& program,
                               std::span<const gpu::Array> places, DeviceMath math);

  // What step `step` of the program finds its weights in, or leaves its gradient in; data null: nothing.
  gpu::Array filter(size_t step) const { return filters_[step]; }
  void queueWeights(const DeviceQueue& queue) const;
  void queueGradients(const DeviceQueue& queue) const;

 private:
  struct Side {
    DeviceMemory table, filters;
    int32_t entries = 0;
    int64_t tiles = 0;
  };
  struct Wanted {
    size_t step = 0;
    ValueId weights = noValue;
    bool half = false;
  };
  Result<void> lay(Side& side, const DeviceQueue& queue, const OpGraph& graph,
                   std::span<const gpu::Array> places, const std::vector<Wanted>& wanted);

  Side weights_, gradients_;
  std::vector<gpu::Array> filters_;  // by step
};

}  // namespace bypath
