// The small values of a step that somebody may read: losses, metrics, what probes computed. They come back
// together, in one copy behind the step.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/engines/program.h"

namespace bypath {

class StepResults {
 public:
  // Of the values that lie in the arena, by ValueId in `places`.
  static Result<StepResults> of(const DeviceQueue& queue, const Program& program,
                                std::span<const gpu::Array> places);
  void queueCopy(const DeviceQueue& queue) const;
  // After the copy is waited for; empty: this value is not among them.
  std::span<const float> find(ValueId value) const;

 private:
  struct Where {
    int32_t at = -1;
    int32_t count = 0;
  };
  std::vector<Where> where_;  // by ValueId
  DeviceMemory table_, collected_, home_;
  int64_t entries_ = 0;
  int32_t floats_ = 0;
};

}  // namespace bypath
