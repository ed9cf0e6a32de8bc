// How a value is spread: a range and counts of each chunk, put together in order.
#include "core/ops/histogram.h"

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

constexpr int64_t mostChunks = 64;

struct Memory {
  Chunks chunks;
  HistogramRange* ranges;
  int64_t* counts;  // [chunks][histogramBins]
  size_t bytes;

  Memory(const Shape& x, std::byte* base) : chunks(Chunks::of(x.count(), 1 << 15, mostChunks)) {
    WorkspaceLayout layout(base);
    ranges = layout.take<HistogramRange>(chunks.count);
    counts = layout.take<int64_t>(chunks.count * histogramBins);
    bytes = layout.bytes();
  }
};

}  // namespace

size_t histogramWorkspace(const OpCall& call, int) {
  return Memory(call.inputs[0], nullptr).bytes;
}

void runHistogram(const KernelRun& run) {
  const Memory memory(run.inputs[0].shape, run.workspace);
  const float* const x = run.inputs[0].data;
  float* const result = run.outputs[0].data;
  run.parallel.forEach(memory.chunks.count, [&](int64_t chunk) {
    HistogramRange range;
    for (int64_t i = memory.chunks.begin(chunk); i < memory.chunks.end(chunk); ++i)
      range.add(static_cast<double>(x[i]));
    memory.ranges[chunk] = range;
  });
  HistogramRange whole;
  for (int64_t chunk = 0; chunk < memory.chunks.count; ++chunk) whole.add(memory.ranges[chunk]);
  std::fill(result, result + histogramValues, 0.0f);
  if (whole.isEmpty()) return;
  const double perUnit = whole.binsPerUnit();
  run.parallel.forEach(memory.chunks.count, [&](int64_t chunk) {
    int64_t* const counts = memory.counts + chunk * histogramBins;
    std::fill(counts, counts + histogramBins, 0);
    for (int64_t i = memory.chunks.begin(chunk); i < memory.chunks.end(chunk); ++i)
      if (std::isfinite(x[i])) ++counts[whole.bin(static_cast<double>(x[i]), perUnit)];
  });
  result[0] = static_cast<float>(whole.low);
  result[1] = static_cast<float>(whole.high);
  for (int64_t bin = 0; bin < histogramBins; ++bin) {
    int64_t count = 0;
    for (int64_t chunk = 0; chunk < memory.chunks.count; ++chunk)
      count += memory.counts[chunk * histogramBins + bin];
    result[2 + bin] = static_cast<float>(count);
  }
}

}  // namespace bypath
