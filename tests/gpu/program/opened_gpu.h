// The GPU of this process, opened as the program opens it; on a machine without one a stand-in may take its
// place ($BYPATH_CUDA_PLUGIN), which can be told to fail.
#pragma once

#include "core/engines/cuda/device_plugin.h"

namespace bypath {

struct OpenedGpu {
  std::shared_ptr<DevicePlugin> plugin;
  std::shared_ptr<Device> device;
  bool standIn = false;

  // Errors (resources): there is none, with the reason.
  static Result<OpenedGpu> open();
  uint64_t freeBytes() const;
  void waitForAll() const;
  // From now on the device is lost, as after an error it does not recover from.
  void lose() const;
};

}  // namespace bypath
