// Launches of device/batch_norm.h and device/batch_norm_gradient.h.
#include "core/engines/cuda/device_kernel.h"

namespace bypath {
namespace {

int32_t channelsOf(const DeviceTensor& x) {
  return static_cast<int32_t>(x.shape.last());
}

size_t floatsAChannel(const OpCall& call, int64_t numbers) {
  return static_cast<size_t>(numbers * call.inputs[0].last()) * sizeof(float);
}

// A stretch of the workspace, one float a channel.
gpu::Array workingChannels(const DeviceRun& run, int64_t place) {
  return {run.workspace + static_cast<size_t>(place * run.inputs[0].shape.last()) * sizeof(float)};
}

void launchBatchNorm(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &y = run.outputs[0];
  const auto wanted = [&](size_t output, int64_t place) {
    return run.outputs[output].there() ? run.outputs[output].array : workingChannels(run, place);
  };
  const gpu::Array mean = wanted(1, 0), inverseStd = wanted(2, 1);
  const auto columns = gpu::ChannelColumns::of(channelsOf(x));
  const int64_t rows = x.shape.rows();
  run.queue.reduce(gpu::BatchNormStatistics{.x = x.array,
                                            .mean = mean,
                                            .inverseStd = inverseStd,
                                            .columns = columns,
                                            .rows = rows,
                                            .epsilon = run.attributes.real("epsilon")},
                   1, gpu::BatchNormStatistics::Rows::calls(rows), columns.count);
  if (y.there())
    run.queue.map(gpu::BatchNormApply{.x = x.array,
                                      .mean = mean,
                                      .inverseStd = inverseStd,
                                      .scale = run.inputs[1].array,
                                      .shift = run.inputs[2].array,
                                      .y = y.array,
                                      .count = x.count(),
                                      .channels = channelsOf(x),
                                      .relu = run.attributes.flag("relu")},
                  gpu::foursOf(x.count()));
}

void launchBatchNormApply(const DeviceRun& run) {
  const DeviceTensor& x = run.inputs[0];
  run.queue.map(gpu::BatchNormApply{.x = x.array,
                                    .mean = run.inputs[1].array,
                                    .inverseStd = run.inputs[2].array,
                                    .scale = run.inputs[3].array,
                                    .shift = run.inputs[4].array,
                                    .plus = run.inputs.size() > 5 ? run.inputs[5].array : gpu::Array(),
                                    .y = run.outputs[0].array,
                                    .count = x.count(),
                                    .channels = channelsOf(x),
                                    .relu = run.attributes.flag("relu")},
                gpu::foursOf(x.count()));
}

void launchBatchNormBackward(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &dx = run.outputs[0];
  const bool relu = run.attributes.flag("relu"), plus = run.attributes.flag("plus");
  const gpu::Array mean = run.inputs[2].array, dy = run.inputs[4].array,
                   shift = relu ? run.inputs[5].array : gpu::Array();
  const auto columns = gpu::ChannelColumns::of(channelsOf(x));
  const int64_t rows = x.shape.rows();
  gpu::BatchNormGradientSums sums{.x = x.array,
                                  .dy = dy,
                                  .scale = run.inputs[1].array,
                                  .mean = mean,
                                  .inverseStd = run.inputs[3].array,
                                  .shift = shift,
                                  .dscale = run.outputs[1].array,
                                  .dshift = run.outputs[2].array,
                                  .columns = columns,
                                  .rows = rows};
  if (dx.there()) {
    sums.factor = workingChannels(run, 0);
    sums.slope = workingChannels(run, 1);
    sums.constant = workingChannels(run, 2);
  }
  run.queue.reduce(sums, 1, gpu::BatchNormGradientSums::Rows::calls(rows), columns.count);
  if (!dx.there()) return;
  const gpu::BatchNormGradient gradient{.x = x.array,
                                        .dy = dy,
                                        .mean = mean,
                                        .shift = shift,
                                        .plus = plus ? run.inputs.back().array : gpu::Array(),
                                        .dx = dx.array,
                                        .factor = sums.factor,
                                        .slope = sums.slope,
                                        .constant = sums.constant,
                                        .count = x.count(),
                                        .channels = channelsOf(x)};
  if (run.attributes.flag("split") && run.outputs[3].there())
    run.queue.reduce(gpu::BatchNormSplitGradient{gradient, run.outputs[3].array}, 1, gpu::foursOf(x.count()),
                     1);
  else
    run.queue.map(gradient, gpu::foursOf(x.count()));
}

void launchBatchNormInference(const DeviceRun& run) {
  const DeviceTensor& x = run.inputs[0];
  run.queue.map(gpu::BatchNormInference{.x = x.array,
                                        .scale = run.inputs[1].array,
                                        .shift = run.inputs[2].array,
                                        .mean = run.inputs[3].array,
                                        .variance = run.inputs[4].array,
                                        .y = run.outputs[0].array,
                                        .count = x.count(),
                                        .channels = channelsOf(x),
                                        .relu = run.attributes.flag("relu"),
                                        .epsilon = static_cast<float>(run.attributes.real("epsilon"))},
                gpu::foursOf(x.count()));
}

void launchBatchNormInferenceBackward(const DeviceRun& run) {
  const DeviceTensor& x = run.inputs[0];
  const auto columns = gpu::ChannelColumns::of(channelsOf(x));
  run.queue.reduce(
      gpu::BatchNormInferenceGradient{.x = x.array,
                                      .scale = run.inputs[1].array,
                                      .mean = run.inputs[2].array,
                                      .variance = run.inputs[3].array,
                                      .dy = run.inputs[4].array,
                                      .dx = run.outputs[0].array,
                                      .dscale = run.outputs[1].array,
                                      .dshift = run.outputs[2].array,
                                      .columns = columns,
                                      .epsilon = static_cast<float>(run.attributes.real("epsilon"))},
      1, x.shape.rows(), columns.count);
}

void launchBatchNormTrack(const DeviceRun& run) {
  const double count = run.attributes.real("count");
  run.queue.map(gpu::BatchNormTrack{.mean = run.inputs[2].array,
                                    .inverseStd = run.inputs[3].array,
                                    .runningMean = run.outputs[0].array,
                                    .runningVariance = run.outputs[1].array,
                                    .keep = run.attributes.real("momentum"),
                                    .epsilon = run.attributes.real("epsilon"),
                                    .correction = run.attributes.flag("unbiased") ? count / (count - 1) : 1},
                run.inputs[2].count());
}

void launchInverseStd(const DeviceRun& run) {
  run.queue.map(gpu::InverseStd{run.inputs[0].array, run.outputs[0].array, run.attributes.real("epsilon")},
                run.inputs[0].count());
}

}  // namespace

void addBatchNormKernels(DeviceKernels& kernels) {
  kernels.add("batch_norm", "two-passes", launchBatchNorm,
              [](const OpCall& call) { return floatsAChannel(call, 2); });
  kernels.add("batch_norm_apply", "map", launchBatchNormApply);
  kernels.add("batch_norm_backward", "two-passes", launchBatchNormBackward,
              [](const OpCall& call) { return floatsAChannel(call, 3); });
  kernels.add("batch_norm_inference", "map", launchBatchNormInference);
  kernels.add("batch_norm_inference_backward", "one-pass", launchBatchNormInferenceBackward);
  kernels.add("batch_norm_track", "map", launchBatchNormTrack);
  kernels.add("inverse_std", "map", launchInverseStd);
}

}  // namespace bypath
