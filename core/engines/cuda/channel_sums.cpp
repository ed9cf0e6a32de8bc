// Launches of device/channel_sums.h.
#include "core/engines/cuda/device_kernel.h"

namespace bypath {
namespace {

// Over `segments` stretches of x's rows.
void launchSums(const DeviceRun& run, int64_t segments, bool mean) {
  const DeviceTensor& x = run.inputs[0];
  const auto columns = gpu::ChannelColumns::of(x.shape.last());
  const int64_t rows = segments > 0 ? x.shape.rows() / segments : 0;
  run.queue.reduce(gpu::ChannelSums{.x = x.array,
                                    .y = run.outputs[0].array,
                                    .columns = columns,
                                    .rows = rows,
                                    .factor = mean ? 1.0f / static_cast<float>(rows) : 1.0f},
                   segments, gpu::ChannelSums::Rows::calls(rows), columns.count);
}

}  // namespace

void addChannelSumsKernels(DeviceKernels& kernels) {
  kernels.add("sum_to_channels", "reduction", [](const DeviceRun& run) { launchSums(run, 1, false); });
  kernels.add("global_average_pool", "reduction",
              [](const DeviceRun& run) { launchSums(run, run.inputs[0].shape[0], true); });
}

}  // namespace bypath
