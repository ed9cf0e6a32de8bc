// Runs the device's kernels on the host: the same functions, cut in the same way, one after the other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/engines/cuda/device/kernels.h"

namespace bypath {

struct HostLaunch {
  const void* arguments;
  int64_t segments, rows, columns;
};

template <class Kernel>
void runMap(const HostLaunch& launch) {
  const Kernel& kernel = *static_cast<const Kernel*>(launch.arguments);
  for (int64_t i = 0; i < launch.rows; ++i) kernel(i);
}

// Joins states 0, stride, 2 * stride, ... of a block pairwise, as its threads do.
template <class Kernel>
void joinSide(const Kernel& kernel, std::vector<typename Kernel::State>& states, int64_t side,
              int64_t width) {
  for (int64_t half = side / 2; half > 0; half /= 2)
    for (int64_t y = 0; y < half; ++y)
      for (int64_t x = 0; x < width; ++x)
        kernel.join(states[static_cast<size_t>(y * width + x)],
                    states[static_cast<size_t>((y + half) * width + x)]);
}

template <class Kernel>
void runReduction(const HostLaunch& launch) {
  using State = typename Kernel::State;
  const Kernel& kernel = *static_cast<const Kernel*>(launch.arguments);
  const gpu::ReductionCut cut = gpu::cutReduction(launch.segments, launch.rows, launch.columns);
  const int64_t side = gpu::blockThreads / cut.width;
  const auto column = [&](int64_t tile, int64_t x) { return static_cast<int32_t>(tile * cut.width + x); };
  for (int64_t segment = 0; segment < launch.segments; ++segment)
    for (int64_t tile = 0; tile < cut.tiles; ++tile) {
      std::vector<State> partial(static_cast<size_t>(cut.chunks * cut.width), kernel.none());
      std::vector<State> states;
      for (int64_t chunk = 0; chunk < cut.chunks; ++chunk) {
        states.assign(static_cast<size_t>(gpu::blockThreads), kernel.none());
        const int64_t end = std::min(launch.rows, (chunk + 1) * cut.chunkRows);
        for (int64_t y = 0; y < side; ++y)
          for (int64_t row = chunk * cut.chunkRows + y; row < end; row += side)
            for (int64_t x = 0; x < cut.width && column(tile, x) < launch.columns; ++x)
              kernel.add(states[static_cast<size_t>(y * cut.width + x)], segment, row, column(tile, x));
        joinSide(kernel, states, side, cut.width);
        std::copy_n(states.begin(), cut.width, partial.begin() + chunk * cut.width);
      }
      states.assign(static_cast<size_t>(gpu::blockThreads), kernel.none());
      for (int64_t y = 0; y < side; ++y)
        for (int64_t chunk = y; chunk < cut.chunks; chunk += side)
          for (int64_t x = 0; x < cut.width; ++x)
            kernel.join(states[static_cast<size_t>(y * cut.width + x)],
                        partial[static_cast<size_t>(chunk * cut.width + x)]);
      joinSide(kernel, states, side, cut.width);
      for (int64_t x = 0; x < cut.width && column(tile, x) < launch.columns; ++x)
        kernel.finish(states[static_cast<size_t>(x)], segment, column(tile, x));
    }
}

using HostLauncher = void (*)(const HostLaunch&);

// By KernelNumber.
inline constexpr std::array<HostLauncher, static_cast<size_t>(gpu::KernelNumber::count)> hostLaunchers = {
#define BYPATH_LAUNCHER(name) &runMap<gpu::name>,
    BYPATH_ALL_MAPS(BYPATH_LAUNCHER)
#undef BYPATH_LAUNCHER
#define BYPATH_LAUNCHER(name) &runReduction<gpu::name>,
        BYPATH_ALL_REDUCTIONS(BYPATH_LAUNCHER)
#undef BYPATH_LAUNCHER
};

}  // namespace bypath
