// Launches of device/element_wise.h.
#include <algorithm>

#include "core/engines/cuda/device_kernel.h"

namespace bypath {

namespace {

// Kernel{input 0, output 0, count, more ...}
template <class Kernel, class... More>
void mapOne(const DeviceRun& run, More... more) {
  const int64_t count = run.outputs[0].count();
  run.queue.map(Kernel{run.inputs[0].array, run.outputs[0].array, count, more...}, gpu::foursOf(count));
}

// Kernel{inputs 0 and 1, output 0, count, more ...}
template <class Kernel, class... More>
void mapTwo(const DeviceRun& run, More... more) {
  const int64_t count = run.outputs[0].count();
  run.queue.map(Kernel{run.inputs[0].array, run.inputs[1].array, run.outputs[0].array, count, more...},
                gpu::foursOf(count));
}

float alpha(const DeviceRun& run) {
  return static_cast<float>(run.attributes.real("alpha", 1));
}

// The terms that one launch does not take are added to its sum by others. What output 0 may overwrite is
// among the first two terms, so that the first launch has read it.
void add(const DeviceRun& run) {
  const int64_t count = run.outputs[0].count();
  const gpu::Array& y = run.outputs[0].array;
  for (size_t next = 0; next < run.inputs.size();) {
    gpu::Add kernel{.y = y, .count = count};
    if (next > 0) kernel.x[kernel.terms++] = y;
    while (kernel.terms < gpu::Add::mostTerms && next < run.inputs.size())
      kernel.x[kernel.terms++] = run.inputs[next++].array;
    kernel.relu = next == run.inputs.size() && run.attributes.flag("relu");
    run.queue.map(kernel, gpu::foursOf(count));
  }
}

// The plan gives an alias the memory of its input; only a kernel run by itself has anything to copy.
void reshape(const DeviceRun& run) {
  if (run.inputs[0].array.data != run.outputs[0].array.data) mapOne<gpu::Copy>(run);
}

}  // namespace

void addElementWiseKernels(DeviceKernels& kernels) {
  kernels.add("relu", "map", [](const DeviceRun& run) { mapOne<gpu::Relu>(run); });
  kernels.add("relu_backward", "map", [](const DeviceRun& run) { mapTwo<gpu::ReluBackward>(run); });
  kernels.add("elu", "map", [](const DeviceRun& run) { mapOne<gpu::Elu>(run, alpha(run)); });
  kernels.add("elu_backward", "map", [](const DeviceRun& run) { mapTwo<gpu::EluBackward>(run, alpha(run)); });
  kernels.add("sigmoid", "map", [](const DeviceRun& run) { mapOne<gpu::Sigmoid>(run); });
  kernels.add("sigmoid_backward", "map", [](const DeviceRun& run) { mapTwo<gpu::SigmoidBackward>(run); });
  kernels.add("tanh", "map", [](const DeviceRun& run) { mapOne<gpu::Tanh>(run); });
  kernels.add("tanh_backward", "map", [](const DeviceRun& run) { mapTwo<gpu::TanhBackward>(run); });
  kernels.add("add", "map", add);
  kernels.add("multiply", "map", [](const DeviceRun& run) { mapTwo<gpu::Multiply>(run); });
  kernels.add("scale", "map", [](const DeviceRun& run) {
    mapOne<gpu::Scale>(run, static_cast<float>(run.attributes.real("factor")));
  });
  kernels.add("scale_by_scalar", "map", [](const DeviceRun& run) {
    mapTwo<gpu::ScaleByScalar>(run, static_cast<float>(run.attributes.real("factor", 1)));
  });
  kernels.add("bias_add", "map", [](const DeviceRun& run) {
    mapTwo<gpu::BiasAdd>(run, static_cast<int32_t>(run.inputs[1].count()));
  });
  kernels.add("reshape", "map", reshape);
}

}  // namespace bypath
