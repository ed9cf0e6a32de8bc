// A plug-in of another version of the program, which must not be opened.
#include <cstdint>
#include <cstdlib>

#include "core/engines/cuda/device.h"

extern "C" {
int32_t bypathDeviceVersion() {
  return bypath::deviceInterfaceVersion + 1;
}
bypath::Device* bypathOpenDevice(int32_t, char*, uint64_t) {
  std::abort();
}
}
