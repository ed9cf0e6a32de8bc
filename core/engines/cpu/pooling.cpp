// Pooling over NHWC, a pixel's channels at a time. Backward passes run image by image, since windows overlap.
#include <algorithm>

#include "core/engines/cpu/channel_spans.h"
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/ops/window.h"

namespace bypath {

namespace {

// x (N,H,W,C), y (N,OH,OW,C).
struct Pooling {
  Window window;
  Shape x, y;
  int64_t channels;

  Pooling(const OpAttributes& attributes, const Shape& xShape, const Shape& yShape)
      : window(Window::of(attributes)), x(xShape), y(yShape), channels(xShape[3]) {}

  int64_t xImage() const { return x[1] * x[2] * channels; }
  int64_t yImage() const { return y[1] * y[2] * channels; }

  // body(offset in the image x of each pixel under position (oh, ow)), in row-major order.
  template <class Body>
  void forEachTap(int64_t oh, int64_t ow, Body&& body) const {
    const int64_t top = oh * window.strideH - window.padTop, left = ow * window.strideW - window.padLeft;
    const int64_t bottom = std::min(top + window.kernelH, x[1]),
                  right = std::min(left + window.kernelW, x[2]);
    for (int64_t h = std::max<int64_t>(top, 0); h < bottom; ++h)
      for (int64_t w = std::max<int64_t>(left, 0); w < right; ++w) body((h * x[2] + w) * channels);
  }

  // body(offset of the image in x, offset of the position in y, oh, ow) for rows of positions, in parallel.
  template <class Body>
  void forEachPosition(Parallel& parallel, Body&& body) const {
    parallel.forEach(y[0] * y[1], [&](int64_t row) {
      for (int64_t w = 0; w < y[2]; ++w)
        body(row / y[1] * xImage(), (row * y[2] + w) * channels, row % y[1], w);
    });
  }

  float averageWeight(const OpAttributes& attributes, int64_t oh, int64_t ow) const {
    int64_t count = window.kernelH * window.kernelW;
    if (!attributes.flag("count_padding")) {
      count = 0;
      forEachTap(oh, ow, [&](int64_t) { ++count; });
    }
    return 1.0f / static_cast<float>(count);
  }
};

}  // namespace

void runMaxPool(const KernelRun& run) {
  const Pooling pooling(run.attributes, run.inputs[0].shape, run.outputs[0].shape);
  pooling.forEachPosition(run.parallel, [&](int64_t image, int64_t position, int64_t oh, int64_t ow) {
    const float* x = run.inputs[0].data + image;
    float* y = run.outputs[0].data + position;
    const float* largest = nullptr;
    pooling.forEachTap(oh, ow, [&](int64_t pixel) {
      if (largest)
        mapSpans(Binary::maximum, 0, largest, x + pixel, y, pooling.channels);
      else
        std::copy(x + pixel, x + pixel + pooling.channels, y);
      largest = y;
    });
  });
}

size_t poolBackwardWorkspace(const OpCall& call, int threads) {
  return static_cast<size_t>(roundedUp(call.outputs[0].last(), 16) * threads) * sizeof(float);
}

void runMaxPoolBackward(const KernelRun& run) {
  const Pooling pooling(run.attributes, run.inputs[0].shape, run.inputs[1].shape);
  float* scratch = reinterpret_cast<float*>(run.workspace);
  run.parallel.forEach(pooling.x[0], [&](int64_t n) {
    const float* x = run.inputs[0].data + n * pooling.xImage();
    float* dx = run.outputs[0].data + n * pooling.xImage();
    float* left = scratch + run.parallel.slot() * roundedUp(pooling.channels, 16);
    std::fill(dx, dx + pooling.xImage(), 0.0f);
    int64_t position = n * pooling.yImage();
    for (int64_t oh = 0; oh < pooling.y[1]; ++oh)
      for (int64_t ow = 0; ow < pooling.y[2]; ++ow, position += pooling.channels) {
        const float* dy = run.inputs[2].data + position;
        std::copy(dy, dy + pooling.channels, left);
        pooling.forEachTap(oh, ow, [&](int64_t pixel) {
          takeMaximumSpan(x + pixel, run.inputs[1].data + position, left, dx + pixel, pooling.channels);
        });
      }
  });
}

void runAveragePool(const KernelRun& run) {
  const Pooling pooling(run.attributes, run.inputs[0].shape, run.outputs[0].shape);
  pooling.forEachPosition(run.parallel, [&](int64_t image, int64_t position, int64_t oh, int64_t ow) {
    const float* x = run.inputs[0].data + image;
    float* y = run.outputs[0].data + position;
    std::fill(y, y + pooling.channels, 0.0f);
    pooling.forEachTap(oh, ow,
                       [&](int64_t pixel) { mapSpans(Binary::add, 0, y, x + pixel, y, pooling.channels); });
    mapSpan(Unary::scale, pooling.averageWeight(run.attributes, oh, ow), y, y, pooling.channels);
  });
}

void runAveragePoolBackward(const KernelRun& run) {
  const Pooling pooling(run.attributes, run.outputs[0].shape, run.inputs[0].shape);
  float* scratch = reinterpret_cast<float*>(run.workspace);
  run.parallel.forEach(pooling.x[0], [&](int64_t n) {
    float* dx = run.outputs[0].data + n * pooling.xImage();
    float* share = scratch + run.parallel.slot() * roundedUp(pooling.channels, 16);
    std::fill(dx, dx + pooling.xImage(), 0.0f);
    int64_t position = n * pooling.yImage();
    for (int64_t oh = 0; oh < pooling.y[1]; ++oh)
      for (int64_t ow = 0; ow < pooling.y[2]; ++ow, position += pooling.channels) {
        mapSpan(Unary::scale, pooling.averageWeight(run.attributes, oh, ow), run.inputs[0].data + position,
                share, pooling.channels);
        pooling.forEachTap(oh, ow, [&](int64_t pixel) {
          mapSpans(Binary::add, 0, dx + pixel, share, dx + pixel, pooling.channels);
        });
      }
  });
}

namespace {

struct GlobalScratch {
  float* sums;
  double* totals;
  size_t bytes;

  GlobalScratch(int64_t channels, std::byte* base) {
    WorkspaceLayout layout(base);
    sums = layout.take(channelPeriod(channels));
    totals = layout.take<double>(channels);
    bytes = layout.bytes();
  }
};

}  // namespace

size_t globalAveragePoolWorkspace(const OpCall& call, int threads) {
  return GlobalScratch(call.inputs[0].last(), nullptr).bytes * static_cast<size_t>(threads);
}

void runGlobalAveragePool(const KernelRun& run) {
  const int64_t channels = run.inputs[0].shape[3], image = run.inputs[0].shape.perSample().count();
  const size_t scratchBytes = GlobalScratch(channels, nullptr).bytes;
  run.parallel.forEach(run.inputs[0].shape[0], [&](int64_t n) {
    const GlobalScratch scratch(channels,
                                run.workspace + static_cast<size_t>(run.parallel.slot()) * scratchBytes);
    channelSums(run.inputs[0].data + n * image, image, channelPeriod(channels), scratch.sums);
    std::fill(scratch.totals, scratch.totals + channels, 0.0);
    foldChannels(scratch.sums, channels, channelPeriod(channels), scratch.totals);
    const double share = static_cast<double>(channels) / static_cast<double>(image);
    for (int64_t c = 0; c < channels; ++c)
      run.outputs[0].data[n * channels + c] = static_cast<float>(scratch.totals[c] * share);
  });
}

void runGlobalAveragePoolBackward(const KernelRun& run) {
  const int64_t channels = run.outputs[0].shape[3];
  const int64_t image = run.outputs[0].shape.perSample().count();
  const float share = static_cast<float>(channels) / static_cast<float>(image);
  run.parallel.forEach(run.outputs[0].shape[0], [&](int64_t n) {
    float* dx = run.outputs[0].data + n * image;
    mapSpan(Unary::scale, share, run.inputs[0].data + n * channels, dx, channels);
    for (int64_t i = channels; i < image; i += channels) std::copy(dx, dx + channels, dx + i);
  });
}

}  // namespace bypath
