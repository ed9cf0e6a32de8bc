// What a person is told of the GPU before choosing it: its name, how much of it is free, or why there is
// none.
//
//   const GpuState gpu = gpuState();   // on a thread that may wait
//   say(gpu.problem.empty() ? gpu.name : gpu.problem);
#pragma once

#include <cstdint>
#include <string>

namespace bypath {

struct GpuState {
  std::string name;       // "NVIDIA H200"
  std::string libraries;  // "CUDA 13.0, cuDNN 9.19, driver 13.0"
  uint64_t memory = 0;    // bytes in all
  uint64_t free = 0;      // bytes of these
  int percent = -1;       // how busy, of the last moments; -1: it cannot be told
  bool tf32 = false, bf16 = false;
  std::string problem;  // a sentence on why CUDA is off; empty: it is not
};

// Opens the device when first called in a process, which takes up to half a second, and asks it. A device
// that turns out to be lost is not used again.
GpuState gpuState();

}  // namespace bypath
