// Which numbers are neither infinite nor NaN, whatever a compiler thinks of them.
#pragma once

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

BYPATH_DEVICE bool isFinite(float value) {
  return (toBits(value) & 0x7f800000u) != 0x7f800000u;
}
BYPATH_DEVICE bool isFinite(const Four& values) {
  bool all = true;
  for (const float value : values.value) all = all && isFinite(value);
  return all;
}

}  // namespace bypath::gpu
