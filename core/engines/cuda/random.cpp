// Launches of device/random.h.
#include "core/engines/cuda/device_kernel.h"
#include "core/ops/dropout.h"

namespace bypath {

namespace {

gpu::RandomStream randomOf(const DeviceRun& run, bool ofSamples, gpu::Lanes lanes) {
  return {.step = run.key,
          .stream = static_cast<uint32_t>(run.attributes.integer("stream")),
          .ofSamples = ofSamples,
          .lanes = lanes};
}

void dropout(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &y = run.outputs[0];
  const DropoutNumbers numbers = DropoutNumbers::of(run.attributes, x.shape);
  const bool ofSamples = numbers.reach != DropoutReach::weight && numbers.reach != DropoutReach::step;
  const int64_t group = x.count() / numbers.groups;
  // Four values draw one block of numbers, or one number.
  const gpu::Lanes lanes = numbers.each == 1 ? gpu::lanesOf(group) : gpu::lanesOf(group, numbers.each);
  const double rate = run.attributes.real("rate");
  run.queue.map(
      gpu::Dropout{.x = x.array,
                   .y = y.array,
                   .random = randomOf(run, ofSamples, lanes),
                   .groupUnits = group / lanes.width,
                   .each = numbers.each,
                   .normal = run.attributes.flag("normal"),
                   .rate = static_cast<float>(rate),
                   .kept = run.attributes.flag("unscaled") ? 1.0f : static_cast<float>(1 / (1 - rate)),
                   .deviation = static_cast<float>(dropoutDeviation(rate))},
      x.count() / lanes.width);
}

// Kernel{inputs 0 and 1, output 0, ...}, all (N,L).
template <class Kernel>
void gaussian(const DeviceRun& run) {
  const Shape& shape = run.outputs[0].shape;
  const gpu::Lanes lanes = gpu::lanesOf(shape[1]);
  run.queue.map(
      Kernel{run.inputs[0].array, run.inputs[1].array, run.outputs[0].array, randomOf(run, true, lanes),
             shape[1] / lanes.width, run.attributes.flag("log_sigma") ? 1.0f : 0.5f},
      shape.count() / lanes.width);
}

}  // namespace

void addRandomKernels(DeviceKernels& kernels) {
  kernels.add("dropout", "map", dropout);
  kernels.add("gaussian_sample", "map", gaussian<gpu::GaussianSample>);
  kernels.add("gaussian_sample_backward", "map", gaussian<gpu::GaussianSampleBackward>);
}

}  // namespace bypath
