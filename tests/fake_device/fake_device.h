// What tests tell the stand-in for a GPU, beside what the engine asks of it. Exported by the plug-in under
// this name; the environment says the same before it is opened: BYPATH_FAKE_FAIL=N, BYPATH_FAKE_MEMORY=bytes.
#pragma once

#include <cstdint>

#include "core/engines/cuda/device.h"

namespace bypath {

struct FakeDeviceControl {
  int64_t calls = 0;  // so far
  int64_t failAt =
      -1;  // the call of this number, 0 the first, and all later ones say that the device is lost
  uint64_t memory = uint64_t{8} << 30;
  uint64_t taken = 0;
  int64_t replays = 0;                                // of recorded steps
  int64_t timed = 0;                                  // trials of convolutions
  bool (*refuses)(const ConvolutionCall&) = nullptr;  // what the library has no way to do
};

inline constexpr const char* fakeDeviceControlName = "bypathFakeDeviceControl";  // FakeDeviceControl* (*)()
using FakeDeviceControlFunction = FakeDeviceControl* (*)();

}  // namespace bypath
