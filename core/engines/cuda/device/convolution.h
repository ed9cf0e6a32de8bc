// Around convolutions: filters and images laid out as the library reads them, what is added to the sums, and
// convolutions by their definition where the library has none.
#pragma once

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

struct Quotient {
  int64_t whole;
  int32_t rest;
};
// In 32 bits where the value allows it.
BYPATH_DEVICE Quotient quotientOf(int64_t value, int32_t by) {
  if (value <= INT32_MAX) {
    const uint32_t low = static_cast<uint32_t>(value), whole = low / static_cast<uint32_t>(by);
    return {static_cast<int64_t>(whole), static_cast<int32_t>(low - whole * static_cast<uint32_t>(by))};
  }
  return {value / by, static_cast<int32_t>(value % by)};
}

// Four by four weights of one tap, between ours (taps, C, K) and the library's filters (K, taps, C): each
// call reads and writes four neighbours at a time.
struct FilterTile {
  int64_t ours, theirs;  // the first weight's place
  int32_t c, k, cs, ks;  // the first weight, and how many are inside
};
struct FilterLayout {
  int32_t taps, c, k;

  constexpr int64_t count() const { return int64_t{taps} * c * k; }
  constexpr int64_t tiles() const { return int64_t{taps} * ((c + 3) / 4) * ((k + 3) / 4); }
  BYPATH_DEVICE bool whole() const { return c % 4 == 0 && k % 4 == 0; }
  BYPATH_DEVICE FilterTile tile(int64_t i) const {
    const Quotient byK = quotientOf(i, (k + 3) / 4), byC = quotientOf(byK.whole, (c + 3) / 4);
    FilterTile tile;
    tile.c = 4 * byC.rest;
    tile.k = 4 * byK.rest;
    tile.cs = c - tile.c < 4 ? c - tile.c : 4;
    tile.ks = k - tile.k < 4 ? k - tile.k : 4;
    tile.ours = (byC.whole * c + tile.c) * k + tile.k;
    tile.theirs = (tile.k * int64_t{taps} + byC.whole) * c + tile.c;
    return tile;
  }
  BYPATH_DEVICE int64_t theirStep() const { return int64_t{taps} * c; }  // from one k to the next
};

// Rows of one side become columns of the other.
BYPATH_DEVICE void turnTile(const Array& from, int64_t start, int64_t step, const Array& to, int64_t toStart,
                            int64_t toStep, int64_t count) {
  Four rows[4];
  for (int r = 0; r < 4; ++r) rows[r] = from.four((start + r * step) / 4, count);
  for (int r = 0; r < 4; ++r) {
    const Four row{{rows[0].value[r], rows[1].value[r], rows[2].value[r], rows[3].value[r]}};
    to.setFour((toStart + r * toStep) / 4, count, row);
  }
}

// weights (KH,KW,C,K) -> filter (K,KH,KW,C); layout.tiles() calls.
struct FilterToDevice {
  Array weights, filter;
  FilterLayout layout;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const FilterTile tile = layout.tile(i);
    if (layout.whole()) {
      turnTile(weights, tile.ours, layout.k, filter, tile.theirs, layout.theirStep(), layout.count());
      return;
    }
    for (int32_t c = 0; c < tile.cs; ++c)
      for (int32_t k = 0; k < tile.ks; ++k)
        filter.set(tile.theirs + k * layout.theirStep() + c,
                   weights.get(tile.ours + int64_t{c} * layout.k + k));
  }
};

// filter (K,KH,KW,C) -> weights (KH,KW,C,K); layout.tiles() calls.
struct FilterFromDevice {
  Array filter, weights;
  FilterLayout layout;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const FilterTile tile = layout.tile(i);
    if (layout.whole()) {
      turnTile(filter, tile.theirs, layout.theirStep(), weights, tile.ours, layout.k, layout.count());
      return;
    }
    for (int32_t c = 0; c < tile.cs; ++c)
      for (int32_t k = 0; k < tile.ks; ++k)
        weights.set(tile.ours + int64_t{c} * layout.k + k,
                    filter.get(tile.theirs + k * layout.theirStep() + c));
  }
};

// The same numbers in the other type.
struct ConvertValues {
  Array from, to;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const { to.setFour(i, count, from.four(i, count)); }
};

// Images (N,H,W,C) of one size laid over images of another: pixel (0,0) of the first is pixel (top,left) of
// the second. Either may reach beyond the other.
struct ImageOverlay {
  int32_t h = 0, w = 0;      // of the images that are read
  int32_t toH = 0, toW = 0;  // of those that are made
  int32_t top = 0, left = 0, c = 0;

  // Where a pixel that is made lies among the pixels that are read; -1: outside, and so zero.
  BYPATH_DEVICE int64_t source(int64_t pixel) const {
    const Quotient row = quotientOf(pixel, toW), image = quotientOf(row.whole, toH);
    const int32_t fromH = image.rest - top, fromW = row.rest - left;
    if (fromH < 0 || fromH >= h || fromW < 0 || fromW >= w) return -1;
    return (image.whole * h + fromH) * w + fromW;
  }
  // Values 4 * i to 4 * i + 3 of what is made, `count` values in all.
  BYPATH_DEVICE Four four(const Array& from, int64_t i, int64_t count) const {
    Four out{{0, 0, 0, 0}};
    Quotient at = quotientOf(4 * i, c);
    if (c % 4 == 0) {
      const int64_t pixel = source(at.whole);
      return pixel < 0 ? out : from.four((pixel * c + at.rest) / 4, INT64_MAX);
    }
    int64_t pixel = source(at.whole);
    for (int v = 0; v < 4 && 4 * i + v < count; ++v) {
      if (pixel >= 0) out.value[v] = from.get(pixel * c + at.rest);
      if (++at.rest < c) continue;
      at.rest = 0;
      if (4 * i + v + 1 < count) pixel = source(++at.whole);
    }
    return out;
  }
};

// x -> the image with its padding around it; rows that no window reaches are left out.
struct PadImage {
  Array x, padded;
  ImageOverlay overlay;
  int64_t count;  // of padded

  BYPATH_DEVICE void operator()(int64_t i) const { padded.setFour(i, count, overlay.four(x, i, count)); }
};

// What a convolution has summed up, laid out like its result or, with `cropped`, inside a padded image.
struct ConvolutionSums {
  Array sums, bias;  // bias (channels), perhaps not there
  ImageOverlay overlay;
  int64_t count;  // of the result
  int32_t channels, cropped;

  // Bias included.
  BYPATH_DEVICE Four four(int64_t i) const {
    Four v = cropped ? overlay.four(sums, i, count) : sums.four(i, count);
    if (!bias.there()) return v;
    const FourChannels at = channelsOfFour(i, channels);
    if (channels % 4 == 0) {
      const Four add = bias.four(at.channel[0] / 4, channels);
      for (int k = 0; k < 4; ++k) v.value[k] += add.value[k];
    } else {
      for (int k = 0; k < 4; ++k) v.value[k] += bias.get(at.channel[k]);
    }
    return v;
  }
};

// y = sums + plus, not below 0 with relu, zero where mask is not above 0. All may be one memory.
struct ConvolutionEpilogue {
  ConvolutionSums sums;
  Array plus, mask, y;
  int32_t relu;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = sums.four(i);
    if (plus.there()) {
      const Four add = plus.four(i, sums.count);
      for (int k = 0; k < 4; ++k) v.value[k] += add.value[k];
    }
    if (relu)
      for (float& value : v.value) value = value < 0 ? 0 : value;
    if (mask.there()) {
      const Four open = mask.four(i, sums.count);
      for (int k = 0; k < 4; ++k)
        if (open.value[k] <= 0) v.value[k] = 0;
    }
    y.setFour(i, sums.count, v);
  }
};

// split (3): sums of plus^2, of sums^2, of plus * sums. One column; a row is four values.
struct ConvolutionSplit {
  ConvolutionSums sums;
  Array plus, split;

  struct State {
    double plus, rest, both;
  };
  BYPATH_DEVICE State none() const { return {0, 0, 0}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    const Four rest = sums.four(row), more = plus.four(row, sums.count);
    float ofPlus = 0, ofRest = 0, ofBoth = 0;
    for (int k = 0; k < 4 && 4 * row + k < sums.count; ++k) {
      ofPlus += more.value[k] * more.value[k];
      ofRest += rest.value[k] * rest.value[k];
      ofBoth += more.value[k] * rest.value[k];
    }
    state.plus += static_cast<double>(ofPlus);
    state.rest += static_cast<double>(ofRest);
    state.both += static_cast<double>(ofBoth);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    state.plus += other.plus;
    state.rest += other.rest;
    state.both += other.both;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    split.set(0, static_cast<float>(state.plus));
    split.set(1, static_cast<float>(state.rest));
    split.set(2, static_cast<float>(state.both));
  }
};

#define BYPATH_CONVOLUTION_MAPS(X) \
  X(FilterToDevice) X(FilterFromDevice) X(ConvertValues) X(PadImage) X(ConvolutionEpilogue)
#define BYPATH_CONVOLUTION_REDUCTIONS(X) X(ConvolutionSplit)

}  // namespace bypath::gpu
