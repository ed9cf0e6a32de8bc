// Images of a data set as they lie in memory, and which of them a batch takes, placed how: what an engine
// needs to make a batch itself.
#pragma once

#include <cstdint>
#include <span>

#include "core/tensor/shape.h"

namespace bypath {

// The memory stays where it is and as it is for as long as an engine may read it.
struct PixelSource {
  std::span<const uint8_t> pixels;  // (N, H, W, C)
  Shape image;                      // (H, W, C)
  std::span<const float> levels;    // (C, 256): what a byte of a channel becomes
};

// Pixel (x, y) of the made image comes from (x, y) + shift, after mirroring x; zero beyond the border.
struct PixelPlace {
  int32_t image = 0;
  int16_t shiftX = 0;
  int16_t shiftY = 0;
  int32_t mirrored = 0;
  bool operator==(const PixelPlace&) const = default;
};

// (N, H, W, C), an image a place.
void makeImages(const PixelSource& source, std::span<const PixelPlace> places, std::span<float> out);

}  // namespace bypath
