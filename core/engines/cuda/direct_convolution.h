// Convolutions by our own kernels of one result a call, whatever the library says.
#pragma once

#include "core/engines/cuda/convolution_plan.h"

namespace bypath {

size_t directConvolutionWorkspace(const ConvolutionCase& c);
void launchDirectConvolution(const DeviceRun& run, const ConvolutionCase& c);

// What follows a convolution whose sums lie apart or lack some of the extras: output 1 where it is wanted,
// then output 0.
struct ConvolutionRest {
  gpu::ConvolutionSums sums;
  gpu::Array plus, mask;
  bool relu = false, split = false;

  void launch(const DeviceRun& run) const;
};

}  // namespace bypath
