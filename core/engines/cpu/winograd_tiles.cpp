#include "core/engines/cpu/winograd_tiles.h"

#include <limits>

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/winograd_tiles.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#define BYPATH_UNROLL _Pragma("GCC unroll 8")

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

HWY_INLINE Vector times(float factor, Vector v) {
  return hn::Mul(hn::Set(Floats(), factor), v);
}
HWY_INLINE Vector plusTimes(Vector sum, float factor, Vector v) {
  return hn::MulAdd(hn::Set(Floats(), factor), v, sum);
}

// Each is one of the matrices times a column of vectors. `step` vectors lie between an output and the next.
struct InputMatrix {  // B', 6 to 6
  static constexpr int from = 6, to = 6;
  HWY_INLINE void operator()(const Vector* d, Vector* o, int step) const {
    const Vector a = plusTimes(d[4], -4, d[2]), b = plusTimes(d[3], -4, d[1]);
    const Vector c = hn::Sub(d[4], d[2]), e = times(2, hn::Sub(d[3], d[1]));
    o[0] = plusTimes(plusTimes(d[4], -5, d[2]), 4, d[0]);
    o[step] = hn::Add(a, b);
    o[2 * step] = hn::Sub(a, b);
    o[3 * step] = hn::Add(c, e);
    o[4 * step] = hn::Sub(c, e);
    o[5 * step] = plusTimes(plusTimes(d[5], -5, d[3]), 4, d[1]);
  }
};

struct OutputMatrix {  // A', 6 to 4
  static constexpr int from = 6, to = 4;
  HWY_INLINE void operator()(const Vector* m, Vector* o, int step) const {
    const Vector a = hn::Add(m[1], m[2]), b = hn::Sub(m[1], m[2]);
    const Vector c = hn::Add(m[3], m[4]), e = hn::Sub(m[3], m[4]);
    o[0] = hn::Add(m[0], hn::Add(a, c));
    o[step] = plusTimes(b, 2, e);
    o[2 * step] = plusTimes(a, 4, c);
    o[3 * step] = hn::Add(m[5], plusTimes(b, 8, e));
  }
};

struct GradientMatrix {  // A, 4 to 6
  static constexpr int from = 4, to = 6;
  HWY_INLINE void operator()(const Vector* d, Vector* o, int step) const {
    const Vector even = hn::Add(d[0], d[2]), odd = hn::Add(d[1], d[3]);
    const Vector evenFar = plusTimes(d[0], 4, d[2]), oddFar = plusTimes(times(2, d[1]), 8, d[3]);
    o[0] = d[0];
    o[step] = hn::Add(even, odd);
    o[2 * step] = hn::Sub(even, odd);
    o[3 * step] = hn::Add(evenFar, oddFar);
    o[4 * step] = hn::Sub(evenFar, oddFar);
    o[5 * step] = d[3];
  }
};

struct WeightMatrix {  // G, 3 to 6
  static constexpr int from = 3, to = 6;
  HWY_INLINE void operator()(const Vector* g, Vector* o, int step) const {
    const Vector outer = times(-1.0f / 6, hn::Add(g[0], g[2]));
    const Vector far = plusTimes(times(1.0f / 24, g[0]), 1.0f / 6, g[2]);
    o[0] = times(0.25f, g[0]);
    o[step] = plusTimes(outer, -1.0f / 6, g[1]);
    o[2 * step] = plusTimes(outer, 1.0f / 6, g[1]);
    o[3 * step] = plusTimes(far, 1.0f / 12, g[1]);
    o[4 * step] = plusTimes(far, -1.0f / 12, g[1]);
    o[5 * step] = g[2];
  }
};

struct WeightGradientMatrix {  // G', 6 to 3
  static constexpr int from = 6, to = 3;
  HWY_INLINE void operator()(const Vector* u, Vector* o, int step) const {
    const Vector near = hn::Add(u[1], u[2]), far = hn::Add(u[3], u[4]);
    o[0] = plusTimes(plusTimes(times(0.25f, u[0]), -1.0f / 6, near), 1.0f / 24, far);
    o[step] = plusTimes(times(1.0f / 6, hn::Sub(u[2], u[1])), 1.0f / 12, hn::Sub(u[3], u[4]));
    o[2 * step] = plusTimes(u[5], 1.0f / 6, hn::Sub(far, near));
  }
};

// The matrix from the left, its transpose from the right: load(r, s) gives the values, store(r, s, v) takes
// them.
template <class Matrix, class Load, class Store>
HWY_INLINE void transformTile(const Matrix& matrix, const Load& load, const Store& store) {
  constexpr int from = Matrix::from, to = Matrix::to;
  Vector half[to * from];  // [to][from]
  BYPATH_UNROLL for (int s = 0; s < from; ++s) {
    Vector column[from];
    BYPATH_UNROLL for (int r = 0; r < from; ++r) column[r] = load(r, s);
    matrix(column, half + s, from);
  }
  BYPATH_UNROLL for (int r = 0; r < to; ++r) {
    Vector row[to];
    matrix(half + r * from, row, 1);
    BYPATH_UNROLL for (int s = 0; s < to; ++s) store(r, s, row[s]);
  }
}

struct LoadPixels {
  const float* data;
  int64_t rowPitch, pixelPitch;
  HWY_INLINE Vector operator()(int r, int s) const {
    return hn::LoadU(Floats(), data + r * rowPitch + s * pixelPitch);
  }
};

struct LoadNormalised {
  LoadPixels pixels;
  Vector mean, scale, shift, least;
  HWY_INLINE Vector operator()(int r, int s) const {
    return hn::Max(hn::MulAdd(hn::Sub(pixels(r, s), mean), scale, shift), least);
  }
};

struct StorePlanes {
  float* planes;
  int64_t planeStep;
  HWY_INLINE void operator()(int r, int s, Vector v) const {
    hn::StoreU(v, Floats(), planes + (r * winogradPatch + s) * planeStep);
  }
};

template <bool Extras>
struct StorePixels {
  const WinogradOutput& output;
  int64_t channel;
  Vector bias;
  HWY_INLINE void operator()(int r, int s, Vector v) const {
    if (r >= output.rows || s >= output.columns) return;
    const Floats d;
    const int64_t at = r * output.rowPitch + s * output.pixelPitch + channel;
    v = hn::Add(v, bias);
    if (Extras && output.plus) v = hn::Add(v, hn::LoadU(d, output.plus + at));
    if (output.relu) v = hn::Max(v, hn::Zero(d));
    if (Extras && output.mask) v = hn::IfThenElseZero(hn::Gt(hn::LoadU(d, output.mask + at), hn::Zero(d)), v);
    hn::StoreU(v, d, output.y + at);
  }
};

struct StoreTaps {
  float* dw;
  int64_t tapStep;
  HWY_INLINE void operator()(int r, int s, Vector v) const {
    hn::StoreU(v, Floats(), dw + (r * 3 + s) * tapStep);
  }
};

HWY_INLINE int64_t lanes() {
  return static_cast<int64_t>(hn::Lanes(Floats()));
}

HWY_INLINE LoadPixels planesAt(const float* planes, int64_t planeStep) {
  return {planes, winogradPatch * planeStep, planeStep};
}

void winogradWeights(const float* w, int64_t inputs, int64_t width, float* planes, int64_t planeStep) {
  const int64_t tap = inputs * width;
  for (int64_t i = 0; i < tap; i += lanes())
    transformTile(WeightMatrix(), LoadPixels{w + i, 3 * tap, tap}, StorePlanes{planes + i, planeStep});
}

// Loads what exists; the rest of the patch is zero.
template <class Load>
struct LoadExisting {
  Load load;
  uint64_t existing;
  HWY_INLINE Vector operator()(int r, int s) const {
    return (existing >> (r * winogradPatch + s)) & 1 ? load(r, s) : hn::Zero(Floats());
  }
};

template <class Load>
HWY_INLINE void transformInput(const Load& load, uint64_t existing, const StorePlanes& store) {
  if (existing == wholePatch)
    transformTile(InputMatrix(), load, store);
  else
    transformTile(InputMatrix(), LoadExisting<Load>{load, existing}, store);
}

void winogradInput(const PatchView& x, uint64_t existing, int64_t channels, const ChannelNorm* norm,
                   float* planes, int64_t planeStep) {
  const Floats d;
  const Vector least = hn::Set(d, norm && norm->relu ? 0.0f : -std::numeric_limits<float>::infinity());
  for (int64_t c = 0; c < channels; c += lanes()) {
    const LoadPixels pixels{x.data + c, x.rowPitch, x.pixelPitch};
    const StorePlanes store{planes + c, planeStep};
    if (norm)
      transformInput(LoadNormalised{pixels, hn::LoadU(d, norm->mean + c), hn::LoadU(d, norm->scale + c),
                                    hn::LoadU(d, norm->shift + c), least},
                     existing, store);
    else
      transformInput(pixels, existing, store);
  }
}

void winogradOutput(const float* planes, int64_t planeStep, int64_t channels, const WinogradOutput& output) {
  for (int64_t c = 0; c < channels; c += lanes()) {
    const Vector bias = output.bias ? hn::LoadU(Floats(), output.bias + c) : hn::Zero(Floats());
    if (output.plus || output.mask)
      transformTile(OutputMatrix(), planesAt(planes + c, planeStep), StorePixels<true>{output, c, bias});
    else
      transformTile(OutputMatrix(), planesAt(planes + c, planeStep), StorePixels<false>{output, c, bias});
  }
}

void winogradGradient(const PatchView& dy, int64_t channels, float* planes, int64_t planeStep) {
  for (int64_t c = 0; c < channels; c += lanes())
    transformTile(GradientMatrix(), LoadPixels{dy.data + c, dy.rowPitch, dy.pixelPitch},
                  StorePlanes{planes + c, planeStep});
}

void winogradWeightGradient(const float* planes, int64_t planeStep, int64_t count, float* dw,
                            int64_t tapStep) {
  for (int64_t i = 0; i < count; i += lanes())
    transformTile(WeightGradientMatrix(), planesAt(planes + i, planeStep), StoreTaps{dw + i, tapStep});
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

HWY_EXPORT(winogradWeights);
HWY_EXPORT(winogradInput);
HWY_EXPORT(winogradOutput);
HWY_EXPORT(winogradGradient);
HWY_EXPORT(winogradWeightGradient);

void winogradWeights(const float* w, int64_t inputs, int64_t width, float* planes, int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradWeights)(w, inputs, width, planes, planeStep);
}
void winogradInput(const PatchView& x, uint64_t existing, int64_t channels, const ChannelNorm* norm,
                   float* planes, int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradInput)(x, existing, channels, norm, planes, planeStep);
}
void winogradOutput(const float* planes, int64_t planeStep, int64_t channels, const WinogradOutput& output) {
  HWY_DYNAMIC_DISPATCH(winogradOutput)(planes, planeStep, channels, output);
}
void winogradGradient(const PatchView& dy, int64_t channels, float* planes, int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradGradient)(dy, channels, planes, planeStep);
}
void winogradWeightGradient(const float* planes, int64_t planeStep, int64_t count, float* dw,
                            int64_t tapStep) {
  HWY_DYNAMIC_DISPATCH(winogradWeightGradient)(planes, planeStep, count, dw, tapStep);
}

}  // namespace bypath
#endif
