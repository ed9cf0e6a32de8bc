// Convolution and pooling over N x C x H x W, as Operators.md has them.
#include <algorithm>
#include <limits>

#include "core/base/parallel.h"
#include "core/exchange/onnx_operators.h"

namespace bypath {
namespace {

// Along one axis.
struct Slide {
  int64_t kernel = 1, stride = 1, dilation = 1, before = 0, behind = 0;

  int64_t reach() const { return (kernel - 1) * dilation + 1; }
  int64_t positions(int64_t size, bool ceil) const {
    const int64_t room = size + before + behind - reach();
    if (room < 0) return 0;
    return (ceil ? (room + stride - 1) / stride : room / stride) + 1;
  }
  // Where tap k of a position stands, and which positions have it inside 0..size.
  int64_t at(int64_t position, int64_t k) const { return position * stride - before + k * dilation; }
  int64_t first(int64_t k) const {
    const int64_t lacking = before - k * dilation;
    return lacking <= 0 ? 0 : (lacking + stride - 1) / stride;
  }
  int64_t end(int64_t k, int64_t size, int64_t positions) const {
    const int64_t room = size - 1 + before - k * dilation;
    return room < 0 ? 0 : std::min(positions, room / stride + 1);
  }
};

struct Slides {
  Slide h, w;
};

// auto_pad SAME_*: so much that ceil(size / stride) positions fit.
void padSame(Slide& slide, int64_t size, bool upper) {
  const int64_t positions = (size + slide.stride - 1) / slide.stride;
  const int64_t all = std::max<int64_t>(0, (positions - 1) * slide.stride + slide.reach() - size);
  slide.before = upper ? all / 2 : all - all / 2;
  slide.behind = all - slide.before;
}

Result<Slides> slidesOf(const OnnxCall& call, const OnnxTensor& x, const std::vector<int64_t>& kernel) {
  const auto strides = call.integers("strides", {1, 1}), dilations = call.integers("dilations", {1, 1}),
             pads = call.integers("pads", {0, 0, 0, 0});
  if (x.sizes.size() != 4 || kernel.size() != 2 || strides.size() != 2 || dilations.size() != 2 ||
      pads.size() != 4)
    return onnxMisfit("only images of two dimensions are run here.");
  for (size_t axis = 0; axis < 2; ++axis)
    if (kernel[axis] < 1 || strides[axis] < 1 || dilations[axis] < 1 || pads[axis] < 0 || pads[axis + 2] < 0)
      return onnxMisfit("kernel, strides or padding are impossible.");
  Slides slides{{kernel[0], strides[0], dilations[0], pads[0], pads[2]},
                {kernel[1], strides[1], dilations[1], pads[1], pads[3]}};
  const std::string automatic = call.text("auto_pad", "NOTSET");
  if (automatic.starts_with("SAME")) {
    padSame(slides.h, x.sizes[2], automatic == "SAME_UPPER");
    padSame(slides.w, x.sizes[3], automatic == "SAME_UPPER");
  }
  return slides;
}

// Calls body(y position, x position, tap) for every tap that is inside the image, y by y.
template <class Body>
void forEachTap(const Slide& slide, int64_t size, int64_t y, Body&& body) {
  for (int64_t k = 0; k < slide.kernel; ++k) {
    const int64_t x = slide.at(y, k);
    if (x >= 0 && x < size) body(x, k);
  }
}

struct Pooling {
  double start;
  void (*take)(double& sum, double value);
};

// With the taps that counted, by position.
Result<OnnxTensor> pool(const OnnxCall& call, const Pooling& how, bool mean) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  const Result<Slides> slides = slidesOf(call, x, call.integers("kernel_shape"));
  if (!slides) return slides.error();
  const bool ceil = call.integer("ceil_mode", 0) != 0;
  const int64_t height = slides->h.positions(x.sizes[2], ceil), width = slides->w.positions(x.sizes[3], ceil);
  const bool all = call.integer("count_include_pad", 0) != 0;
  OnnxTensor y{{x.sizes[0], x.sizes[1], height, width}, {}};
  y.values.reserve(static_cast<size_t>(y.count()));
  for (int64_t image = 0; image < x.sizes[0] * x.sizes[1]; ++image) {
    const double* from = x.values.data() + image * x.sizes[2] * x.sizes[3];
    for (int64_t row = 0; row < height; ++row)
      for (int64_t column = 0; column < width; ++column) {
        double value = how.start;
        int64_t count = 0;
        forEachTap(slides->h, x.sizes[2], row, [&](int64_t r, int64_t) {
          forEachTap(slides->w, x.sizes[3], column, [&](int64_t c, int64_t) {
            how.take(value, from[r * x.sizes[3] + c]);
            ++count;
          });
        });
        if (all) count = slides->h.kernel * slides->w.kernel;
        y.values.push_back(mean ? value / static_cast<double>(count) : value);
      }
  }
  return y;
}

double biasOf(const OnnxCall& call, int64_t channel) {
  return call.has(2) ? call.in(2).values[static_cast<size_t>(channel)] : 0;
}

bool weightsFit(const OnnxCall& call, size_t channelsIn, size_t channelsOut) {
  if (!call.has(0) || !call.has(1) || call.in(0).sizes.size() != 4 || call.in(1).sizes.size() != 4)
    return false;
  const OnnxTensor &x = call.in(0), &w = call.in(1);
  return x.sizes[1] == w.sizes[channelsIn] && (!call.has(2) || call.in(2).count() == w.sizes[channelsOut]);
}

}  // namespace

Result<OnnxTensor> onnxConv(const OnnxCall& call) {
  if (call.integer("group", 1) != 1 || !weightsFit(call, 1, 0))
    return onnxMisfit("its weights do not fit what comes in.");
  const OnnxTensor &x = call.in(0), &w = call.in(1);
  const Result<Slides> slides = slidesOf(call, x, {w.sizes[2], w.sizes[3]});
  if (!slides) return slides.error();
  const int64_t height = slides->h.positions(x.sizes[2], false),
                width = slides->w.positions(x.sizes[3], false);
  const int64_t channels = x.sizes[1], plane = x.sizes[2] * x.sizes[3], taps = w.sizes[2] * w.sizes[3];
  OnnxTensor y{{x.sizes[0], w.sizes[0], height, width}, {}};
  y.values.resize(static_cast<size_t>(y.count()));
  Parallel().forEach(x.sizes[0] * w.sizes[0], [&](int64_t image) {
    const int64_t n = image / w.sizes[0], k = image % w.sizes[0];
    double* to = y.values.data() + image * height * width;
    std::fill_n(to, height * width, biasOf(call, k));
    for (int64_t c = 0; c < channels; ++c) {
      const double* from = x.values.data() + (n * channels + c) * plane;
      const double* weights = w.values.data() + (k * channels + c) * taps;
      for (int64_t kr = 0; kr < slides->h.kernel; ++kr)
        for (int64_t row = slides->h.first(kr); row < slides->h.end(kr, x.sizes[2], height); ++row)
          for (int64_t kc = 0; kc < slides->w.kernel; ++kc) {
            const double weight = weights[kr * w.sizes[3] + kc];
            const double* line = from + slides->h.at(row, kr) * x.sizes[3];
            const int64_t end = slides->w.end(kc, x.sizes[3], width);
            for (int64_t column = slides->w.first(kc); column < end; ++column)
              to[row * width + column] += weight * line[slides->w.at(column, kc)];
          }
    }
  });
  return y;
}

// Every value of x spreads over the kernel's window: the gradient of a convolution in its input.
Result<OnnxTensor> onnxConvTranspose(const OnnxCall& call) {
  if (call.integer("group", 1) != 1 || !weightsFit(call, 0, 1))
    return onnxMisfit("its weights do not fit what comes in.");
  const OnnxTensor &x = call.in(0), &w = call.in(1);
  Result<Slides> slides = slidesOf(call, x, {w.sizes[2], w.sizes[3]});
  if (!slides) return slides.error();
  const auto more = call.integers("output_padding", {0, 0});
  const auto wanted = call.integers("output_shape");
  if (more.size() != 2 || (!wanted.empty() && wanted.size() != 2) || call.find("auto_pad"))
    return onnxMisfit("its padding is not of a kind that is run here.");
  const auto sizeOf = [&](Slide& slide, int64_t size, size_t axis) {
    const int64_t whole = (size - 1) * slide.stride + slide.reach() + more[axis];
    if (!wanted.empty()) {
      const int64_t all = whole - wanted[axis];
      slide.before = all / 2;
      slide.behind = all - slide.before;
    }
    return whole - slide.before - slide.behind;
  };
  const int64_t height = sizeOf(slides->h, x.sizes[2], 0), width = sizeOf(slides->w, x.sizes[3], 1);
  if (height < 1 || width < 1) return onnxMisfit("nothing is left behind its padding.");
  const int64_t channels = x.sizes[1], taps = w.sizes[2] * w.sizes[3];
  OnnxTensor y{{x.sizes[0], w.sizes[1], height, width}, {}};
  y.values.resize(static_cast<size_t>(y.count()));
  Parallel().forEach(x.sizes[0] * w.sizes[1], [&](int64_t image) {
    const int64_t n = image / w.sizes[1], k = image % w.sizes[1];
    double* to = y.values.data() + image * height * width;
    std::fill_n(to, height * width, biasOf(call, k));
    for (int64_t c = 0; c < channels; ++c) {
      const double* from = x.values.data() + (n * channels + c) * x.sizes[2] * x.sizes[3];
      const double* weights = w.values.data() + (c * w.sizes[1] + k) * taps;
      for (int64_t kr = 0; kr < slides->h.kernel; ++kr)
        for (int64_t row = slides->h.first(kr); row < slides->h.end(kr, height, x.sizes[2]); ++row)
          for (int64_t kc = 0; kc < slides->w.kernel; ++kc) {
            const double weight = weights[kr * w.sizes[3] + kc];
            double* line = to + slides->h.at(row, kr) * width;
            const int64_t end = slides->w.end(kc, width, x.sizes[3]);
            for (int64_t column = slides->w.first(kc); column < end; ++column)
              line[slides->w.at(column, kc)] += weight * from[row * x.sizes[3] + column];
          }
    }
  });
  return y;
}

Result<OnnxTensor> onnxMaxPool(const OnnxCall& call) {
  return pool(call,
              {-std::numeric_limits<double>::infinity(),
               [](double& most, double value) { most = std::max(most, value); }},
              false);
}

Result<OnnxTensor> onnxAveragePool(const OnnxCall& call) {
  return pool(call, {0, [](double& sum, double value) { sum += value; }}, true);
}

}  // namespace bypath
