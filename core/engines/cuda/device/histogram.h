// core/ops/histogram.h on the device, with the same counts to the last value. A bin takes the values from its
// edge up to the next one's, so counting is comparing; counters are whole numbers in the states of a
// reduction, so nothing depends on who counts first.
#pragma once

#include <cmath>

#include "core/engines/cuda/device/finite.h"

namespace bypath::gpu {

inline constexpr int32_t binsOfHistogram = 48;
inline constexpr int32_t binsAColumn = 3;
inline constexpr int64_t valuesARow = 16;

// Least and greatest finite value into range[0] and [1]; the first above the second where there is none. Rows
// are fours, in one column.
struct HistogramEnds {
  Array x, histogram;  // the result's first two numbers
  int64_t count;
  float* range;

  struct State {
    float low, high;
  };
  BYPATH_DEVICE State none() const { return {INFINITY, -INFINITY}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    const Four v = x.four(row, count);
    for (int k = 0; k < 4; ++k)
      if (4 * row + k < count && isFinite(v.value[k])) join(state, {v.value[k], v.value[k]});
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    if (other.low < state.low) state.low = other.low;
    if (other.high > state.high) state.high = other.high;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    const bool any = state.low <= state.high;
    range[0] = state.low;
    range[1] = state.high;
    histogram.set(0, any ? state.low : 0);
    histogram.set(1, any ? state.high : 0);
  }
};

// A map over the bins and one more: the least float of each bin, found by halving; infinity where there is
// none, and after the last.
struct HistogramEdges {
  const float* range;
  float* edges;

  // Numbers in the order of the floats.
  BYPATH_DEVICE static uint32_t orderOf(float value) {
    const uint32_t bits = toBits(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  }
  BYPATH_DEVICE static float ofOrder(uint32_t order) {
    return fromBits(order & 0x80000000u ? order & 0x7fffffffu : ~order);
  }
  BYPATH_DEVICE void operator()(int64_t bin) const {
    const double low = static_cast<double>(range[0]), high = static_cast<double>(range[1]);
    if (low > high || bin == binsOfHistogram || (low == high && bin > 0)) {
      edges[bin] = INFINITY;
      return;
    }
    // As HistogramRange::bin().
    const double perUnit = high > low ? static_cast<double>(binsOfHistogram) / (high - low) : 0;
    uint32_t below = orderOf(range[0]), reached = bin > 0 ? orderOf(range[1]) : below;
    while (reached - below > 1) {
      const uint32_t middle = below + (reached - below) / 2;
      const double place = (static_cast<double>(ofOrder(middle)) - low) * perUnit;
      (place >= static_cast<double>(bin) ? reached : below) = middle;
    }
    edges[bin] = ofOrder(reached);
  }
};

// Columns are three bins each, rows sixteen values.
struct HistogramCounts {
  Array x, histogram;
  int64_t count;
  const float* edges;

  struct State {
    int64_t reached[binsAColumn + 1];  // values at or above these edges
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t column) const {
    float edge[binsAColumn + 1];
    for (int e = 0; e <= binsAColumn; ++e) edge[e] = edges[column * binsAColumn + e];
    int32_t reached[binsAColumn + 1] = {};
    const int64_t first = row * valuesARow;
    for (int64_t four = 0; four < valuesARow / 4; ++four) {
      const Four v = x.four(first / 4 + four, count);
      for (int k = 0; k < 4; ++k) {
        // What is not there or not a number reaches none.
        const float value = first + 4 * four + k < count ? v.value[k] : -INFINITY;
        for (int e = 0; e <= binsAColumn; ++e) reached[e] += value >= edge[e] ? 1 : 0;
      }
    }
    for (int e = 0; e <= binsAColumn; ++e) state.reached[e] += reached[e];
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int e = 0; e <= binsAColumn; ++e) state.reached[e] += other.reached[e];
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t column) const {
    for (int e = 0; e < binsAColumn; ++e)
      histogram.set(2 + column * binsAColumn + e,
                    static_cast<float>(state.reached[e] - state.reached[e + 1]));
  }
};

#define BYPATH_HISTOGRAM_MAPS(X) X(HistogramEdges)
#define BYPATH_HISTOGRAM_REDUCTIONS(X) X(HistogramEnds) X(HistogramCounts)

}  // namespace bypath::gpu
