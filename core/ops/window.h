// The sliding window of convolution and pooling, and the walk that all their references share.
//
//   const Window window = Window::of(attributes, w[0], w[1]);
//   if (window.problem(x[1], x[2]).empty()) outputHeight = window.outputHeight(x[1]);
#pragma once

#include <string>

#include "core/ops/op_type.h"

namespace bypath {

struct Window {
  int64_t kernelH = 1, kernelW = 1;
  int64_t strideH = 1, strideW = 1;
  int64_t padTop = 0, padLeft = 0, padBottom = 0, padRight = 0;

  // Strides default to 1, padding to 0.
  static Window of(const OpAttributes& attributes, int64_t kernelH, int64_t kernelW);
  // With kernel_h and kernel_w out of the attributes.
  static Window of(const OpAttributes& attributes);
  // Strides and padding again, and nothing else of a call's attributes.
  OpAttributes attributes() const;
  // The same and kernel_h, kernel_w.
  OpAttributes attributesWithKernel() const;

  // Positions of the window on an image; the last rows that a stride cannot reach are not read.
  int64_t outputHeight(int64_t height) const { return (height + padTop + padBottom - kernelH) / strideH + 1; }
  int64_t outputWidth(int64_t width) const { return (width + padLeft + padRight - kernelW) / strideW + 1; }
  // Why the window does not fit on an image; empty when it does.
  std::string problem(int64_t height, int64_t width) const;
};

// Calls body(xPixel, yPixel, tap) for every position of the window and every pixel below it that is inside
// the image, in row-major order of position, then of the kernel. xPixel and yPixel count pixels over the
// batch; tap counts the kernel's cells. x and y are (N, H, W, ...).
template <class Body>
void forEachTap(const Window& window, const Shape& x, const Shape& y, Body&& body) {
  for (int64_t n = 0; n < x[0]; ++n)
    for (int64_t oh = 0; oh < y[1]; ++oh)
      for (int64_t ow = 0; ow < y[2]; ++ow)
        for (int64_t kh = 0; kh < window.kernelH; ++kh) {
          const int64_t ih = oh * window.strideH - window.padTop + kh;
          if (ih < 0 || ih >= x[1]) continue;
          for (int64_t kw = 0; kw < window.kernelW; ++kw) {
            const int64_t iw = ow * window.strideW - window.padLeft + kw;
            if (iw < 0 || iw >= x[2]) continue;
            body((n * x[1] + ih) * x[2] + iw, (n * y[1] + oh) * y[2] + ow, kh * window.kernelW + kw);
          }
        }
}

}  // namespace bypath
