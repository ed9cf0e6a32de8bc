#include "tests/gpu/program/opened_gpu.h"

#include "core/engines/cuda/device_queue.h"
#include "tests/fake_device/fake_device.h"

namespace bypath {

Result<OpenedGpu> OpenedGpu::open() {
  std::error_code ignored;
  for (const std::filesystem::path& file : devicePluginPlaces()) {
    if (!std::filesystem::exists(file, ignored)) continue;
    Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(file);
    if (!plugin) return plugin.error();
    Result<std::shared_ptr<Device>> device = DevicePlugin::open(*plugin, 0);
    if (!device) return device.error();
    const bool standIn = (*plugin)->symbol(fakeDeviceControlName) != nullptr;
    return OpenedGpu{.plugin = *plugin, .device = *device, .standIn = standIn};
  }
  return Error{ErrorKind::resources,
               "The CUDA plug-in is not where it belongs; set BYPATH_CUDA_PLUGIN to its file."};
}

uint64_t OpenedGpu::freeBytes() const {
  DeviceLoad load;
  return device->load(&load) == DeviceCode::ok ? load.freeBytes : 0;
}

void OpenedGpu::waitForAll() const {
  DeviceQueue(*device).wait();
}

void OpenedGpu::lose() const {
  if (const auto control =
          reinterpret_cast<FakeDeviceControlFunction>(plugin->symbol(fakeDeviceControlName))) {
    control()->failAt = control()->calls;
    return;
  }
  // A kernel that reads what is nobody's; the context does not survive it.
  auto* const nowhere = reinterpret_cast<std::byte*>(uintptr_t{64});
  const gpu::PlacePixels kernel{.pixels = reinterpret_cast<const uint8_t*>(nowhere),
                                .levels = reinterpret_cast<const float*>(nowhere),
                                .places = reinterpret_cast<const PixelPlace*>(nowhere),
                                .out = {.data = nowhere},
                                .height = 1,
                                .width = 1,
                                .channels = 1};
  device->launch({.number = static_cast<int32_t>(gpu::NumberOf<gpu::PlacePixels>::value),
                  .arguments = &kernel,
                  .argumentBytes = sizeof kernel,
                  .rows = 1});
}

}  // namespace bypath
