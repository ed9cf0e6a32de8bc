// Small things that change from step to step on their way to the device: written into memory it reads by
// itself, a slot a call, so that nobody waits for the step before.
//
//   ring.send(queue, key_.data(), &now, sizeof now);
#pragma once

#include <cstring>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"

namespace bypath {

class PinnedRing {
 public:
  // What is large has two slots.
  static Result<PinnedRing> of(Device& device, uint64_t slotBytes) {
    constexpr uint64_t alignment = 64, large = uint64_t{1} << 20;
    PinnedRing ring;
    ring.slotBytes_ = (slotBytes + alignment - 1) / alignment * alignment;
    ring.slots_ = slotBytes < large ? 16 : 2;
    Result<DeviceMemory> memory =
        DeviceMemory::take(device, ring.slots_ * ring.slotBytes_, DeviceMemory::Kind::pinned);
    if (!memory) return memory.error();
    ring.memory_ = std::move(*memory);
    return ring;
  }

  // At most slotBytes.
  void send(const DeviceQueue& queue, void* to, const void* from, uint64_t bytes) {
    if (next_ == slots_) {  // the first slots may still be on their way
      queue.wait();
      next_ = 0;
    }
    std::byte* slot = memory_.data() + next_++ * slotBytes_;
    std::memcpy(slot, from, bytes);
    queue.upload(to, slot, bytes);
  }

 private:
  DeviceMemory memory_;
  uint64_t slotBytes_ = 0, slots_ = 0;
  uint64_t next_ = 0;
};

}  // namespace bypath
