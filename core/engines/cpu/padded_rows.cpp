#include "core/engines/cpu/padded_rows.h"

#include <algorithm>
#include <cstring>

namespace bypath {

WindowedImages WindowedImages::of(const Window& window, const Shape& x, const Shape& y) {
  return {.images = x[0],
          .height = x[1],
          .width = x[2],
          .channels = x[3],
          .outHeight = y[1],
          .outWidth = y[2],
          .kernelH = window.kernelH,
          .kernelW = window.kernelW,
          .strideH = window.strideH,
          .strideW = window.strideW,
          .padTop = window.padTop,
          .padLeft = window.padLeft};
}

bool WindowedImages::leavesTheImage() const {
  return padTop > 0 || padLeft > 0 || (outHeight - 1) * strideH + kernelH - padTop > height ||
         (outWidth - 1) * strideW + kernelW - padLeft > width;
}

bool WindowedImages::isPointwise() const {
  return kernelH == 1 && kernelW == 1 && strideH == 1 && strideW == 1 && padTop == 0 && padLeft == 0 &&
         outHeight == height && outWidth == width;
}

void WindowedImages::copyPixels(const float* from, int64_t count, float* to) const {
  if (normalised)
    norm.apply(from, count * channels, to);
  else
    std::memcpy(to, from, static_cast<size_t>(count * channels) * sizeof(float));
}

RowsView viewRows(const WindowedImages& w, int64_t image, int64_t firstRow, int64_t rows, float* scratch) {
  const float* source = w.data + image * w.height * w.width * w.channels;
  const int64_t pitch = w.width * w.channels;
  const int64_t top = firstRow * w.strideH - w.padTop;
  if (!w.isCopied()) return {source + top * pitch - w.padLeft * w.channels, pitch};

  const int64_t rowFloats = w.rowFloats(), columns = rowFloats / w.channels;
  const int64_t begin = std::clamp<int64_t>(w.padLeft, 0, columns);
  const int64_t end = std::clamp<int64_t>(w.width + w.padLeft, begin, columns);
  float* to = scratch;
  for (int64_t r = top; r < top + w.rowsRead(rows); ++r, to += rowFloats) {
    if (r < 0 || r >= w.height) {
      std::fill(to, to + rowFloats, 0.0f);
      continue;
    }
    std::fill(to, to + begin * w.channels, 0.0f);
    w.copyPixels(source + r * pitch + (begin - w.padLeft) * w.channels, end - begin, to + begin * w.channels);
    std::fill(to + end * w.channels, to + rowFloats, 0.0f);
  }
  return {scratch, rowFloats};
}

}  // namespace bypath
