// Activations, sums and products, four values a call.
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

struct Elu {
  Array x, y;
  int64_t count;
  float alpha;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = x.four(i, count);
    for (float& value : v.value)
      if (!(value > 0)) value = alpha * expm1f(value);
    y.setFour(i, count, v);
  }
};

struct EluBackward {
  Array y, dy, dx;
  int64_t count;
  float alpha;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four out = y.four(i, count);
    Four v = dy.four(i, count);
    for (int k = 0; k < 4; ++k)
      if (!(out.value[k] > 0)) v.value[k] *= out.value[k] + alpha;
    dx.setFour(i, count, v);
  }
};

struct Sigmoid {
  Array x, y;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = x.four(i, count);
    for (float& value : v.value) value = 1 / (1 + expf(-value));
    y.setFour(i, count, v);
  }
};

struct SigmoidBackward {
  Array y, dy, dx;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four out = y.four(i, count);
    Four v = dy.four(i, count);
    for (int k = 0; k < 4; ++k) v.value[k] *= out.value[k] * (1 - out.value[k]);
    dx.setFour(i, count, v);
  }
};

struct Tanh {
  Array x, y;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = x.four(i, count);
    for (float& value : v.value) value = tanhf(value);
    y.setFour(i, count, v);
  }
};

struct TanhBackward {
  Array y, dy, dx;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four out = y.four(i, count);
    Four v = dy.four(i, count);
    for (int k = 0; k < 4; ++k) v.value[k] *= 1 - out.value[k] * out.value[k];
    dx.setFour(i, count, v);
  }
};

// The sum of up to eight tensors, added from the first to the last.
struct Add {
  static constexpr int mostTerms = 8;

  Array x[mostTerms];
  Array y;
  int64_t count;
  int32_t terms;  // 1 to mostTerms
  int32_t relu;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four sum = x[0].four(i, count);
    for (int32_t t = 1; t < terms; ++t) {
      const Four v = x[t].four(i, count);
      for (int k = 0; k < 4; ++k) sum.value[k] += v.value[k];
    }
    if (relu)
      for (float& value : sum.value) value = value > 0 ? value : 0;
    y.setFour(i, count, sum);
  }
};

struct Multiply {
  Array a, b, y;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four right = b.four(i, count);
    Four v = a.four(i, count);
    for (int k = 0; k < 4; ++k) v.value[k] *= right.value[k];
    y.setFour(i, count, v);
  }
};

struct Scale {
  Array x, y;
  int64_t count;
  float factor;

  BYPATH_DEVICE void operator()(int64_t i) const {
    Four v = x.four(i, count);
    for (float& value : v.value) value *= factor;
    y.setFour(i, count, v);
  }
};

struct ScaleByScalar {
  Array x, scalar, y;
  int64_t count;
  float factor;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const float product = factor * scalar.get(0);
    Four v = x.four(i, count);
    for (float& value : v.value) value *= product;
    y.setFour(i, count, v);
  }
};

struct BiasAdd {
  Array x, bias, y;
  int64_t count;
  int32_t channels;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const FourChannels at = channelsOfFour(i, channels);
    Four v = x.four(i, count);
    for (int k = 0; k < 4; ++k) v.value[k] += bias.get(at.channel[k]);
    y.setFour(i, count, v);
  }
};

// Also from float32 to bfloat16 and back.
struct Copy {
  Array x, y;
  int64_t count;

  BYPATH_DEVICE void operator()(int64_t i) const { y.setFour(i, count, x.four(i, count)); }
};

#define BYPATH_ELEMENT_WISE_MAPS(X) \
  X(Relu)                           \
  X(ReluBackward)                   \
  X(Elu)                            \
  X(EluBackward)                    \
  X(Sigmoid)                        \
  X(SigmoidBackward) X(Tanh) X(TanhBackward) X(Add) X(Multiply) X(Scale) X(ScaleByScalar) X(BiasAdd) X(Copy)
#define BYPATH_ELEMENT_WISE_REDUCTIONS(X)

}  // namespace bypath::gpu
