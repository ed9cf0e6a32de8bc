#include "core/engines/cuda/plugin/cudnn_convolution.h"

#include <algorithm>

#include "core/engines/cuda/plugin/launch.h"

namespace bypath {
namespace {

constexpr float one = 1, zero = 0;

// The default lets tensor cores round float32 to TF32, and no further; FMA keeps them out.
cudnnMathType_t mathType(DeviceMath math) {
  switch (math) {
    case DeviceMath::tf32:
      return CUDNN_DEFAULT_MATH;
    case DeviceMath::bf16:
      return CUDNN_TENSOR_OP_MATH;
    case DeviceMath::float32:
      break;
  }
  return CUDNN_FMA_MATH;
}

// Does the next call while all before it went well.
class Chain {
 public:
  template <class Next>
  Chain& then(Next&& next) {
    if (status_ == CUDNN_STATUS_SUCCESS) status_ = next();
    return *this;
  }
  cudnnStatus_t status() const { return status_; }

 private:
  cudnnStatus_t status_ = CUDNN_STATUS_SUCCESS;
};

cudnnStatus_t makeActivation(cudnnActivationDescriptor_t* activation, cudnnActivationMode_t mode) {
  return Chain()
      .then([&] { return cudnnCreateActivationDescriptor(activation); })
      .then([&] { return cudnnSetActivationDescriptor(*activation, mode, CUDNN_NOT_PROPAGATE_NAN, 0.0); })
      .status();
}

cudnnStatus_t makeTensor(cudnnTensorDescriptor_t* tensor, cudnnDataType_t type, int n, int c, int h, int w) {
  return Chain()
      .then([&] { return cudnnCreateTensorDescriptor(tensor); })
      .then([&] { return cudnnSetTensor4dDescriptor(*tensor, CUDNN_TENSOR_NHWC, type, n, c, h, w); })
      .status();
}

int32_t algorithmCount(ConvolutionPart part) {
  switch (part) {
    case ConvolutionPart::forward:
      return CUDNN_CONVOLUTION_FWD_ALGO_COUNT;
    case ConvolutionPart::input:
      return CUDNN_CONVOLUTION_BWD_DATA_ALGO_COUNT;
    case ConvolutionPart::weights:
      break;
  }
  return CUDNN_CONVOLUTION_BWD_FILTER_ALGO_COUNT;
}

// As cuDNN documents it.
bool isDeterministic(ConvolutionPart part, int32_t algorithm) {
  if (part == ConvolutionPart::input) return algorithm != CUDNN_CONVOLUTION_BWD_DATA_ALGO_0;
  return part == ConvolutionPart::forward || (algorithm != CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0 &&
                                              algorithm != CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3);
}

bool refuses(cudnnStatus_t status) {
  const int kind = CUDNN_STATUS_CATEGORY(static_cast<int>(status));
  return kind == CUDNN_STATUS_NOT_SUPPORTED || kind == CUDNN_STATUS_BAD_PARAM;
}

}  // namespace

DeviceCode CudnnConvolution::open() {
  return of(Chain()
                .then([&] { return cudnnCreate(handle_.out()); })
                .then([&] { return cudnnSetStream(handle_.get(), stream_); })
                .then([&] { return makeActivation(relu_.out(), CUDNN_ACTIVATION_RELU); })
                .then([&] { return makeActivation(identity_.out(), CUDNN_ACTIVATION_IDENTITY); })
                .status());
}

cudnnStatus_t CudnnConvolution::make(const ConvolutionCall& q, Shape& shape) const {
  const cudnnDataType_t type = q.math == DeviceMath::bf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
  return Chain()
      .then([&] { return makeTensor(shape.x.out(), type, q.n, q.c, q.h, q.w); })
      .then([&] { return makeTensor(shape.y.out(), type, q.n, q.k, q.oh, q.ow); })
      .then([&] { return makeTensor(shape.bias.out(), CUDNN_DATA_FLOAT, 1, q.k, 1, 1); })
      .then([&] { return cudnnCreateFilterDescriptor(shape.weights.out()); })
      .then([&] {
        return cudnnSetFilter4dDescriptor(shape.weights.get(), type, CUDNN_TENSOR_NHWC, q.k, q.c, q.kh, q.kw);
      })
      .then([&] { return cudnnCreateConvolutionDescriptor(shape.convolution.out()); })
      .then([&] {
        return cudnnSetConvolution2dDescriptor(shape.convolution.get(), q.padH, q.padW, q.strideH, q.strideW,
                                               1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT);
      })
      .then([&] { return cudnnSetConvolutionMathType(shape.convolution.get(), mathType(q.math)); })
      .status();
}

CudnnConvolution::Shape* CudnnConvolution::shapeOf(const ConvolutionCall& q, DeviceCode& code) {
  const Key key{static_cast<int32_t>(q.part),
                static_cast<int32_t>(q.math),
                q.n,
                q.h,
                q.w,
                q.c,
                q.k,
                q.kh,
                q.kw,
                q.oh,
                q.ow,
                q.strideH,
                q.strideW,
                q.padH,
                q.padW};
  auto found = shapes_.find(key);
  if (found == shapes_.end()) {
    Shape shape;
    code = of(make(q, shape));
    if (code != DeviceCode::ok) return nullptr;
    found = shapes_.emplace(key, std::move(shape)).first;
  }
  return &found->second;
}

cudnnStatus_t CudnnConvolution::workspace(const ConvolutionCall& call, const Shape& s, int algorithm,
                                          size_t* bytes) const {
  switch (call.part) {
    case ConvolutionPart::forward:
      return cudnnGetConvolutionForwardWorkspaceSize(
          handle_.get(), s.x.get(), s.weights.get(), s.convolution.get(), s.y.get(),
          static_cast<cudnnConvolutionFwdAlgo_t>(algorithm), bytes);
    case ConvolutionPart::input:
      return cudnnGetConvolutionBackwardDataWorkspaceSize(
          handle_.get(), s.weights.get(), s.y.get(), s.convolution.get(), s.x.get(),
          static_cast<cudnnConvolutionBwdDataAlgo_t>(algorithm), bytes);
    case ConvolutionPart::weights:
      break;
  }
  return cudnnGetConvolutionBackwardFilterWorkspaceSize(
      handle_.get(), s.x.get(), s.y.get(), s.convolution.get(), s.weights.get(),
      static_cast<cudnnConvolutionBwdFilterAlgo_t>(algorithm), bytes);
}

// What the library's heuristic offers, in its order and each once; then what else it can run.
template <class Result>
DeviceCode CudnnConvolution::keep(const ConvolutionCall& call, Shape& shape,
                                  const std::vector<Result>& results, cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS && !refuses(status)) return of(status);
  uint32_t seen = 0;  // a bit for each algorithm
  const auto offer = [&](int32_t number, bool works, bool deterministic) {
    size_t bytes = 0;
    const bool isNew = !(seen >> number & 1u);
    seen |= 1u << number;
    if (isNew && works && workspace(call, shape, number, &bytes) == CUDNN_STATUS_SUCCESS)
      shape.algorithms.push_back({.number = number, .workspaceBytes = bytes, .deterministic = deterministic});
  };
  for (const Result& result : results)
    offer(static_cast<int32_t>(result.algo), result.status == CUDNN_STATUS_SUCCESS,
          result.determinism == CUDNN_DETERMINISTIC);
  for (int32_t number = 0; number < algorithmCount(call.part); ++number)
    offer(number, true, isDeterministic(call.part, number));
  shape.listed = true;
  return DeviceCode::ok;
}

DeviceCode CudnnConvolution::list(const ConvolutionCall& call, Shape& s) {
  if (s.listed) return DeviceCode::ok;
  // Twice the number of algorithms: each may be offered with and without tensor cores.
  const auto ask = [&](auto results, auto question, auto&&... descriptors) {
    int found = 0;
    const cudnnStatus_t status = question(handle_.get(), descriptors.get()...,
                                          static_cast<int>(results.size()), &found, results.data());
    results.resize(status == CUDNN_STATUS_SUCCESS ? static_cast<size_t>(found) : 0);
    return keep(call, s, results, status);
  };
  switch (call.part) {
    case ConvolutionPart::forward:
      return ask(std::vector<cudnnConvolutionFwdAlgoPerf_t>(2 * CUDNN_CONVOLUTION_FWD_ALGO_COUNT),
                 cudnnGetConvolutionForwardAlgorithm_v7, s.x, s.weights, s.convolution, s.y);
    case ConvolutionPart::input:
      return ask(std::vector<cudnnConvolutionBwdDataAlgoPerf_t>(2 * CUDNN_CONVOLUTION_BWD_DATA_ALGO_COUNT),
                 cudnnGetConvolutionBackwardDataAlgorithm_v7, s.weights, s.y, s.convolution, s.x);
    case ConvolutionPart::weights:
      break;
  }
  return ask(std::vector<cudnnConvolutionBwdFilterAlgoPerf_t>(2 * CUDNN_CONVOLUTION_BWD_FILTER_ALGO_COUNT),
             cudnnGetConvolutionBackwardFilterAlgorithm_v7, s.x, s.y, s.convolution, s.weights);
}

DeviceCode CudnnConvolution::algorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out, int32_t most,
                                        int32_t* found) {
  *found = 0;
  DeviceCode code = DeviceCode::ok;
  Shape* shape = shapeOf(call, code);
  if (!shape) return code;
  code = list(call, *shape);
  if (code != DeviceCode::ok) return code;
  *found = std::min(most, static_cast<int32_t>(shape->algorithms.size()));
  std::copy_n(shape->algorithms.begin(), *found, out);
  return DeviceCode::ok;
}

DeviceCode CudnnConvolution::run(const ConvolutionCall& call) {
  DeviceCode code = DeviceCode::ok;
  Shape* shape = shapeOf(call, code);
  if (!shape) return code;
  int algorithm = call.algorithm;
  if (algorithm < 0) {
    code = list(call, *shape);
    if (code != DeviceCode::ok) return code;
    const auto first = std::find_if(shape->algorithms.begin(), shape->algorithms.end(), [&](const auto& one) {
      return one.deterministic && one.workspaceBytes <= call.workspaceBytes;
    });
    if (first == shape->algorithms.end())
      return errors_.refuse(DeviceCode::unsupported,
                            "cuDNN has no deterministic way to run this convolution in a workspace of " +
                                std::to_string(call.workspaceBytes) + " bytes.");
    algorithm = first->number;
  }
  const float* beta = call.addToResult ? &one : &zero;
  switch (call.part) {
    case ConvolutionPart::forward:
      return forward(call, *shape, algorithm);
    case ConvolutionPart::input:
      return of(cudnnConvolutionBackwardData(
          handle_.get(), &one, shape->weights.get(), call.weights, shape->y.get(), call.y,
          shape->convolution.get(), static_cast<cudnnConvolutionBwdDataAlgo_t>(algorithm), call.workspace,
          call.workspaceBytes, beta, shape->x.get(), call.x));
    case ConvolutionPart::weights:
      break;
  }
  return of(cudnnConvolutionBackwardFilter(
      handle_.get(), &one, shape->x.get(), call.x, shape->y.get(), call.y, shape->convolution.get(),
      static_cast<cudnnConvolutionBwdFilterAlgo_t>(algorithm), call.workspace, call.workspaceBytes, beta,
      shape->weights.get(), call.weights));
}

// cuDNN adds a float32 bias to float32 results alone, and without relu by one algorithm alone.
DeviceCode CudnnConvolution::forward(const ConvolutionCall& call, Shape& shape, int number) {
  const auto algorithm = static_cast<cudnnConvolutionFwdAlgo_t>(number);
  if (call.bias && call.math != DeviceMath::bf16 && !(shape.refusedEpilogues >> number & 1u) &&
      (call.relu || algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM)) {
    const cudnnStatus_t status = withEpilogue(call, shape, algorithm);
    if (!refuses(status)) return of(status);
    shape.refusedEpilogues |= 1u << number;
  }
  const cudnnStatus_t status = cudnnConvolutionForward(
      handle_.get(), &one, shape.x.get(), call.x, shape.weights.get(), call.weights, shape.convolution.get(),
      algorithm, call.workspace, call.workspaceBytes, call.addToResult ? &one : &zero, shape.y.get(), call.y);
  if (status != CUDNN_STATUS_SUCCESS || (!call.bias && !call.relu)) return of(status);
  return errors_.of(launchBias(call.y, call.math == DeviceMath::bf16, static_cast<const float*>(call.bias),
                               call.relu, int64_t{call.n} * call.oh * call.ow, call.k, stream_));
}

cudnnStatus_t CudnnConvolution::withEpilogue(const ConvolutionCall& call, const Shape& shape,
                                             cudnnConvolutionFwdAlgo_t algorithm) const {
  return cudnnConvolutionBiasActivationForward(
      handle_.get(), &one, shape.x.get(), call.x, shape.weights.get(), call.weights, shape.convolution.get(),
      algorithm, call.workspace, call.workspaceBytes, call.addToResult ? &one : &zero, shape.y.get(), call.y,
      shape.bias.get(), call.bias, call.relu ? relu_.get() : identity_.get(), shape.y.get(), call.y);
}

DeviceCode CudnnConvolution::of(cudnnStatus_t status) {
  if (status == CUDNN_STATUS_SUCCESS) return DeviceCode::ok;
  char detail[256] = {};
  cudnnGetLastErrorString(detail, sizeof detail);
  const std::string text =
      std::string("cuDNN: ") + cudnnGetErrorString(status) + (detail[0] ? std::string(". ") + detail : "");
  if (status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ||
      status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED)
    return errors_.refuse(DeviceCode::outOfMemory, text);
  if (refuses(status)) return errors_.refuse(DeviceCode::unsupported, text);
  return errors_.failed(text);
}

}  // namespace bypath
