#include "core/engines/cuda/cuda_engine.h"

namespace bypath {

std::unique_ptr<DeviceKernels> makeCudaKernels(Device& device, const CudaOptions& options,
                                               ConvolutionChoices* choices) {
  auto kernels = std::make_unique<DeviceKernels>(device, options.math, choices, options.fast);
  addElementWiseKernels(*kernels);
  addJoiningKernels(*kernels);
  addPoolingKernels(*kernels);
  addRandomKernels(*kernels);
  addBatchNormKernels(*kernels);
  addChannelSumsKernels(*kernels);
  addLossesKernels(*kernels);
  addProbesKernels(*kernels);
  addConvolutionKernels(*kernels);
  addDirectConvolutionKernels(*kernels);
  addMatmulKernels(*kernels);
  return kernels;
}

}  // namespace bypath
