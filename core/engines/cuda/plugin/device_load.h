// How busy a GPU is, asked of the driver's NVML where that is installed.
#pragma once

#include <cstdint>

namespace bypath {

class DeviceMeter {
 public:
  // Of the CUDA device of that number.
  explicit DeviceMeter(int32_t number);
  // Share of the last moments in which a kernel ran; -1 where it cannot be told.
  int32_t percent() const;

 private:
  struct Utilization {  // nvmlUtilization_t
    unsigned int gpu, memory;
  };
  void* gpu_ = nullptr;  // nvmlDevice_t; null: it cannot be told
  int (*utilization_)(void*, Utilization*) = nullptr;
};

}  // namespace bypath
