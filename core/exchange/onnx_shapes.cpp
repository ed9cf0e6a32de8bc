// Operators that only move values.
#include <algorithm>

#include "core/exchange/onnx_operators.h"

namespace bypath {
namespace {

using Sizes = std::vector<int64_t>;

Result<OnnxTensor> reshaped(const OnnxTensor& x, Sizes sizes) {
  int64_t known = 1, open = -1;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    if (sizes[axis] == 0 && axis < x.sizes.size()) sizes[axis] = x.sizes[axis];
    if (sizes[axis] == -1)
      open = static_cast<int64_t>(axis);
    else
      known *= sizes[axis];
  }
  if (open >= 0 && known > 0) sizes[static_cast<size_t>(open)] = x.count() / known;
  OnnxTensor y{std::move(sizes), x.values};
  if (y.count() != x.count()) return onnxMisfit("the new sizes have another number of values.");
  return y;
}

// Every value of y is that of x at the place that `from` says for an index of y.
template <class From>
OnnxTensor gathered(const OnnxTensor& x, Sizes sizes, From&& from) {
  OnnxTensor y{std::move(sizes), {}};
  y.values.resize(static_cast<size_t>(y.count()));
  Sizes steps(x.sizes.size(), 1), index(y.sizes.size());
  for (size_t axis = steps.size(); axis-- > 1;) steps[axis - 1] = steps[axis] * x.sizes[axis];
  for (size_t i = 0; i < y.values.size(); ++i) {
    auto rest = static_cast<int64_t>(i);
    for (size_t axis = index.size(); axis-- > 0;) {
      index[axis] = rest % y.sizes[axis];
      rest /= y.sizes[axis];
    }
    y.values[i] = from(index, steps);
  }
  return y;
}

}  // namespace

Result<OnnxTensor> onnxReshape(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  return reshaped(call.in(0), call.integersOf(1, "shape"));
}

Result<OnnxTensor> onnxFlatten(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  int64_t axis = call.integer("axis", 1);
  if (axis < 0) axis += static_cast<int64_t>(x.sizes.size());
  int64_t before = 1;
  for (int64_t i = 0; i < axis && i < static_cast<int64_t>(x.sizes.size()); ++i)
    before *= x.sizes[static_cast<size_t>(i)];
  return reshaped(x, {before, before ? x.count() / before : 0});
}

Result<OnnxTensor> onnxSqueeze(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  Sizes sizes, gone = call.integersOf(1, "axes");
  for (int64_t& axis : gone)
    if (axis < 0) axis += static_cast<int64_t>(x.sizes.size());
  for (size_t axis = 0; axis < x.sizes.size(); ++axis) {
    const bool named = std::ranges::find(gone, static_cast<int64_t>(axis)) != gone.end();
    if (gone.empty() ? x.sizes[axis] != 1 : !named) sizes.push_back(x.sizes[axis]);
  }
  return reshaped(x, sizes);
}

Result<OnnxTensor> onnxTranspose(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  Sizes perm = call.integers("perm"), sizes;
  if (perm.empty())
    for (size_t axis = x.sizes.size(); axis-- > 0;) perm.push_back(static_cast<int64_t>(axis));
  if (perm.size() != x.sizes.size()) return onnxMisfit("its order has not as many axes as its input.");
  for (const int64_t axis : perm) {
    if (axis < 0 || axis >= static_cast<int64_t>(x.sizes.size())) return onnxMisfit("its order is none.");
    sizes.push_back(x.sizes[static_cast<size_t>(axis)]);
  }
  return gathered(x, sizes, [&](const Sizes& index, const Sizes& steps) {
    int64_t at = 0;
    for (size_t axis = 0; axis < perm.size(); ++axis)
      at += index[axis] * steps[static_cast<size_t>(perm[axis])];
    return x.values[static_cast<size_t>(at)];
  });
}

Result<OnnxTensor> onnxSlice(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  const Sizes starts = call.integersOf(1, "starts"), ends = call.integersOf(2, "ends");
  Sizes axes = call.integersOf(3, "axes"), steps = call.integersOf(4, "steps");
  if (axes.empty())
    for (size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    return onnxMisfit("its starts, ends, axes and steps are not as many.");
  Sizes sizes = x.sizes, first(x.sizes.size(), 0), by(x.sizes.size(), 1);
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t axis = axes[i] < 0 ? axes[i] + static_cast<int64_t>(x.sizes.size()) : axes[i];
    if (axis < 0 || axis >= static_cast<int64_t>(x.sizes.size()) || steps[i] < 1)
      return onnxMisfit("it cuts along an axis, or with a step, that is not run here.");
    const auto a = static_cast<size_t>(axis);
    const int64_t size = x.sizes[a];
    const auto inside = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size); };
    first[a] = inside(starts[i]);
    by[a] = steps[i];
    sizes[a] = std::max<int64_t>(0, (inside(ends[i]) - first[a] + by[a] - 1) / by[a]);
  }
  return gathered(x, sizes, [&](const Sizes& index, const Sizes& stride) {
    int64_t at = 0;
    for (size_t axis = 0; axis < index.size(); ++axis)
      at += (first[axis] + index[axis] * by[axis]) * stride[axis];
    return x.values[static_cast<size_t>(at)];
  });
}

Result<OnnxTensor> onnxPad(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const OnnxTensor& x = call.in(0);
  const Sizes pads = call.integersOf(1, "pads");
  const size_t rank = x.sizes.size();
  if (pads.size() != 2 * rank || call.text("mode", "constant") != "constant")
    return onnxMisfit("it pads in a way that is not run here.");
  const double value = call.has(2) && call.in(2).count() == 1 ? call.in(2).values[0] : call.real("value", 0);
  Sizes sizes = x.sizes;
  for (size_t axis = 0; axis < rank; ++axis) sizes[axis] += pads[axis] + pads[rank + axis];
  if (std::ranges::any_of(sizes, [](int64_t size) { return size < 0; }))
    return onnxMisfit("it takes away more than there is.");
  return gathered(x, sizes, [&](const Sizes& index, const Sizes& steps) {
    int64_t at = 0;
    for (size_t axis = 0; axis < rank; ++axis) {
      const int64_t inside = index[axis] - pads[axis];
      if (inside < 0 || inside >= x.sizes[axis]) return value;
      at += inside * steps[axis];
    }
    return x.values[static_cast<size_t>(at)];
  });
}

Result<OnnxTensor> onnxConcat(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  OnnxTensor y{call.in(0).sizes, {}};
  int64_t axis = call.integer("axis", 1);
  if (axis < 0) axis += static_cast<int64_t>(y.sizes.size());
  if (axis < 0 || axis >= static_cast<int64_t>(y.sizes.size())) return onnxMisfit("it has no such axis.");
  const auto a = static_cast<size_t>(axis);
  int64_t before = 1;
  for (size_t i = 0; i < a; ++i) before *= y.sizes[i];
  y.sizes[a] = 0;
  for (const OnnxTensor* x : call.inputs) {
    Sizes sizes = x->sizes;
    if (sizes.size() != y.sizes.size()) return onnxMisfit("its inputs have not the same number of axes.");
    y.sizes[a] += sizes[a];
    sizes[a] = y.sizes[a];
    if (sizes != y.sizes) return onnxMisfit("its inputs differ in more than one axis.");
  }
  for (int64_t row = 0; row < before; ++row)
    for (const OnnxTensor* x : call.inputs) {
      const int64_t length = x->count() / before;
      y.values.insert(y.values.end(), x->values.begin() + row * length,
                      x->values.begin() + (row + 1) * length);
    }
  return y;
}

}  // namespace bypath
