// Loops over rows of channels (..., C) that do something per channel. Serial, for one thread.
//
// Vectors and channels seldom agree, so per-channel values are first repeated to a `period`, a common
// multiple of the channels and any vector: the loops then see flat memory, whatever C is. A span begins at a
// multiple of the period and ends anywhere.
#pragma once

#include <cstdint>

namespace bypath {

// At least 64 floats, so that even one channel keeps several accumulators busy.
int64_t channelPeriod(int64_t channels);
void repeatChannels(const float* values, int64_t channels, int64_t period, float* repeated);
// Adds up what belongs to one channel: totals[c] += periodic[c] + periodic[c + channels] + ...
void foldChannels(const float* periodic, int64_t channels, int64_t period, double* totals);

// sums[period] = sum of x.
void channelSums(const float* x, int64_t count, int64_t period, float* sums);
// Sums of (x - shift) and of its square.
void channelMoments(const float* x, int64_t count, int64_t period, const float* shift, float* sums,
                    float* squares);
// Sums of dy and dy * (x - mean). Unless shift is null, dy counts only where (x - mean) * scale + shift > 0:
// where channelAffine() with relu gave more than 0.
void channelGradientSums(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                         const float* scale, const float* shift, float* sums, float* products);

// With pastCache, results go to memory past the caches: right for tensors that do not fit into them, and only
// into memory that is not read at the same time.

// y = (x - mean) * scale + shift (+ plus unless null), and max(0, .) with relu. y may be x or plus.
struct AffineMap {
  const float* mean;
  const float* scale;
  const float* shift;
  const float* plus;  // as many as x
  bool relu;
};
void channelAffine(const float* x, int64_t count, int64_t period, const AffineMap& map, float* y,
                   bool pastCache = false);
// dx = scale * dy + slope * (x - mean) + constant (+ plus unless null), dy counting as in
// channelGradientSums(). dx may be x or dy.
void channelGradient(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                     const float* scale, const float* shift, const float* slope, const float* constant,
                     const float* plus, float* dx, bool pastCache = false);
// y = x + bias. y may be x.
void channelAdd(const float* x, int64_t count, int64_t period, const float* bias, float* y);

}  // namespace bypath
