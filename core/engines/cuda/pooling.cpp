// Launches of device/pooling.h.
#include "core/engines/cuda/device_kernel.h"
#include "core/ops/window.h"

namespace bypath {

namespace {

gpu::PoolWindow windowOf(const OpAttributes& attributes, const Shape& x, const Shape& y) {
  const auto size = [](int64_t value) { return static_cast<int32_t>(value); };
  const Window window = Window::of(attributes);
  const gpu::Lanes lanes = gpu::lanesOf(x[3]);
  return {.kernelH = size(window.kernelH),
          .kernelW = size(window.kernelW),
          .strideH = size(window.strideH),
          .strideW = size(window.strideW),
          .padTop = size(window.padTop),
          .padLeft = size(window.padLeft),
          .height = size(x[1]),
          .width = size(x[2]),
          .pooledHeight = size(y[1]),
          .pooledWidth = size(y[2]),
          .units = size(x[3] / lanes.width),
          .lanes = lanes,
          .countPadding = attributes.flag("count_padding")};
}

template <class Kernel>
void pool(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &y = run.outputs[0];
  const gpu::PoolWindow window = windowOf(run.attributes, x.shape, y.shape);
  run.queue.map(Kernel{x.array, y.array, window}, y.count() / window.lanes.width);
}

void maxPoolBackward(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &y = run.inputs[1], &dy = run.inputs[2];
  const gpu::PoolWindow window = windowOf(run.attributes, x.shape, y.shape);
  run.queue.map(gpu::MaxPoolBackward{x.array, y.array, dy.array, run.outputs[0].array, window},
                x.count() / window.lanes.width);
}

void averagePoolBackward(const DeviceRun& run) {
  const DeviceTensor &dy = run.inputs[0], &dx = run.outputs[0];
  const gpu::PoolWindow window = windowOf(run.attributes, dx.shape, dy.shape);
  run.queue.map(gpu::AveragePoolBackward{dy.array, dx.array, window}, dx.count() / window.lanes.width);
}

void globalAveragePoolBackward(const DeviceRun& run) {
  const DeviceTensor &dy = run.inputs[0], &dx = run.outputs[0];
  const int64_t channels = dx.shape[3], image = dx.shape.perSample().count();
  const gpu::Lanes lanes = gpu::lanesOf(channels);
  run.queue.map(
      gpu::GlobalAveragePoolBackward{.dy = dy.array,
                                     .dx = dx.array,
                                     .imageUnits = image / lanes.width,
                                     .units = static_cast<int32_t>(channels / lanes.width),
                                     .share = static_cast<float>(channels) / static_cast<float>(image),
                                     .lanes = lanes},
      dx.count() / lanes.width);
}

}  // namespace

void addPoolingKernels(DeviceKernels& kernels) {
  kernels.add("max_pool", "map", pool<gpu::MaxPool>);
  kernels.add("max_pool_backward", "map", maxPoolBackward);
  kernels.add("average_pool", "map", pool<gpu::AveragePool>);
  kernels.add("average_pool_backward", "map", averagePoolBackward);
  kernels.add("global_average_pool_backward", "map", globalAveragePoolBackward);
}

}  // namespace bypath
