// Numbers as colours: one scale for all maps of a layer, so that they can be compared.
//
//   const MapScale scale = MapScale::of(values);
//   writePng(path, width, height, 3, colours(map, scale));
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bypath {

using Rgb = std::array<uint8_t, 3>;

// Black to white from 0, or, where anything is negative, blue over white to red around 0.
struct MapScale {
  double low = 0, high = 0;

  // From zero, or the least value, to the largest; what is no number is left out.
  static MapScale of(std::span<const float> values);
  bool diverging() const { return low < 0; }
  double reach() const;            // the end of a diverging scale on either side
  Rgb colour(double value) const;  // magenta where it is no number
};

// Three bytes a value.
std::vector<uint8_t> colours(std::span<const float> values, const MapScale& scale);

// Three planes of weights as red, green and blue: zero is middle grey, the reach of the scale black or white.
std::vector<uint8_t> colourPlanes(std::span<const float> red, std::span<const float> green,
                                  std::span<const float> blue, const MapScale& scale);

}  // namespace bypath
