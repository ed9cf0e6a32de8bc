// The two shapes of work on the device, and how it is cut. A kernel is a struct of its arguments with member
// functions; it is copied to the device as it is, so it holds pointers into device memory and numbers alone,
// at most 4 KiB.
//
// A map is called once for every i of a count, in any order, all at once:
//   BYPATH_DEVICE void operator()(int64_t i) const;
//
// A reduction sees a tensor as segments x rows x columns and brings each column of each segment into one
// state (at most 32 bytes), in an order that depends on these sizes alone, so that results are the same bits
// in every run:
//   struct State { ... };                                             // trivially copyable
//   BYPATH_DEVICE State none() const;  // of no rows: joined to another state, it changes nothing
//   BYPATH_DEVICE void add(State&, int64_t segment, int64_t row, int32_t column) const;
//   BYPATH_DEVICE void join(State&, const State& other) const;        // other's rows come later
//   BYPATH_DEVICE void finish(const State&, int64_t segment, int32_t column) const;  // writes results
// finish() of different columns may run at once; it must not read what another finish() writes.
#pragma once

#include <cstdint>

namespace bypath::gpu {

inline constexpr int64_t blockThreads = 256;
inline constexpr int64_t largestState = 32;
inline constexpr int64_t largestArguments = 4096;
// Blocks that fill any GPU: rows are cut into chunks only as long as there are no more blocks than this.
inline constexpr int64_t wantedBlocks = 528;

// How a reduction is cut: a block of 256 threads takes `width` columns at a time, 256 / width rows side by
// side, and one of `chunks` stretches of the rows.
struct ReductionCut {
  int32_t width = 1;      // a power of two, at most 32
  int64_t tiles = 1;      // of columns
  int64_t chunks = 1;     // of rows
  int64_t chunkRows = 1;  // rows of a chunk but the last
};

constexpr ReductionCut cutReduction(int64_t segments, int64_t rows, int64_t columns) {
  constexpr int64_t leastRows = 4;  // rows that make a thread worth its while
  ReductionCut cut;
  while (cut.width < 32 && cut.width < columns) cut.width *= 2;
  cut.tiles = (columns + cut.width - 1) / cut.width;
  const int64_t side = blockThreads / cut.width;
  const int64_t most = rows / (side * leastRows);
  const int64_t wanted = wantedBlocks / (cut.tiles * segments > 0 ? cut.tiles * segments : 1);
  cut.chunks = wanted < most ? wanted : most;
  if (cut.chunks < 1) cut.chunks = 1;
  cut.chunkRows = (rows + cut.chunks - 1) / cut.chunks;
  if (cut.chunkRows < 1) cut.chunkRows = 1;
  cut.chunks = rows > 0 ? (rows + cut.chunkRows - 1) / cut.chunkRows : 1;
  return cut;
}

}  // namespace bypath::gpu
