// Launches of the two skeletons.
#pragma once

#include <cstdint>

#include "core/engines/cuda/device/skeleton.h"
#include "core/engines/cuda/plugin/launch.h"
#include "core/engines/cuda/plugin/skeletons.cuh"

namespace bypath {

inline constexpr int64_t mostBlocks = 0x7fffffff;  // of a grid

template <class Kernel>
cudaError_t launchMapOf(const Kernel& kernel, int64_t count, cudaStream_t stream) {
  if (count <= 0) return cudaSuccess;
  const int64_t blocks = (count + gpu::blockThreads - 1) / gpu::blockThreads;
  mapEach<Kernel><<<static_cast<unsigned>(blocks < mostBlocks ? blocks : mostBlocks),
                    static_cast<unsigned>(gpu::blockThreads), 0, stream>>>(kernel, count);
  return cudaGetLastError();
}

template <class Kernel>
cudaError_t launchMap(const KernelLaunch& launch, const LaunchPlace& place) {
  return launchMapOf(*static_cast<const Kernel*>(launch.arguments), launch.rows, place.stream);
}

template <class Kernel>
cudaError_t launchReduction(const KernelLaunch& launch, const LaunchPlace& place) {
  using State = typename Kernel::State;
  static_assert(sizeof(State) % sizeof(uint32_t) == 0 && alignof(State) <= 16);
  static_assert(sizeof(State) <= static_cast<size_t>(gpu::largestState));
  if (launch.segments <= 0 || launch.columns <= 0) return cudaSuccess;
  const gpu::ReductionCut cut = gpu::cutReduction(launch.segments, launch.rows, launch.columns);
  const int64_t places = launch.segments * cut.tiles;
  // With several chunks there are at most wantedBlocks blocks: what LaunchPlace holds is enough.
  if (places > mostBlocks / cut.chunks || launch.columns > mostBlocks ||
      (cut.chunks > 1 && places * cut.chunks > gpu::wantedBlocks))
    return cudaErrorInvalidConfiguration;
  const ReductionSizes sizes{.rows = launch.rows,
                             .columns = launch.columns,
                             .chunkRows = cut.chunkRows,
                             .segments = static_cast<uint32_t>(launch.segments),
                             .tiles = static_cast<uint32_t>(cut.tiles),
                             .chunks = static_cast<uint32_t>(cut.chunks),
                             .width = cut.width};
  reduceRows<Kernel>
      <<<static_cast<unsigned>(places * cut.chunks), static_cast<unsigned>(gpu::blockThreads), 0,
         place.stream>>>(*static_cast<const Kernel*>(launch.arguments), sizes, place.partials, place.tickets);
  return cudaGetLastError();
}

}  // namespace bypath
