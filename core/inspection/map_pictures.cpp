#include "core/inspection/map_pictures.h"

#include <algorithm>
#include <cmath>

namespace bypath {
namespace {

constexpr Rgb noNumber = {255, 0, 255};
// The two ends of a diverging scale; told apart by every kind of colour vision.
constexpr Rgb negative = {33, 102, 172}, positive = {178, 24, 43};

uint8_t byteOf(double share) {
  return static_cast<uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

}  // namespace

MapScale MapScale::of(std::span<const float> values) {
  MapScale scale;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    scale.low = std::min(scale.low, static_cast<double>(value));
    scale.high = std::max(scale.high, static_cast<double>(value));
  }
  return scale;
}

double MapScale::reach() const {
  return std::max(-low, high);
}

Rgb MapScale::colour(double value) const {
  if (!std::isfinite(value)) return noNumber;
  const double share = reach() > 0 ? std::clamp(value / reach(), -1.0, 1.0) : 0;
  if (!diverging()) {
    const uint8_t level = byteOf(share);
    return {level, level, level};
  }
  const Rgb end = share < 0 ? negative : positive;
  Rgb colour{};
  for (size_t i = 0; i < 3; ++i)
    colour[i] = byteOf(1 - std::abs(share) * (1 - static_cast<double>(end[i]) / 255));
  return colour;
}

std::vector<uint8_t> colours(std::span<const float> values, const MapScale& scale) {
  std::vector<uint8_t> bytes;
  bytes.reserve(3 * values.size());
  for (const float value : values) {
    const Rgb colour = scale.colour(static_cast<double>(value));
    bytes.insert(bytes.end(), colour.begin(), colour.end());
  }
  return bytes;
}

std::vector<uint8_t> colourPlanes(std::span<const float> red, std::span<const float> green,
                                  std::span<const float> blue, const MapScale& scale) {
  std::vector<uint8_t> bytes;
  const double reach = scale.reach() > 0 ? scale.reach() : 1;
  for (size_t i = 0; i < red.size(); ++i)
    for (const float value : {red[i], green[i], blue[i]})
      bytes.push_back(std::isfinite(value) ? byteOf(0.5 + static_cast<double>(value) / reach / 2) : 0);
  return bytes;
}

}  // namespace bypath
