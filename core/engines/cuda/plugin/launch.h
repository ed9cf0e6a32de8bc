// Own kernels (device/kernels.h) on a stream, found by their number. The kernels are compiled in several
// parts, by number, so that no part takes long.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "core/engines/cuda/device.h"
#include "core/engines/cuda/device/skeleton.h"

namespace bypath {

// Memory that reductions share, one after the other on one stream: of each block that reduces a stretch of
// the rows, its states; of each segment and tile, how many of its blocks are done (zero between kernels).
inline constexpr int64_t mostBlockStates = 32;  // columns a block takes at most
inline constexpr int64_t partialBytes = gpu::wantedBlocks * mostBlockStates * gpu::largestState;
inline constexpr int64_t ticketBytes = gpu::wantedBlocks * static_cast<int64_t>(sizeof(uint32_t));

struct LaunchPlace {
  cudaStream_t stream = nullptr;
  std::byte* partials = nullptr;  // partialBytes
  uint32_t* tickets = nullptr;    // ticketBytes, zero
};

struct LaunchEntry {
  cudaError_t (*launch)(const KernelLaunch&, const LaunchPlace&) = nullptr;
  uint32_t argumentBytes = 0;
};

// cudaErrorInvalidDeviceFunction: there is no such kernel, or its arguments are of another size.
cudaError_t launchKernel(const KernelLaunch& launch, const LaunchPlace& place);

// Of the kernels whose number leaves this rest; null for the others.
inline constexpr int launchParts = BYPATH_LAUNCH_PARTS;
template <int part>
LaunchEntry launchEntryOfPart(int32_t number);

// y += bias, for y (rows, channels), then negative values are zero if relu. bias may be null. `half`: y is
// bfloat16; bias is float32.
cudaError_t launchBias(void* y, bool half, const float* bias, bool relu, int64_t rows, int32_t channels,
                       cudaStream_t stream);

}  // namespace bypath
