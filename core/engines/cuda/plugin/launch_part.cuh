// The kernels of one part: those whose number leaves the rest `part` when divided by launchParts.
#pragma once

#include "core/engines/cuda/device/kernels.h"
#include "core/engines/cuda/plugin/launch.cuh"

namespace bypath {

template <class Kernel, bool here, bool reduces>
constexpr LaunchEntry entryOf() {
  if constexpr (!here)
    return {};
  else if constexpr (reduces)
    return {&launchReduction<Kernel>, sizeof(Kernel)};
  else
    return {&launchMap<Kernel>, sizeof(Kernel)};
}

constexpr bool isOfPart(gpu::KernelNumber number, int part) {
  return static_cast<int>(number) % launchParts == part;
}

template <int part>
LaunchEntry launchEntryOfPart(int32_t number) {
  switch (static_cast<gpu::KernelNumber>(number)) {
#define BYPATH_ENTRY(name)           \
  case gpu::KernelNumber::map##name: \
    return entryOf<gpu::name, isOfPart(gpu::KernelNumber::map##name, part), false>();
    BYPATH_ALL_MAPS(BYPATH_ENTRY)
#undef BYPATH_ENTRY
#define BYPATH_ENTRY(name)              \
  case gpu::KernelNumber::reduce##name: \
    return entryOf<gpu::name, isOfPart(gpu::KernelNumber::reduce##name, part), true>();
    BYPATH_ALL_REDUCTIONS(BYPATH_ENTRY)
#undef BYPATH_ENTRY
    default:
      return {};
  }
}

}  // namespace bypath
