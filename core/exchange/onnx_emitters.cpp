// One emitter an op. Outside, images are N x C x H x W; other ranks are as inside.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/exchange/onnx_graph.h"
#include "core/exchange/outside_layout.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"
#include "core/tensor/layout.h"

namespace bypath {
namespace {

bool isImage(const OnnxGraph& g, ValueId id) {
  return g.shape(id).rank() == 4;
}
// Where channels stand outside.
int64_t channelAxis(const OnnxGraph& g, ValueId id) {
  return isImage(g, id) ? 1 : g.shape(id).rank() - 1;
}
// Sizes of a number a channel, so that it spreads over the value.
std::vector<int64_t> overChannels(const OnnxGraph& g, ValueId id, int64_t channels) {
  if (isImage(g, id)) return {channels, 1, 1};
  return {channels};
}

void setWindow(onnx::NodeProto& node, const Window& window) {
  setIntegers(node, "kernel_shape", {window.kernelH, window.kernelW});
  setIntegers(node, "strides", {window.strideH, window.strideW});
  setIntegers(node, "pads", {window.padTop, window.padLeft, window.padBottom, window.padRight});
}

// The inputs of a Slice behind the data, in steps of 1 where there are none.
std::vector<std::string> sliceInputs(OnnxGraph& g, const OpNode& op, const std::string& x,
                                     const std::vector<int64_t>& starts, const std::vector<int64_t>& ends,
                                     const std::vector<int64_t>& axes, const std::vector<int64_t>& steps) {
  std::vector<std::string> inputs = {x, g.integers(op.path + "/starts", starts),
                                     g.integers(op.path + "/ends", ends),
                                     g.integers(op.path + "/axes", axes)};
  if (!steps.empty()) inputs.push_back(g.integers(op.path + "/steps", steps));
  return inputs;
}

// --- products

// K x C x KH x KW of (KH, KW, C, K).
std::vector<int64_t> outsideSizes(const Shape& weights) {
  return {weights[3], weights[2], weights[0], weights[1]};
}

void convolution(OnnxGraph& g, const OpNode& op) {
  const Shape w = g.shape(op.inputs[1]);
  std::vector<std::string> inputs = {g.name(op.inputs[0]),
                                     g.floats(g.model().graph.value(op.inputs[1]).name, outsideSizes(w),
                                              outsideOrder(g.weights(op.inputs[1]), w))};
  if (op.inputs.size() > 2) inputs.push_back(g.name(op.inputs[2]));
  setWindow(g.last(op, "Conv", inputs), Window::of(op.attributes, w[0], w[1]));
}

void transposedConvolution(OnnxGraph& g, const OpNode& op) {
  const Shape w = g.shape(op.inputs[1]), y = g.shape(op.inputs[0]), x = g.shape(op.outputs[0]);
  const Window window = Window::of(op.attributes, w[0], w[1]);
  std::vector<std::string> inputs = {g.name(op.inputs[0]),
                                     g.floats(g.model().graph.value(op.inputs[1]).name, outsideSizes(w),
                                              outsideOrder(g.weights(op.inputs[1]), w))};
  if (op.inputs.size() > 2) inputs.push_back(g.name(op.inputs[2]));
  // What the stride of the convolution that leads back does not reach.
  const int64_t moreH =
                    x[1] - ((y[1] - 1) * window.strideH + window.kernelH - window.padTop - window.padBottom),
                moreW =
                    x[2] - ((y[2] - 1) * window.strideW + window.kernelW - window.padLeft - window.padRight);
  if (window.padTop == window.padBottom && window.padLeft == window.padRight) {
    onnx::NodeProto& node = g.last(op, "ConvTranspose", inputs);
    setWindow(node, window);
    setIntegers(node, "output_padding", {moreH, moreW});
    return;
  }
  // Uneven padding is not read everywhere (OpenCV refuses it): all that comes out, then the piece that
  // counts.
  const auto whole = g.node(op, "ConvTranspose", inputs, "whole");
  setWindow(*whole.node, {window.kernelH, window.kernelW, window.strideH, window.strideW, 0, 0, 0, 0});
  setIntegers(
      *whole.node, "output_padding",
      {std::max<int64_t>(0, moreH - window.padBottom), std::max<int64_t>(0, moreW - window.padRight)});
  g.last(op, "Slice",
         sliceInputs(g, op, whole.output, {window.padTop, window.padLeft},
                     {window.padTop + x[1], window.padLeft + x[2]}, {2, 3}, {}));
}

void dense(OnnxGraph& g, const OpNode& op) {
  if (!g.isParameter(op.inputs[1]) || op.attributes.flag("transpose_a") ||
      op.attributes.flag("transpose_b")) {
    onnx::NodeProto& node = g.last(op, "Gemm", {g.name(op.inputs[0]), g.name(op.inputs[1])});
    setInteger(node, "transA", op.attributes.integer("transpose_a", 0));
    setInteger(node, "transB", op.attributes.integer("transpose_b", 0));
    return;
  }
  const Shape w = g.shape(op.inputs[1]);
  onnx::NodeProto& node =
      g.last(op, "Gemm",
             {g.name(op.inputs[0]), g.floats(g.model().graph.value(op.inputs[1]).name, {w[1], w[0]},
                                             outsideOrder(g.weights(op.inputs[1]), w))});
  setInteger(node, "transB", 1);
}

void bias(OnnxGraph& g, const OpNode& op) {
  const ValueId b = op.inputs[1];
  const std::string name = g.isParameter(b)
                               ? g.floats(g.model().graph.value(b).name,
                                          overChannels(g, op.inputs[0], g.shape(b).count()), g.weights(b))
                               : g.name(b);
  g.last(op, "Add", {g.name(op.inputs[0]), name});
}

// --- normalisation

void batchNorm(OnnxGraph& g, const OpNode& op) {
  const double epsilon = op.attributes.real("epsilon");
  if (g.shape(op.inputs[0]).rank() != 3) {
    std::vector<std::string> inputs;
    for (const ValueId id : op.inputs) inputs.push_back(g.name(id));
    setReal(g.last(op, "BatchNormalization", inputs), "epsilon", epsilon);
    return;
  }
  // ONNX normalises over the second axis, and here channels are the last.
  const auto scale = g.weights(op.inputs[1]), shift = g.weights(op.inputs[2]), mean = g.weights(op.inputs[3]),
             variance = g.weights(op.inputs[4]);
  std::vector<float> factor, offset;
  for (size_t c = 0; c < scale.size(); ++c) {
    const double f = static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    factor.push_back(static_cast<float>(f));
    offset.push_back(static_cast<float>(static_cast<double>(shift[c]) - f * static_cast<double>(mean[c])));
  }
  const auto channels = static_cast<int64_t>(scale.size());
  const auto scaled =
      g.node(op, "Mul", {g.name(op.inputs[0]), g.floats(op.path + "/factor", {channels}, factor)}, "scale");
  g.last(op, "Add", {scaled.output, g.floats(op.path + "/offset", {channels}, offset)});
}

// --- element-wise

template <const char* type>
void same(OnnxGraph& g, const OpNode& op) {
  g.last(op, type, {g.name(op.inputs[0])});
}
constexpr char reluName[] = "Relu", sigmoidName[] = "Sigmoid", tanhName[] = "Tanh";

void elu(OnnxGraph& g, const OpNode& op) {
  setReal(g.last(op, "Elu", {g.name(op.inputs[0])}), "alpha", op.attributes.real("alpha"));
}

void scale(OnnxGraph& g, const OpNode& op) {
  const auto factor = static_cast<float>(op.attributes.real("factor"));
  g.last(op, "Mul", {g.name(op.inputs[0]), g.floats(op.path + "/factor", {1}, {&factor, 1})});
}

void scaleByScalar(OnnxGraph& g, const OpNode& op) {
  const auto factor = static_cast<float>(op.attributes.real("factor", 1));
  std::string x = g.name(op.inputs[0]);
  if (factor != 1)
    x = g.node(op, "Mul", {x, g.floats(op.path + "/factor", {1}, {&factor, 1})}, "factor").output;
  g.last(op, "Mul", {x, g.name(op.inputs[1])});
}

// --- joining

void add(OnnxGraph& g, const OpNode& op) {
  std::string sum = g.name(op.inputs[0]);
  for (size_t i = 1; i + 1 < op.inputs.size(); ++i)
    sum = g.node(op, "Add", {sum, g.name(op.inputs[i])}, "part").output;
  g.last(op, "Add", {sum, g.name(op.inputs.back())});
}

void multiply(OnnxGraph& g, const OpNode& op) {
  g.last(op, "Mul", {g.name(op.inputs[0]), g.name(op.inputs[1])});
}

void concat(OnnxGraph& g, const OpNode& op) {
  std::vector<std::string> inputs;
  for (const ValueId id : op.inputs) inputs.push_back(g.name(id));
  setInteger(g.last(op, "Concat", inputs), "axis", channelAxis(g, op.inputs[0]));
}

// --- shape

void sliceChannels(OnnxGraph& g, const OpNode& op) {
  const int64_t begin = op.attributes.integer("begin"), channels = op.attributes.integer("channels");
  g.last(op, "Slice",
         sliceInputs(g, op, g.name(op.inputs[0]), {begin}, {begin + channels}, {channelAxis(g, op.inputs[0])},
                     {}));
}

void padChannels(OnnxGraph& g, const OpNode& op) {
  const Shape x = g.shape(op.inputs[0]), y = g.shape(op.outputs[0]);
  const int64_t before = op.attributes.integer("before", 0), behind = y.last() - before - x.last();
  const int64_t strideH = op.attributes.integer("stride_h", 1),
                strideW = op.attributes.integer("stride_w", 1);
  const bool cuts = isImage(g, op.inputs[0]) && (x[1] != y[1] || x[2] != y[2]);
  const bool pads = before > 0 || behind > 0;
  std::string now = g.name(op.inputs[0]);
  if (cuts) {
    const std::vector<int64_t> steps =
        strideH > 1 || strideW > 1 ? std::vector<int64_t>{strideH, strideW} : std::vector<int64_t>{};
    const std::vector<std::string> inputs =
        sliceInputs(g, op, now, {0, 0}, {(y[1] - 1) * strideH + 1, (y[2] - 1) * strideW + 1}, {2, 3}, steps);
    if (!pads) {
      g.last(op, "Slice", inputs);
      return;
    }
    now = g.node(op, "Slice", inputs, "every").output;
  }
  if (!pads) {
    g.last(op, "Identity", {now});
    return;
  }
  const auto rank = static_cast<size_t>(x.rank());
  std::vector<int64_t> edges(2 * rank, 0);
  const auto axis = static_cast<size_t>(channelAxis(g, op.inputs[0]));
  edges[axis] = before;
  edges[rank + axis] = behind;
  g.last(op, "Pad", {now, g.integers(op.path + "/pads", edges)});
}

void reshape(OnnxGraph& g, const OpNode& op) {
  const Shape from = g.shape(op.inputs[0]), to = g.shape(op.outputs[0]);
  // An image of one pixel or one channel is the same in either order.
  const auto ordered = [](const Shape& s) { return s.rank() != 4 || s[3] == 1 || s[1] * s[2] == 1; };
  std::string now = g.name(op.inputs[0]);
  if (!ordered(from)) {
    const auto moved = g.node(op, "Transpose", {now}, "to_nhwc");
    setIntegers(*moved.node, "perm", {0, 2, 3, 1});
    now = moved.output;
  }
  const bool back = !ordered(to);
  std::vector<int64_t> sizes = back ? to.sizes() : channelsFirstSizes(to);
  sizes[0] = 0;  // the batch, as it comes
  const std::string target = g.integers(op.path + "/shape", sizes);
  if (!back) {
    g.last(op, "Reshape", {now, target});
    return;
  }
  const auto shaped = g.node(op, "Reshape", {now, target}, "nhwc");
  setIntegers(g.last(op, "Transpose", {shaped.output}), "perm", {0, 3, 1, 2});
}

// --- pooling

void maxPool(OnnxGraph& g, const OpNode& op) {
  setWindow(g.last(op, "MaxPool", {g.name(op.inputs[0])}), Window::of(op.attributes));
}

void averagePool(OnnxGraph& g, const OpNode& op) {
  onnx::NodeProto& node = g.last(op, "AveragePool", {g.name(op.inputs[0])});
  setWindow(node, Window::of(op.attributes));
  setInteger(node, "count_include_pad", op.attributes.flag("count_padding") ? 1 : 0);
}

void globalAveragePool(OnnxGraph& g, const OpNode& op) {
  const auto pooled = g.node(op, "GlobalAveragePool", {g.name(op.inputs[0])}, "mean");
  setInteger(g.last(op, "Flatten", {pooled.output}), "axis", 1);
}

// --- random

void sample(OnnxGraph& g, const OpNode& op) {
  const auto noise = g.node(op, "RandomNormalLike", {g.name(op.inputs[0])}, "noise");
  std::string s = g.name(op.inputs[1]);
  if (!op.attributes.flag("log_sigma")) {
    const float half = 0.5F;
    s = g.node(op, "Mul", {s, g.floats(op.path + "/half", {1}, {&half, 1})}, "log_sigma").output;
  }
  const auto sigma = g.node(op, "Exp", {s}, "sigma");
  const auto drawn = g.node(op, "Mul", {sigma.output, noise.output}, "drawn");
  g.last(op, "Add", {g.name(op.inputs[0]), drawn.output});
}

}  // namespace

OnnxEmitter onnxEmitter(const OpType& type) {
  static const std::unordered_map<const OpType*, OnnxEmitter> emitters = {
      {&conv2dOp(), convolution},
      {&conv2dTransposedOp(), transposedConvolution},
      {&matmulOp(), dense},
      {&biasAddOp(), bias},
      {&batchNormInferenceOp(), batchNorm},
      {&reluOp(), same<reluName>},
      {&eluOp(), elu},
      {&sigmoidOp(), same<sigmoidName>},
      {&tanhOp(), same<tanhName>},
      {&scaleOp(), scale},
      {&scaleByScalarOp(), scaleByScalar},
      {&addOp(), add},
      {&multiplyOp(), multiply},
      {&concatOp(), concat},
      {&sliceChannelsOp(), sliceChannels},
      {&padChannelsOp(), padChannels},
      {&reshapeOp(), reshape},
      {&maxPoolOp(), maxPool},
      {&averagePoolOp(), averagePool},
      {&globalAveragePoolOp(), globalAveragePool},
      {&gaussianSampleOp(), sample},
  };
  const auto found = emitters.find(&type);
  return found == emitters.end() ? nullptr : found->second;
}

}  // namespace bypath
