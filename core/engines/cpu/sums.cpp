// Sums over everything: a fixed number of chunks, added in order in double.
#include "core/engines/cpu/channel_spans.h"
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

constexpr int64_t mostChunks = 64;

Chunks chunksOf(const Shape& shape) {
  return Chunks::of(shape.count(), 1 << 15, mostChunks);
}

double sumChunks(const KernelRun& run, const Chunks& chunks) {
  const double* partial = reinterpret_cast<const double*>(run.workspace);
  double sum = 0;
  for (int64_t i = 0; i < chunks.count; ++i) sum += partial[i];
  return sum;
}

double dot(const KernelRun& run, const float* a, const float* b) {
  const Chunks chunks = chunksOf(run.inputs[0].shape);
  double* partial = reinterpret_cast<double*>(run.workspace);
  run.parallel.forEach(chunks.count, [&](int64_t i) {
    partial[i] = dotSpan(a + chunks.begin(i), b + chunks.begin(i), chunks.size(i));
  });
  return sumChunks(run, chunks);
}

}  // namespace

size_t sumWorkspace(const OpCall&, int) {
  return 2 * mostChunks * sizeof(double);
}

void runDot(const KernelRun& run) {
  run.outputs[0].data[0] = static_cast<float>(dot(run, run.inputs[0].data, run.inputs[1].data));
}

void runSquaredSum(const KernelRun& run) {
  run.outputs[0].data[0] = static_cast<float>(dot(run, run.inputs[0].data, run.inputs[0].data));
}

// Two passes: the mean first, then the squares around it.
void runMoments(const KernelRun& run) {
  const Chunks chunks = chunksOf(run.inputs[0].shape);
  const int64_t period = channelPeriod(1);
  const auto count = static_cast<double>(run.inputs[0].count());
  double* partial = reinterpret_cast<double*>(run.workspace);
  const auto pass = [&](float around) {
    run.parallel.forEach(chunks.count, [&](int64_t i) {
      float shift[64], sums[64], squares[64];  // channelPeriod(1) floats
      std::fill(shift, shift + period, around);
      channelMoments(run.inputs[0].data + chunks.begin(i), chunks.size(i), period, shift, sums, squares);
      partial[i] = partial[mostChunks + i] = 0;
      foldChannels(sums, 1, period, &partial[i]);
      foldChannels(squares, 1, period, &partial[mostChunks + i]);
    });
  };
  pass(0);
  const auto near = static_cast<float>(sumChunks(run, chunks) / count);
  pass(near);
  const double offset = sumChunks(run, chunks) / count;
  double squares = 0;
  for (int64_t i = 0; i < chunks.count; ++i) squares += partial[mostChunks + i];
  run.outputs[0].data[0] = static_cast<float>(static_cast<double>(near) + offset);
  run.outputs[0].data[1] = static_cast<float>(squares / count - offset * offset);
}

}  // namespace bypath
