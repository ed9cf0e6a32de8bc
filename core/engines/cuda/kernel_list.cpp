#include "core/engines/cuda/cuda_engine.h"

namespace bypath {

std::unique_ptr<DeviceKernels> makeCudaKernels(Device& device, const CudaOptions& options) {
  auto kernels = std::make_unique<DeviceKernels>(device, options.math);
  addElementWiseKernels(*kernels);
  addJoiningKernels(*kernels);
  addPoolingKernels(*kernels);
  addRandomKernels(*kernels);
  addBatchNormKernels(*kernels);
  addChannelSumsKernels(*kernels);
  addLossesKernels(*kernels);
  addProbesKernels(*kernels);
  return kernels;
}

}  // namespace bypath
