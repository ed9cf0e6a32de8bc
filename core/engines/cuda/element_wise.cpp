// Launches of device/element_wise.h.
#include "core/engines/cuda/device_kernel.h"

namespace bypath {

void addElementWiseKernels(DeviceKernels& kernels) {
  kernels.add("relu", "map", [](const DeviceRun& run) {
    const int64_t count = run.outputs[0].count();
    run.queue.map(gpu::Relu{run.inputs[0].array, run.outputs[0].array, count}, gpu::foursOf(count));
  });
  kernels.add("relu_backward", "map", [](const DeviceRun& run) {
    const int64_t count = run.outputs[0].count();
    run.queue.map(gpu::ReluBackward{run.inputs[0].array, run.inputs[1].array, run.outputs[0].array, count},
                  gpu::foursOf(count));
  });
}

}  // namespace bypath
