// The two skeletons of device/skeleton.h as kernels of the GPU. Nothing but CUDA's keywords and built-in
// variables is used of CUDA, so that a test can run a block's threads on the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/engines/cuda/device/skeleton.h"

namespace bypath {

template <class Kernel>
__global__ void __launch_bounds__(gpu::blockThreads)
    mapEach(const __grid_constant__ Kernel kernel, const int64_t count) {
  const int64_t stride = static_cast<int64_t>(gridDim.x) * gpu::blockThreads;
#pragma unroll 1
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * gpu::blockThreads + threadIdx.x; i < count; i += stride)
    kernel(i);
}

struct ReductionSizes {
  int64_t rows = 0, columns = 0, chunkRows = 1;
  uint32_t segments = 1, tiles = 1, chunks = 1;
  int32_t width = 1;
};

// Joins the states of a block's rows pairwise; those of the columns are then in the first `width`.
template <class Kernel>
__device__ __forceinline__ void joinSide(const Kernel& kernel, typename Kernel::State* states,
                                         int32_t width) {
  const auto thread = static_cast<int32_t>(threadIdx.x);
  for (int32_t half = static_cast<int32_t>(gpu::blockThreads) / 2; half >= width; half /= 2) {
    __syncthreads();
    if (thread < half) kernel.join(states[thread], states[thread + half]);
  }
  __syncthreads();
}

// A state that another block wrote: from the cache that all blocks share.
template <class State>
__device__ __forceinline__ State readShared(const std::byte* partials, int64_t index) {
  State state;
  uint32_t words[sizeof(State) / sizeof(uint32_t)];
  const auto* from =
      reinterpret_cast<const uint32_t*>(partials + index * static_cast<int64_t>(sizeof(State)));
#pragma unroll
  for (size_t word = 0; word < sizeof(State) / sizeof(uint32_t); ++word) words[word] = __ldcg(from + word);
  memcpy(&state, words, sizeof state);
  return state;
}

// A block takes `width` columns of one segment and one stretch of its rows. Of the blocks of a segment and
// tile, the last to end joins what all of them have, in the order of the rows.
template <class Kernel>
__global__ void __launch_bounds__(gpu::blockThreads)
    reduceRows(const __grid_constant__ Kernel kernel, const ReductionSizes sizes, std::byte* const partials,
               uint32_t* const tickets) {
  using State = typename Kernel::State;
  alignas(16) __shared__ unsigned char memory[gpu::blockThreads * sizeof(State)];
  __shared__ uint32_t ticket;
  auto* const states = reinterpret_cast<State*>(memory);
  const auto thread = static_cast<int32_t>(threadIdx.x);
  const int32_t width = sizes.width, side = static_cast<int32_t>(gpu::blockThreads) / width;
  const int32_t x = thread & (width - 1), y = thread / width;
  const uint32_t tile = blockIdx.x % sizes.tiles, rest = blockIdx.x / sizes.tiles;
  const uint32_t segment = rest % sizes.segments, chunk = rest / sizes.segments;
  const auto column = static_cast<int32_t>(static_cast<int64_t>(tile) * width + x);
  const bool inside = column < sizes.columns;

  State mine = kernel.none();
  if (inside) {
    const int64_t begin = chunk * sizes.chunkRows;
    const int64_t end = begin + sizes.chunkRows < sizes.rows ? begin + sizes.chunkRows : sizes.rows;
#pragma unroll 4
    for (int64_t row = begin + y; row < end; row += side) kernel.add(mine, segment, row, column);
  }
  states[thread] = mine;
  joinSide(kernel, states, width);

  State total = kernel.none();
  if (sizes.chunks == 1) {
    if (y == 0 && inside) {
      kernel.join(total, states[x]);
      kernel.finish(total, segment, column);
    }
    return;
  }

  const int64_t place = static_cast<int64_t>(segment) * sizes.tiles + tile;
  const int64_t first = place * sizes.chunks * width;  // of the place's states
  if (y == 0) {
    memcpy(partials + (first + static_cast<int64_t>(chunk) * width + x) * static_cast<int64_t>(sizeof(State)),
           &states[x], sizeof(State));
    __threadfence();
  }
  __syncthreads();
  if (thread == 0) {
    __threadfence();
    ticket = atomicAdd(tickets + place, 1u);
    __threadfence();
  }
  __syncthreads();
  if (ticket + 1 != sizes.chunks) return;
  if (thread == 0) tickets[place] = 0;
  for (uint32_t other = static_cast<uint32_t>(y); other < sizes.chunks; other += static_cast<uint32_t>(side))
    kernel.join(total, readShared<State>(partials, first + static_cast<int64_t>(other) * width + x));
  states[thread] = total;
  joinSide(kernel, states, width);
  if (y == 0 && inside) kernel.finish(states[x], segment, column);
}

}  // namespace bypath
