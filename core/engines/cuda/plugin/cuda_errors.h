// What an error of CUDA means to the engine, and its text. From the first error that a device does not
// recover from, everything is `lost`.
#pragma once

#include <cuda_runtime_api.h>

#include <atomic>
#include <mutex>
#include <string>

#include "core/engines/cuda/device.h"

namespace bypath {

class CudaErrors {
 public:
  // What the result of a call of the CUDA runtime means. Errors that pass are taken off the runtime's record.
  DeviceCode of(cudaError_t result);
  // A call that is not made, or that a library refused, in words of ours.
  DeviceCode refuse(DeviceCode code, const std::string& text);
  // A library failed: lost if the device is, else unsupported.
  DeviceCode failed(const std::string& text);

  bool lost() const { return lost_.load(std::memory_order_acquire); }
  // Of this thread's last failure, or of the loss; stays valid until this thread's next failure.
  const char* text() const;

 private:
  std::atomic<bool> lost_ = false;
  std::mutex losing_;
  std::string lostText_;  // written once, before lost_
};

}  // namespace bypath
