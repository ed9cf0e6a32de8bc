#include "core/exchange/onnx_operators.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace bypath {
namespace {

using Sizes = std::vector<int64_t>;

// --- element by element

OnnxTensor mapped(const OnnxTensor& x, double (*f)(double)) {
  OnnxTensor y = x;
  std::ranges::transform(y.values, y.values.begin(), f);
  return y;
}

template <double (*f)(double)>
Result<OnnxTensor> each(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  return mapped(call.in(0), f);
}
double relu(double x) {
  return x > 0 ? x : 0;
}
double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}
double identity(double x) {
  return x;
}
double zero(double) {
  return 0;
}

Result<OnnxTensor> elu(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  const double alpha = call.real("alpha", 1);
  OnnxTensor y = call.in(0);
  for (double& value : y.values)
    if (value < 0) value = alpha * (std::exp(value) - 1);
  return y;
}

// --- two values, spread over each other from the right

int64_t sizeFromRight(const OnnxTensor& tensor, size_t axis) {
  return axis < tensor.sizes.size() ? tensor.sizes[tensor.sizes.size() - 1 - axis] : 1;
}

Result<OnnxTensor> spread(const OnnxTensor& a, const OnnxTensor& b, double (*f)(double, double)) {
  OnnxTensor y;
  const size_t rank = std::max(a.sizes.size(), b.sizes.size());
  Sizes stepA(rank), stepB(rank);
  int64_t countA = 1, countB = 1;
  y.sizes.resize(rank);
  for (size_t axis = 0; axis < rank; ++axis) {
    const int64_t sizeA = sizeFromRight(a, axis), sizeB = sizeFromRight(b, axis);
    if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
      return onnxMisfit("its inputs are of sizes that cannot be joined.");
    y.sizes[rank - 1 - axis] = std::max(sizeA, sizeB);
    stepA[rank - 1 - axis] = sizeA == 1 ? 0 : countA;
    stepB[rank - 1 - axis] = sizeB == 1 ? 0 : countB;
    countA *= sizeA;
    countB *= sizeB;
  }
  y.values.resize(static_cast<size_t>(y.count()));
  for (int64_t i = 0; i < y.count(); ++i) {
    int64_t rest = i, atA = 0, atB = 0;
    for (size_t axis = rank; axis-- > 0;) {
      const int64_t index = rest % y.sizes[axis];
      rest /= y.sizes[axis];
      atA += index * stepA[axis];
      atB += index * stepB[axis];
    }
    y.values[static_cast<size_t>(i)] =
        f(a.values[static_cast<size_t>(atA)], b.values[static_cast<size_t>(atB)]);
  }
  return y;
}

template <double (*f)(double, double)>
Result<OnnxTensor> join(const OnnxCall& call) {
  if (!call.has(0)) return onnxMisfit("it has no input.");
  OnnxTensor sum = call.in(0);
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    Result<OnnxTensor> next = spread(sum, call.in(i), f);
    if (!next) return next.error();
    sum = std::move(*next);
  }
  return sum;
}
double plus(double a, double b) {
  return a + b;
}
double minus(double a, double b) {
  return a - b;
}
double times(double a, double b) {
  return a * b;
}
double over(double a, double b) {
  return a / b;
}

// --- normalisation and products

Result<OnnxTensor> batchNorm(const OnnxCall& call) {
  if (call.inputs.size() != 5 || call.in(0).sizes.size() < 2 || call.integer("training_mode", 0) != 0)
    return onnxMisfit("it is no batch normalisation in inference mode.");
  OnnxTensor y = call.in(0);
  const int64_t channels = y.sizes[1];
  for (size_t i = 1; i < 5; ++i)
    if (call.in(i).count() != channels) return onnxMisfit("it has not as many numbers as channels.");
  const int64_t plane = std::max<int64_t>(1, y.count() / std::max<int64_t>(1, y.sizes[0] * channels));
  const double epsilon = static_cast<double>(static_cast<float>(call.real("epsilon", 1e-5)));
  for (size_t i = 0; i < y.values.size(); ++i) {
    const auto c = static_cast<size_t>(static_cast<int64_t>(i) / plane % channels);
    y.values[i] = (y.values[i] - call.in(3).values[c]) / std::sqrt(call.in(4).values[c] + epsilon) *
                      call.in(1).values[c] +
                  call.in(2).values[c];
  }
  return y;
}

Result<OnnxTensor> gemm(const OnnxCall& call) {
  if (!call.has(0) || !call.has(1) || call.in(0).sizes.size() != 2 || call.in(1).sizes.size() != 2)
    return onnxMisfit("it multiplies two matrices.");
  const OnnxTensor &a = call.in(0), &b = call.in(1);
  const bool across = call.integer("transA", 0) != 0, down = call.integer("transB", 0) != 0;
  const int64_t rows = a.sizes[across ? 1 : 0], inner = a.sizes[across ? 0 : 1],
                columns = b.sizes[down ? 0 : 1];
  if (b.sizes[down ? 1 : 0] != inner) return onnxMisfit("its matrices do not fit each other.");
  const double alpha = call.real("alpha", 1), beta = call.real("beta", 1);
  OnnxTensor y{{rows, columns}, {}};
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      double sum = 0;
      for (int64_t i = 0; i < inner; ++i)
        sum += a.values[static_cast<size_t>(across ? i * rows + r : r * inner + i)] *
               b.values[static_cast<size_t>(down ? c * inner + i : i * columns + c)];
      y.values.push_back(alpha * sum);
    }
  if (!call.has(2)) return y;
  OnnxTensor scaled = call.in(2);
  for (double& value : scaled.values) value *= beta;
  return spread(y, scaled, plus);
}

Result<OnnxTensor> softmax(const OnnxCall& call) {
  if (!call.has(0) || call.in(0).sizes.size() != 2) return onnxMisfit("only rows of scores are run here.");
  OnnxTensor y = call.in(0);
  const auto classes = static_cast<size_t>(y.sizes[1]);
  for (size_t row = 0; row < y.values.size(); row += classes) {
    double most = y.values[row], sum = 0;
    for (size_t c = 0; c < classes; ++c) most = std::max(most, y.values[row + c]);
    for (size_t c = 0; c < classes; ++c) sum += y.values[row + c] = std::exp(y.values[row + c] - most);
    for (size_t c = 0; c < classes; ++c) y.values[row + c] /= sum;
  }
  return y;
}

// --- means

Result<OnnxTensor> imageMean(const OnnxCall& call, bool kept) {
  if (!call.has(0) || call.in(0).sizes.size() != 4) return onnxMisfit("it reads images.");
  const OnnxTensor& x = call.in(0);
  OnnxTensor y{{x.sizes[0], x.sizes[1]}, {}};
  if (kept) y.sizes.insert(y.sizes.end(), {1, 1});
  const auto plane = static_cast<size_t>(x.sizes[2] * x.sizes[3]);
  for (size_t image = 0; image < x.values.size(); image += plane) {
    double sum = 0;
    for (size_t i = 0; i < plane; ++i) sum += x.values[image + i];
    y.values.push_back(sum / static_cast<double>(plane));
  }
  return y;
}

Result<OnnxTensor> globalMean(const OnnxCall& call) {
  return imageMean(call, true);
}

Result<OnnxTensor> reduceMean(const OnnxCall& call) {
  Sizes axes = call.integersOf(1, "axes");
  for (int64_t& axis : axes)
    if (axis < 0) axis += 4;
  std::ranges::sort(axes);
  if (axes != Sizes{2, 3}) return onnxMisfit("only means over height and width are run here.");
  return imageMean(call, call.integer("keepdims", 1) != 0);
}

Result<OnnxTensor> constant(const OnnxCall& call) {
  const onnx::AttributeProto* value = call.find("value");
  if (!value || !value->has_t()) return onnxMisfit("it is no tensor.");
  return onnxTensor(value->t());
}

double tanhOf(double x) {
  return std::tanh(x);
}
double expOf(double x) {
  return std::exp(x);
}

}  // namespace

const onnx::AttributeProto* OnnxCall::find(const char* name) const {
  for (const onnx::AttributeProto& attribute : node.attribute())
    if (attribute.name() == name) return &attribute;
  return nullptr;
}

int64_t OnnxCall::integer(const char* name, int64_t fallback) const {
  const onnx::AttributeProto* found = find(name);
  return found ? found->i() : fallback;
}

double OnnxCall::real(const char* name, double fallback) const {
  const onnx::AttributeProto* found = find(name);
  return found ? static_cast<double>(found->f()) : fallback;
}

std::string OnnxCall::text(const char* name, const char* fallback) const {
  const onnx::AttributeProto* found = find(name);
  return found ? found->s() : fallback;
}

std::vector<int64_t> OnnxCall::integers(const char* name, std::vector<int64_t> fallback) const {
  const onnx::AttributeProto* found = find(name);
  return found ? std::vector<int64_t>(found->ints().begin(), found->ints().end()) : std::move(fallback);
}

std::vector<int64_t> OnnxCall::integersOf(size_t input, const char* name) const {
  if (!has(input)) return integers(name);
  std::vector<int64_t> values;
  for (const double value : in(input).values)
    values.push_back(static_cast<int64_t>(std::clamp(value, -9e15, 9e15)));
  return values;
}

OnnxOperator findOnnxOperator(const std::string& type) {
  static const std::unordered_map<std::string, OnnxOperator> operators = {
      {"Conv", onnxConv},
      {"ConvTranspose", onnxConvTranspose},
      {"MaxPool", onnxMaxPool},
      {"AveragePool", onnxAveragePool},
      {"GlobalAveragePool", globalMean},
      {"ReduceMean", reduceMean},
      {"BatchNormalization", batchNorm},
      {"Gemm", gemm},
      {"MatMul", gemm},
      {"Relu", each<relu>},
      {"Sigmoid", each<sigmoid>},
      {"Tanh", each<tanhOf>},
      {"Exp", each<expOf>},
      {"Elu", elu},
      {"Identity", each<identity>},
      {"Dropout", each<identity>},
      {"RandomNormalLike", each<zero>},
      {"Add", join<plus>},
      {"Sum", join<plus>},
      {"Sub", join<minus>},
      {"Mul", join<times>},
      {"Div", join<over>},
      {"Concat", onnxConcat},
      {"Slice", onnxSlice},
      {"Pad", onnxPad},
      {"Reshape", onnxReshape},
      {"Flatten", onnxFlatten},
      {"Squeeze", onnxSqueeze},
      {"Transpose", onnxTranspose},
      {"Softmax", softmax},
      {"Constant", constant},
  };
  const auto found = operators.find(type);
  return found == operators.end() ? nullptr : found->second;
}

}  // namespace bypath
