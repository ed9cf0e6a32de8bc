#include "core/engines/cpu/split_sums.h"

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/split_sums.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engines/cpu/split_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void splitSpan(const float* y, const float* plus, int64_t count, SplitLanes& lanes) {
  const SplitVectors::Tag d;
  const auto step = static_cast<int64_t>(hn::Lanes(d));
  SplitVectors sums(lanes);
  int64_t i = 0;
  for (; i + step <= count; i += step) {
    const auto other = hn::LoadU(d, plus + i);
    sums.add(other, hn::Sub(hn::LoadU(d, y + i), other));
  }
  sums.store(lanes);
  for (; i < count; ++i) lanes.add(plus[i], y[i] - plus[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

HWY_EXPORT(splitSpan);

void splitSpan(const float* y, const float* plus, int64_t count, SplitLanes& lanes) {
  HWY_DYNAMIC_DISPATCH(splitSpan)(y, plus, count, lanes);
}

}  // namespace bypath
#endif
