// Pooling over (N,H,W,C). Gradients are gathered: a pixel of x looks at the windows that lie over it, in
// their order, so that nothing is written twice.
#pragma once

#include "core/engines/cuda/device/pixels.h"

namespace bypath::gpu {

// Rows and columns, the ends not included.
struct Patch {
  int32_t top, bottom, left, right;
};

struct PoolWindow {
  int32_t kernelH, kernelW, strideH, strideW, padTop, padLeft;
  int32_t height, width;              // of x
  int32_t pooledHeight, pooledWidth;  // of y
  int32_t units;                      // channels, in units of lanes
  Lanes lanes;
  int32_t countPadding;  // an average counts cells outside the image as zeros

  // The pixels of x under a position.
  BYPATH_DEVICE Patch under(int32_t row, int32_t column) const {
    const int32_t top = row * strideH - padTop, left = column * strideW - padLeft;
    const int32_t bottom = top + kernelH, right = left + kernelW;
    return {top > 0 ? top : 0, bottom < height ? bottom : height, left > 0 ? left : 0,
            right < width ? right : width};
  }
  // The positions of the window over a pixel.
  BYPATH_DEVICE Patch over(int32_t row, int32_t column) const {
    const int32_t bottom = (row + padTop) / strideH + 1, right = (column + padLeft) / strideW + 1;
    return {firstOver(row + padTop, kernelH, strideH), bottom < pooledHeight ? bottom : pooledHeight,
            firstOver(column + padLeft, kernelW, strideW), right < pooledWidth ? right : pooledWidth};
  }
  BYPATH_DEVICE Place pixel(int64_t i) const { return placeOf(i, height, width, units); }
  BYPATH_DEVICE Place position(int64_t i) const { return placeOf(i, pooledHeight, pooledWidth, units); }
  // The unit of x, and of y, at a row and column of the same image and channels as `at`.
  BYPATH_DEVICE int64_t inX(const Place& at, int32_t row, int32_t column) const {
    return ((at.image * height + row) * width + column) * units + at.unit;
  }
  BYPATH_DEVICE int64_t inY(const Place& at, int32_t row, int32_t column) const {
    return ((at.image * pooledHeight + row) * pooledWidth + column) * units + at.unit;
  }
  // Of each pixel in the average.
  BYPATH_DEVICE float weight(const Patch& pixels) const {
    const int32_t count =
        countPadding ? kernelH * kernelW : (pixels.bottom - pixels.top) * (pixels.right - pixels.left);
    return 1.0f / static_cast<float>(count);
  }

 private:
  BYPATH_DEVICE static int32_t firstOver(int32_t padded, int32_t kernel, int32_t stride) {
    return padded < kernel ? 0 : (padded - kernel) / stride + 1;
  }
};

struct MaxPool {
  Array x, y;
  PoolWindow window;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Place at = window.position(i);
    const Patch pixels = window.under(at.row, at.column);
    Four most = window.lanes.read(x, window.inX(at, pixels.top, pixels.left));
    for (int32_t row = pixels.top; row < pixels.bottom; ++row)
      for (int32_t column = pixels.left; column < pixels.right; ++column) {
        const Four v = window.lanes.read(x, window.inX(at, row, column));
        for (int k = 0; k < 4; ++k) most.value[k] = v.value[k] > most.value[k] ? v.value[k] : most.value[k];
      }
    window.lanes.write(y, i, most);
  }
};

// A pixel takes the gradient of a window when it is not below any other, nor equal to an earlier one. A NaN
// that begins the window takes it all, as nothing is above it; any other is passed over.
struct MaxPoolBackward {
  Array x, y, dy, dx;
  PoolWindow window;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Place at = window.pixel(i);
    const Four here = window.lanes.read(x, i);
    const Patch positions = window.over(at.row, at.column);
    Four sum = {};
    for (int32_t row = positions.top; row < positions.bottom; ++row)
      for (int32_t column = positions.left; column < positions.right; ++column) {
        const int64_t position = window.inY(at, row, column);
        const Four largest = window.lanes.read(y, position);
        bool takes[4];
        bool any = false;
        for (int k = 0; k < 4; ++k) {
          takes[k] = k < window.lanes.width && isLargest(here.value[k], largest.value[k]);
          any = any || takes[k];
        }
        if (!any) continue;
        compare(at, here, window.under(row, column), takes);
        const Four gradient = window.lanes.read(dy, position);
        for (int k = 0; k < 4; ++k) sum.value[k] += takes[k] ? gradient.value[k] : 0.0f;
      }
    window.lanes.write(dx, i, sum);
  }

 private:
  // Spares most comparisons. Where y alone is bfloat16, more than one pixel may look like the largest.
  BYPATH_DEVICE bool isLargest(float value, float largest) const {
    if (largest != largest) return value != value;
    return value == largest || (y.half && fromBf16(toBf16(value)) == largest);
  }
  BYPATH_DEVICE void compare(const Place& at, const Four& here, const Patch& pixels, bool (&takes)[4]) const {
    for (int32_t row = pixels.top; row < pixels.bottom; ++row)
      for (int32_t column = pixels.left; column < pixels.right; ++column) {
        if (row == at.row && column == at.column) continue;
        const bool earlier = row < at.row || (row == at.row && column < at.column);
        const bool first = row == pixels.top && column == pixels.left;
        const Four other = window.lanes.read(x, window.inX(at, row, column));
        for (int k = 0; k < 4; ++k) {
          const float mine = here.value[k], its = other.value[k];
          const bool loses = its > mine || (earlier && its == mine) || (first && its != its);
          takes[k] = takes[k] && !loses;
        }
      }
  }
};

struct AveragePool {
  Array x, y;
  PoolWindow window;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Place at = window.position(i);
    const Patch pixels = window.under(at.row, at.column);
    Four sum = {};
    for (int32_t row = pixels.top; row < pixels.bottom; ++row)
      for (int32_t column = pixels.left; column < pixels.right; ++column) {
        const Four v = window.lanes.read(x, window.inX(at, row, column));
        for (int k = 0; k < 4; ++k) sum.value[k] += v.value[k];
      }
    const float weight = window.weight(pixels);
    for (float& value : sum.value) value *= weight;
    window.lanes.write(y, i, sum);
  }
};

struct AveragePoolBackward {
  Array dy, dx;
  PoolWindow window;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Place at = window.pixel(i);
    const Patch positions = window.over(at.row, at.column);
    Four sum = {};
    for (int32_t row = positions.top; row < positions.bottom; ++row)
      for (int32_t column = positions.left; column < positions.right; ++column) {
        const float weight = window.weight(window.under(row, column));
        const Four v = window.lanes.read(dy, window.inY(at, row, column));
        for (int k = 0; k < 4; ++k) sum.value[k] += weight * v.value[k];
      }
    window.lanes.write(dx, i, sum);
  }
};

// dy (N,C) over all pixels of dx (N,H,W,C).
struct GlobalAveragePoolBackward {
  Array dy, dx;
  int64_t imageUnits;  // of dx
  int32_t units;       // channels
  float share;
  Lanes lanes;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided image = divided(i, imageUnits);
    const Divided pixel = divided(image.rest, units);
    Four v = lanes.read(dy, image.quotient * units + pixel.rest);
    for (float& value : v.value) value *= share;
    lanes.write(dx, i, v);
  }
};

#define BYPATH_POOLING_MAPS(X) \
  X(MaxPool) X(MaxPoolBackward) X(AveragePool) X(AveragePoolBackward) X(GlobalAveragePoolBackward)
#define BYPATH_POOLING_REDUCTIONS(X)

}  // namespace bypath::gpu
