#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/engines/cuda/plugin/launch.h"
#include "tests/fake_cuda/fake_cuda.h"
#include "tests/fake_device/host_launch.h"

struct CUgraphExec_st {
  CUgraph_st graph;
};
struct CUevent_st {
  CUstream_st* recordedOn = nullptr;
};

namespace bypath {

FakeCudaControl& fakeCuda() {
  static FakeCudaControl control;
  return control;
}

void queueOn(CUstream_st* stream, std::function<void()> work) {
  if (stream->capturing)
    stream->recorded.work.push_back(std::move(work));
  else
    work();
}

namespace {

cudaError_t told() {
  FakeCudaControl& control = fakeCuda();
  const auto result = static_cast<cudaError_t>(control.failWith);
  if (!control.sticks) control.failWith = 0;
  return result;
}

cudaError_t queued(CUstream_st* stream, std::function<void()> work) {
  const cudaError_t result = told();
  if (result == cudaSuccess) queueOn(stream, std::move(work));
  return result;
}

// What a stream that records does not allow ends its recording.
cudaError_t unlessCapturing(CUstream_st* stream) {
  if (!stream->capturing) return told();
  stream->invalid = true;
  return cudaErrorStreamCaptureUnsupported;
}

}  // namespace

// The plug-in's own kernels, as the stand-in for a GPU runs them.
cudaError_t launchKernel(const KernelLaunch& launch, const LaunchPlace& place) {
  const auto* bytes = static_cast<const std::byte*>(launch.arguments);
  return queued(place.stream,
                [launch, arguments = std::vector<std::byte>(bytes, bytes + launch.argumentBytes)] {
                  hostLaunchers[static_cast<size_t>(launch.number)](
                      {arguments.data(), launch.segments, launch.rows, launch.columns});
                });
}

cudaError_t launchBias(void* y, bool half, const float* bias, bool relu, int64_t rows, int32_t channels,
                       cudaStream_t stream) {
  return queued(stream, [=] {
    const gpu::Array to{y, half ? 1 : 0};
    for (int64_t i = 0; i < rows * channels; ++i) {
      const float value = to.get(i) + (bias ? bias[i % channels] : 0);
      to.set(i, relu ? std::max(value, 0.0f) : value);
    }
  });
}

}  // namespace bypath

using bypath::fakeCuda;
using bypath::queued;
using bypath::told;
using bypath::unlessCapturing;

extern "C" {

bypath::FakeCudaControl* bypathFakeCudaControl() {
  return &fakeCuda();
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return told();
}
cudaError_t cudaSetDevice(int) {
  return told();
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "CUDA over plain memory");
  properties->major = 9;
  properties->multiProcessorCount = 4;
  properties->totalGlobalMem = size_t{1} << 32;
  return told();
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  *value = attribute == cudaDevAttrComputeCapabilityMajor ? 9 : 0;
  return told();
}
cudaError_t cudaDeviceGetPCIBusId(char*, int, int) {
  return cudaErrorNotSupported;
}
cudaError_t cudaDeviceSynchronize() {
  return told();
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorIllegalAddress ? "an illegal memory access was encountered" : "an error of CUDA";
}
cudaError_t cudaGetLastError() {
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, size_t bytes) {
  if (const cudaError_t result = told(); result != cudaSuccess) return result;
  if (bytes > fakeCuda().free) return cudaErrorMemoryAllocation;
  *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned int) {
  return cudaMalloc(memory, bytes);
}
cudaError_t cudaFreeHost(void* memory) {
  return cudaFree(memory);
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  *free = fakeCuda().free;
  *total = size_t{1} << 32;
  return told();
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  return queued(stream, [=] { std::memcpy(to, from, bytes); });
}
cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
  return queued(stream, [=] { std::memset(to, value, bytes); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned int) {
  *stream = new CUstream_st;
  return told();
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return unlessCapturing(stream);
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int) {
  const bool mixes = event->recordedOn && event->recordedOn->capturing != stream->capturing;
  return mixes ? cudaErrorStreamCaptureIsolation : told();
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (stream->capturing) return cudaErrorIllegalState;
  *stream = {.capturing = true};
  return told();
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (!stream->capturing) return cudaErrorIllegalState;
  *graph = stream->invalid ? nullptr : new CUgraph_st(std::move(stream->recorded));
  const bool invalid = stream->invalid;
  *stream = {};
  return invalid ? cudaErrorStreamCaptureInvalidated : told();
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* ready, cudaGraph_t graph, unsigned long long) {
  *ready = new CUgraphExec_st{*graph};
  return told();
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) {
  return told();
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t) {
  const cudaError_t result = told();
  if (result == cudaSuccess)
    for (const auto& work : ready->graph.work) work();
  return result;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready) {
  delete ready;
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return told();
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int) {
  return cudaEventCreate(event);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  event->recordedOn = stream;
  return told();
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return unlessCapturing(event->recordedOn);
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  *milliseconds = 2;
  return told();
}
}
