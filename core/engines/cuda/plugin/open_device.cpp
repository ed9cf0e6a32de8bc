// What the plug-in exports: its version, and the door to a GPU.
#include <cstdio>
#include <string>

#include "core/engines/cuda/plugin/cuda_device.h"

#define BYPATH_EXPORT extern "C" __attribute__((visibility("default")))

namespace bypath {
namespace {

constexpr int leastMajor = 7, leastMinor = 5;  // of what the kernels are compiled for

std::string builtVersion() {
  return std::to_string(CUDART_VERSION / 1000) + "." + std::to_string(CUDART_VERSION % 1000 / 10);
}

// Why there is no GPU of that number; empty: there is one.
std::string whyNoDevice(int32_t number) {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (result == cudaErrorInsufficientDriver || result == cudaErrorStubLibrary ||
      result == cudaErrorCallRequiresNewerDriver)
    return "NVIDIA's driver is not installed or too old for CUDA " + builtVersion() +
           "; install or update the driver.";
  if (result == cudaErrorNoDevice || (result == cudaSuccess && count == 0))
    return "NVIDIA's driver is installed, but it finds no GPU that it can use.";
  if (result != cudaSuccess)
    return std::string("NVIDIA's driver cannot be used: ") + cudaGetErrorString(result) +
           ". Check that nvidia-smi works.";
  if (number < 0 || number >= count)
    return "There is no GPU of number " + std::to_string(number) + "; " +
           (count == 1 ? "there is 1, number 0." : "there are " + std::to_string(count) + ", from 0.");
  int major = 0, minor = 0;
  cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, number);
  cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, number);
  if (major < leastMajor || (major == leastMajor && minor < leastMinor))
    return "The GPU is of compute capability " + std::to_string(major) + "." + std::to_string(minor) +
           "; Bypath needs 7.5 (Turing, 2018) or newer.";
  return {};
}

}  // namespace
}  // namespace bypath

BYPATH_EXPORT int32_t bypathDeviceVersion() {
  return bypath::deviceInterfaceVersion;
}

BYPATH_EXPORT bypath::Device* bypathOpenDevice(int32_t number, char* text, uint64_t textBytes) {
  std::string why;
  try {
    why = bypath::whyNoDevice(number);
    if (why.empty())
      if (std::unique_ptr<bypath::CudaDevice> device = bypath::CudaDevice::open(number, why))
        return device.release();
  } catch (const std::exception& problem) {
    why = std::string("The GPU cannot be opened: ") + problem.what() + ".";
  }
  if (text && textBytes > 0) std::snprintf(text, textBytes, "%s", why.c_str());
  return nullptr;
}
