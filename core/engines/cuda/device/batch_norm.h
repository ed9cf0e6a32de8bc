// Batch normalisation with known statistics, and what is computed a channel.
#pragma once

#include <cmath>

#include "core/engines/cuda/device/channel_columns.h"

namespace bypath::gpu {

// One formula wherever it is needed: forward and backward must find the same values above zero.
BYPATH_DEVICE float normFactor(float inverseStd, float scale) {
  return inverseStd * scale;
}
BYPATH_DEVICE float normalised(float x, float mean, float factor, float shift) {
  return fmaf(x - mean, factor, shift);
}

// A map over fours.
struct BatchNormApply {
  Array x, mean, inverseStd, scale, shift, plus, y;  // plus: may be missing; y may be x or plus
  int64_t count;
  int32_t channels, relu;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const ChannelsHere here = ChannelsHere::of(i, channels);
    const Four m = here.read(mean), inverse = here.read(inverseStd), s = here.read(scale),
               b = here.read(shift);
    Four v = x.four(i, count);
    for (int k = 0; k < 4; ++k)
      v.value[k] = normalised(v.value[k], m.value[k], normFactor(inverse.value[k], s.value[k]), b.value[k]);
    if (plus.there()) {
      const Four other = plus.four(i, count);
      for (int k = 0; k < 4; ++k) v.value[k] += other.value[k];
    }
    if (relu)
      for (float& value : v.value) value = value < 0 ? 0 : value;
    y.setFour(i, count, v);
  }
};

// A map over fours.
struct BatchNormInference {
  Array x, scale, shift, mean, variance, y;  // y may be x
  int64_t count;
  int32_t channels, relu;
  float epsilon;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const ChannelsHere here = ChannelsHere::of(i, channels);
    const Four m = here.read(mean), var = here.read(variance), s = here.read(scale), b = here.read(shift);
    Four v = x.four(i, count);
    for (int k = 0; k < 4; ++k) {
      v.value[k] = normalised(v.value[k], m.value[k], s.value[k] / sqrtf(var.value[k] + epsilon), b.value[k]);
      if (relu && v.value[k] < 0) v.value[k] = 0;
    }
    y.setFour(i, count, v);
  }
};

// A map over channels. `keep` is the share of the old values that stays.
struct BatchNormTrack {
  Array mean, inverseStd, runningMean, runningVariance;  // either of the running ones may be missing
  double keep, epsilon, correction;

  BYPATH_DEVICE double blend(float old, double now) const {
    return keep * static_cast<double>(old) + (1 - keep) * now;
  }
  BYPATH_DEVICE void operator()(int64_t c) const {
    const double inverse = static_cast<double>(inverseStd.get(c));
    const double variance = (1 / (inverse * inverse) - epsilon) * correction;
    if (runningMean.there())
      runningMean.set(c, static_cast<float>(blend(runningMean.get(c), static_cast<double>(mean.get(c)))));
    if (runningVariance.there())
      runningVariance.set(c, static_cast<float>(blend(runningVariance.get(c), variance)));
  }
};

// A map over channels.
struct InverseStd {
  Array variance, inverseStd;
  double epsilon;

  BYPATH_DEVICE void operator()(int64_t c) const {
    inverseStd.set(c, static_cast<float>(1 / sqrt(static_cast<double>(variance.get(c)) + epsilon)));
  }
};

// Sums are of x less a value near the channel's mean, so that data far from zero
// loses nothing: the mean of four rows, taken at an odd stride lest all be corners of images.
struct BatchNormStatistics {
  using Rows = RowsAtOnce<4>;
  Array x, mean, inverseStd;
  ChannelColumns columns;
  int64_t rows;
  double epsilon;

  struct State {
    Four sum, squares;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE Four near(int32_t column) const {
    const int64_t stride = rows / 5;
    const int64_t sampled[4] = {stride, 2 * stride, 3 * stride, 4 * stride};
    Four v[4], out;
    columns.read(x, sampled, column, v);
    for (int k = 0; k < 4; ++k)
      out.value[k] = 0.25f * ((v[0].value[k] + v[1].value[k]) + (v[2].value[k] + v[3].value[k]));
    return out;
  }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t call, int32_t column) const {
    const Rows taken = Rows::of(call, rows);
    Four v[4];
    columns.read(x, taken.at, column, v);
    const Four shift = near(column);
    for (int r = 0; r < 4; ++r)
      for (int k = 0; k < 4; ++k) {
        const float d = taken.there[r] ? v[r].value[k] - shift.value[k] : 0;
        state.sum.value[k] += d;
        state.squares.value[k] = fmaf(d, d, state.squares.value[k]);
      }
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int k = 0; k < 4; ++k) {
      state.sum.value[k] += other.sum.value[k];
      state.squares.value[k] += other.squares.value[k];
    }
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t column) const {
    const Four shift = near(column);
    const double count = static_cast<double>(rows);
    Four m, inverse;
    for (int k = 0; k < 4; ++k) {
      const double offset = static_cast<double>(state.sum.value[k]) / count;
      const double variance = static_cast<double>(state.squares.value[k]) / count - offset * offset;
      m.value[k] = static_cast<float>(static_cast<double>(shift.value[k]) + offset);
      // Rounding may leave it below zero; a NaN stays one.
      inverse.value[k] = static_cast<float>(1 / sqrt((variance < 0 ? 0 : variance) + epsilon));
    }
    columns.write(mean, column, m);
    columns.write(inverseStd, column, inverse);
  }
};

#define BYPATH_BATCH_NORM_MAPS(X) X(BatchNormApply) X(BatchNormInference) X(BatchNormTrack) X(InverseStd)
#define BYPATH_BATCH_NORM_REDUCTIONS(X) X(BatchNormStatistics)

}  // namespace bypath::gpu
