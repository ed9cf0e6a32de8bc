// What is watched inside a running network, as few numbers as it takes. Rows of reductions are fours, in one
// column, where nothing else is said.
#pragma once

#include "core/engines/cuda/device/channel_columns.h"

namespace bypath::gpu {

// sum of a * b; a and b may be the same.
struct Dot {
  Array a, b, sum;
  int64_t count;

  struct State {
    double sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    const Four left = a.four(row, count), right = b.four(row, count);
    float four = 0;
    for (int k = 0; k < 4; ++k) four += left.value[k] * right.value[k];
    state.sum += static_cast<double>(four);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    sum.set(0, static_cast<float>(state.sum));
  }
};

// Mean and biased variance, of sums of what is left without the first value.
struct Moments {
  Array x, moments;
  int64_t count;

  struct State {
    double sum, squares;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    const float shift = x.get(0);
    const Four v = x.four(row, count);
    float sum = 0, squares = 0;
    for (int k = 0; k < 4; ++k) {
      const float d = 4 * row + k < count ? v.value[k] - shift : 0;
      sum += d;
      squares += d * d;
    }
    state.sum += static_cast<double>(sum);
    state.squares += static_cast<double>(squares);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    state.sum += other.sum;
    state.squares += other.squares;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    const double n = static_cast<double>(count), offset = state.sum / n;
    const double variance = state.squares / n - offset * offset;
    moments.set(0, static_cast<float>(static_cast<double>(x.get(0)) + offset));
    moments.set(1, static_cast<float>(variance < 0 ? 0 : variance));
  }
};

// How many values of each channel are not above 0.
struct ChannelZeros {
  using Rows = RowsAtOnce<4>;
  Array y;
  ChannelColumns columns;
  int64_t rows;
  int64_t* zeros;  // (channels)

  struct State {
    int64_t zeros[4];
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t call, int32_t column) const {
    const Rows taken = Rows::of(call, rows);
    Four v[4];
    columns.read(y, taken.at, column, v);
    for (int k = 0; k < 4; ++k) {
      int32_t more = 0;
      for (int r = 0; r < 4; ++r) more += taken.there[r] && !(v[r].value[k] > 0) ? 1 : 0;
      state.zeros[k] += more;
    }
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int k = 0; k < 4; ++k) state.zeros[k] += other.zeros[k];
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t column) const {
    for (int k = 0; k < columns.width(); ++k) zeros[column * columns.width() + k] = state.zeros[k];
  }
};

// The shares of values not above 0 and of channels with no other, of ChannelZeros. Rows are channels.
struct ZerosShare {
  const int64_t* zeros;
  Array share;
  int64_t rows, channels;

  struct State {
    int64_t zeros, silent;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    state.zeros += zeros[row];
    state.silent += zeros[row] == rows ? 1 : 0;
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    state.zeros += other.zeros;
    state.silent += other.silent;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    const double all = static_cast<double>(channels);
    share.set(0, static_cast<float>(static_cast<double>(state.zeros) / (static_cast<double>(rows) * all)));
    share.set(1, static_cast<float>(static_cast<double>(state.silent) / all));
  }
};

#define BYPATH_PROBES_MAPS(X)
#define BYPATH_PROBES_REDUCTIONS(X) X(Dot) X(Moments) X(ChannelZeros) X(ZerosShare)

}  // namespace bypath::gpu
