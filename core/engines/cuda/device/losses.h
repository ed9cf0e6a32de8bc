// Losses and metrics of each sample. Reductions have a segment a sample.
#pragma once

#include <cmath>

#include "core/engines/cuda/device/channel_columns.h"

namespace bypath::gpu {

// Samples as rows of `size` values, and how a reduction goes through one: four values a row where they come
// in fours, else one, of which the first of each Four is meant.
struct SampleRows {
  int64_t rows = 0;
  int32_t wide = 0;

  static constexpr SampleRows of(int64_t size) {
    const bool fours = size % 4 == 0;
    return {fours ? size / 4 : size, fours};
  }
  BYPATH_DEVICE int32_t width() const { return wide ? 4 : 1; }
  BYPATH_DEVICE Four read(const Array& x, int64_t segment, int64_t row) const {
    const int64_t at = segment * rows + row;
    if (wide) return x.four(at, everything);
    return {{x.get(at), 0, 0, 0}};
  }
};

// Of values 4 * i to 4 * i + 3 of samples of `size` values: the number of their sample that ofSample holds.
// Beyond the end of `count` values it is 0.
BYPATH_DEVICE Four ofSamples(const Array& ofSample, int64_t i, int64_t size, int64_t count) {
  const int64_t first = 4 * i;
  const bool small = count <= INT32_MAX;
  int64_t sample = small ? static_cast<uint32_t>(first) / static_cast<uint32_t>(size) : first / size;
  int64_t left = (sample + 1) * size - first;
  Four out;
  float value = ofSample.get(sample);
  for (int v = 0; v < 4; ++v) {
    if (left == 0 && first + v < count) {
      value = ofSample.get(++sample);
      left = size;
    }
    --left;
    out.value[v] = first + v < count ? value : 0;
  }
  return out;
}

// The largest logit of a sample and the sum of exp(logit - largest). Rows are classes.
struct SoftmaxState {
  float largest, sum, gap;  // gap: sum of largest - logit
  float count;

  BYPATH_DEVICE void add(float logit) {
    if (count == 0) {
      *this = {logit, 1, 0, 1};
      return;
    }
    if (logit > largest) {
      sum = sum * expf(largest - logit) + 1;
      gap += count * (logit - largest);
      largest = logit;
    } else {
      sum += expf(logit - largest);
      gap += largest - logit;
    }
    count += 1;
  }
  BYPATH_DEVICE void join(const SoftmaxState& other) {
    if (other.count == 0) return;
    if (count == 0) {
      *this = other;
      return;
    }
    const float most = largest > other.largest ? largest : other.largest;
    sum = sum * expf(largest - most) + other.sum * expf(other.largest - most);
    gap += other.gap + count * (most - largest) + other.count * (most - other.largest);
    count += other.count;
    largest = most;
  }
};

struct SoftmaxLoss {
  Array logits, labels, loss;
  int64_t classes;
  float smoothing;

  using State = SoftmaxState;
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    state.add(logits.get(segment * classes + row));
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.join(other); }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    const float label = labels.get(segment);
    // All logits are taken from the largest, so that nothing is lost where they are large.
    const bool known = label >= 0 && label < static_cast<float>(classes);
    const float chosen = known ? logits.get(segment * classes + static_cast<int64_t>(label)) : 0;
    loss.set(segment, logf(state.sum) + (1 - smoothing) * (state.largest - chosen) +
                          smoothing / static_cast<float>(classes) * state.gap);
  }
};

// Writes of each sample what its gradient needs: largest logit and log of the sum.
struct SoftmaxSums {
  Array logits, largest, logSum;
  int64_t classes;

  using State = SoftmaxState;
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    state.add(logits.get(segment * classes + row));
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.join(other); }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    largest.set(segment, state.largest);
    logSum.set(segment, logf(state.sum));
  }
};

// A map over fours.
struct SoftmaxGradient {
  Array logits, labels, dloss, largest, logSum, dlogits;
  int64_t classes, count;
  float smoothing;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four most = ofSamples(largest, i, classes, count), sum = ofSamples(logSum, i, classes, count),
               label = ofSamples(labels, i, classes, count), factor = ofSamples(dloss, i, classes, count);
    const int64_t first = 4 * i;
    int64_t k =
        count <= INT32_MAX ? static_cast<uint32_t>(first) % static_cast<uint32_t>(classes) : first % classes;
    const float spread = smoothing / static_cast<float>(classes);
    Four v = logits.four(i, count);
    for (int n = 0; n < 4; ++n) {
      const float target = spread + (k == static_cast<int64_t>(label.value[n]) ? 1 - smoothing : 0);
      v.value[n] = (expf(v.value[n] - most.value[n] - sum.value[n]) - target) * factor.value[n];
      if (++k == classes) k = 0;
    }
    dlogits.setFour(i, count, v);
  }
};

// 1 where the largest logit, the first on ties, is the label's. Rows are classes.
struct Correct {
  Array logits, labels, correct;
  int64_t classes;

  struct State {
    float largest;
    int32_t none;  // 1: of no rows
    int64_t row;
  };
  BYPATH_DEVICE State none() const { return {0, 1, 0}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    float value = logits.get(segment * classes + row);
    if (value != value) {  // a NaN is never above another value, and none is above one that comes first
      if (row > 0) return;
      value = INFINITY;
    }
    join(state, {value, 0, row});
  }
  BYPATH_DEVICE void join(State& state, const State& other) const {
    if (other.none) return;
    if (state.none || other.largest > state.largest ||
        (other.largest == state.largest && other.row < state.row))
      state = other;
  }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    correct.set(segment, state.row == static_cast<int64_t>(labels.get(segment)) ? 1.0f : 0.0f);
  }
};

inline constexpr float smallestProbability = 1e-7f;

// Binary cross-entropy of each sample.
struct BernoulliLoss {
  Array probability, target, loss;
  SampleRows sample;

  struct State {
    double sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE static float clippedLog(float p) {
    return logf(p < smallestProbability ? smallestProbability : p > 1 ? 1 : p);
  }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    const Four p = sample.read(probability, segment, row), t = sample.read(target, segment, row);
    float sum = 0;
    for (int k = 0; k < sample.width(); ++k)
      sum -= t.value[k] * clippedLog(p.value[k]) + (1 - t.value[k]) * clippedLog(1 - p.value[k]);
    state.sum += static_cast<double>(sum);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    loss.set(segment, static_cast<float>(state.sum));
  }
};

// A map over fours.
struct BernoulliGradient {
  Array probability, target, dloss, gradient;
  int64_t size, count;  // of a sample, of all

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four p = probability.four(i, count), t = target.four(i, count),
               factor = ofSamples(dloss, i, size, count);
    Four out;
    for (int k = 0; k < 4; ++k) {
      const float one = p.value[k], rest = 1 - one;
      const bool clipped = one < smallestProbability || rest < smallestProbability;
      out.value[k] = clipped ? 0 : factor.value[k] * (one - t.value[k]) / (one * rest);
    }
    gradient.setFour(i, count, out);
  }
};

// Of normal distributions with log variance s from the standard one.
struct GaussianKl {
  Array mu, s, divergence;
  SampleRows sample;

  struct State {
    double sum;
  };
  BYPATH_DEVICE State none() const { return {}; }
  BYPATH_DEVICE void add(State& state, int64_t segment, int64_t row, int32_t) const {
    const Four m = sample.read(mu, segment, row), l = sample.read(s, segment, row);
    float sum = 0;
    for (int k = 0; k < 4; ++k) sum += m.value[k] * m.value[k] + (expm1f(l.value[k]) - l.value[k]);
    state.sum += static_cast<double>(sum);
  }
  BYPATH_DEVICE void join(State& state, const State& other) const { state.sum += other.sum; }
  BYPATH_DEVICE void finish(const State& state, int64_t segment, int32_t) const {
    divergence.set(segment, static_cast<float>(state.sum / 2));
  }
};

// A map over fours. Either result may be missing.
struct GaussianKlGradient {
  Array mu, s, dkl, dmu, ds;
  int64_t size, count;  // of a sample, of all

  BYPATH_DEVICE void operator()(int64_t i) const {
    const Four factor = ofSamples(dkl, i, size, count);
    if (dmu.there()) {
      Four out = mu.four(i, count);
      for (int k = 0; k < 4; ++k) out.value[k] *= factor.value[k];
      dmu.setFour(i, count, out);
    }
    if (!ds.there()) return;
    Four out = s.four(i, count);
    for (int k = 0; k < 4; ++k) out.value[k] = 0.5f * expm1f(out.value[k]) * factor.value[k];
    ds.setFour(i, count, out);
  }
};

#define BYPATH_LOSSES_MAPS(X) X(SoftmaxGradient) X(BernoulliGradient) X(GaussianKlGradient)
#define BYPATH_LOSSES_REDUCTIONS(X) X(SoftmaxLoss) X(SoftmaxSums) X(Correct) X(BernoulliLoss) X(GaussianKl)

}  // namespace bypath::gpu
