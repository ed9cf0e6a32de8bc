#include "core/engines/cpu/winograd_tiles.h"

#include <limits>

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/winograd_tiles.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engines/cpu/split_lanes-inl.h"
#include "core/engines/cpu/winograd_matrices-inl.h"

#define BYPATH_UNROLL _Pragma("GCC unroll 8")

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

// body(Form2()) or body(Form4()).
template <class Body>
HWY_INLINE void withForm(const WinogradForm& form, const Body& body) {
  if (form.tile == 2)
    body(Form2());
  else
    body(Form4());
}

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

template <class Form>
struct StorePlanes {
  float* planes;
  int64_t planeStep;
  HWY_INLINE void operator()(int r, int s, Vector v) const {
    hn::StoreU(v, Floats(), planes + (r * Form::patch + s) * planeStep);
  }
};

template <bool Extras, bool Split>
struct StorePixels {
  const WinogradOutput& output;
  int64_t channel;
  Vector bias;
  SplitVectors* split = nullptr;
  HWY_INLINE void operator()(int r, int s, Vector v) const {
    if (r >= output.rows || s >= output.columns) return;
    const Floats d;
    const int64_t at = r * output.rowPitch + s * output.pixelPitch + channel;
    v = hn::Add(v, bias);
    if constexpr (Split) split->add(hn::LoadU(d, output.plus + at), v);
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

template <class Form>
HWY_INLINE LoadPixels planesAt(const float* planes, int64_t planeStep) {
  return {planes, Form::patch * planeStep, planeStep};
}

void winogradWeights(const WinogradForm& form, const float* w, int64_t inputs, int64_t width, float* planes,
                     int64_t planeStep) {
  const int64_t tap = inputs * width;
  withForm(form, [=](auto chosen) {
    using Form = decltype(chosen);
    for (int64_t i = 0; i < tap; i += lanes())
      transformTile(typename Form::Weight(), LoadPixels{w + i, 3 * tap, tap},
                    StorePlanes<Form>{planes + i, planeStep});
  });
}

// Loads what exists; the rest of the patch is zero.
template <class Form, class Load>
struct LoadExisting {
  Load load;
  uint64_t existing;
  HWY_INLINE Vector operator()(int r, int s) const {
    return (existing >> (r * Form::patch + s)) & 1 ? load(r, s) : hn::Zero(Floats());
  }
};

template <class Form, class Load>
HWY_INLINE void transformInput(const Load& load, uint64_t existing, const StorePlanes<Form>& store) {
  constexpr uint64_t all = (uint64_t{1} << (Form::patch * Form::patch)) - 1;
  if (existing == all)
    transformTile(typename Form::Input(), load, store);
  else
    transformTile(typename Form::Input(), LoadExisting<Form, Load>{load, existing}, store);
}

void winogradInput(const WinogradForm& form, const PatchView& x, uint64_t existing, int64_t channels,
                   const ChannelNorm* norm, float* planes, int64_t planeStep) {
  withForm(form, [&](auto chosen) {
    using Form = decltype(chosen);
    const Floats d;
    const Vector least = hn::Set(d, norm && norm->relu ? 0.0f : -std::numeric_limits<float>::infinity());
    for (int64_t c = 0; c < channels; c += lanes()) {
      const LoadPixels pixels{x.data + c, x.rowPitch, x.pixelPitch};
      const StorePlanes<Form> store{planes + c, planeStep};
      if (norm)
        transformInput(LoadNormalised{pixels, hn::LoadU(d, norm->mean + c), hn::LoadU(d, norm->scale + c),
                                      hn::LoadU(d, norm->shift + c), least},
                       existing, store);
      else
        transformInput(pixels, existing, store);
    }
  });
}

void winogradOutput(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t channels,
                    const WinogradOutput& output) {
  withForm(form, [&](auto chosen) {
    using Form = decltype(chosen);
    for (int64_t c = 0; c < channels; c += lanes()) {
      const Vector bias = output.bias ? hn::LoadU(Floats(), output.bias + c) : hn::Zero(Floats());
      const LoadPixels sums = planesAt<Form>(planes + c, planeStep);
      if (output.split) {
        SplitVectors split(*output.split);
        transformTile(typename Form::Output(), sums, StorePixels<true, true>{output, c, bias, &split});
        split.store(*output.split);
      } else if (output.plus || output.mask) {
        transformTile(typename Form::Output(), sums, StorePixels<true, false>{output, c, bias});
      } else {
        transformTile(typename Form::Output(), sums, StorePixels<false, false>{output, c, bias});
      }
    }
  });
}

void winogradGradient(const WinogradForm& form, const PatchView& dy, int64_t channels, float* planes,
                      int64_t planeStep) {
  withForm(form, [&](auto chosen) {
    using Form = decltype(chosen);
    for (int64_t c = 0; c < channels; c += lanes())
      transformTile(typename Form::Gradient(), LoadPixels{dy.data + c, dy.rowPitch, dy.pixelPitch},
                    StorePlanes<Form>{planes + c, planeStep});
  });
}

void winogradWeightGradient(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t count,
                            float* dw, int64_t tapStep) {
  withForm(form, [=](auto chosen) {
    using Form = decltype(chosen);
    for (int64_t i = 0; i < count; i += lanes())
      transformTile(typename Form::WeightGradient(), planesAt<Form>(planes + i, planeStep),
                    StoreTaps{dw + i, tapStep});
  });
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

void winogradWeights(const WinogradForm& form, const float* w, int64_t inputs, int64_t width, float* planes,
                     int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradWeights)(form, w, inputs, width, planes, planeStep);
}
void winogradInput(const WinogradForm& form, const PatchView& x, uint64_t existing, int64_t channels,
                   const ChannelNorm* norm, float* planes, int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradInput)(form, x, existing, channels, norm, planes, planeStep);
}
void winogradOutput(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t channels,
                    const WinogradOutput& output) {
  HWY_DYNAMIC_DISPATCH(winogradOutput)(form, planes, planeStep, channels, output);
}
void winogradGradient(const WinogradForm& form, const PatchView& dy, int64_t channels, float* planes,
                      int64_t planeStep) {
  HWY_DYNAMIC_DISPATCH(winogradGradient)(form, dy, channels, planes, planeStep);
}
void winogradWeightGradient(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t count,
                            float* dw, int64_t tapStep) {
  HWY_DYNAMIC_DISPATCH(winogradWeightGradient)(form, planes, planeStep, count, dw, tapStep);
}

}  // namespace bypath
#endif
