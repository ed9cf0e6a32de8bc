// Register tiles that multiply in bfloat16 and add in float32, by AVX512-BF16's VDPBF16PS, which Highway does
// not have yet. Serial, for one thread. Two neighbouring terms of a sum share 32 bits, the first in the lower
// half.
#pragma once

#include <cstdint>

#include "core/engines/cpu/split_sums.h"

namespace bypath {

using Bf16Pair = uint32_t;
inline constexpr int64_t bf16Lanes = 16;
inline constexpr int maximumBf16Vectors = 4;

// Whether this processor has the instructions, and the instruction sets in use are not restricted to lesser
// ones.
bool bf16Available();

// Each call below needs bf16Available().

// `count` floats, an even number, rounded to the nearest bfloat16.
void toBf16(const float* from, int64_t count, Bf16Pair* to);
// to[i] = (first[i], second[i]); a null second is zeros. `count` is a multiple of 16.
void interleaveBf16(const float* first, const float* second, int64_t count, Bf16Pair* to);

// ForwardRow of convolution_tiles.h, in pairs; outputs are whole vectors.
struct Bf16Row {
  const Bf16Pair* x = nullptr;  // what the first kernel row reaches from the first pixel
  int64_t xPixel = 0, xRow = 0;
  const Bf16Pair* panel = nullptr;  // [kernelRows][pairs][vectors * 16]
  const float* bias = nullptr;
  const float* upcoming = nullptr;  // as in ForwardRow, twice as long as the pairs
  int64_t kernelRows = 1;
  int64_t pairs = 1;
  float* y = nullptr;
  int64_t yPixel = 0;
  int64_t pixels = 0;
  int vectors = 1;
  const float* plus = nullptr;
  const float* mask = nullptr;
  bool relu = false;
  SplitLanes* split = nullptr;  // as in ForwardRow
};
void forwardRowBf16(const Bf16Row& row);
int64_t bf16TilePixels(int vectors);

// dw[j][k] += sum over pairs of pixels of x[j] * dy[k], for j in [0, inputs) and k in [0, vectors * 16).
struct Bf16Block {
  const Bf16Pair* x = nullptr;
  int64_t xPixel = 0;  // from a pair of pixels to the next
  const Bf16Pair* dy = nullptr;
  int64_t dyPixel = 0;
  int64_t pairs = 0;
  float* dw = nullptr;
  int64_t dwInput = 0;
  int64_t inputs = 0;
  int vectors = 1;
  // Memory that is needed soon: tile t asks for `step` floats a pair from upcoming + t * pairs * step on. Or
  // null.
  const float* upcoming = nullptr;
  int64_t upcomingStep = 0;
};
void addWeightBlockBf16(const Bf16Block& block);

}  // namespace bypath
