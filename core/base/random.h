// Random numbers as a pure function of (seed, stream, step, sample, index): the same arguments give the same
// bits on any thread, in any order, after any resume. Philox 4x32-10 (Salmon et al. 2011, Random123).
//
//   RandomKey key{.seed = 1, .stream = streamOf("decoder/dropout"), .step = 40, .sample = 7};
//   float u = uniform(key, 3);   // the fourth number of that stream at that step for that sample
#pragma once

#include <cstdint>
#include <string_view>

namespace bypath {

struct RandomKey {
  uint64_t seed = 0;
  uint32_t stream = 0;  // who asks: streamOf(node path or purpose)
  uint32_t step = 0;
  uint32_t sample = 0;
};

// A stable 32-bit name for a stream (FNV-1a).
uint32_t streamOf(std::string_view name);

// Four independent 32-bit words for block `block` (< 2^32) of a key.
struct RandomWords {
  uint32_t word[4];
};
RandomWords randomWords(const RandomKey& key, uint32_t block);

// The index-th uniform number in [0, 1), 24 bits.
float uniform(const RandomKey& key, uint32_t index);
// The index-th standard normal number (Box-Muller on pairs; even and odd indices share a pair).
float normal(const RandomKey& key, uint32_t index);
double normalDouble(const RandomKey& key, uint32_t index);
// The normal numbers 2 * pair and 2 * pair + 1 at the price of one, to the last digits.
struct NormalPair {
  double even, odd;
};
NormalPair normalPair(const RandomKey& key, uint32_t pair);
// The index-th integer in [0, bound), bound >= 1; 64-bit multiply-shift.
uint32_t uniformInteger(const RandomKey& key, uint32_t index, uint32_t bound);

}  // namespace bypath
