// Sums over all axes but the channels, of everything or of each sample.
#pragma once

#include "core/engines/cuda/device/channel_columns.h"

namespace bypath::gpu {

// x (segments, rows, channels) -> y (segments, channels): factor * sum.
struct ChannelSums {
  Array x, y;
  ChannelColumns columns;
  int64_t rows;
  float factor;

  struct State {
    Four sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t column) const {
    const Four v = columns.read(x, segment * rows + row, column);
    for (int k = 0; k < 4; ++k) state.sum.value[k] += v.value[k];
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
