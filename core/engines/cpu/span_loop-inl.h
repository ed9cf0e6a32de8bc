// Included by kernel files once for every instruction set.
#if defined(BYPATH_SPAN_LOOP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BYPATH_SPAN_LOOP_INL_H
#undef BYPATH_SPAN_LOOP_INL_H
#else
#define BYPATH_SPAN_LOOP_INL_H
#endif

#include <cstdint>

#include <hwy/cache_control.h>
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

// Where results go: through the caches, or past them into memory that nobody reads soon. Without the second,
// every line written is first read.
struct StoreNear {
  template <class D>
  static HWY_INLINE void to(D d, hn::Vec<D> v, float* at) {
    hn::StoreU(v, d, at);
  }
};
struct StorePastCache {
  template <class D>
  static HWY_INLINE void to(D d, hn::Vec<D> v, float* at) {
    if constexpr (hn::MaxLanes(D()) == 1)
      hn::StoreU(v, d, at);
    else
      hn::Stream(v, d, at);  // aligned
  }
};

// body(store) with one of the two.
template <class Body>
HWY_INLINE void withStore(bool pastCache, Body&& body) {
  if (!pastCache) return body(StoreNear());
  body(StorePastCache());
  hwy::FlushStream();
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();
#endif
