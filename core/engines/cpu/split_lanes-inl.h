// Included by kernel files once for every instruction set.
#if defined(BYPATH_SPLIT_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BYPATH_SPLIT_LANES_INL_H
#undef BYPATH_SPLIT_LANES_INL_H
#else
#define BYPATH_SPLIT_LANES_INL_H
#endif

#include <hwy/highway.h>

#include "core/engines/cpu/split_sums.h"

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

// SplitLanes in registers, from the constructor to store().
struct SplitVectors {
  using Tag = hwy::HWY_NAMESPACE::ScalableTag<float>;
  using V = hwy::HWY_NAMESPACE::Vec<Tag>;

  explicit HWY_INLINE SplitVectors(const SplitLanes& lanes)
      : plusSquare(hwy::HWY_NAMESPACE::Load(Tag(), lanes.plusSquares.data())),
        ownSquare(hwy::HWY_NAMESPACE::Load(Tag(), lanes.ownSquares.data())),
        product(hwy::HWY_NAMESPACE::Load(Tag(), lanes.products.data())) {}
  HWY_INLINE void add(V plus, V own) {
    plusSquare = hwy::HWY_NAMESPACE::MulAdd(plus, plus, plusSquare);
    ownSquare = hwy::HWY_NAMESPACE::MulAdd(own, own, ownSquare);
    product = hwy::HWY_NAMESPACE::MulAdd(plus, own, product);
  }
  HWY_INLINE void store(SplitLanes& lanes) const {
    hwy::HWY_NAMESPACE::Store(plusSquare, Tag(), lanes.plusSquares.data());
    hwy::HWY_NAMESPACE::Store(ownSquare, Tag(), lanes.ownSquares.data());
    hwy::HWY_NAMESPACE::Store(product, Tag(), lanes.products.data());
  }

  V plusSquare, ownSquare, product;
};

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();
#endif
