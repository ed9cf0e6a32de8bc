#include "core/engines/cuda/plugin/cuda_errors.h"

#include <cstdio>

namespace bypath {
namespace {

thread_local char lastText[512];

// The device works on after these; the call that had them did nothing.
bool passes(cudaError_t result) {
  switch (result) {
    case cudaErrorInvalidValue:
    case cudaErrorInvalidConfiguration:
    case cudaErrorInvalidPitchValue:
    case cudaErrorInvalidSymbol:
    case cudaErrorInvalidHostPointer:
    case cudaErrorInvalidDevicePointer:
    case cudaErrorInvalidMemcpyDirection:
    case cudaErrorInvalidDeviceFunction:
    case cudaErrorInvalidDevice:
    case cudaErrorInvalidResourceHandle:
    case cudaErrorInvalidKernelImage:
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorJitCompilerNotFound:
    case cudaErrorJitCompilationDisabled:
    case cudaErrorLaunchOutOfResources:
    case cudaErrorNotReady:
    case cudaErrorNotPermitted:
    case cudaErrorNotSupported:
    case cudaErrorStreamCaptureUnsupported:
    case cudaErrorStreamCaptureInvalidated:
    case cudaErrorStreamCaptureMerge:
    case cudaErrorStreamCaptureUnmatched:
    case cudaErrorStreamCaptureUnjoined:
    case cudaErrorStreamCaptureIsolation:
    case cudaErrorStreamCaptureImplicit:
    case cudaErrorStreamCaptureWrongThread:
    case cudaErrorCapturedEvent:
    case cudaErrorIllegalState:
    case cudaErrorGraphExecUpdateFailure:
      return true;
    default:
      return false;
  }
}

}  // namespace

DeviceCode CudaErrors::of(cudaError_t result) {
  if (result == cudaSuccess) return DeviceCode::ok;
  cudaGetLastError();
  const std::string text = cudaGetErrorString(result);
  if (result == cudaErrorMemoryAllocation) return refuse(DeviceCode::outOfMemory, text);
  return refuse(passes(result) ? DeviceCode::unsupported : DeviceCode::lost, text);
}

DeviceCode CudaErrors::refuse(DeviceCode code, const std::string& text) {
  std::snprintf(lastText, sizeof lastText, "%s", text.c_str());
  if (code != DeviceCode::lost || lost()) return lost() ? DeviceCode::lost : code;
  const std::lock_guard lock(losing_);
  if (!lost()) {
    lostText_ = text;
    lost_.store(true, std::memory_order_release);
  }
  return DeviceCode::lost;
}

// An error that the device does not recover from is the answer to every later question.
DeviceCode CudaErrors::failed(const std::string& text) {
  size_t free = 0, total = 0;
  const cudaError_t now = cudaMemGetInfo(&free, &total);
  if (now == cudaSuccess) return refuse(DeviceCode::unsupported, text);
  const DeviceCode code = of(now);
  return refuse(code, text + " (" + cudaGetErrorString(now) + ")");
}

const char* CudaErrors::text() const {
  return lost() ? lostText_.c_str() : lastText;
}

}  // namespace bypath
