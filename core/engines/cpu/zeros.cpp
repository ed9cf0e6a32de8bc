// How much of a value a ReLU has cut off.
#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

constexpr int64_t chunkFloats = 1 << 15;
constexpr int64_t mostChunks = 64;

struct Memory {
  int64_t channels;
  Chunks rows;
  double* zeros;  // a chunk
  float* alive;   // [chunks][channels], above 0 where any value is
  size_t bytes;

  Memory(const Shape& y, std::byte* base)
      : channels(y.last()),
        rows(Chunks::of(y.rows(), std::max<int64_t>(chunkFloats / y.last(), 1), mostChunks)) {
    WorkspaceLayout layout(base);
    zeros = layout.take<double>(rows.count);
    alive = layout.take(rows.count * channels);
    bytes = layout.bytes();
  }
};

}  // namespace

size_t zerosWorkspace(const OpCall& call, int) {
  return Memory(call.inputs[0], nullptr).bytes;
}

void runZeros(const KernelRun& run) {
  const Memory memory(run.inputs[0].shape, run.workspace);
  const int64_t channels = memory.channels;
  run.parallel.forEach(memory.rows.count, [&](int64_t chunk) {
    float* const alive = memory.alive + chunk * channels;
    std::fill(alive, alive + channels, 0.0f);
    int64_t zeros = 0;
    const float* y = run.inputs[0].data + memory.rows.begin(chunk) * channels;
    for (int64_t row = 0; row < memory.rows.size(chunk); ++row, y += channels)
      for (int64_t c = 0; c < channels; ++c) {
        alive[c] = std::max(alive[c], y[c]);
        zeros += y[c] > 0 ? 0 : 1;
      }
    memory.zeros[chunk] = static_cast<double>(zeros);
  });
  double zeros = 0, silent = 0;
  for (int64_t chunk = 0; chunk < memory.rows.count; ++chunk) zeros += memory.zeros[chunk];
  for (int64_t c = 0; c < channels; ++c) {
    float most = 0;
    for (int64_t chunk = 0; chunk < memory.rows.count; ++chunk)
      most = std::max(most, memory.alive[chunk * channels + c]);
    silent += most > 0 ? 0 : 1;
  }
  run.outputs[0].data[0] = static_cast<float>(zeros / static_cast<double>(run.inputs[0].count()));
  run.outputs[0].data[1] = static_cast<float>(silent / static_cast<double>(channels));
}

}  // namespace bypath
