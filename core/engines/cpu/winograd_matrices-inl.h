// The matrices of Winograd's minimal filtering (Lavin & Gray, 2016), each applied to a column of vectors.
// Included by winograd_tiles.cpp once for every instruction set.
#if defined(BYPATH_WINOGRAD_MATRICES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef BYPATH_WINOGRAD_MATRICES_INL
#undef BYPATH_WINOGRAD_MATRICES_INL
#else
#define BYPATH_WINOGRAD_MATRICES_INL
#endif

#include <hwy/highway.h>

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

// Each is one of the matrices times a column of vectors; `step` vectors lie between an output and the next.
// First those of F(4x4, 3x3), then those of F(2x2, 3x3).
struct InputMatrix4 {  // B', 6 to 6
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

struct OutputMatrix4 {  // A', 6 to 4
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

struct GradientMatrix4 {  // A, 4 to 6
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

struct WeightMatrix4 {  // G, 3 to 6
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

struct WeightGradientMatrix4 {  // G', 6 to 3
  static constexpr int from = 6, to = 3;
  HWY_INLINE void operator()(const Vector* u, Vector* o, int step) const {
    const Vector near = hn::Add(u[1], u[2]), far = hn::Add(u[3], u[4]);
    o[0] = plusTimes(plusTimes(times(0.25f, u[0]), -1.0f / 6, near), 1.0f / 24, far);
    o[step] = plusTimes(times(1.0f / 6, hn::Sub(u[2], u[1])), 1.0f / 12, hn::Sub(u[3], u[4]));
    o[2 * step] = plusTimes(u[5], 1.0f / 6, hn::Sub(far, near));
  }
};

struct InputMatrix2 {  // B', 4 to 4
  static constexpr int from = 4, to = 4;
  HWY_INLINE void operator()(const Vector* d, Vector* o, int step) const {
    o[0] = hn::Sub(d[0], d[2]);
    o[step] = hn::Add(d[1], d[2]);
    o[2 * step] = hn::Sub(d[2], d[1]);
    o[3 * step] = hn::Sub(d[1], d[3]);
  }
};

struct OutputMatrix2 {  // A', 4 to 2
  static constexpr int from = 4, to = 2;
  HWY_INLINE void operator()(const Vector* m, Vector* o, int step) const {
    o[0] = hn::Add(m[0], hn::Add(m[1], m[2]));
    o[step] = hn::Sub(hn::Sub(m[1], m[2]), m[3]);
  }
};

struct GradientMatrix2 {  // A, 2 to 4
  static constexpr int from = 2, to = 4;
  HWY_INLINE void operator()(const Vector* d, Vector* o, int step) const {
    o[0] = d[0];
    o[step] = hn::Add(d[0], d[1]);
    o[2 * step] = hn::Sub(d[0], d[1]);
    o[3 * step] = hn::Neg(d[1]);
  }
};

struct WeightMatrix2 {  // G, 3 to 4
  static constexpr int from = 3, to = 4;
  HWY_INLINE void operator()(const Vector* g, Vector* o, int step) const {
    const Vector outer = times(0.5f, hn::Add(g[0], g[2])), inner = times(0.5f, g[1]);
    o[0] = g[0];
    o[step] = hn::Add(outer, inner);
    o[2 * step] = hn::Sub(outer, inner);
    o[3 * step] = g[2];
  }
};

struct WeightGradientMatrix2 {  // G', 4 to 3
  static constexpr int from = 4, to = 3;
  HWY_INLINE void operator()(const Vector* u, Vector* o, int step) const {
    const Vector sum = times(0.5f, hn::Add(u[1], u[2]));
    o[0] = hn::Add(u[0], sum);
    o[step] = times(0.5f, hn::Sub(u[1], u[2]));
    o[2 * step] = hn::Add(u[3], sum);
  }
};

struct Form4 {
  static constexpr int patch = 6;
  using Input = InputMatrix4;
  using Output = OutputMatrix4;
  using Gradient = GradientMatrix4;
  using Weight = WeightMatrix4;
  using WeightGradient = WeightGradientMatrix4;
};

struct Form2 {
  static constexpr int patch = 4;
  using Input = InputMatrix2;
  using Output = OutputMatrix2;
  using Gradient = GradientMatrix2;
  using Weight = WeightMatrix2;
  using WeightGradient = WeightGradientMatrix2;
};

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#endif
