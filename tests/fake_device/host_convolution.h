// A convolution as ConvolutionCall describes it, by its definition, on the host; sums in double.
#pragma once

#include "core/engines/cuda/device.h"

namespace bypath {

void convolveOnHost(const ConvolutionCall& call);
void multiplyOnHost(const MatmulCall& call);

}  // namespace bypath
