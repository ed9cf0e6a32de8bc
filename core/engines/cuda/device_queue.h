// Calls of a device, with failures as exceptions: a lost device unwinds to whoever drives the session, and
// the run goes on elsewhere.
//
//   DeviceQueue queue(device);
//   queue.map(gpu::Relu{.x = x, .y = y, .count = n}, gpu::foursOf(n));
//   queue.reduce(gpu::ChannelSums{...}, 1, rows, channels);
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "core/engines/cuda/device.h"
#include "core/engines/cuda/device/kernels.h"
#include "core/engines/engine.h"

namespace bypath {

class DeviceQueue {
 public:
  explicit DeviceQueue(Device& device) : device_(device) {}

  Device& device() const { return device_; }
  // Throws unless ok: EngineLost, or std::runtime_error for what is our own bug.
  void must(DeviceCode code, const char* what) const;

  // kernel(i) for every i in [0, count); nothing for a count of 0.
  template <class Kernel>
  void map(const Kernel& kernel, int64_t count) const {
    if (count > 0) launch(gpu::NumberOf<Kernel>::value, &kernel, sizeof(Kernel), 1, count, 1);
  }
  template <class Kernel>
  void reduce(const Kernel& kernel, int64_t segments, int64_t rows, int64_t columns) const {
    if (segments > 0 && columns > 0)
      launch(gpu::NumberOf<Kernel>::value, &kernel, sizeof(Kernel), segments, rows, columns);
  }
  void upload(void* to, const void* from, uint64_t bytes, DeviceStream stream = DeviceStream::compute) const {
    if (bytes > 0) must(device_.upload(to, from, bytes, stream), "copying to the device");
  }
  void download(void* to, const void* from, uint64_t bytes,
                DeviceStream stream = DeviceStream::compute) const {
    if (bytes > 0) must(device_.download(to, from, bytes, stream), "copying from the device");
  }
  void copy(void* to, const void* from, uint64_t bytes) const {
    if (bytes > 0) must(device_.copy(to, from, bytes), "copying on the device");
  }
  void zero(void* to, uint64_t bytes) const {
    if (bytes > 0) must(device_.zero(to, bytes), "clearing memory of the device");
  }
  // False: the library does not take the call, and nothing was done.
  bool convolve(const ConvolutionCall& call) const {
    const DeviceCode code = device_.convolve(call);
    if (code != DeviceCode::unsupported) must(code, "a convolution");
    return code == DeviceCode::ok;
  }
  void multiply(const MatmulCall& call) const { must(device_.multiply(call), "a matrix product"); }
  // What is queued on `later` from now on waits for what is queued on `earlier` so far.
  void order(DeviceStream earlier, DeviceStream later) const {
    must(device_.order(earlier, later), "ordering streams");
  }
  void wait(DeviceStream stream = DeviceStream::compute) const { must(device_.wait(stream), "waiting"); }

 private:
  void launch(gpu::KernelNumber number, const void* kernel, size_t bytes, int64_t segments, int64_t rows,
              int64_t columns) const {
    must(device_.launch({.number = static_cast<int32_t>(number),
                         .arguments = kernel,
                         .argumentBytes = static_cast<uint32_t>(bytes),
                         .segments = segments,
                         .rows = rows,
                         .columns = columns}),
         "a kernel");
  }

  Device& device_;
};

}  // namespace bypath
