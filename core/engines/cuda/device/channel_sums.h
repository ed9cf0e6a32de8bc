// Sums over all axes but the channels, of everything or of each sample.
#pragma once

#include "core/engines/cuda/device/channel_columns.h"

namespace bypath::gpu {

// x (segments, rows, channels) -> y (segments, channels): factor * sum.
struct ChannelSums {
  using Rows = RowsAtOnce<4>;
  Array x, y;
  ChannelColumns columns;
  int64_t rows;
  float factor;

  struct State {
    Four sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t call, int32_t column) const {
    Rows taken = Rows::of(call, rows);
    for (int64_t& row : taken.at) row += segment * rows;
    Four v[4];
    columns.read(x, taken.at, column, v);
    for (int r = 0; r < 4; ++r)
      for (int k = 0; k < 4; ++k) state.sum.value[k] += taken.there[r] ? v[r].value[k] : 0;
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int k = 0; k < 4; ++k) state.sum.value[k] += other.sum.value[k];
  }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t column) const {
    Four sum = state.sum;
    for (float& value : sum.value) value *= factor;
    columns.write(y, segment, column, sum);
  }
};

#define BYPATH_CHANNEL_SUMS_MAPS(X)
#define BYPATH_CHANNEL_SUMS_REDUCTIONS(X) X(ChannelSums)

}  // namespace bypath::gpu
