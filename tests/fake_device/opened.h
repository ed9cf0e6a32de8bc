// The stand-in opened as the program opens the real one, with its control.
//
//   FakeGpu gpu = FakeGpu::open();
//   gpu.control->failAt = 40;
#pragma once

#include <QtTest/QtTest>

#include "core/engines/cuda/device_plugin.h"
#include "tests/fake_device/fake_device.h"

namespace bypath {

struct FakeGpu {
  std::shared_ptr<Device> device;
  FakeDeviceControl* control = nullptr;

  // A new one; what an earlier one was told is forgotten.
  static FakeGpu open() {
    Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(BYPATH_FAKE_DEVICE);
    if (!plugin) qFatal("%s", plugin.error().message.c_str());
    const auto controlOf =
        reinterpret_cast<FakeDeviceControlFunction>((*plugin)->symbol(fakeDeviceControlName));
    FakeGpu gpu{.control = controlOf()};
    *gpu.control = {};
    Result<std::shared_ptr<Device>> device = DevicePlugin::open(*plugin, 0);
    if (!device) qFatal("%s", device.error().message.c_str());
    gpu.device = std::move(*device);
    return gpu;
  }
};

}  // namespace bypath
