// Launches of device/probes.h and device/histogram.h.
#include "core/engines/cuda/device_kernel.h"
#include "core/ops/histogram.h"

namespace bypath {
namespace {

void launchDot(const DeviceRun& run) {
  const int64_t count = run.inputs[0].count();
  run.queue.reduce(gpu::Dot{run.inputs[0].array, run.inputs.back().array, run.outputs[0].array, count}, 1,
                   gpu::foursOf(count), 1);
}

void launchMoments(const DeviceRun& run) {
  const int64_t count = run.inputs[0].count();
  run.queue.reduce(gpu::Moments{run.inputs[0].array, run.outputs[0].array, count}, 1, gpu::foursOf(count), 1);
}

void launchZeros(const DeviceRun& run) {
  const DeviceTensor& y = run.inputs[0];
  const int64_t channels = y.shape.last(), rows = y.shape.rows();
  auto* zeros = reinterpret_cast<int64_t*>(run.workspace);
  const auto columns = gpu::ChannelColumns::of(channels);
  run.queue.reduce(gpu::ChannelZeros{y.array, columns, rows, zeros}, 1, gpu::ChannelZeros::Rows::calls(rows),
                   columns.count);
  run.queue.reduce(gpu::ZerosShare{zeros, run.outputs[0].array, rows, channels}, 1, channels, 1);
}

static_assert(gpu::binsOfHistogram == histogramBins);
constexpr int64_t edgesOfHistogram = histogramBins + 1;

void launchHistogram(const DeviceRun& run) {
  const int64_t count = run.inputs[0].count();
  const gpu::Array x = run.inputs[0].array, histogram = run.outputs[0].array;
  auto* edges = reinterpret_cast<float*>(run.workspace);
  float* range = edges + edgesOfHistogram;
  run.queue.reduce(gpu::HistogramEnds{x, histogram, count, range}, 1, gpu::foursOf(count), 1);
  run.queue.map(gpu::HistogramEdges{range, edges}, edgesOfHistogram);
  run.queue.reduce(gpu::HistogramCounts{x, histogram, count, edges}, 1,
                   (count + gpu::valuesARow - 1) / gpu::valuesARow, histogramBins / gpu::binsAColumn);
}

}  // namespace

void addProbesKernels(DeviceKernels& kernels) {
  kernels.add("dot", "reduction", launchDot);
  kernels.add("squared_sum", "reduction", launchDot);
  kernels.add("moments", "reduction", launchMoments);
  kernels.add("zeros", "reduction", launchZeros, [](const OpCall& call) {
    return static_cast<size_t>(call.inputs[0].last()) * sizeof(int64_t);
  });
  kernels.add("histogram", "edges", launchHistogram,
              [](const OpCall&) { return (edgesOfHistogram + 2) * sizeof(float); });
}

}  // namespace bypath
