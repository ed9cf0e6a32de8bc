#include <cudnn.h>

#include <cstdio>

#include "tests/fake_cuda/fake_cuda.h"
#include "tests/fake_device/host_convolution.h"

struct cudnnContext {
  cudaStream_t stream = nullptr;
};
struct cudnnTensorStruct {
  cudnnDataType_t type;
  int n, c, h, w;
};
struct cudnnFilterStruct {
  cudnnDataType_t type;
  int k, c, h, w;
};
struct cudnnConvolutionStruct {
  int padH, padW, strideH, strideW;
  cudnnMathType_t math = CUDNN_DEFAULT_MATH;
};
struct cudnnActivationStruct {
  cudnnActivationMode_t mode;
};

namespace {

using namespace bypath;

constexpr size_t needs = 1024;  // bytes of workspace, of the algorithms with an even number

size_t needOf(int algorithm) {
  return algorithm % 2 == 0 ? needs : 0;
}

// Queues it where the tensors fit together.
cudnnStatus_t convolve(cudnnHandle_t handle, cudnnTensorDescriptor_t x, cudnnFilterDescriptor_t w,
                       cudnnConvolutionDescriptor_t convolution, cudnnTensorDescriptor_t y, int algorithm,
                       size_t workspaceBytes, ConvolutionCall call) {
  const int oh = (x->h + 2 * convolution->padH - w->h) / convolution->strideH + 1;
  const int ow = (x->w + 2 * convolution->padW - w->w) / convolution->strideW + 1;
  if (x->n != y->n || x->c != w->c || y->c != w->k || y->h != oh || y->w != ow)
    return CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH;
  if (x->type != w->type || x->type != y->type) return CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE;
  if (workspaceBytes < needOf(algorithm)) return CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT;
  fakeCuda().mathType = convolution->math;
  call.math = x->type == CUDNN_DATA_BFLOAT16 ? DeviceMath::bf16 : DeviceMath::float32;
  call.n = x->n, call.h = x->h, call.w = x->w, call.c = x->c;
  call.k = w->k, call.kh = w->h, call.kw = w->w, call.oh = oh, call.ow = ow;
  call.strideH = convolution->strideH, call.strideW = convolution->strideW;
  call.padH = convolution->padH, call.padW = convolution->padW;
  queueOn(handle->stream, [call] { convolveOnHost(call); });
  return CUDNN_STATUS_SUCCESS;
}

bool isOne(const void* factor) {
  return *static_cast<const float*>(factor) == 1;
}

void* writable(const void* memory) {
  return const_cast<void*>(memory);
}

// Algorithm 0 first, which is not deterministic; then 2, which does not run, and 1 twice.
template <class Result>
cudnnStatus_t offer(int most, int* found, Result* results) {
  ++fakeCuda().heuristics;
  constexpr int offered[] = {0, 2, 1, 1};
  *found = most < 4 ? most : 4;
  for (int i = 0; i < *found; ++i) {
    results[i] = {};
    results[i].algo = static_cast<decltype(results[i].algo)>(offered[i]);
    results[i].status = offered[i] == 2 ? CUDNN_STATUS_NOT_SUPPORTED : CUDNN_STATUS_SUCCESS;
    results[i].determinism = offered[i] == 0 ? CUDNN_NON_DETERMINISTIC : CUDNN_DETERMINISTIC;
  }
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t workspaceOf(int algorithm, size_t* bytes) {
  *bytes = needOf(algorithm);
  return algorithm < 4 ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
}

}  // namespace

extern "C" {

size_t cudnnGetVersion() {
  return CUDNN_VERSION;
}
const char* cudnnGetErrorString(cudnnStatus_t) {
  return "an error of cuDNN";
}
void cudnnGetLastErrorString(char* message, size_t bytes) {
  std::snprintf(message, bytes, "%s", "");
}
cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  *handle = new cudnnContext;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  delete handle;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* tensor) {
  *tensor = new cudnnTensorStruct{};
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t tensor) {
  delete tensor;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t tensor, cudnnTensorFormat_t format,
                                         cudnnDataType_t type, int n, int c, int h, int w) {
  *tensor = {type, n, c, h, w};
  return format == CUDNN_TENSOR_NHWC ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
}
cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* filter) {
  *filter = new cudnnFilterStruct{};
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t filter) {
  delete filter;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t filter, cudnnDataType_t type,
                                         cudnnTensorFormat_t format, int k, int c, int h, int w) {
  *filter = {type, k, c, h, w};
  return format == CUDNN_TENSOR_NHWC ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
}
cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* convolution) {
  *convolution = new cudnnConvolutionStruct{};
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t convolution) {
  delete convolution;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t convolution, int padH, int padW,
                                              int strideH, int strideW, int dilationH, int dilationW,
                                              cudnnConvolutionMode_t mode, cudnnDataType_t type) {
  *convolution = {.padH = padH, .padW = padW, .strideH = strideH, .strideW = strideW};
  return dilationH == 1 && dilationW == 1 && mode == CUDNN_CROSS_CORRELATION && type == CUDNN_DATA_FLOAT
             ? CUDNN_STATUS_SUCCESS
             : CUDNN_STATUS_NOT_SUPPORTED;
}
cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t convolution, cudnnMathType_t math) {
  convolution->math = math;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateActivationDescriptor(cudnnActivationDescriptor_t* activation) {
  *activation = new cudnnActivationStruct{};
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroyActivationDescriptor(cudnnActivationDescriptor_t activation) {
  delete activation;
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetActivationDescriptor(cudnnActivationDescriptor_t activation, cudnnActivationMode_t mode,
                                           cudnnNanPropagation_t, double) {
  activation->mode = mode;
  return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnGetConvolutionForwardAlgorithm_v7(cudnnHandle_t, cudnnTensorDescriptor_t,
                                                     cudnnFilterDescriptor_t, cudnnConvolutionDescriptor_t,
                                                     cudnnTensorDescriptor_t, int most, int* found,
                                                     cudnnConvolutionFwdAlgoPerf_t* results) {
  return offer(most, found, results);
}
cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithm_v7(cudnnHandle_t, cudnnFilterDescriptor_t,
                                                          cudnnTensorDescriptor_t,
                                                          cudnnConvolutionDescriptor_t,
                                                          cudnnTensorDescriptor_t, int most, int* found,
                                                          cudnnConvolutionBwdDataAlgoPerf_t* results) {
  return offer(most, found, results);
}
cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithm_v7(cudnnHandle_t, cudnnTensorDescriptor_t,
                                                            cudnnTensorDescriptor_t,
                                                            cudnnConvolutionDescriptor_t,
                                                            cudnnFilterDescriptor_t, int most, int* found,
                                                            cudnnConvolutionBwdFilterAlgoPerf_t* results) {
  return offer(most, found, results);
}
cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(cudnnHandle_t, cudnnTensorDescriptor_t,
                                                      cudnnFilterDescriptor_t, cudnnConvolutionDescriptor_t,
                                                      cudnnTensorDescriptor_t,
                                                      cudnnConvolutionFwdAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(algorithm, bytes);
}
cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(
    cudnnHandle_t, cudnnFilterDescriptor_t, cudnnTensorDescriptor_t, cudnnConvolutionDescriptor_t,
    cudnnTensorDescriptor_t, cudnnConvolutionBwdDataAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(algorithm, bytes);
}
cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(
    cudnnHandle_t, cudnnTensorDescriptor_t, cudnnTensorDescriptor_t, cudnnConvolutionDescriptor_t,
    cudnnFilterDescriptor_t, cudnnConvolutionBwdFilterAlgo_t algorithm, size_t* bytes) {
  return workspaceOf(algorithm, bytes);
}

cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t handle, const void*, cudnnTensorDescriptor_t xOf,
                                      const void* x, cudnnFilterDescriptor_t wOf, const void* w,
                                      cudnnConvolutionDescriptor_t convolution,
                                      cudnnConvolutionFwdAlgo_t algorithm, void*, size_t workspaceBytes,
                                      const void* beta, cudnnTensorDescriptor_t yOf, void* y) {
  return convolve(handle, xOf, wOf, convolution, yOf, algorithm, workspaceBytes,
                  {.x = writable(x), .weights = writable(w), .y = y, .addToResult = isOne(beta)});
}
cudnnStatus_t cudnnConvolutionBiasActivationForward(
    cudnnHandle_t handle, const void*, cudnnTensorDescriptor_t xOf, const void* x,
    cudnnFilterDescriptor_t wOf, const void* w, cudnnConvolutionDescriptor_t convolution,
    cudnnConvolutionFwdAlgo_t algorithm, void*, size_t workspaceBytes, const void* alpha2,
    cudnnTensorDescriptor_t, const void* z, cudnnTensorDescriptor_t biasOf, const void* bias,
    cudnnActivationDescriptor_t activation, cudnnTensorDescriptor_t yOf, void* y) {
  if (fakeCuda().cudnnRefuses) return static_cast<cudnnStatus_t>(fakeCuda().cudnnRefuses);
  const bool relu = activation->mode == CUDNN_ACTIVATION_RELU;
  if (biasOf->type != xOf->type || biasOf->c != yOf->c || z != y ||
      (!relu && algorithm != CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM))
    return CUDNN_STATUS_NOT_SUPPORTED;
  ++fakeCuda().epilogues;
  return convolve(handle, xOf, wOf, convolution, yOf, algorithm, workspaceBytes,
                  {.x = writable(x),
                   .weights = writable(w),
                   .y = y,
                   .bias = bias,
                   .addToResult = isOne(alpha2),
                   .relu = relu});
}
cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t handle, const void*, cudnnFilterDescriptor_t wOf,
                                           const void* w, cudnnTensorDescriptor_t dyOf, const void* dy,
                                           cudnnConvolutionDescriptor_t convolution,
                                           cudnnConvolutionBwdDataAlgo_t algorithm, void*,
                                           size_t workspaceBytes, const void* beta,
                                           cudnnTensorDescriptor_t dxOf, void* dx) {
  return convolve(handle, dxOf, wOf, convolution, dyOf, algorithm, workspaceBytes,
                  {.part = ConvolutionPart::input,
                   .x = dx,
                   .weights = writable(w),
                   .y = writable(dy),
                   .addToResult = isOne(beta)});
}
cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t handle, const void*, cudnnTensorDescriptor_t xOf,
                                             const void* x, cudnnTensorDescriptor_t dyOf, const void* dy,
                                             cudnnConvolutionDescriptor_t convolution,
                                             cudnnConvolutionBwdFilterAlgo_t algorithm, void*,
                                             size_t workspaceBytes, const void* beta,
                                             cudnnFilterDescriptor_t dwOf, void* dw) {
  return convolve(handle, xOf, dwOf, convolution, dyOf, algorithm, workspaceBytes,
                  {.part = ConvolutionPart::weights,
                   .x = writable(x),
                   .weights = dw,
                   .y = writable(dy),
                   .addToResult = isOne(beta)});
}
}
