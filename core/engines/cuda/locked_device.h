// A device that several threads may ask, a run that trains and a page that looks inside another one, say: one
// call at a time, and between the beginning and the end of a recording those of the recording thread alone.
#pragma once

#include <mutex>

#include "core/engines/cuda/device.h"

namespace bypath {

class LockedDevice final : public Device {
 public:
  explicit LockedDevice(Device& device) : device_(device) {}  // close() closes it, too

  DeviceFacts facts() const override { return device_.facts(); }
  DeviceCode load(DeviceLoad* out) override;
  const char* errorText() const override { return device_.errorText(); }
  DeviceCode allocate(void** memory, uint64_t bytes) override;
  void release(void* memory) override;
  DeviceCode allocatePinned(void** memory, uint64_t bytes) override;
  void releasePinned(void* memory) override;
  DeviceCode upload(void* to, const void* from, uint64_t bytes, DeviceStream stream) override;
  DeviceCode download(void* to, const void* from, uint64_t bytes, DeviceStream stream) override;
  DeviceCode copy(void* to, const void* from, uint64_t bytes) override;
  DeviceCode zero(void* to, uint64_t bytes) override;
  DeviceCode launch(const KernelLaunch& launch) override;
  DeviceCode convolve(const ConvolutionCall& call) override;
  DeviceCode multiply(const MatmulCall& call) override;
  DeviceCode convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out, int32_t most,
                                   int32_t* found) override;
  DeviceCode timeConvolution(const ConvolutionCall& call, double* seconds) override;
  DeviceCode beginRecording() override;
  DeviceCode endRecording(DeviceGraph** graph) override;
  DeviceCode replay(DeviceGraph* graph) override;
  void destroy(DeviceGraph* graph) override;
  DeviceCode order(DeviceStream earlier, DeviceStream later) override;
  DeviceCode wait(DeviceStream stream) override;
  void close() override;

 private:
  using Lock = std::lock_guard<std::recursive_mutex>;

  Device& device_;
  std::recursive_mutex mutex_;
};

}  // namespace bypath
