// Activations and sums, four values a call.
#pragma once

#include <cmath>

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

struct Relu {
  Array x, y;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = x.four(i, count);
    for (float& value : v.value) value = value > 0 ? value : 0;
    y.setFour(i, count, v);
  }
};

struct ReluBackward {
  Array y, dy, dx;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four out = y.four(i, count);
    Four v = dy.four(i, count);
    for (int k = 0; k < 4; ++k)
      if (!(out.value[k] > 0)) v.value[k] = 0;
    dx.setFour(i, count, v);
  }
};

#define BYPATH_ELEMENT_WISE_MAPS(X) X(Relu) X(ReluBackward)
#define BYPATH_ELEMENT_WISE_REDUCTIONS(X)

}  // namespace bypath::gpu
