#include "core/engines/cpu/split_sums.h"

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/split_sums.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engines/cpu/span_loop-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

// Whole vectors from i on; returns where it stopped.
template <bool Masked>
HWY_INLINE int64_t splitVectors(float* y, const float* plus, const float* mask, int64_t count, double* sums) {
  const Floats d;
  const int64_t step = lanes();
  Vector plusSquare = hn::Zero(d), ownSquare = hn::Zero(d), product = hn::Zero(d);
  int64_t i = 0;
  for (; i + step <= count; i += step) {
    const Vector whole = hn::LoadU(d, y + i), other = hn::LoadU(d, plus + i);
    const Vector own = hn::Sub(whole, other);
    plusSquare = hn::MulAdd(other, other, plusSquare);
    ownSquare = hn::MulAdd(own, own, ownSquare);
    product = hn::MulAdd(other, own, product);
    if constexpr (Masked)
      hn::StoreU(hn::IfThenElseZero(hn::Gt(hn::LoadU(d, mask + i), hn::Zero(d)), whole), d, y + i);
  }
  if (i > 0) {
    sums[0] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, plusSquare)));
    sums[1] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, ownSquare)));
    sums[2] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, product)));
  }
  return i;
}

HWY_INLINE void splitSpan(float* y, const float* plus, const float* mask, int64_t count, double* sums) {
  int64_t i =
      mask ? splitVectors<true>(y, plus, mask, count, sums) : splitVectors<false>(y, plus, mask, count, sums);
  for (; i < count; ++i) {
    const auto other = static_cast<double>(plus[i]);
    const auto own = static_cast<double>(y[i] - plus[i]);
    sums[0] += other * other;
    sums[1] += own * own;
    sums[2] += other * own;
    if (mask && !(mask[i] > 0)) y[i] = 0;
  }
}

void splitRow(const SplitRow& row, double* sums) {
  if (row.channels == row.pixelPitch)
    return splitSpan(row.y, row.plus, row.mask, row.pixels * row.channels, sums);
  for (int64_t p = 0; p < row.pixels; ++p) {
    const int64_t at = p * row.pixelPitch;
    splitSpan(row.y + at, row.plus + at, row.mask ? row.mask + at : nullptr, row.channels, sums);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

HWY_EXPORT(splitRow);

void splitRow(const SplitRow& row, double* sums) {
  HWY_DYNAMIC_DISPATCH(splitRow)(row, sums);
}

}  // namespace bypath
#endif
