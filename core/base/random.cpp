#include "core/base/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace bypath {

uint32_t streamOf(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

RandomWords randomWords(const RandomKey& key, uint32_t block) {
  const philox4x32_ctr_t counter = {{block, key.sample, key.step, key.stream}};
  const philox4x32_key_t seed = {{static_cast<uint32_t>(key.seed), static_cast<uint32_t>(key.seed >> 32)}};
  const philox4x32_ctr_t drawn = philox4x32(counter, seed);
  return {{drawn.v[0], drawn.v[1], drawn.v[2], drawn.v[3]}};
}

float uniform(const RandomKey& key, uint32_t index) {
  const uint32_t word = randomWords(key, index / 4).word[index % 4];
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

namespace {

// Box-Muller: a normal number is radius * cos or sin(angle).
struct Polar {
  double radius, angle;
};

Polar polar(const RandomKey& key, uint32_t pair) {
  const RandomWords drawn = randomWords(key, pair);
  const uint64_t first = (static_cast<uint64_t>(drawn.word[0]) << 32) | drawn.word[1];
  const uint64_t second = (static_cast<uint64_t>(drawn.word[2]) << 32) | drawn.word[3];
  // In (0, 1], so that the logarithm is finite.
  const double radiusDraw = static_cast<double>((first >> 11) + 1) * 0x1p-53;
  return {std::sqrt(-2 * std::log(radiusDraw)),
          2 * std::numbers::pi * (static_cast<double>(second >> 11) * 0x1p-53)};
}

}  // namespace

double normalDouble(const RandomKey& key, uint32_t index) {
  const auto [radius, angle] = polar(key, index / 2);
  return radius * (index % 2 ? std::sin(angle) : std::cos(angle));
}

NormalPair normalPair(const RandomKey& key, uint32_t pair) {
  const auto [radius, angle] = polar(key, pair);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

float normal(const RandomKey& key, uint32_t index) {
  return static_cast<float>(normalDouble(key, index));
}

uint32_t uniformInteger(const RandomKey& key, uint32_t index, uint32_t bound) {
  const uint32_t word = randomWords(key, index / 4).word[index % 4];
  return static_cast<uint32_t>((static_cast<uint64_t>(word) * bound) >> 32);
}

}  // namespace bypath
