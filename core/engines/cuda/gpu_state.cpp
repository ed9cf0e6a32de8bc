#include "core/engines/cuda/gpu_state.h"

#include "core/engines/cuda/device_plugin.h"

namespace bypath {

GpuState gpuState() {
  const Result<std::shared_ptr<Device>> device = cudaDevice();
  if (!device) return {.problem = device.error().message};
  const DeviceFacts facts = (*device)->facts();
  GpuState state{.name = facts.name,
                 .libraries = facts.libraries,
                 .memory = facts.memoryBytes,
                 .tf32 = facts.tf32,
                 .bf16 = facts.bf16};
  DeviceLoad load;
  switch ((*device)->load(&load)) {
    case DeviceCode::ok:
      state.free = load.freeBytes;
      state.percent = load.percent;
      break;
    case DeviceCode::lost:
      cudaDeviceIsLost("The GPU was lost: " + std::string((*device)->errorText()) + ".");
      state.problem = cudaDevice().error().message;
      break;
    case DeviceCode::outOfMemory:
    case DeviceCode::unsupported:
      break;  // it computes all the same
  }
  return state;
}

}  // namespace bypath
