#include "core/engines/cpu/channel_spans.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/channel_spans.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engines/cpu/span_loop-inl.h"

#define BYPATH_UNROLL _Pragma("GCC unroll 8")

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

// A term gives the values to be summed at memory position i for period position o; it has at most two sums.
struct SumTerm {
  const float* x;
  template <class D, class V>
  HWY_INLINE void add(D d, int64_t i, int64_t, V& first, V&) const {
    first = hn::Add(first, hn::LoadU(d, x + i));
  }
};

struct MomentTerm {
  const float* x;
  const float* shift;
  template <class D, class V>
  HWY_INLINE void add(D d, int64_t i, int64_t o, V& first, V& second) const {
    const V value = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, shift + o));
    first = hn::Add(first, value);
    second = hn::MulAdd(value, value, second);
  }
};

// dy, where the affine map of the centred value is above zero; everywhere without a shift.
template <class D>
HWY_INLINE hn::Vec<D> gatedGradient(D d, hn::Vec<D> dy, hn::Vec<D> centred, const float* scale,
                                    const float* shift, int64_t o) {
  if (!shift) return dy;
  const auto value = hn::MulAdd(centred, hn::LoadU(d, scale + o), hn::LoadU(d, shift + o));
  return hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), dy);
}

struct GradientTerm {
  const float* x;
  const float* dy;
  const float* mean;
  const float* scale;
  const float* shift;
  template <class D, class V>
  HWY_INLINE void add(D d, int64_t i, int64_t o, V& first, V& second) const {
    const V centred = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, mean + o));
    const V gradient = gatedGradient(d, hn::LoadU(d, dy + i), centred, scale, shift, o);
    first = hn::Add(first, gradient);
    second = hn::MulAdd(gradient, centred, second);
  }
};

// Sums for `Vectors` vectors of the period from position o on; returns where in memory it stopped.
template <int Vectors, class D, class Term>
HWY_INLINE void sumColumn(D d, const Term& term, int64_t o, int64_t count, int64_t period, float* first,
                          float* second) {
  const auto step = static_cast<int64_t>(hn::Lanes(d));
  hn::Vec<D> a[Vectors], b[Vectors];
  BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) a[v] = b[v] = hn::Zero(d);
  for (int64_t i = o; i + Vectors * step <= count; i += period)
    BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) term.add(d, i + v * step, o + v * step, a[v], b[v]);
  BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) {
    hn::StoreU(a[v], d, first + o + v * step);
    if (second) hn::StoreU(b[v], d, second + o + v * step);
  }
}

// Full periods go in wide columns. The rest, less than a period, is added value by value.
template <class Term>
HWY_INLINE void sumPeriods(const Term& term, int64_t count, int64_t period, float* first, float* second) {
  constexpr int wide = 4;
  const Floats d;
  const OneFloat one;
  const int64_t step = lanes(), whole = count / period * period;
  int64_t o = 0;
  for (; o + wide * step <= period; o += wide * step)
    sumColumn<wide>(d, term, o, whole, period, first, second);
  for (; o + step <= period; o += step) sumColumn<1>(d, term, o, whole, period, first, second);
  for (int64_t i = whole; i < count; ++i) {
    auto a = hn::LoadU(one, first + i - whole);
    auto b = second ? hn::LoadU(one, second + i - whole) : hn::Zero(one);
    term.add(one, i, i - whole, a, b);
    hn::StoreU(a, one, first + i - whole);
    if (second) hn::StoreU(b, one, second + i - whole);
  }
}

void channelSums(const float* x, int64_t count, int64_t period, float* sums) {
  sumPeriods(SumTerm{x}, count, period, sums, nullptr);
}

void channelMoments(const float* x, int64_t count, int64_t period, const float* shift, float* sums,
                    float* squares) {
  sumPeriods(MomentTerm{x, shift}, count, period, sums, squares);
}

void channelGradientSums(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                         const float* scale, const float* shift, float* sums, float* products) {
  sumPeriods(GradientTerm{x, dy, mean, scale, shift}, count, period, sums, products);
}

template <class Store>
struct Affine {
  const float* x;
  AffineMap map;
  float* y;
  template <class D>
  HWY_INLINE void at(D d, int64_t i, int64_t o) const {
    const auto centred = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, map.mean + o));
    auto value = hn::MulAdd(centred, hn::LoadU(d, map.scale + o), hn::LoadU(d, map.shift + o));
    if (map.plus) value = hn::Add(value, hn::LoadU(d, map.plus + i));
    Store::to(d, map.relu ? hn::Max(value, hn::Zero(d)) : value, y + i);
  }
};

template <class Store>
struct Gradient {
  const float* x;
  const float* dy;
  const float* mean;
  const float* scale;
  const float* shift;
  const float* slope;
  const float* constant;
  const float* plus;
  float* dx;
  template <class D>
  HWY_INLINE void at(D d, int64_t i, int64_t o) const {
    const auto centred = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, mean + o));
    const auto rest = hn::MulAdd(centred, hn::LoadU(d, slope + o), hn::LoadU(d, constant + o));
    const auto gradient = gatedGradient(d, hn::LoadU(d, dy + i), centred, scale, shift, o);
    const auto value = hn::MulAdd(gradient, hn::LoadU(d, scale + o), rest);
    Store::to(d, plus ? hn::Add(value, hn::LoadU(d, plus + i)) : value, dx + i);
  }
};

struct AddBias {
  const float* x;
  const float* bias;
  float* y;
  template <class D>
  HWY_INLINE void at(D d, int64_t i, int64_t o) const {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, bias + o)), d, y + i);
  }
};

template <class Map>
struct MapPeriod {
  const Map& map;
  int64_t begin;
  template <class D>
  HWY_INLINE void operator()(D d, int64_t o) const {
    map.at(d, begin + o, o);
  }
};

template <class Map>
HWY_INLINE void mapPeriods(const Map& map, int64_t count, int64_t period) {
  for (int64_t begin = 0; begin < count; begin += period)
    forEachVector(HWY_MIN(period, count - begin), MapPeriod<Map>{map, begin});
}

void channelAffine(const float* x, int64_t count, int64_t period, const AffineMap& map, float* y,
                   bool pastCache) {
  withStore(pastCache, [&](auto store) { mapPeriods(Affine<decltype(store)>{x, map, y}, count, period); });
}

void channelGradient(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                     const float* scale, const float* shift, const float* slope, const float* constant,
                     const float* plus, float* dx, bool pastCache) {
  withStore(pastCache, [&](auto store) {
    mapPeriods(Gradient<decltype(store)>{x, dy, mean, scale, shift, slope, constant, plus, dx}, count,
               period);
  });
}

void channelAdd(const float* x, int64_t count, int64_t period, const float* bias, float* y) {
  mapPeriods(AddBias{x, bias, y}, count, period);
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

HWY_EXPORT(channelSums);
HWY_EXPORT(channelMoments);
HWY_EXPORT(channelGradientSums);
HWY_EXPORT(channelAffine);
HWY_EXPORT(channelGradient);
HWY_EXPORT(channelAdd);

int64_t channelPeriod(int64_t channels) {
  assert(channels > 0);
  constexpr int64_t widestVector = 16, least = 64;
  const int64_t period = std::lcm(channels, widestVector);
  return period * ((least + period - 1) / period);
}

void repeatChannels(const float* values, int64_t channels, int64_t period, float* repeated) {
  for (int64_t o = 0; o < period; o += channels) std::copy(values, values + channels, repeated + o);
}

void foldChannels(const float* periodic, int64_t channels, int64_t period, double* totals) {
  for (int64_t o = 0; o < period; o += channels)
    for (int64_t c = 0; c < channels; ++c) totals[c] += static_cast<double>(periodic[o + c]);
}

void channelSums(const float* x, int64_t count, int64_t period, float* sums) {
  HWY_DYNAMIC_DISPATCH(channelSums)(x, count, period, sums);
}
void channelMoments(const float* x, int64_t count, int64_t period, const float* shift, float* sums,
                    float* squares) {
  HWY_DYNAMIC_DISPATCH(channelMoments)(x, count, period, shift, sums, squares);
}
void channelGradientSums(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                         const float* scale, const float* shift, float* sums, float* products) {
  HWY_DYNAMIC_DISPATCH(channelGradientSums)
  (x, dy, count, period, mean, scale, shift, sums, products);
}
void channelAffine(const float* x, int64_t count, int64_t period, const AffineMap& map, float* y,
                   bool pastCache) {
  HWY_DYNAMIC_DISPATCH(channelAffine)(x, count, period, map, y, pastCache);
}
void channelGradient(const float* x, const float* dy, int64_t count, int64_t period, const float* mean,
                     const float* scale, const float* shift, const float* slope, const float* constant,
                     const float* plus, float* dx, bool pastCache) {
  HWY_DYNAMIC_DISPATCH(channelGradient)
  (x, dy, count, period, mean, scale, shift, slope, constant, plus, dx, pastCache);
}
void channelAdd(const float* x, int64_t count, int64_t period, const float* bias, float* y) {
  HWY_DYNAMIC_DISPATCH(channelAdd)(x, count, period, bias, y);
}

}  // namespace bypath
#endif
