// The engine on an NVIDIA GPU: cuDNN's convolutions, cuBLASLt's products, own kernels for the rest; one
// recorded graph a step. Float32 throughout unless a faster arithmetic is asked for by name.
//
//   Result<std::unique_ptr<Engine>> engine = makeCudaEngine({.math = DeviceMath::tf32});
//   if (!engine) say(engine.error().message);
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/engines/cuda/device_kernel.h"
#include "core/engines/engine.h"

namespace bypath {

struct CudaOptions {
  // tf32: products of 10-bit mantissas on tensor cores; bf16: activations and their gradients are stored and
  // multiplied as bfloat16. Weights, sums and statistics stay float32.
  DeviceMath math = DeviceMath::float32;
  bool fast = false;  // algorithms that add up in another order every time are allowed
  // What was found out by trying is kept here for the next process; empty: nowhere.
  std::filesystem::path tuningFile{};
};

// $XDG_CACHE_HOME/bypath/cuda-tuning.txt; empty where there is no home.
std::filesystem::path usualTuningFile();

// On the GPU of this process. Errors (resources): none can be had, with the reason.
Result<std::unique_ptr<Engine>> makeCudaEngine(const CudaOptions& options = {});
// On a device at hand.
std::unique_ptr<Engine> makeCudaEngine(std::shared_ptr<Device> device, const CudaOptions& options);

// Every kernel of such an engine, for the conformance suite. choices: see DeviceKernels.
std::unique_ptr<DeviceKernels> makeCudaKernels(Device& device, const CudaOptions& options = {},
                                               ConvolutionChoices* choices = nullptr);

}  // namespace bypath
