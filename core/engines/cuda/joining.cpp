// Launches of device/joining.h.
#include <algorithm>

#include "core/engines/cuda/device_kernel.h"

namespace bypath {

namespace {

int32_t channelsOf(const DeviceTensor& tensor) {
  return static_cast<int32_t>(tensor.shape.last());
}

// As many parts at a time as a launch takes, each time in the next stretch of the channels.
void concat(const DeviceRun& run) {
  const DeviceTensor& y = run.outputs[0];
  const bool fours =
      std::ranges::all_of(run.inputs, [](const DeviceTensor& x) { return x.shape.last() % 4 == 0; });
  const gpu::Lanes lanes{fours ? 4 : 1};
  int32_t first = 0;
  for (size_t next = 0; next < run.inputs.size();) {
    gpu::Concat kernel{.units = {}, .y = y.array, .first = first, .stretch = 0};
    kernel.yUnits = channelsOf(y) / lanes.width;
    kernel.lanes = lanes;
    for (int part = 0; part < gpu::Concat::mostParts && next < run.inputs.size(); ++part, ++next) {
      kernel.x[part] = run.inputs[next].array;
      kernel.units[part] = channelsOf(run.inputs[next]) / lanes.width;
      kernel.stretch += kernel.units[part];
    }
    run.queue.map(kernel, y.shape.rows() * kernel.stretch);
    first += kernel.stretch;
  }
}

void sliceChannels(const DeviceRun& run) {
  const DeviceTensor &x = run.inputs[0], &y = run.outputs[0];
  const auto begin = static_cast<int32_t>(run.attributes.integer("begin"));
  const gpu::Lanes lanes = gpu::lanesOf(begin, channelsOf(x), channelsOf(y));
  run.queue.map(gpu::SliceChannels{.x = x.array,
                                   .y = y.array,
                                   .first = begin / lanes.width,
                                   .xUnits = channelsOf(x) / lanes.width,
                                   .yUnits = channelsOf(y) / lanes.width,
                                   .lanes = lanes},
                y.count() / lanes.width);
}

gpu::ChannelPadding paddingOf(const OpAttributes& attributes, const Shape& narrow, const Shape& wide) {
  const auto side = [](const Shape& shape, int axis) {
    return static_cast<int32_t>(shape.rank() == 4 ? shape[axis] : 1);
  };
  const auto before = static_cast<int32_t>(attributes.integer("before", 0));
  const gpu::Lanes lanes = gpu::lanesOf(before, narrow.last(), wide.last());
  gpu::ChannelPadding padding{.before = before / lanes.width,
                              .narrow = static_cast<int32_t>(narrow.last() / lanes.width),
                              .wide = static_cast<int32_t>(wide.last() / lanes.width),
                              .narrowHeight = side(narrow, 1),
                              .narrowWidth = side(narrow, 2),
                              .wideHeight = side(wide, 1),
                              .wideWidth = side(wide, 2),
                              .strideH = static_cast<int32_t>(attributes.integer("stride_h", 1)),
                              .strideW = static_cast<int32_t>(attributes.integer("stride_w", 1)),
                              .lanes = lanes};
  padding.everyPixel = narrow.rows() == wide.rows();
  return padding;
}

}  // namespace

void addJoiningKernels(DeviceKernels& kernels) {
  kernels.add("concat", "map", concat);
  kernels.add("slice_channels", "map", sliceChannels);
  kernels.add("pad_channels", "map", [](const DeviceRun& run) {
    const DeviceTensor &x = run.inputs[0], &y = run.outputs[0];
    const gpu::ChannelPadding padding = paddingOf(run.attributes, x.shape, y.shape);
    run.queue.map(gpu::PadChannels{x.array, y.array, padding}, y.count() / padding.lanes.width);
  });
  kernels.add("pad_channels_backward", "map", [](const DeviceRun& run) {
    const DeviceTensor &dy = run.inputs[0], &dx = run.outputs[0];
    const gpu::ChannelPadding padding = paddingOf(run.attributes, dx.shape, dy.shape);
    run.queue.map(gpu::PadChannelsBackward{dy.array, dx.array, padding}, dx.count() / padding.lanes.width);
  });
}

}  // namespace bypath
