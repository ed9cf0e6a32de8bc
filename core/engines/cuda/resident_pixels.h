// Data sets on the device, so that a batch costs the places of its images and nothing else.
#pragma once

#include <memory>
#include <vector>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/tensor/pixels.h"

namespace bypath {

class ResidentPixels {
 public:
  struct Set {
    const uint8_t* host = nullptr;  // what it is a copy of
    size_t hostBytes = 0;
    std::vector<float> hostLevels;
    Shape image;  // (H, W, C)
    DeviceMemory pixels, levels;
  };

  // The copy of a source, made when first asked for; null when the device has no room to spare for it.
  const Set* of(const DeviceQueue& queue, const PixelSource& source);

 private:
  std::vector<std::unique_ptr<Set>> sets_;
  std::vector<const uint8_t*> refused_;
};

}  // namespace bypath
