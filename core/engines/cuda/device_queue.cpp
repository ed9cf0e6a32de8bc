#include "core/engines/cuda/device_queue.h"

namespace bypath {

void DeviceQueue::must(DeviceCode code, const char* what) const {
  if (code == DeviceCode::ok) return;
  const std::string text = std::string("The GPU failed at ") + what + ": " + device_.errorText();
  if (code == DeviceCode::lost) throw EngineLost(text);
  throw std::runtime_error(text);
}

}  // namespace bypath
