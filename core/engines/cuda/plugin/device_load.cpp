#include "core/engines/cuda/plugin/device_load.h"

#include <cuda_runtime_api.h>
#include <dlfcn.h>

namespace bypath {

// The library stays loaded: it is of the driver, and the process holds one.
DeviceMeter::DeviceMeter(int32_t number) {
  char place[32] = {};  // on the PCI bus: CUDA and NVML count devices differently
  if (cudaDeviceGetPCIBusId(place, sizeof place, number) != cudaSuccess) {
    cudaGetLastError();
    return;
  }
  void* nvml = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!nvml) return;
  const auto start = reinterpret_cast<int (*)()>(dlsym(nvml, "nvmlInit_v2"));
  const auto find =
      reinterpret_cast<int (*)(const char*, void**)>(dlsym(nvml, "nvmlDeviceGetHandleByPciBusId_v2"));
  utilization_ = reinterpret_cast<int (*)(void*, Utilization*)>(dlsym(nvml, "nvmlDeviceGetUtilizationRates"));
  if (!start || !find || !utilization_ || start() != 0) return;
  void* gpu = nullptr;
  if (find(place, &gpu) == 0) gpu_ = gpu;
}

int32_t DeviceMeter::percent() const {
  Utilization now{};
  if (!gpu_ || utilization_(gpu_, &now) != 0) return -1;
  return static_cast<int32_t>(now.gpu);
}

}  // namespace bypath
