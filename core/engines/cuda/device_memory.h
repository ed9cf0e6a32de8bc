// Memory of a device, or of the host where the device reads it fast, released with its owner.
//
//   Result<DeviceMemory> memory = DeviceMemory::take(device, bytes);
#pragma once

#include <cstddef>
#include <utility>

#include "core/base/result.h"
#include "core/engines/cuda/device.h"

namespace bypath {

class DeviceMemory {
 public:
  enum class Kind { device, pinned };

  DeviceMemory() = default;
  // Errors: resources, when there is not so much; EngineLost is thrown.
  static Result<DeviceMemory> take(Device& device, uint64_t bytes, Kind kind = Kind::device);
  DeviceMemory(DeviceMemory&& other) noexcept { swap(other); }
  DeviceMemory& operator=(DeviceMemory&& other) noexcept {
    DeviceMemory(std::move(other)).swap(*this);
    return *this;
  }
  ~DeviceMemory();

  std::byte* data() const { return data_; }
  uint64_t bytes() const { return bytes_; }
  template <class T>
  T* as(uint64_t offset = 0) const {
    return reinterpret_cast<T*>(data_ + offset);
  }

 private:
  void swap(DeviceMemory& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(kind_, other.kind_);
  }

  Device* device_ = nullptr;
  std::byte* data_ = nullptr;
  uint64_t bytes_ = 0;
  Kind kind_ = Kind::device;
};

}  // namespace bypath
