// Convolutions and matrix products by their definition, one result a call, for what the libraries do not
// take. Weights are (KH,KW,C,K).
#pragma once

#include "core/engines/cuda/device/convolution.h"

namespace bypath::gpu {

// x (N,H,W,C), y (N,OH,OW,K).
struct DirectWindow {
  int32_t h, w, c, k, kh, kw, oh, ow, strideH, strideW, top, left;
};

// What is done to a sum before it is written. plus and mask may be the result's memory.
struct DirectFinish {
  Array bias, plus, mask;
  int32_t relu;

  BYPATH_DEVICE float of(float sum, int64_t i, int32_t channel) const {
    if (bias.there()) sum += bias.get(channel);
    if (plus.there()) sum += plus.get(i);
    if (relu && sum < 0) sum = 0;
    if (mask.there() && mask.get(i) <= 0) sum = 0;
    return sum;
  }
};

struct DirectConvolution {
  Array x, weights, y;
  DirectWindow window;
  DirectFinish finish;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const DirectWindow& q = window;
    const Quotient byK = quotientOf(i, q.k), column = quotientOf(byK.whole, q.ow),
                   row = quotientOf(column.whole, q.oh);
    const int32_t k = byK.rest;
    float sum = 0;
    for (int32_t kh = 0; kh < q.kh; ++kh) {
      const int64_t h = int64_t{row.rest} * q.strideH - q.top + kh;
      if (h < 0 || h >= q.h) continue;
      for (int32_t kw = 0; kw < q.kw; ++kw) {
        const int64_t w = int64_t{column.rest} * q.strideW - q.left + kw;
        if (w < 0 || w >= q.w) continue;
        const int64_t pixel = ((row.whole * q.h + h) * q.w + w) * q.c;
        const int64_t tap = (int64_t{kh} * q.kw + kw) * q.c;
        for (int32_t c = 0; c < q.c; ++c) sum += x.get(pixel + c) * weights.get((tap + c) * q.k + k);
      }
    }
    y.set(i, finish.of(sum, i, k));
  }
};

struct DirectConvolutionInput {
  Array y, weights, x;
  DirectWindow window;
  DirectFinish finish;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const DirectWindow& q = window;
    const Quotient byC = quotientOf(i, q.c), column = quotientOf(byC.whole, q.w),
                   row = quotientOf(column.whole, q.h);
    const int32_t c = byC.rest;
    float sum = 0;
    for (int32_t kh = 0; kh < q.kh; ++kh) {
      const int64_t h = int64_t{row.rest} + q.top - kh;
      if (h < 0 || h % q.strideH != 0 || h / q.strideH >= q.oh) continue;
      for (int32_t kw = 0; kw < q.kw; ++kw) {
        const int64_t w = int64_t{column.rest} + q.left - kw;
        if (w < 0 || w % q.strideW != 0 || w / q.strideW >= q.ow) continue;
        const int64_t pixel = ((row.whole * q.oh + h / q.strideH) * q.ow + w / q.strideW) * q.k;
        const int64_t tap = ((int64_t{kh} * q.kw + kw) * q.c + c) * q.k;
        for (int32_t k = 0; k < q.k; ++k) sum += y.get(pixel + k) * weights.get(tap + k);
      }
    }
    x.set(i, finish.of(sum, i, c));
  }
};

// segments: taps and channels of x; rows: pixels of y; columns: channels of y.
struct DirectConvolutionWeights {
  Array x, y, weights;
  DirectWindow window;
  int32_t asFilter;  // weights are written as (K,KH,KW,C)

  struct State {
    float sum;
  };
  BYPATH_DEVICE State none() const { return {0}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t k) const {
    const DirectWindow& q = window;
    const Quotient byC = quotientOf(segment, q.c), tap = quotientOf(byC.whole, q.kw);
    const Quotient column = quotientOf(row, q.ow), line = quotientOf(column.whole, q.oh);
    const int64_t h = int64_t{line.rest} * q.strideH - q.top + tap.whole;
    const int64_t w = int64_t{column.rest} * q.strideW - q.left + tap.rest;
    if (h < 0 || h >= q.h || w < 0 || w >= q.w) return;
    state.sum += x.get(((line.whole * q.h + h) * q.w + w) * q.c + byC.rest) * y.get(row * q.k + k);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t k) const {
    const int64_t taps = int64_t{window.kh} * window.kw;
    weights.set(asFilter ? k * taps * window.c + segment : segment * window.k + k, state.sum);
  }
};

// c (m,n) = a * b; a value of a is at row * aRow + column * aColumn.
struct DirectProduct {
  Array a, b, c;
  int32_t n, k;
  int64_t aRow, aColumn, bRow, bColumn;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Quotient at = quotientOf(i, n);
    float sum = 0;
    for (int64_t j = 0; j < k; ++j)
      sum += a.get(at.whole * aRow + j * aColumn) * b.get(j * bRow + at.rest * bColumn);
    c.set(i, sum);
  }
};

#define BYPATH_DIRECT_MAPS(X) X(DirectConvolution) X(DirectConvolutionInput) X(DirectProduct)
#define BYPATH_DIRECT_REDUCTIONS(X) X(DirectConvolutionWeights)

}  // namespace bypath::gpu
