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

// How the wide side lies over the narrow one: every stride-th pixel, and `before` zero channels first. Worked
// on a line of an image at a time.
struct ChannelPadding {
  int64_t before, strideH, strideW;
  int64_t narrowHeight, narrowWidth, narrow;  // channels last
  int64_t wideHeight, wideWidth, wide;
  int64_t images;

  ChannelPadding(const OpAttributes& attributes, const Shape& narrowShape, const Shape& wideShape)
      : before(attributes.integer("before", 0)),
        strideH(attributes.integer("stride_h", 1)),
        strideW(attributes.integer("stride_w", 1)),
        narrowHeight(side(narrowShape, 1)),
        narrowWidth(side(narrowShape, 2)),
        narrow(narrowShape.last()),
        wideHeight(side(wideShape, 1)),
        wideWidth(side(wideShape, 2)),
        wide(wideShape.last()),
        images(narrowShape.rows() / (narrowHeight * narrowWidth)) {}

  // body(image, line) for `lines` lines an image, each of so many floats.
  template <class Body>
  void forEachLine(Parallel& parallel, int64_t lines, int64_t floats, Body&& body) const {
    forEachRange(parallel, images * lines, 2 * floats * static_cast<int64_t>(sizeof(float)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) body(i / lines, i % lines);
                 });
  }

 private:
  static int64_t side(const Shape& shape, int axis) { return shape.rank() == 4 ? shape[axis] : 1; }
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
  const ChannelPadding p(run.attributes, x.shape, y.shape);
  p.forEachLine(run.parallel, p.wideHeight, p.wideWidth * p.wide, [&](int64_t n, int64_t h) {
    const float* from = x.data + (n * p.narrowHeight + h * p.strideH) * p.narrowWidth * p.narrow;
    float* to = y.data + (n * p.wideHeight + h) * p.wideWidth * p.wide;
    for (int64_t w = 0; w < p.wideWidth; ++w, from += p.strideW * p.narrow, to += p.wide) {
      std::fill(to, to + p.before, 0.0f);
      std::copy(from, from + p.narrow, to + p.before);
      std::fill(to + p.before + p.narrow, to + p.wide, 0.0f);
    }
  });
}

void runPadChannelsBackward(const KernelRun& run) {
  const TensorView<const float>& dy = run.inputs[0];
  const TensorView<float>& dx = run.outputs[0];
  const ChannelPadding p(run.attributes, dx.shape, dy.shape);
  p.forEachLine(run.parallel, p.narrowHeight, p.narrowWidth * p.narrow, [&](int64_t n, int64_t h) {
    float* to = dx.data + (n * p.narrowHeight + h) * p.narrowWidth * p.narrow;
    const bool used = h % p.strideH == 0 && h / p.strideH < p.wideHeight;
    if (!used || p.strideW > 1 || p.wideWidth < p.narrowWidth)
      std::fill(to, to + p.narrowWidth * p.narrow, 0.0f);
    if (!used) return;
    const float* from = dy.data + (n * p.wideHeight + h / p.strideH) * p.wideWidth * p.wide + p.before;
    for (int64_t w = 0; w < p.wideWidth; ++w)
      std::copy(from + w * p.wide, from + w * p.wide + p.narrow, to + w * p.strideW * p.narrow);
  });
}

}  // namespace bypath
