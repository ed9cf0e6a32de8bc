// Ops that only move values between tensors of different channels. All counts of channels are in units of
// `lanes`.
#pragma once

#include "core/engines/cuda/device/pixels.h"

namespace bypath::gpu {

// Up to eight tensors side by side, in a stretch of the channels of y. A call writes one unit of it.
struct Concat {
  static constexpr int mostParts = 8;

  Array x[mostParts];
  int32_t units[mostParts];
  Array y;
  int32_t first, stretch;  // of y's channels
  int32_t yUnits;
  Lanes lanes;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided at = divided(i, stretch);
    auto unit = static_cast<int32_t>(at.rest);
    const int64_t to = at.quotient * yUnits + first + unit;
    int part = 0;
    for (; unit >= units[part]; ++part) unit -= units[part];
    lanes.write(y, to, lanes.read(x[part], at.quotient * units[part] + unit));
  }
};

struct SliceChannels {
  Array x, y;
  int32_t first, xUnits, yUnits;
  Lanes lanes;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Divided at = divided(i, yUnits);
    lanes.write(y, i, lanes.read(x, at.quotient * xUnits + first + at.rest));
  }
};

// How wide images lie over narrow ones: every stride-th pixel, and `before` zero channels first.
struct ChannelPadding {
  int32_t before, narrow, wide;  // channels
  int32_t narrowHeight, narrowWidth, wideHeight, wideWidth;
  int32_t strideH, strideW;
  int32_t everyPixel;  // both have the same pixels
  Lanes lanes;
};

struct PadChannels {
  Array x, y;
  ChannelPadding padding;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const ChannelPadding& p = padding;
    int64_t pixel;
    int32_t unit;
    if (p.everyPixel) {
      const Divided at = divided(i, p.wide);
      pixel = at.quotient;
      unit = static_cast<int32_t>(at.rest);
    } else {
      const Place at = placeOf(i, p.wideHeight, p.wideWidth, p.wide);
      pixel = (at.image * p.narrowHeight + at.row * p.strideH) * p.narrowWidth + at.column * p.strideW;
      unit = at.unit;
    }
    unit -= p.before;
    Four v = {};
    if (unit >= 0 && unit < p.narrow) v = p.lanes.read(x, pixel * p.narrow + unit);
    p.lanes.write(y, i, v);
  }
};

struct PadChannelsBackward {
  Array dy, dx;
  ChannelPadding padding;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const ChannelPadding& p = padding;
    if (p.everyPixel) {
      const Divided at = divided(i, p.narrow);
      p.lanes.write(dx, i, p.lanes.read(dy, at.quotient * p.wide + p.before + at.rest));
      return;
    }
    const Place at = placeOf(i, p.narrowHeight, p.narrowWidth, p.narrow);
    const int32_t row = at.row / p.strideH, column = at.column / p.strideW;
    const bool taken = row * p.strideH == at.row && column * p.strideW == at.column && row < p.wideHeight &&
                       column < p.wideWidth;
    Four v = {};
    if (taken) {
      const int64_t pixel = (at.image * p.wideHeight + row) * p.wideWidth + column;
      v = p.lanes.read(dy, pixel * p.wide + p.before + at.unit);
    }
    p.lanes.write(dx, i, v);
  }
};

#define BYPATH_JOINING_MAPS(X) X(Concat) X(SliceChannels) X(PadChannels) X(PadChannelsBackward)
#define BYPATH_JOINING_REDUCTIONS(X)

}  // namespace bypath::gpu
