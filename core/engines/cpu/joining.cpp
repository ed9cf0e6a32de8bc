// Ops that only move values.
#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

// Copies `channels` values a row between matrices of different widths.
void copyColumns(Parallel& parallel, int64_t rows, int64_t channels, const float* from, int64_t fromPitch,
                 float* to, int64_t toPitch) {
  forEachRange(parallel, rows, 2 * channels * static_cast<int64_t>(sizeof(float)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t r = begin; r < end; ++r)
                   std::copy(from + r * fromPitch, from + r * fromPitch + channels, to + r * toPitch);
               });
}

// How the wide side lies over the narrow one: every stride-th pixel, and `before` zero channels first.
struct ChannelPadding {
  int64_t before, strideH, strideW;
  Shape narrow, wide;

  ChannelPadding(const OpAttributes& attributes, const Shape& narrowShape, const Shape& wideShape)
      : before(attributes.integer("before", 0)),
        strideH(attributes.integer("stride_h", 1)),
        strideW(attributes.integer("stride_w", 1)),
        narrow(narrowShape),
        wide(wideShape) {}

  // body(row of the narrow side, row of the wide side it goes with, or -1), for every row of the narrow side.
  template <class Body>
  void forEachNarrowRow(Parallel& parallel, Body&& body) const {
    const int64_t cost = 2 * narrow.last() * static_cast<int64_t>(sizeof(float));
    forEachRange(parallel, narrow.rows(), cost, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) body(r, wideRow(r));
    });
  }
  // body(row of the wide side, row of the narrow side it is filled from)
  template <class Body>
  void forEachWideRow(Parallel& parallel, Body&& body) const {
    const int64_t cost = 2 * wide.last() * static_cast<int64_t>(sizeof(float));
    forEachRange(parallel, wide.rows(), cost, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) body(r, narrowRow(r));
    });
  }

 private:
  int64_t narrowRow(int64_t r) const {
    if (wide.rank() != 4) return r;
    const int64_t n = r / (wide[1] * wide[2]), h = r / wide[2] % wide[1], w = r % wide[2];
    return (n * narrow[1] + h * strideH) * narrow[2] + w * strideW;
  }
  int64_t wideRow(int64_t r) const {
    if (wide.rank() != 4) return r;
    const int64_t n = r / (narrow[1] * narrow[2]), h = r / narrow[2] % narrow[1], w = r % narrow[2];
    if (h % strideH || w % strideW || h / strideH >= wide[1] || w / strideW >= wide[2]) return -1;
    return (n * wide[1] + h / strideH) * wide[2] + w / strideW;
  }
};

}  // namespace

// The plan gives an alias the memory of its input; only a kernel run by itself has anything to copy.
void runReshape(const KernelRun& run) {
  if (run.inputs[0].data == run.outputs[0].data) return;
  copyColumns(run.parallel, run.inputs[0].count(), 1, run.inputs[0].data, 1, run.outputs[0].data, 1);
}

void runConcat(const KernelRun& run) {
  const TensorView<float>& y = run.outputs[0];
  int64_t first = 0;
  for (const TensorView<const float>& x : run.inputs) {
    const int64_t channels = x.shape.last();
    copyColumns(run.parallel, x.shape.rows(), channels, x.data, channels, y.data + first, y.shape.last());
    first += channels;
  }
}

void runSliceChannels(const KernelRun& run) {
  const TensorView<const float>& x = run.inputs[0];
  const int64_t channels = run.outputs[0].shape.last();
  copyColumns(run.parallel, x.shape.rows(), channels, x.data + run.attributes.integer("begin"),
              x.shape.last(), run.outputs[0].data, channels);
}

void runPadChannels(const KernelRun& run) {
  const TensorView<const float>& x = run.inputs[0];
  const TensorView<float>& y = run.outputs[0];
  const ChannelPadding padding(run.attributes, x.shape, y.shape);
  const int64_t narrow = x.shape.last(), wide = y.shape.last();
  padding.forEachWideRow(run.parallel, [&](int64_t to, int64_t from) {
    float* row = y.data + to * wide;
    std::fill(row, row + padding.before, 0.0f);
    std::copy(x.data + from * narrow, x.data + (from + 1) * narrow, row + padding.before);
    std::fill(row + padding.before + narrow, row + wide, 0.0f);
  });
}

void runPadChannelsBackward(const KernelRun& run) {
  const TensorView<const float>& dy = run.inputs[0];
  const TensorView<float>& dx = run.outputs[0];
  const ChannelPadding padding(run.attributes, dx.shape, dy.shape);
  const int64_t narrow = dx.shape.last(), wide = dy.shape.last();
  padding.forEachNarrowRow(run.parallel, [&](int64_t to, int64_t from) {
    float* row = dx.data + to * narrow;
    const float* gradient = dy.data + from * wide + padding.before;
    if (from < 0)
      std::fill(row, row + narrow, 0.0f);
    else
      std::copy(gradient, gradient + narrow, row);
  });
}

}  // namespace bypath
