#include "core/exchange/pytorch_layers.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/exchange/python_text.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

std::string text(int64_t number) {
  return std::to_string(number);
}

bool symmetric(const Window& w) {
  return w.padTop == w.padBottom && w.padLeft == w.padRight;
}

std::string padded(const Window& w, const std::string& x, const std::string& value = "") {
  return "F.pad(" + x + ", (" + text(w.padLeft) + ", " + text(w.padRight) + ", " + text(w.padTop) + ", " +
         text(w.padBottom) + ")" + value + ")";
}

Slot channels(std::string role, int64_t number, std::string prefix = "") {
  return {.kind = "channels", .role = std::move(role), .value = text(number), .prefix = std::move(prefix)};
}

// Marks become arguments in the order in which they are made, so that each is made in a statement of its own.
// kernel, stride
std::string kernelAndStride(const Window& w, const Dialect::Mark& mark) {
  std::string text = mark(
      {.kind = "kernel", .role = "kernel_size", .value = pythonPair(w.kernelH, w.kernelW), .prefix = ", "});
  text += mark({.kind = "stride",
                .role = "stride",
                .value = pythonPair(w.strideH, w.strideW),
                .prefix = ", stride=",
                .dropped = "1"});
  return text;
}

std::string paddingText(const std::string& value, const Dialect::Mark& mark) {
  return mark({.kind = "padding", .role = "padding", .value = value, .prefix = ", padding=", .dropped = "0"});
}

// What a transposed convolution of PyTorch makes of a length, and what is wanted: more zeros behind the input
// where it falls short by a stride or more, and what is too much cut off.
struct Reach {
  int64_t zeros = 0, outputPadding = 0;
  bool crops = false;

  Reach(int64_t in, int64_t wanted, int64_t kernel, int64_t stride, int64_t pad) {
    int64_t natural = (in - 1) * stride - 2 * pad + kernel;
    while (wanted - natural >= stride && stride > 0) {
      ++zeros;
      natural += stride;
    }
    outputPadding = std::max<int64_t>(0, wanted - natural);
    crops = natural > wanted;
  }
};

struct Reaches {
  Reach high, wide;

  Reaches(const OpGraph& graph, const OpNode& node, const Window& w)
      : high(graph.shape(node.inputs[0])[1], graph.shape(node.outputs[0])[1], w.kernelH, w.strideH, w.padTop),
        wide(graph.shape(node.inputs[0])[2], graph.shape(node.outputs[0])[2], w.kernelW, w.strideW,
             w.padLeft) {}
  bool plain() const { return high.zeros + wide.zeros == 0 && !high.crops && !wide.crops; }
};

}  // namespace

Window PytorchLayers::windowOf(const OpNode& node) const {
  const Shape w = graph_.shape(node.inputs[1]);
  return Window::of(node.attributes, w[0], w[1]);
}

bool PytorchLayers::isPlain(int op) const {
  const OpNode& n = node(op);
  if (n.type == &conv2dOp()) return symmetric(windowOf(n));
  if (n.type == &conv2dTransposedOp()) return Reaches(graph_, n, windowOf(n)).plain();
  if (n.type == &batchNormInferenceOp()) return graph_.shape(n.inputs[0]).rank() != 3;
  if (n.type != &padChannelsOp()) return false;
  // Every stride-th pixel of all, the same both ways.
  const Shape x = graph_.shape(n.inputs[0]), y = graph_.shape(n.outputs[0]);
  const int64_t high = n.attributes.integer("stride_h", 1), wide = n.attributes.integer("stride_w", 1);
  return x.rank() == 4 && high == wide && n.attributes.integer("before", 0) == 0 && x[3] < y[3] &&
         y[1] == (x[1] - 1) / high + 1 && y[2] == (x[2] - 1) / wide + 1;
}

std::string PytorchLayers::constructed(int op, const Mark& mark) const {
  const OpNode& n = node(op);
  if (n.type == &conv2dOp()) return convolution(n, mark);
  if (n.type == &conv2dTransposedOp()) return transposed(n, mark);
  if (n.type == &matmulOp()) return dense(op, mark);
  if (n.type == &batchNormInferenceOp()) return batchNorm(n, mark);
  if (n.type == &scaleByScalarOp()) return "nn.Parameter(torch.ones(1))";
  if (numbers_.at(op)) return "nn.Parameter(torch.zeros(1))";
  return "";
}

std::string PytorchLayers::convolution(const OpNode& n, const Mark& mark) const {
  const Shape w = graph_.shape(n.inputs[1]);
  const Window window = windowOf(n);
  std::string made = "nn.Conv2d(" + mark(channels("in_channels", w[2]));
  made += mark(channels("channels", w[3], ", "));
  made += kernelAndStride(window, mark);
  if (symmetric(window)) made += paddingText(pythonPair(window.padTop, window.padLeft), mark);
  return made + (n.inputs.size() > 2 ? ")" : ", bias=False)");
}

std::string PytorchLayers::transposed(const OpNode& n, const Mark& mark) const {
  const Shape w = graph_.shape(n.inputs[1]);
  const Window window = windowOf(n);
  const Reaches reaches(graph_, n, window);
  std::string made = "nn.ConvTranspose2d(" + mark(channels("in_channels", w[3]));
  made += mark(channels("channels", w[2], ", "));
  made += kernelAndStride(window, mark);
  made += paddingText(pythonPair(window.padTop, window.padLeft), mark);
  made += mark({.kind = "padding",
                .role = "output_padding",
                .value = pythonPair(reaches.high.outputPadding, reaches.wide.outputPadding),
                .prefix = ", output_padding=",
                .dropped = "0"});
  return made + (n.inputs.size() > 2 ? ")" : ", bias=False)");
}

std::string PytorchLayers::dense(int op, const Mark& mark) const {
  const OpNode& n = node(op);
  const Shape w = graph_.shape(n.inputs[1]);
  bool bias = false;
  for (const OpNode& other : graph_.nodes)
    bias = bias || (other.type == &biasAddOp() && other.path == n.path && other.inputs[0] == n.outputs[0]);
  std::string made = "nn.Linear(" + mark(channels("in_features", w[0]));
  made += mark(channels("features", w[1], ", "));
  return made + (bias ? ")" : ", bias=False)");
}

std::string PytorchLayers::batchNorm(const OpNode& n, const Mark& mark) const {
  const Shape x = graph_.shape(n.inputs[0]);
  const auto momentum = momenta_.find(n.path);
  const double kept = momentum == momenta_.end() ? 0.9 : momentum->second;
  std::string made = x.rank() == 4 ? "nn.BatchNorm2d(" : "nn.BatchNorm1d(";
  made += mark(channels("num_features", x.last()));
  made += mark({.kind = "epsilon",
                .role = "eps",
                .value = exactText(n.attributes.real("epsilon")),
                .prefix = ", eps=",
                .dropped = "1e-05"});
  // Ours is the share kept, PyTorch's the share that is new.
  made += mark({.kind = "momentum",
                .role = "momentum",
                .value = numberText(1 - kept),
                .prefix = ", momentum=",
                .dropped = "0.1"});
  return made + ")";
}

Expression PytorchLayers::applied(int op, const std::string& attribute,
                                  const std::vector<Expression>& operands, const Mark& mark) const {
  const OpNode& n = node(op);
  const std::string layer = "self." + attribute;
  const Expression& x = operands[0];
  const auto call = [&](const std::string& function) {
    return Expression{.text = function + "(" + x.text + ")"};
  };
  const auto joined = [&](const std::string& sign) {
    std::string all;
    for (const Expression& each : operands)
      all += (all.empty() ? "" : sign) + (sign == " * " ? each.bracketed() : each.text);
    return all;
  };
  const auto factor = [&](double value) {
    return mark({.kind = "number", .role = "factor", .value = exactText(value)});
  };
  if (n.type == &conv2dOp()) {
    const Window w = windowOf(n);
    return {.text = layer + "(" + (symmetric(w) ? x.text : padded(w, x.text)) + ")"};
  }
  if (n.type == &conv2dTransposedOp()) return {.text = appliedTransposed(n, layer, x)};
  if (n.type == &batchNormInferenceOp()) {
    if (graph_.shape(n.inputs[0]).rank() != 3) return call(layer);
    return {.text = layer + "(" + x.bracketed() + ".transpose(1, 2)).transpose(1, 2)"};
  }
  if (n.type == &matmulOp()) return call(layer);
  if (numbers_.at(op)) return {.text = x.text + " + " + layer, .atomic = false};
  if (n.type == &scaleByScalarOp()) {
    const double by = n.attributes.real("factor", 1);
    return {.text = (by == 1 ? "" : factor(by) + " * ") + layer + " * " + x.bracketed(), .atomic = false};
  }
  if (n.type == &scaleOp())
    return {.text = factor(n.attributes.real("factor")) + " * " + x.bracketed(), .atomic = false};
  if (n.type == &reluOp()) return call("F.relu");
  if (n.type == &eluOp()) {
    const double alpha = n.attributes.real("alpha", 1);
    return {.text = "F.elu(" + x.text + (alpha == 1 ? "" : ", alpha=" + pythonReal(alpha)) + ")"};
  }
  if (n.type == &sigmoidOp()) return call("torch.sigmoid");
  if (n.type == &tanhOp()) return call("torch.tanh");
  if (n.type == &maxPoolOp()) return {.text = maxPool(n, x)};
  if (n.type == &averagePoolOp()) return {.text = averagePool(n, x)};
  if (n.type == &globalAveragePoolOp()) return {.text = x.bracketed() + ".mean((2, 3))"};
  if (n.type == &reshapeOp()) return {.text = reshape(n, x)};
  if (n.type == &addOp()) return {.text = joined(" + "), .atomic = false};
  if (n.type == &multiplyOp()) return {.text = joined(" * "), .atomic = false};
  const int rank = graph_.shape(n.inputs[0]).rank();
  if (n.type == &concatOp())
    return {.text = "torch.cat((" + joined(", ") + "), dim=" + (rank == 4 ? "1" : "-1") + ")"};
  if (n.type == &sliceChannelsOp()) {
    const int64_t begin = n.attributes.integer("begin"), end = begin + n.attributes.integer("channels");
    return {.text = x.bracketed() + (rank == 3 ? "[:, :, " : "[:, ") + text(begin) + ":" + text(end) + "]"};
  }
  if (n.type == &padChannelsOp()) return {.text = padChannels(n, x, mark)};
  if (n.type == &gaussianSampleOp()) {
    const std::string half = n.attributes.flag("log_sigma") ? "" : " / 2";
    return {.text = x.text + " + torch.exp(" + operands[1].bracketed() + half + ") * torch.randn_like(" +
                    x.text + ")",
            .atomic = false};
  }
  return {};
}

std::string PytorchLayers::appliedTransposed(const OpNode& n, const std::string& layer,
                                             const Expression& x) const {
  const Reaches reaches(graph_, n, windowOf(n));
  std::string in = x.text;
  if (reaches.high.zeros + reaches.wide.zeros > 0)
    in = "F.pad(" + in + ", (0, " + text(reaches.wide.zeros) + ", 0, " + text(reaches.high.zeros) + "))";
  const Shape y = graph_.shape(n.outputs[0]);
  std::string out = layer + "(" + in + ")";
  if (reaches.high.crops || reaches.wide.crops) out += "[:, :, :" + text(y[1]) + ", :" + text(y[2]) + "]";
  return out;
}

std::string PytorchLayers::maxPool(const OpNode& n, const Expression& x) const {
  const Window w = Window::of(n.attributes);
  const std::string head = "F.max_pool2d(", kernel = ", " + pythonPair(w.kernelH, w.kernelW);
  const std::string stride = ", stride=" + pythonPair(w.strideH, w.strideW);
  // PyTorch pads by half a window at most.
  if (!symmetric(w) || 2 * w.padTop > w.kernelH || 2 * w.padLeft > w.kernelW)
    return head + padded(w, x.text, ", value=-torch.inf") + kernel + stride + ")";
  const bool none = w.padTop + w.padLeft == 0;
  return head + x.text + kernel + stride + (none ? "" : ", padding=" + pythonPair(w.padTop, w.padLeft)) + ")";
}

std::string PytorchLayers::averagePool(const OpNode& n, const Expression& x) const {
  const Window w = Window::of(n.attributes);
  const std::string head = "F.avg_pool2d(", kernel = ", " + pythonPair(w.kernelH, w.kernelW),
                    stride = ", stride=" + pythonPair(w.strideH, w.strideW);
  const bool counts = n.attributes.flag("count_padding");
  const bool none = w.padTop + w.padLeft + w.padBottom + w.padRight == 0;
  if (none) return head + x.text + kernel + stride + ")";
  if (symmetric(w) && 2 * w.padTop <= w.kernelH && 2 * w.padLeft <= w.kernelW)
    return head + x.text + kernel + stride + ", padding=" + pythonPair(w.padTop, w.padLeft) +
           (counts ? ")" : ", count_include_pad=False)");
  std::string sums = head + padded(w, x.text) + kernel + stride + ")";
  if (counts) return sums;
  // Each mean over the pixels inside: that of the padded image over the share that is inside.
  const Shape in = graph_.shape(n.inputs[0]);
  const std::string ones =
      "torch.ones(1, 1, " + text(in[1]) + ", " + text(in[2]) + ", device=" + x.bracketed() + ".device)";
  return "(" + sums + " / " + head + padded(w, ones) + kernel + stride + "))";
}

// Ours are height, width, channels.
std::string PytorchLayers::reshape(const OpNode& n, const Expression& x) const {
  const Shape from = graph_.shape(n.inputs[0]), to = graph_.shape(n.outputs[0]);
  const bool image = from.rank() == 4 && from[1] * from[2] > 1;
  const std::string straight = x.bracketed() + (image ? ".permute(0, 2, 3, 1)" : "");
  if (to.rank() == 2 && from.rank() != 1) return straight + ".flatten(1)";
  std::string sizes = "-1";
  if (to.rank() == 4 && to[1] * to[2] == 1) return straight + ".reshape(-1, " + text(to[3]) + ", 1, 1)";
  for (int axis = 1; axis < to.rank(); ++axis) sizes += ", " + text(to[axis]);
  return straight + ".reshape(" + sizes + ")" + (to.rank() == 4 ? ".permute(0, 3, 1, 2)" : "");
}

std::string PytorchLayers::padChannels(const OpNode& n, const Expression& x, const Mark& mark) const {
  const Shape from = graph_.shape(n.inputs[0]), to = graph_.shape(n.outputs[0]);
  const int64_t before = n.attributes.integer("before", 0), behind = to.last() - before - from.last();
  if (from.rank() != 4) return "F.pad(" + x.text + ", (" + text(before) + ", " + text(behind) + "))";
  const int64_t high = n.attributes.integer("stride_h", 1), wide = n.attributes.integer("stride_w", 1);
  if (isPlain(static_cast<int>(&n - graph_.nodes.data()))) {
    const Slot stride{.kind = "stride", .role = "stride", .value = text(high)};
    std::string kept = x.text;
    if (high > 1) {
      kept = x.bracketed() + "[:, :, ::" + mark(stride);
      kept += ", ::" + mark(stride) + "]";
    }
    const std::string many = mark(channels("channels", to.last()));
    const std::string few = mark(channels("in_channels", from.last()));
    return "F.pad(" + kept + ", (0, 0, 0, 0, 0, " + many + " - " + few + "))";
  }
  const auto slice = [](int64_t in, int64_t out, int64_t step) {
    const bool all = out == (in - 1) / step + 1;
    return (all ? ":" : ":" + text((out - 1) * step + 1)) + (step == 1 ? "" : ":" + text(step));
  };
  std::string kept = x.text;
  if (!(from[1] == to[1] && from[2] == to[2]))
    kept = x.bracketed() + "[:, :, " + slice(from[1], to[1], high) + ", " + slice(from[2], to[2], wide) + "]";
  if (before + behind == 0) return kept == x.text ? x.bracketed() : kept;
  return "F.pad(" + kept + ", (0, 0, 0, 0, " + text(before) + ", " + text(behind) + "))";
}

}  // namespace bypath
