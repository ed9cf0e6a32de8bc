#include "core/engines/cuda/device_memory.h"

#include <algorithm>

#include "core/engines/cuda/device_queue.h"

namespace bypath {

Result<DeviceMemory> DeviceMemory::take(Device& device, uint64_t bytes, Kind kind) {
  DeviceMemory memory;
  memory.device_ = &device;
  memory.kind_ = kind;
  void* data = nullptr;
  const uint64_t wanted = std::max<uint64_t>(bytes, 1);
  const DeviceCode code =
      kind == Kind::device ? device.allocate(&data, wanted) : device.allocatePinned(&data, wanted);
  if (code == DeviceCode::outOfMemory)
    return Error{ErrorKind::resources, "This needs " + std::to_string((wanted >> 20) + 1) + " MiB of the " +
                                           (kind == Kind::device ? "GPU's" : "machine's") +
                                           " memory at once, which is not free; choose a smaller batch or a "
                                           "narrower network."};
  DeviceQueue(device).must(code, "taking memory");
  memory.data_ = static_cast<std::byte*>(data);
  memory.bytes_ = bytes;
  return memory;
}

DeviceMemory::~DeviceMemory() {
  if (!data_) return;
  kind_ == Kind::device ? device_->release(data_) : device_->releasePinned(data_);
}

}  // namespace bypath
