#include "core/engines/cuda/device_plugin.h"

#include <dlfcn.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "core/engines/cuda/locked_device.h"

namespace bypath {
namespace {

constexpr const char* pluginName = "libbypath_cuda.so";

std::string dlProblem() {
  const char* text = dlerror();
  return text ? text : "unknown reason";
}

struct Opened {
  std::mutex mutex;
  std::optional<Result<std::shared_ptr<Device>>> device;
};

Opened& opened() {
  static Opened one;
  return one;
}

Result<std::shared_ptr<Device>> openFirst() {
  std::error_code ignored;
  std::string looked;
  for (const std::filesystem::path& file : devicePluginPlaces()) {
    if (!std::filesystem::exists(file, ignored)) {
      looked += (looked.empty() ? "" : ", ") + file.string();
      continue;
    }
    Result<std::shared_ptr<DevicePlugin>> plugin = DevicePlugin::load(file);
    if (!plugin) return plugin.error();
    return DevicePlugin::open(*plugin, 0);
  }
  return Error{ErrorKind::resources, "The CUDA plug-in is not installed (looked for " + looked +
                                         "); install the package bypath-cuda, or build with CUDA 13."};
}

}  // namespace

std::vector<std::filesystem::path> devicePluginPlaces() {
  if (const char* given = std::getenv("BYPATH_CUDA_PLUGIN"); given && *given) return {given};
  std::vector<std::filesystem::path> places;
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    places.push_back(program.parent_path() / pluginName);
    places.push_back((program.parent_path() / "../lib/bypath" / pluginName).lexically_normal());
  }
#ifdef BYPATH_PLUGIN_FOLDER
  places.emplace_back(std::filesystem::path(BYPATH_PLUGIN_FOLDER) / pluginName);
#endif
  return places;
}

Result<std::shared_ptr<DevicePlugin>> DevicePlugin::load(const std::filesystem::path& file) {
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{ErrorKind::resources, "The CUDA plug-in cannot be loaded: " + dlProblem() +
                                           ". Install NVIDIA's driver and the libraries it names."};
  std::shared_ptr<DevicePlugin> plugin(new DevicePlugin(library));
  const auto version = reinterpret_cast<DeviceVersionFunction>(plugin->symbol(deviceVersionName));
  if (!version || version() != deviceInterfaceVersion || !plugin->symbol(deviceEntryName))
    return Error{ErrorKind::resources, file.string() + " is of another version of Bypath; install the " +
                                           "bypath-cuda that belongs to this one."};
  return plugin;
}

DevicePlugin::~DevicePlugin() {
  // The CUDA libraries do not take being unloaded and loaded again; the process ends soon enough.
}

void* DevicePlugin::symbol(const char* name) const {
  return dlsym(library_, name);
}

Result<std::shared_ptr<Device>> DevicePlugin::open(const std::shared_ptr<DevicePlugin>& plugin, int number) {
  const auto entry = reinterpret_cast<DeviceEntryFunction>(plugin->symbol(deviceEntryName));
  std::array<char, 512> text{};
  Device* device = entry(number, text.data(), text.size());
  if (!device)
    return Error{ErrorKind::resources,
                 text[0] ? text.data() : "The GPU cannot be opened, for no given reason."};
  return std::shared_ptr<Device>(new LockedDevice(*device), [plugin](Device* one) { one->close(); });
}

Result<std::shared_ptr<Device>> cudaDevice() {
  Opened& one = opened();
  const std::lock_guard lock(one.mutex);
  if (!one.device) one.device = openFirst();
  return *one.device;
}

void cudaDeviceIsLost(const std::string& why) {
  Opened& one = opened();
  const std::lock_guard lock(one.mutex);
  one.device = Error{ErrorKind::resources, why + " It is not used again before the program is started anew."};
}

}  // namespace bypath
