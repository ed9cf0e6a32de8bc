#include "core/engines/cpu/element_wise_spans.h"

#include "core/engines/cpu/highway_targets.h"
#include "core/tensor/memory.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/element_wise_spans.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

#include "core/engines/cpu/span_loop-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

struct Relu {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Max(x, hn::Zero(d));
  }
};

// exp(x) - 1 without cancellation near zero.
struct Elu {
  float alpha;
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    const V below = hn::Mul(hn::Set(d, alpha), hn::Expm1(d, hn::Min(x, hn::Zero(d))));
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, below);
  }
};

struct Sigmoid {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    const V one = hn::Set(d, 1.0f);
    return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(hn::Max(x, hn::Set(d, -87.0f))))));
  }
};

struct Tanh {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Tanh(d, x);
  }
};

struct Scale {
  float factor;
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Mul(x, hn::Set(d, factor));
  }
};

struct ReluBackward {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V y, V dy) const {
    return hn::IfThenElseZero(hn::Gt(y, hn::Zero(d)), dy);
  }
};

struct EluBackward {
  float alpha;
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V y, V dy) const {
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), dy, hn::Mul(hn::Add(y, hn::Set(d, alpha)), dy));
  }
};

struct SigmoidBackward {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V y, V dy) const {
    return hn::Mul(hn::Mul(y, hn::Sub(hn::Set(d, 1.0f), y)), dy);
  }
};

struct TanhBackward {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V y, V dy) const {
    return hn::Mul(hn::NegMulAdd(y, y, hn::Set(d, 1.0f)), dy);
  }
};

struct Add {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Add(a, b);
  }
};

struct Multiply {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Mul(a, b);
  }
};

struct AddRelu {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V a, V b) const {
    return hn::Max(hn::Add(a, b), hn::Zero(d));
  }
};

// 1 - 1e-7 is no float, so both p and 1 - p are held against this.
constexpr float smallestProbability = 1e-7f;

struct BernoulliGradient {
  float factor;
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V p, V target) const {
    const V smallest = hn::Set(d, smallestProbability), rest = hn::Sub(hn::Set(d, 1.0f), p);
    const V slope = hn::Div(hn::Mul(hn::Set(d, factor), hn::Sub(p, target)), hn::Mul(p, rest));
    return hn::IfThenElseZero(hn::Ge(hn::Min(p, rest), smallest), slope);
  }
};

struct Maximum {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Max(a, b);
  }
};

template <class Function>
struct MapOne {
  Function function;
  const float* x;
  float* y;
  template <class D>
  HWY_INLINE void operator()(D d, int64_t i) const {
    hn::StoreU(function(d, hn::LoadU(d, x + i)), d, y + i);
  }
};

template <class Function, class Store>
struct MapTwo {
  Function function;
  const float* a;
  const float* b;
  float* y;
  template <class D>
  HWY_INLINE void operator()(D d, int64_t i) const {
    Store::to(d, function(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i)), y + i);
  }
};

template <class Function>
HWY_NOINLINE void mapOne(Function function, const float* x, float* y, int64_t count) {
  forEachVector(count, MapOne<Function>{function, x, y});
}

template <class Function>
HWY_NOINLINE void mapTwo(Function function, const float* a, const float* b, float* y, int64_t count,
                         bool pastCache = false) {
  const bool aligned = reinterpret_cast<uintptr_t>(y) % memoryAlignment == 0;
  withStore(pastCache && aligned, [&](auto store) {
    forEachVector(count, MapTwo<Function, decltype(store)>{function, a, b, y});
  });
}

void mapSpan(Unary function, float parameter, const float* x, float* y, int64_t count) {
  switch (function) {
    case Unary::relu:
      return mapOne(Relu(), x, y, count);
    case Unary::elu:
      return mapOne(Elu{parameter}, x, y, count);
    case Unary::sigmoid:
      return mapOne(Sigmoid(), x, y, count);
    case Unary::tanh:
      return mapOne(Tanh(), x, y, count);
    case Unary::scale:
      return mapOne(Scale{parameter}, x, y, count);
  }
}

void mapSpans(Binary function, float parameter, const float* a, const float* b, float* y, int64_t count,
              bool pastCache) {
  switch (function) {
    case Binary::reluBackward:
      return mapTwo(ReluBackward(), a, b, y, count);
    case Binary::eluBackward:
      return mapTwo(EluBackward{parameter}, a, b, y, count);
    case Binary::sigmoidBackward:
      return mapTwo(SigmoidBackward(), a, b, y, count);
    case Binary::tanhBackward:
      return mapTwo(TanhBackward(), a, b, y, count);
    case Binary::add:
      return mapTwo(Add(), a, b, y, count, pastCache);
    case Binary::addRelu:
      return mapTwo(AddRelu(), a, b, y, count, pastCache);
    case Binary::multiply:
      return mapTwo(Multiply(), a, b, y, count);
    case Binary::maximum:
      return mapTwo(Maximum(), a, b, y, count);
  }
}

void bernoulliGradientSpan(const float* probability, const float* target, float factor, float* gradient,
                           int64_t count) {
  mapTwo(BernoulliGradient{factor}, probability, target, gradient, count);
}

struct SumParts {
  const float* parts;
  int64_t stride;
  int64_t numberOfParts;
  float* y;
  template <class D>
  HWY_INLINE void operator()(D d, int64_t i) const {
    auto sum = hn::LoadU(d, parts + i);
    for (int64_t p = 1; p < numberOfParts; ++p) sum = hn::Add(sum, hn::LoadU(d, parts + p * stride + i));
    hn::StoreU(sum, d, y + i);
  }
};

void sumParts(const float* parts, int64_t stride, int64_t numberOfParts, float* y, int64_t count) {
  forEachVector(count, SumParts{parts, stride, numberOfParts, y});
}

struct TakeMaximum {
  const float* x;
  const float* y;
  float* left;
  float* dx;
  template <class D>
  HWY_INLINE void operator()(D d, int64_t i) const {
    const auto here = hn::Eq(hn::LoadU(d, x + i), hn::LoadU(d, y + i));
    const auto gradient = hn::LoadU(d, left + i);
    hn::StoreU(hn::Add(hn::LoadU(d, dx + i), hn::IfThenElseZero(here, gradient)), d, dx + i);
    hn::StoreU(hn::IfThenZeroElse(here, gradient), d, left + i);
  }
};

void takeMaximumSpan(const float* x, const float* y, float* left, float* dx, int64_t count) {
  forEachVector(count, TakeMaximum{x, y, left, dx});
}

struct Product {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V a, V b) const {
    return hn::Mul(a, b);
  }
};

struct BernoulliLoss {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V p, V target) const {
    const V rest = hn::Sub(hn::Set(d, 1.0f), target);
    return hn::Neg(
        hn::MulAdd(rest, clippedLog(d, hn::Sub(hn::Set(d, 1.0f), p)), hn::Mul(target, clippedLog(d, p))));
  }

 private:
  template <class D, class V>
  static HWY_INLINE V clippedLog(D d, V p) {
    return hn::Log(d, hn::Min(hn::Max(p, hn::Set(d, smallestProbability)), hn::Set(d, 1.0f)));
  }
};

// Sums function(a, b) in blocks short enough for float, and the blocks in double.
template <class Function>
HWY_NOINLINE double sumTwo(Function function, const float* a, const float* b, int64_t count) {
  constexpr int64_t blockVectors = 64;
  const Floats d;
  const OneFloat one;
  const int64_t step = lanes();
  double total = 0;
  int64_t i = 0;
  while (i + step <= count) {
    Vector sum = hn::Zero(d);
    for (int64_t v = 0; v < blockVectors && i + step <= count; ++v, i += step)
      sum = hn::Add(sum, function(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i)));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  for (; i < count; ++i)
    total += static_cast<double>(hn::GetLane(function(one, hn::LoadU(one, a + i), hn::LoadU(one, b + i))));
  return total;
}

double dotSpan(const float* a, const float* b, int64_t count) {
  return sumTwo(Product(), a, b, count);
}
double bernoulliLossSpan(const float* probability, const float* target, int64_t count) {
  return sumTwo(BernoulliLoss(), probability, target, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

HWY_EXPORT(mapSpan);
HWY_EXPORT(mapSpans);
HWY_EXPORT(sumParts);
HWY_EXPORT(takeMaximumSpan);
HWY_EXPORT(dotSpan);
HWY_EXPORT(bernoulliLossSpan);
HWY_EXPORT(bernoulliGradientSpan);

void mapSpan(Unary function, float parameter, const float* x, float* y, int64_t count) {
  HWY_DYNAMIC_DISPATCH(mapSpan)(function, parameter, x, y, count);
}
void mapSpans(Binary function, float parameter, const float* a, const float* b, float* y, int64_t count,
              bool pastCache) {
  HWY_DYNAMIC_DISPATCH(mapSpans)(function, parameter, a, b, y, count, pastCache);
}
void sumParts(const float* parts, int64_t stride, int64_t numberOfParts, float* y, int64_t count) {
  HWY_DYNAMIC_DISPATCH(sumParts)(parts, stride, numberOfParts, y, count);
}
void takeMaximumSpan(const float* x, const float* y, float* left, float* dx, int64_t count) {
  HWY_DYNAMIC_DISPATCH(takeMaximumSpan)(x, y, left, dx, count);
}
double dotSpan(const float* a, const float* b, int64_t count) {
  return HWY_DYNAMIC_DISPATCH(dotSpan)(a, b, count);
}
double bernoulliLossSpan(const float* probability, const float* target, int64_t count) {
  return HWY_DYNAMIC_DISPATCH(bernoulliLossSpan)(probability, target, count);
}
void bernoulliGradientSpan(const float* probability, const float* target, float factor, float* gradient,
                           int64_t count) {
  HWY_DYNAMIC_DISPATCH(bernoulliGradientSpan)(probability, target, factor, gradient, count);
}

}  // namespace bypath
#endif
