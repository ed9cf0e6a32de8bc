// What a convolution reads of an image: rows under a window, with zeros where the window hangs over the edge.
#pragma once

#include <cstdint>

#include "core/engines/cpu/channel_norm.h"
#include "core/ops/window.h"

namespace bypath {

// A window moving over images (N, H, W, C): output (oh, ow) reads rows oh * strideH - padTop + [0, kernelH)
// and columns likewise. Padding may be negative. The output grid is given, since a transposed convolution has
// several.
struct WindowedImages {
  const float* data = nullptr;
  int64_t images = 1, height = 1, width = 1, channels = 1;
  int64_t outHeight = 1, outWidth = 1;
  int64_t kernelH = 1, kernelW = 1, strideH = 1, strideW = 1, padTop = 0, padLeft = 0;
  bool normalised = false;  // every pixel is read through `norm`
  ChannelNorm norm{};

  // x (N,H,W,C) under the window, for outputs y (N,OH,OW,*); without data.
  static WindowedImages of(const Window& window, const Shape& x, const Shape& y);

  bool leavesTheImage() const;
  // Whether viewRows() needs its scratch.
  bool isCopied() const { return normalised || leavesTheImage(); }
  // Neighbouring pixels are neighbouring dot products: the whole batch is one row.
  bool isPointwise() const;

  // `count` pixels from `from` on, as the window sees them.
  void copyPixels(const float* from, int64_t count, float* to) const;

  // Rows and floats a row that [rows] output rows read.
  int64_t rowsRead(int64_t rows) const { return (rows - 1) * strideH + kernelH; }
  int64_t rowFloats() const { return ((outWidth - 1) * strideW + kernelW) * channels; }
};

// A view of what `rows` output rows from firstRow on read in one image.
struct RowsView {
  const float* data = nullptr;  // what output pixel (firstRow, 0) reads first
  int64_t rowPitch = 0;         // floats from one read row to the next
};

// Straight into the image when the window never leaves it and nothing is normalised, else through `scratch`,
// which holds rowsRead(rows) * rowFloats() floats.
RowsView viewRows(const WindowedImages& images, int64_t image, int64_t firstRow, int64_t rows,
                  float* scratch);

}  // namespace bypath
