// Included by kernel files once for every instruction set.
#if defined(BYPATH_SPAN_LOOP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BYPATH_SPAN_LOOP_INL_H
#undef BYPATH_SPAN_LOOP_INL_H
#else
#define BYPATH_SPAN_LOOP_INL_H
#endif

#include <cstdint>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using OneFloat = hn::CappedTag<float, 1>;
using Vector = hn::Vec<Floats>;

inline int64_t lanes() {
  return static_cast<int64_t>(hn::Lanes(Floats()));
}

// body(tag, i) for whole vectors at i, then for the last values one by one.
template <class Body>
HWY_INLINE void forEachVector(int64_t count, Body body) {
  const Floats d;
  const OneFloat one;
  const int64_t step = lanes();
  int64_t i = 0;
  for (; i + step <= count; i += step) body(d, i);
  for (; i < count; ++i) body(one, i);
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();
#endif
