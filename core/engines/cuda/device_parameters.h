// The parameters of a store in a device's memory: values, gradients, and which of the two sides has the newer
// ones. All sessions of an engine on one store share it; the store asks it before the host looks.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

class DeviceParameters final : public ParameterMirror {
 public:
  // The one that the store has for this device, or a new one that it has from now on. Errors: resources.
  static Result<std::shared_ptr<DeviceParameters>> of(const std::shared_ptr<Device>& device,
                                                      ParameterStore& store);

  void use(Kind kind, int index, std::span<float> host, bool writes) override;

  float* values(int index) const { return values_.memory.as<float>(values_.offset[at(index)]); }
  float* gradients(int index) const { return gradients_.memory.as<float>(gradients_.offset[at(index)]); }
  int size() const { return static_cast<int>(values_.host.size()); }

  // Takes over what the host has written since, before work is queued that reads it.
  void bringUp(const DeviceQueue& queue);
  // What queued work changes: newer on the device from now on.
  void changes(Kind kind, const std::vector<int>& indices);

  // All values as one block, and its parts on the host, to copy a whole state off the device.
  const DeviceMemory& valueBlock() const { return values_.memory; }
  void takeHome(const std::byte* block);  // such a copy becomes the host's values; nothing is newer elsewhere

 private:
  // Tensors of one kind. A flag is set by the thread that drives sessions, or under the mutex.
  struct Side {
    DeviceMemory memory;
    std::vector<uint64_t> offset;            // in bytes, by parameter
    std::vector<std::span<float>> host;      // the store's own memory
    std::vector<std::atomic<bool>> newer;    // on the device
    std::vector<std::atomic<bool>> written;  // on the host
  };

  explicit DeviceParameters(std::shared_ptr<Device> device) : device_(std::move(device)) {}
  Result<void> lay(Side& side, std::vector<std::span<float>> host);
  void fetch(Side& side);
  Side& side(Kind kind) { return kind == Kind::values ? values_ : gradients_; }
  static size_t at(int index) { return static_cast<size_t>(index); }

  std::shared_ptr<Device> device_;
  std::mutex mutex_;
  Side values_, gradients_;
  DeviceMemory staging_;  // pinned, as large as the larger side
};

}  // namespace bypath
