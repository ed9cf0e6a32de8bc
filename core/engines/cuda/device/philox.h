// The counter-based random numbers of base/random.h, bit for bit, in code that also runs on the device:
// Philox 4x32-10 (Salmon et al. 2011).
#pragma once

#include <cmath>

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

// Which step this is. Kernels read it from memory of the device, so that a recorded step draws other numbers
// in every run.
struct StepKey {
  uint64_t seed = 0;
  uint32_t step = 0;
  uint32_t firstSample = 0;
};

struct PhiloxKey {
  uint64_t seed;
  uint32_t stream, step, sample;
};
struct PhiloxWords {
  uint32_t word[4];
};

// randomWords() of base/random.h.
BYPATH_DEVICE PhiloxWords philox(const PhiloxKey& key, uint32_t block) {
  uint32_t a = block, b = key.sample, c = key.step, d = key.stream;
  auto low = static_cast<uint32_t>(key.seed), high = static_cast<uint32_t>(key.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53u} * a, second = uint64_t{0xCD9E8D57u} * c;
    a = static_cast<uint32_t>(second >> 32) ^ b ^ low;
    b = static_cast<uint32_t>(second);
    c = static_cast<uint32_t>(first >> 32) ^ d ^ high;
    d = static_cast<uint32_t>(first);
    low += 0x9E3779B9u;
    high += 0xBB67AE85u;
  }
  return {{a, b, c, d}};
}

// uniform() of a word: in [0, 1), 24 bits.
BYPATH_DEVICE float uniformOf(uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

// normalPair() of the words of a block, in float32.
struct NormalPair {
  float even, odd;
};
BYPATH_DEVICE NormalPair normalPairOf(const PhiloxWords& drawn) {
  constexpr uint64_t one = uint64_t{1} << 53;
  const uint64_t radiusDraw = (((static_cast<uint64_t>(drawn.word[0]) << 32) | drawn.word[1]) >> 11) + 1;
  const uint64_t angleDraw = ((static_cast<uint64_t>(drawn.word[2]) << 32) | drawn.word[3]) >> 11;
  // A draw near 1 is not rounded before its logarithm is taken.
  const float logarithm = radiusDraw <= one / 2 ? logf(static_cast<float>(radiusDraw) * 0x1p-53f)
                                                : log1pf(-(static_cast<float>(one - radiusDraw) * 0x1p-53f));
  const float radius = sqrtf(-2 * logarithm);
  const float angle = 6.283185307f * (static_cast<float>(angleDraw) * 0x1p-53f);
  return {radius * cosf(angle), radius * sinf(angle)};
}

}  // namespace bypath::gpu
