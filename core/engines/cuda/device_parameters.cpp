#include "core/engines/cuda/device_parameters.h"

#include <algorithm>
#include <cstring>

namespace bypath {
namespace {

constexpr uint64_t alignment = 256;

}  // namespace

Result<std::shared_ptr<DeviceParameters>> DeviceParameters::of(const std::shared_ptr<Device>& device,
                                                               ParameterStore& store) {
  if (auto known = std::dynamic_pointer_cast<DeviceParameters>(store.mirror());
      known && known->device_ == device)
    return known;
  std::shared_ptr<DeviceParameters> made(new DeviceParameters(device));
  std::vector<std::span<float>> values, gradients;
  for (int p = 0; p < store.size(); ++p) {
    values.push_back(store.values(p));  // another mirror brings home what it has
    gradients.push_back(store.gradients(p));
  }
  if (Result<void> laid = made->lay(made->values_, std::move(values)); !laid) return laid.error();
  if (Result<void> laid = made->lay(made->gradients_, std::move(gradients)); !laid) return laid.error();
  for (std::atomic<bool>& written : made->values_.written) written = true;
  Result<DeviceMemory> staging =
      DeviceMemory::take(*device, std::max(made->values_.memory.bytes(), made->gradients_.memory.bytes()),
                         DeviceMemory::Kind::pinned);
  if (!staging) return staging.error();
  made->staging_ = std::move(*staging);
  store.setMirror(made);
  return made;
}

Result<void> DeviceParameters::lay(Side& side, std::vector<std::span<float>> host) {
  uint64_t bytes = 0;
  for (const std::span<float> one : host) {
    side.offset.push_back(bytes);
    bytes += (one.size_bytes() + alignment - 1) / alignment * alignment;
  }
  Result<DeviceMemory> memory = DeviceMemory::take(*device_, bytes);
  if (!memory) return memory.error();
  side.memory = std::move(*memory);
  side.newer = std::vector<std::atomic<bool>>(host.size());
  side.written = std::vector<std::atomic<bool>>(host.size());
  side.host = std::move(host);
  // A gradient that no session computes is zero, as on the host.
  DeviceQueue(*device_).zero(side.memory.data(), bytes);
  return {};
}

void DeviceParameters::use(Kind kind, int index, std::span<float>, bool writes) {
  Side& one = side(kind);
  if (one.newer[at(index)]) {
    const std::lock_guard lock(mutex_);
    if (one.newer[at(index)]) fetch(one);
  }
  if (writes) one.written[at(index)] = true;
}

// Whoever asks for one mostly asks for all of them next: they come in one go.
void DeviceParameters::fetch(Side& side) {
  const DeviceQueue queue(*device_);
  queue.download(staging_.data(), side.memory.data(), side.memory.bytes());
  queue.wait();
  for (size_t i = 0; i < side.host.size(); ++i) {
    if (!side.newer[i]) continue;
    std::memcpy(side.host[i].data(), staging_.data() + side.offset[i], side.host[i].size_bytes());
    side.newer[i] = false;
  }
}

void DeviceParameters::bringUp(const DeviceQueue& queue) {
  for (Side* side : {&values_, &gradients_})
    for (size_t i = 0; i < side->host.size(); ++i) {
      if (!side->written[i]) continue;
      side->written[i] = false;
      queue.upload(side->memory.data() + side->offset[i], side->host[i].data(), side->host[i].size_bytes());
    }
}

void DeviceParameters::changes(Kind kind, const std::vector<int>& indices) {
  Side& one = side(kind);
  for (const int index : indices) one.newer[at(index)] = true;
}

void DeviceParameters::takeHome(const std::byte* block) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < values_.host.size(); ++i) {
    // What the host wrote last was not on the device yet when the state was copied off it.
    if (!values_.written[i])
      std::memcpy(values_.host[i].data(), block + values_.offset[i], values_.host[i].size_bytes());
    values_.newer[i] = gradients_.newer[i] = false;
  }
}

}  // namespace bypath
