// A tensor (..., channels) as reductions and maps read it channel by channel: four channels at once where
// they come in fours, else one. `everything` as a count says that no read reaches beyond the end.
#pragma once

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

inline constexpr int64_t everything = INT64_MAX;

// Rows that one add() of a reduction takes, far apart: so many reads are on their way at once.
template <int n>
struct RowsAtOnce {
  int64_t at[n];  // of a row that is not there: of another that is
  bool there[n];

  static constexpr int64_t calls(int64_t rows) { return (rows + n - 1) / n; }
  BYPATH_DEVICE static RowsAtOnce of(int64_t call, int64_t rows) {
    const int64_t stretch = calls(rows);
    RowsAtOnce out;
    for (int r = 0; r < n; ++r) {
      const int64_t row = call + r * stretch;
      out.there[r] = row < rows;
      out.at[r] = out.there[r] ? row : call;
    }
    return out;
  }
};

// The columns of a reduction. Where a column is one channel, the first of each Four is meant.
struct ChannelColumns {
  int32_t count = 0;  // columns
  int32_t wide = 0;   // 1: four channels each

  static constexpr ChannelColumns of(int64_t channels) {
    const bool fours = channels % 4 == 0;
    return {static_cast<int32_t>(fours ? channels / 4 : channels), fours};
  }
  BYPATH_DEVICE int32_t width() const { return wide ? 4 : 1; }
  BYPATH_DEVICE Four read(const Array& x, int64_t row, int32_t column) const {
    const int64_t at = row * count + column;
    if (wide) return x.four(at, everything);
    return {{x.get(at), 0, 0, 0}};
  }
  template <int n>
  BYPATH_DEVICE void read(const Array& x, const int64_t (&rows)[n], int32_t column, Four (&out)[n]) const {
    if (wide && x.half) {
      FourHalves raw[n];
      for (int r = 0; r < n; ++r) raw[r] = static_cast<const FourHalves*>(x.data)[rows[r] * count + column];
      for (int r = 0; r < n; ++r)
        for (int v = 0; v < 4; ++v) out[r].value[v] = fromBf16(raw[r].value[v]);
    } else if (wide) {
      for (int r = 0; r < n; ++r) {
        const FourFloats raw = static_cast<const FourFloats*>(x.data)[rows[r] * count + column];
        for (int v = 0; v < 4; ++v) out[r].value[v] = raw.value[v];
      }
    } else if (x.half) {
      for (int r = 0; r < n; ++r) out[r] = {{x.get(rows[r] * count + column), 0, 0, 0}};
    } else {
      for (int r = 0; r < n; ++r)
        out[r] = {{static_cast<const float*>(x.data)[rows[r] * count + column], 0, 0, 0}};
    }
  }
  BYPATH_DEVICE void write(const Array& y, int64_t row, int32_t column, const Four& values) const {
    const int64_t at = row * count + column;
    if (wide)
      y.setFour(at, everything, values);
    else
      y.set(at, values.value[0]);
  }
  // Of an array of one number a channel.
  BYPATH_DEVICE Four read(const Array& ofChannel, int32_t column) const { return read(ofChannel, 0, column); }
  BYPATH_DEVICE void write(const Array& ofChannel, int32_t column, const Four& values) const {
    write(ofChannel, 0, column, values);
  }
};

// Where a map over fours of (..., channels) stands.
struct ChannelsHere {
  FourChannels at;
  bool together;  // the four follow each other, from a multiple of four on

  BYPATH_DEVICE static ChannelsHere of(int64_t i, int32_t channels) {
    return {channelsOfFour(i, channels), channels % 4 == 0};
  }
  BYPATH_DEVICE Four read(const Array& ofChannel) const {
    if (together) return ofChannel.four(at.channel[0] / 4, everything);
    Four out;
    for (int v = 0; v < 4; ++v) out.value[v] = ofChannel.get(at.channel[v]);
    return out;
  }
};

}  // namespace bypath::gpu
