#include "core/exchange/keras_layers.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/exchange/python_text.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::string text(int64_t number) {
  return std::to_string(number);
}

bool padsNothing(const Window& w) {
  return w.padTop + w.padBottom + w.padLeft + w.padRight == 0;
}

// As many rows and columns of zeros as the window has around it.
std::string padded(const Window& w, const std::string& x) {
  const bool even = w.padTop == w.padBottom && w.padLeft == w.padRight;
  const std::string sizes = even ? pythonPair(w.padTop, w.padLeft)
                                 : "((" + text(w.padTop) + ", " + text(w.padBottom) + "), (" +
                                       text(w.padLeft) + ", " + text(w.padRight) + "))";
  return "layers.ZeroPadding2D(" + sizes + ")(" + x + ")";
}

Slot channelsSlot(int64_t number) {
  return {.kind = "channels", .role = "channels", .value = text(number)};
}

std::string kernelAndStride(const Window& w, const Dialect::Mark& mark) {
  std::string all = mark(
      {.kind = "kernel", .role = "kernel_size", .value = pythonPair(w.kernelH, w.kernelW), .prefix = ", "});
  all += mark({.kind = "stride",
               .role = "stride",
               .value = pythonPair(w.strideH, w.strideW),
               .prefix = ", strides=",
               .dropped = "1"});
  return all;
}

}  // namespace

Expression KerasLayers::applied(int op, const std::string& attribute, const std::vector<Expression>& operands,
                                const Mark& mark) const {
  const OpNode& n = node(op);
  const Expression& x = operands[0];
  const auto layer = [&](const std::string& made) {
    return Expression{.text = "layers." + made + "(" + x.text + ")"};
  };
  const auto list = [&] {
    std::string all;
    for (const Expression& each : operands) all += (all.empty() ? "" : ", ") + each.text;
    return "[" + all + "]";
  };
  const auto factor = [&](double value) {
    return mark({.kind = "number", .role = "factor", .value = exactText(value)});
  };
  if (n.type == &conv2dOp()) return {.text = convolution(n, attribute, x, mark)};
  if (n.type == &conv2dTransposedOp()) return {.text = transposed(n, attribute, x, mark)};
  if (n.type == &matmulOp()) return {.text = dense(n, attribute, x, mark)};
  if (n.type == &batchNormInferenceOp()) return {.text = batchNorm(n, attribute, x, mark)};
  if (numbers_.at(op)) return {.text = "AddNumber(name=" + attribute + ")(" + x.text + ")"};
  if (n.type == &scaleByScalarOp()) {
    const double by = n.attributes.real("factor", 1);
    const std::string times = "TimesNumber(name=" + attribute + ")(" + x.text + ")";
    return {.text = by == 1 ? times : "layers.Rescaling(" + factor(by) + ")(" + times + ")"};
  }
  if (n.type == &scaleOp()) return layer("Rescaling(" + factor(n.attributes.real("factor")) + ")");
  if (n.type == &reluOp()) return layer("ReLU()");
  if (n.type == &eluOp()) return layer("ELU(alpha=" + pythonReal(n.attributes.real("alpha", 1)) + ")");
  if (n.type == &sigmoidOp()) return layer("Activation(\"sigmoid\")");
  if (n.type == &tanhOp()) return layer("Activation(\"tanh\")");
  if (n.type == &maxPoolOp() || n.type == &averagePoolOp()) {
    Expression made{.text = pooled(n, x)};
    made.atomic = made.text.find(" / ") == std::string::npos;
    return made;
  }
  if (n.type == &globalAveragePoolOp()) return layer("GlobalAveragePooling2D()");
  if (n.type == &reshapeOp()) return {.text = reshape(n, x)};
  if (n.type == &addOp()) return {.text = "layers.Add()(" + list() + ")"};
  if (n.type == &multiplyOp()) return {.text = "layers.Multiply()(" + list() + ")"};
  if (n.type == &concatOp()) return {.text = "layers.Concatenate()(" + list() + ")"};
  if (n.type == &sliceChannelsOp()) {
    const int64_t begin = n.attributes.integer("begin"), end = begin + n.attributes.integer("channels");
    return {.text = x.bracketed() + "[..., " + text(begin) + ":" + text(end) + "]"};
  }
  if (n.type == &padChannelsOp()) return {.text = padChannels(n, x, mark)};
  if (n.type == &gaussianSampleOp())
    return {.text =
                "Draw(" + std::string(n.attributes.flag("log_sigma") ? "1.0" : "0.5") + ")(" + list() + ")"};
  return {};
}

std::string KerasLayers::convolution(const OpNode& n, const std::string& name, const Expression& x,
                                     const Mark& mark) const {
  const Shape w = graph_.shape(n.inputs[1]);
  const Window window = Window::of(n.attributes, w[0], w[1]);
  // Padding is written out: Keras' "same" pads otherwise where there is a stride.
  std::string made = "layers.Conv2D(" + mark(channelsSlot(w[3]));
  made += kernelAndStride(window, mark);
  if (n.inputs.size() == 2) made += ", use_bias=False";
  return made + ", name=" + name + ")(" + (padsNothing(window) ? x.text : padded(window, x.text)) + ")";
}

// Without padding Keras gives in * stride + max(kernel - stride, 0) rows, of which ours are some; where they
// are not enough, a row of zeros below the image gives a stride more.
std::string KerasLayers::transposed(const OpNode& n, const std::string& name, const Expression& x,
                                    const Mark& mark) const {
  const Shape w = graph_.shape(n.inputs[1]), in = graph_.shape(n.inputs[0]), out = graph_.shape(n.outputs[0]);
  const Window window = Window::of(n.attributes, w[0], w[1]);
  const auto natural = [](int64_t size, int64_t kernel, int64_t stride) {
    return size * stride + std::max<int64_t>(kernel - stride, 0);
  };
  Window zeros;
  while (natural(in[1] + zeros.padBottom, w[0], window.strideH) < window.padTop + out[1]) ++zeros.padBottom;
  while (natural(in[2] + zeros.padRight, w[1], window.strideW) < window.padLeft + out[2]) ++zeros.padRight;
  std::string made = "layers.Conv2DTranspose(" + mark(channelsSlot(w[2]));
  made += kernelAndStride(window, mark);
  if (n.inputs.size() == 2) made += ", use_bias=False";
  made += ", name=" + name + ")(" + (padsNothing(zeros) ? x.text : padded(zeros, x.text)) + ")";
  const int64_t high = natural(in[1] + zeros.padBottom, w[0], window.strideH);
  const int64_t wide = natural(in[2] + zeros.padRight, w[1], window.strideW);
  if (high == out[1] && wide == out[2]) return made;
  const auto slice = [](int64_t from, int64_t size) { return text(from) + ":" + text(from + size); };
  return made + "[:, " + slice(window.padTop, out[1]) + ", " + slice(window.padLeft, out[2]) + "]";
}

std::string KerasLayers::dense(const OpNode& n, const std::string& name, const Expression& x,
                               const Mark& mark) const {
  bool bias = false;
  for (const OpNode& other : graph_.nodes)
    bias = bias || (other.type == &biasAddOp() && other.path == n.path && other.inputs[0] == n.outputs[0]);
  return "layers.Dense(" + mark(channelsSlot(graph_.shape(n.inputs[1])[1])) +
         (bias ? "" : ", use_bias=False") + ", name=" + name + ")(" + x.text + ")";
}

std::string KerasLayers::batchNorm(const OpNode& n, const std::string& name, const Expression& x,
                                   const Mark& mark) const {
  const auto momentum = momenta_.find(n.path);
  std::string made = "layers.BatchNormalization(";
  made += mark({.kind = "epsilon",
                .role = "epsilon",
                .value = exactText(n.attributes.real("epsilon")),
                .prefix = "epsilon="});
  made += mark({.kind = "momentum",
                .role = "momentum",
                .value = numberText(momentum == momenta_.end() ? 0.9 : momentum->second),
                .prefix = ", momentum=",
                .dropped = "0.99"});
  return made + ", name=" + name + ")(" + x.text + ")";
}

std::string KerasLayers::pooled(const OpNode& n, const Expression& x) const {
  const Window w = Window::of(n.attributes);
  const std::string sizes =
      "(" + pythonPair(w.kernelH, w.kernelW) + ", strides=" + pythonPair(w.strideH, w.strideW) + ")(";
  const std::string rows = "((0, 0), (" + text(w.padTop) + ", " + text(w.padBottom) + "), (" +
                           text(w.padLeft) + ", " + text(w.padRight) + "), (0, 0))";
  if (n.type == &maxPoolOp())
    return "layers.MaxPooling2D" + sizes +
           (padsNothing(w) ? x.text
                           : "ops.pad(" + x.text + ", " + rows + ", constant_values=-float(\"inf\"))") +
           ")";
  const std::string head = "layers.AveragePooling2D" + sizes;
  if (padsNothing(w)) return head + x.text + ")";
  std::string sums = head + padded(w, x.text) + ")";
  if (n.attributes.flag("count_padding")) return sums;
  const Shape in = graph_.shape(n.inputs[0]);
  return sums + " / share_inside(" + text(in[1]) + ", " + text(in[2]) + ", (" + text(w.kernelH) + ", " +
         text(w.kernelW) + "), (" + text(w.strideH) + ", " + text(w.strideW) + "), " + rows + ")";
}

std::string KerasLayers::reshape(const OpNode& n, const Expression& x) const {
  const Shape from = graph_.shape(n.inputs[0]), to = graph_.shape(n.outputs[0]);
  if (from.rank() == 1 || to.rank() == 1) {
    std::string sizes = "-1";
    for (int axis = 1; axis < to.rank(); ++axis) sizes += ", " + text(to[axis]);
    return "ops.reshape(" + x.text + ", (" + sizes + (to.rank() == 1 ? ",))" : "))");
  }
  if (to.rank() == 2) return "layers.Flatten()(" + x.text + ")";
  std::string sizes;
  for (int axis = 1; axis < to.rank(); ++axis) sizes += (sizes.empty() ? "" : ", ") + text(to[axis]);
  return "layers.Reshape((" + sizes + "))(" + x.text + ")";
}

std::string KerasLayers::padChannels(const OpNode& n, const Expression& x, const Mark& mark) const {
  const Shape from = graph_.shape(n.inputs[0]), to = graph_.shape(n.outputs[0]);
  const int64_t before = n.attributes.integer("before", 0), behind = to.last() - before - from.last();
  std::string kept = x.text;
  if (from.rank() == 4 && !(from[1] == to[1] && from[2] == to[2])) {
    const auto slice = [&](int axis, int64_t step) {
      const bool all = to[axis] == (from[axis] - 1) / step + 1;
      const std::string by =
          step == 1 ? "" : ":" + mark({.kind = "stride", .role = "stride", .value = text(step)});
      return (all ? ":" : ":" + text((to[axis] - 1) * step + 1)) + by;
    };
    const std::string rows = slice(1, n.attributes.integer("stride_h", 1));
    const std::string columns = slice(2, n.attributes.integer("stride_w", 1));
    kept = x.bracketed() + "[:, " + rows + ", " + columns + "]";
  }
  if (before + behind == 0) return kept;
  std::string sides = "(0, 0), ";
  for (int axis = 1; axis + 1 < from.rank(); ++axis) sides += "(0, 0), ";
  if (before > 0) return "ops.pad(" + kept + ", (" + sides + "(" + text(before) + ", " + text(behind) + ")))";
  const std::string few = x.depth == 0 ? x.text + ".shape[-1]" : text(from.last());
  return "ops.pad(" + kept + ", (" + sides + "(0, " + mark(channelsSlot(to.last())) + " - " + few + ")))";
}

}  // namespace bypath
