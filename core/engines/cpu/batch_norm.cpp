// Batch normalisation and the other ops that do one thing a channel. Sums run over a fixed number of chunks
// of rows, in float within a chunk and in double between chunks.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/engines/cpu/channel_norm.h"
#include "core/engines/cpu/channel_spans.h"
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/engines/cpu/split_sums.h"

namespace bypath {

namespace {

constexpr int64_t chunkFloats = 1 << 15;
constexpr int64_t mostChunks = 64;
constexpr int64_t sampledRows = 64;

// Rows of channels and the chunks they are cut into; a chunk begins at a multiple of the period.
struct Rows {
  int64_t channels, floats, period;
  Chunks chunks;

  explicit Rows(const Shape& x) : channels(x.last()), floats(x.count()), period(channelPeriod(channels)) {
    chunks = Chunks::of(dividedUp(floats, period), dividedUp(chunkFloats, period), mostChunks);
  }
  int64_t rows() const { return floats / channels; }
  int64_t begin(int64_t chunk) const { return chunks.begin(chunk) * period; }
  int64_t size(int64_t chunk) const { return std::min(chunks.end(chunk) * period, floats) - begin(chunk); }

  // body(first float, number of floats)
  template <class Body>
  void forEachChunk(Parallel& parallel, Body&& body) const {
    parallel.forEach(chunks.count, [&](int64_t chunk) { body(begin(chunk), size(chunk), chunk); });
  }
};

struct Memory {
  float* values[5];  // each repeated to the period
  float* first;      // sums of each chunk
  float* second;
  double* firstTotal;  // by channel
  double* secondTotal;
  double* splits;
  size_t bytes;

  Memory(const Rows& rows, std::byte* base) {
    WorkspaceLayout layout(base);
    for (float*& value : values) value = layout.take(rows.period);
    first = layout.take(rows.period * rows.chunks.count);
    second = layout.take(rows.period * rows.chunks.count);
    firstTotal = layout.take<double>(rows.channels);
    secondTotal = layout.take<double>(rows.channels);
    splits = layout.take<double>(SplitSums::sizeFor(true, rows.chunks.count));
    bytes = layout.bytes();
  }
};

void addChunks(const Rows& rows, const float* sums, double* totals) {
  std::fill(totals, totals + rows.channels, 0.0);
  for (int64_t i = 0; i < rows.chunks.count; ++i)
    foldChannels(sums + i * rows.period, rows.channels, rows.period, totals);
}

// Repeats values(c) for every channel.
template <class Values>
void repeat(const Rows& rows, float* repeated, Values&& values) {
  for (int64_t c = 0; c < rows.channels; ++c) repeated[c] = static_cast<float>(values(c));
  for (int64_t o = rows.channels; o < rows.period; o += rows.channels)
    std::copy(repeated, repeated + rows.channels, repeated + o);
}

// A value near each channel's mean: sums of (x - near) lose nothing to a large common offset.
void sampleMeans(const Rows& rows, const float* x, Memory& memory, float* near) {
  const int64_t samples = std::min(rows.rows(), sampledRows);
  std::fill(memory.firstTotal, memory.firstTotal + rows.channels, 0.0);
  for (int64_t s = 0; s < samples; ++s) {
    const float* row = x + rows.rows() * s / samples * rows.channels;
    for (int64_t c = 0; c < rows.channels; ++c) memory.firstTotal[c] += static_cast<double>(row[c]);
  }
  repeat(rows, near, [&](int64_t c) { return memory.firstTotal[c] / static_cast<double>(samples); });
}

}  // namespace

size_t batchNormWorkspace(const OpCall& call, int) {
  return Memory(Rows(call.inputs[0]), nullptr).bytes;
}
size_t biasWorkspace(const OpCall& call, int) {
  return Memory(Rows(call.inputs[0]), nullptr).bytes;
}

void runBatchNorm(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  const float* x = run.inputs[0].data;
  float* y = run.outputs[0].data;
  float* const near = memory.values[0];
  float* const mean = memory.values[1];
  float* const scale = memory.values[2];
  float* const shift = memory.values[3];
  sampleMeans(rows, x, memory, near);
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t chunk) {
    channelMoments(x + begin, count, rows.period, near, memory.first + chunk * rows.period,
                   memory.second + chunk * rows.period);
  });
  addChunks(rows, memory.first, memory.firstTotal);
  addChunks(rows, memory.second, memory.secondTotal);

  const auto count = static_cast<double>(rows.rows());
  const double epsilon = run.attributes.real("epsilon");
  double* offset = memory.firstTotal;
  double* inverseStd = memory.secondTotal;
  for (int64_t c = 0; c < rows.channels; ++c) {
    offset[c] /= count;
    inverseStd[c] = 1 / std::sqrt(std::max(inverseStd[c] / count - offset[c] * offset[c], 0.0) + epsilon);
  }
  repeat(rows, mean, [&](int64_t c) { return static_cast<double>(near[c]) + offset[c]; });
  // By what the backward pass will read, so that it finds the same values above zero.
  repeat(rows, scale,
         [&](int64_t c) { return normScale(static_cast<float>(inverseStd[c]), run.inputs[1].data[c]); });
  repeatChannels(run.inputs[2].data, rows.channels, rows.period, shift);
  if (run.outputs[1].data) std::copy(mean, mean + rows.channels, run.outputs[1].data);
  if (run.outputs[2].data) std::copy(inverseStd, inverseStd + rows.channels, run.outputs[2].data);
  if (!y) return;
  const bool relu = run.attributes.flag("relu");
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t size, int64_t) {
    channelAffine(x + begin, size, rows.period, {mean, scale, shift, nullptr, relu}, y + begin,
                  outgrowsCache(rows.floats) && y != x);
  });
}

void runBatchNormApply(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  const float* x = run.inputs[0].data;
  const float* plus = run.inputs.size() > 5 ? run.inputs[5].data : nullptr;
  float* y = run.outputs[0].data;
  float* const mean = memory.values[0];
  float* const scale = memory.values[1];
  float* const shift = memory.values[2];
  repeatChannels(run.inputs[1].data, rows.channels, rows.period, mean);
  repeat(rows, scale, [&](int64_t c) { return normScale(run.inputs[2].data[c], run.inputs[3].data[c]); });
  repeatChannels(run.inputs[4].data, rows.channels, rows.period, shift);
  const bool relu = run.attributes.flag("relu"),
             pastCache = outgrowsCache(rows.floats) && y != x && y != plus;
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t size, int64_t) {
    channelAffine(x + begin, size, rows.period, {mean, scale, shift, plus ? plus + begin : nullptr, relu},
                  y + begin, pastCache);
  });
}

void runBatchNormBackward(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  const float* x = run.inputs[0].data;
  const float* dy = run.inputs[4].data;
  const float* inverseStd = run.inputs[3].data;
  float* dx = run.outputs[0].data;
  float* const mean = memory.values[0];
  float* const scale = memory.values[1];
  float* const slope = memory.values[2];
  float* const constant = memory.values[3];
  float* const shift = run.attributes.flag("relu") ? memory.values[4] : nullptr;
  const float* plus = run.attributes.flag("plus") ? run.inputs.back().data : nullptr;
  const auto factor = [&](int64_t c) {
    return static_cast<double>(run.inputs[1].data[c]) * static_cast<double>(inverseStd[c]);
  };
  repeat(rows, scale, factor);
  if (shift) repeatChannels(run.inputs[5].data, rows.channels, rows.period, shift);
  repeatChannels(run.inputs[2].data, rows.channels, rows.period, mean);
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t chunk) {
    channelGradientSums(x + begin, dy + begin, count, rows.period, mean, scale, shift,
                        memory.first + chunk * rows.period, memory.second + chunk * rows.period);
  });
  addChunks(rows, memory.first, memory.firstTotal);
  addChunks(rows, memory.second, memory.secondTotal);

  double* dshift = memory.firstTotal;
  double* dscale = memory.secondTotal;
  for (int64_t c = 0; c < rows.channels; ++c) dscale[c] *= static_cast<double>(inverseStd[c]);
  if (run.outputs[1].data) std::copy(dscale, dscale + rows.channels, run.outputs[1].data);
  if (run.outputs[2].data) std::copy(dshift, dshift + rows.channels, run.outputs[2].data);
  if (!dx) return;
  const auto count = static_cast<double>(rows.rows());
  repeat(rows, slope,
         [&](int64_t c) { return -factor(c) * dscale[c] / count * static_cast<double>(inverseStd[c]); });
  repeat(rows, constant, [&](int64_t c) { return -factor(c) * dshift[c] / count; });
  const bool wanted = run.attributes.flag("split") && run.outputs[3].data != nullptr;
  const bool pastCache = outgrowsCache(rows.floats) && dx != x && dx != dy && dx != plus && !wanted;
  const SplitSums splits(wanted, rows.chunks.count, memory.splits);
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t size, int64_t chunk) {
    channelGradient(x + begin, dy + begin, size, rows.period, mean, scale, shift, slope, constant,
                    plus ? plus + begin : nullptr, dx + begin, pastCache);
    if (!wanted) return;
    SplitLanes split;
    splitSpan(dx + begin, plus + begin, size, split);
    splits.keep(chunk, split);
  });
  if (!wanted) return;
  std::array<double, splitValues> totals{};
  splits.addTo(totals.data());
  std::ranges::copy(totals, run.outputs[3].data);
}

namespace {

// 1 / sqrt(running variance + epsilon) of channel c.
double runningInverseStd(const KernelRun& run, size_t variance, int64_t c) {
  return 1 / std::sqrt(static_cast<double>(run.inputs[variance].data[c]) + run.attributes.real("epsilon"));
}

}  // namespace

void runInverseStd(const KernelRun& run) {
  for (int64_t c = 0; c < run.inputs[0].count(); ++c)
    run.outputs[0].data[c] = static_cast<float>(runningInverseStd(run, 0, c));
}

void runBatchNormInference(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  float* const mean = memory.values[0];
  float* const scale = memory.values[1];
  float* const shift = memory.values[2];
  repeatChannels(run.inputs[3].data, rows.channels, rows.period, mean);
  repeat(rows, scale, [&](int64_t c) {
    return static_cast<double>(run.inputs[1].data[c]) * runningInverseStd(run, 4, c);
  });
  repeatChannels(run.inputs[2].data, rows.channels, rows.period, shift);
  const bool relu = run.attributes.flag("relu");
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t) {
    channelAffine(run.inputs[0].data + begin, count, rows.period, {mean, scale, shift, nullptr, relu},
                  run.outputs[0].data + begin);
  });
}

void runBatchNormInferenceBackward(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  const float* x = run.inputs[0].data;
  const float* dy = run.inputs[4].data;
  float* dx = run.outputs[0].data;
  float* const mean = memory.values[0];
  float* const scale = memory.values[1];
  float* const zero = memory.values[2];
  repeatChannels(run.inputs[2].data, rows.channels, rows.period, mean);
  repeat(rows, scale, [&](int64_t c) {
    return static_cast<double>(run.inputs[1].data[c]) * runningInverseStd(run, 3, c);
  });
  repeat(rows, zero, [](int64_t) { return 0.0; });
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t chunk) {
    channelGradientSums(x + begin, dy + begin, count, rows.period, mean, nullptr, nullptr,
                        memory.first + chunk * rows.period, memory.second + chunk * rows.period);
    if (dx)
      channelGradient(x + begin, dy + begin, count, rows.period, mean, scale, nullptr, zero, zero, nullptr,
                      dx + begin);
  });
  addChunks(rows, memory.first, memory.firstTotal);
  addChunks(rows, memory.second, memory.secondTotal);
  for (int64_t c = 0; c < rows.channels; ++c) {
    if (run.outputs[1].data)
      run.outputs[1].data[c] = static_cast<float>(memory.secondTotal[c] * runningInverseStd(run, 3, c));
    if (run.outputs[2].data) run.outputs[2].data[c] = static_cast<float>(memory.firstTotal[c]);
  }
}

void runBatchNormTrack(const KernelRun& run) {
  const double keep = run.attributes.real("momentum"), epsilon = run.attributes.real("epsilon");
  const double count = run.attributes.real("count");
  const double correction = run.attributes.flag("unbiased") ? count / (count - 1) : 1;
  for (int64_t c = 0; c < run.outputs[0].count(); ++c) {
    const auto inverseStd = static_cast<double>(run.inputs[3].data[c]);
    const double variance = (1 / (inverseStd * inverseStd) - epsilon) * correction;
    const auto blend = [&](float old, double now) {
      return static_cast<float>(keep * static_cast<double>(old) + (1 - keep) * now);
    };
    if (run.outputs[0].data)
      run.outputs[0].data[c] = blend(run.inputs[0].data[c], static_cast<double>(run.inputs[2].data[c]));
    if (run.outputs[1].data) run.outputs[1].data[c] = blend(run.inputs[1].data[c], variance);
  }
}

void runBiasAdd(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  float* bias = memory.values[0];
  repeatChannels(run.inputs[1].data, rows.channels, rows.period, bias);
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t) {
    channelAdd(run.inputs[0].data + begin, count, rows.period, bias, run.outputs[0].data + begin);
  });
}

void runSumToChannels(const KernelRun& run) {
  const Rows rows(run.inputs[0].shape);
  Memory memory(rows, run.workspace);
  rows.forEachChunk(run.parallel, [&](int64_t begin, int64_t count, int64_t chunk) {
    channelSums(run.inputs[0].data + begin, count, rows.period, memory.first + chunk * rows.period);
  });
  addChunks(rows, memory.first, memory.firstTotal);
  std::copy(memory.firstTotal, memory.firstTotal + rows.channels, run.outputs[0].data);
}

}  // namespace bypath
