// The gradients of batch normalisation: sums a channel, and dx from them.
#pragma once

#include "core/engines/cuda/device/batch_norm.h"

namespace bypath::gpu {

// dshift sums dy, dscale dy * normalised x; either may be missing. With shift, dy
// counts only where the normalised value was above zero. For BatchNormGradient it leaves three numbers a
// channel, unless they are missing.
struct BatchNormGradientSums {
  using Rows = RowsAtOnce<2>;
  Array x, dy, scale, mean, inverseStd, shift, dscale, dshift;
  Array factor, slope, constant;
  ChannelColumns columns;
  int64_t rows;

  struct State {
    Four sum, products;  // products: with x - mean
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t call, int32_t column) const {
    const Rows taken = Rows::of(call, rows);
    Four v[2], g[2];
    columns.read(x, taken.at, column, v);
    columns.read(dy, taken.at, column, g);
    const Four m = columns.read(mean, column);
    Four f{}, b{};
    if (shift.there()) {
      const Four inverse = columns.read(inverseStd, column), s = columns.read(scale, column);
      for (int k = 0; k < 4; ++k) f.value[k] = normFactor(inverse.value[k], s.value[k]);
      b = columns.read(shift, column);
    }
    for (int r = 0; r < 2; ++r)
      for (int k = 0; k < 4; ++k) {
        const bool cut = shift.there() && normalised(v[r].value[k], m.value[k], f.value[k], b.value[k]) <= 0;
        const float one = cut || !taken.there[r] ? 0 : g[r].value[k];
        state.sum.value[k] += one;
        state.products.value[k] = fmaf(one, v[r].value[k] - m.value[k], state.products.value[k]);
      }
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int k = 0; k < 4; ++k) {
      state.sum.value[k] += other.sum.value[k];
      state.products.value[k] += other.products.value[k];
    }
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t column) const {
    const Four inverse = columns.read(inverseStd, column), s = columns.read(scale, column);
    Four dScale, f, sl, c;
    for (int k = 0; k < 4; ++k) {
      f.value[k] = normFactor(inverse.value[k], s.value[k]);
      const double inverseOne = static_cast<double>(inverse.value[k]),
                   share = static_cast<double>(f.value[k]) / static_cast<double>(rows),
                   product = static_cast<double>(state.products.value[k]) * inverseOne;
      dScale.value[k] = static_cast<float>(product);
      sl.value[k] = static_cast<float>(-share * product * inverseOne);
      c.value[k] = static_cast<float>(-share * static_cast<double>(state.sum.value[k]));
    }
    if (dscale.there()) columns.write(dscale, column, dScale);
    if (dshift.there()) columns.write(dshift, column, state.sum);
    if (!factor.there()) return;
    columns.write(factor, column, f);
    columns.write(slope, column, sl);
    columns.write(constant, column, c);
  }
};

// A map over fours: dx = factor * dy + slope * (x - mean) + constant, plus `plus` where it is there.
struct BatchNormGradient {
  Array x, dy, mean, shift, plus, dx;  // dx may be x, dy or plus
  Array factor, slope, constant;
  int64_t count;
  int32_t channels;

  // Without plus.
  BYPATH_DEVICE Four own(int64_t i) const {
    const ChannelsHere here = ChannelsHere::of(i, channels);
    const Four m = here.read(mean), f = here.read(factor), s = here.read(slope), c = here.read(constant);
    const Four v = x.four(i, count);
    Four g = dy.four(i, count);
    if (shift.there()) {
      const Four b = here.read(shift);
      for (int k = 0; k < 4; ++k)
        if (normalised(v.value[k], m.value[k], f.value[k], b.value[k]) <= 0) g.value[k] = 0;
    }
    for (int k = 0; k < 4; ++k)
      g.value[k] = fmaf(f.value[k], g.value[k], fmaf(s.value[k], v.value[k] - m.value[k], c.value[k]));
    return g;
  }
  BYPATH_DEVICE void operator()(int64_t i) const {
    Four g = own(i);
    if (plus.there()) {
      const Four other = plus.four(i, count);
      for (int k = 0; k < 4; ++k) g.value[k] += other.value[k];
    }
    dx.setFour(i, count, g);
  }
};

// The same with plus, as a reduction over fours in one column that also writes dx: split.h.
struct BatchNormSplitGradient {
  BatchNormGradient gradient;
  Array split;

  struct State {
    double plus, rest, product;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t) const {
    const Four rest = gradient.own(row), other = gradient.plus.four(row, gradient.count);
    Four sum;
    float squaresOfPlus = 0, squaresOfRest = 0, products = 0;
    for (int k = 0; k < 4; ++k) {
      sum.value[k] = rest.value[k] + other.value[k];
      if (4 * row + k >= gradient.count) continue;
      squaresOfPlus += other.value[k] * other.value[k];
      squaresOfRest += rest.value[k] * rest.value[k];
      products += other.value[k] * rest.value[k];
    }
    gradient.dx.setFour(row, gradient.count, sum);
    state.plus += static_cast<double>(squaresOfPlus);
    state.rest += static_cast<double>(squaresOfRest);
    state.product += static_cast<double>(products);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    state.plus += other.plus;
    state.rest += other.rest;
    state.product += other.product;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t) const {
    split.set(0, static_cast<float>(state.plus));
    split.set(1, static_cast<float>(state.rest));
    split.set(2, static_cast<float>(state.product));
  }
};

// Rows are the tensor's rows; it also writes dx. Each result may be missing.
struct BatchNormInferenceGradient {
  Array x, scale, mean, variance, dy, dx, dscale, dshift;
  ChannelColumns columns;
  float epsilon;

  struct State {
    Four sum, products;  // products: with x - mean
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t, int64_t row, int32_t column) const {
    const Four v = columns.read(x, row, column), m = columns.read(mean, column);
    Four g = columns.read(dy, row, column);
    for (int k = 0; k < 4; ++k) {
      state.sum.value[k] += g.value[k];
      state.products.value[k] = fmaf(g.value[k], v.value[k] - m.value[k], state.products.value[k]);
    }
    if (!dx.there()) return;
    const Four s = columns.read(scale, column), var = columns.read(variance, column);
    for (int k = 0; k < columns.width(); ++k) g.value[k] *= s.value[k] / sqrtf(var.value[k] + epsilon);
    columns.write(dx, row, column, g);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    for (int k = 0; k < 4; ++k) {
      state.sum.value[k] += other.sum.value[k];
      state.products.value[k] += other.products.value[k];
    }
  }
  BYPATH_DEVICE void finish(const State& state, int64_t, int32_t column) const {
    const Four var = columns.read(variance, column);
    Four dScale;
    for (int k = 0; k < 4; ++k)
      dScale.value[k] =
          static_cast<float>(static_cast<double>(state.products.value[k]) /
                             sqrt(static_cast<double>(var.value[k]) + static_cast<double>(epsilon)));
    if (dscale.there()) columns.write(dscale, column, dScale);
    if (dshift.there()) columns.write(dshift, column, state.sum);
  }
};

#define BYPATH_BATCH_NORM_GRADIENT_MAPS(X) X(BatchNormGradient)
#define BYPATH_BATCH_NORM_GRADIENT_REDUCTIONS(X) \
  X(BatchNormGradientSums) X(BatchNormSplitGradient) X(BatchNormInferenceGradient)

}  // namespace bypath::gpu
