// The library that knows CUDA, loaded when a GPU is asked for. The program links nothing of CUDA and starts
// where there is none.
//
//   Result<std::shared_ptr<Device>> device = cudaDevice();
//   if (!device) say(device.error().message);   // why there is none: no plug-in, no driver, no GPU
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/engines/cuda/device.h"

namespace bypath {

// Where it may lie, best first: $BYPATH_CUDA_PLUGIN alone if set, else beside the program and where it was
// installed.
std::vector<std::filesystem::path> devicePluginPlaces();

class DevicePlugin {
 public:
  static Result<std::shared_ptr<DevicePlugin>> load(const std::filesystem::path& file);
  ~DevicePlugin();
  DevicePlugin(const DevicePlugin&) = delete;
  DevicePlugin& operator=(const DevicePlugin&) = delete;

  // A further exported function; null when there is none.
  void* symbol(const char* name) const;
  // The device of that number; it keeps the library loaded.
  static Result<std::shared_ptr<Device>> open(const std::shared_ptr<DevicePlugin>& plugin, int number);

 private:
  explicit DevicePlugin(void* library) : library_(library) {}
  void* library_ = nullptr;
};

// The first GPU, opened when first asked for, in this process; the same answer every time. After
// cudaDeviceIsLost() there is none any more.
Result<std::shared_ptr<Device>> cudaDevice();
void cudaDeviceIsLost(const std::string& why);

}  // namespace bypath
