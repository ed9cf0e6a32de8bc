#include "core/tensor/pixels.h"

#include <cassert>

namespace bypath {
namespace {

void makeImage(const PixelSource& source, const PixelPlace& place, float* to) {
  const int64_t height = source.image[0], width = source.image[1], channels = source.image[2];
  const uint8_t* from = source.pixels.data() + place.image * source.image.count();
  for (int64_t y = 0; y < height; ++y) {
    const int64_t sourceY = y + place.shiftY;
    for (int64_t x = 0; x < width; ++x, to += channels) {
      const int64_t sourceX = (place.mirrored ? width - 1 - x : x) + place.shiftX;
      // The border is zero after normalisation, as in He et al. 2015, who pad after subtracting the mean.
      const bool inside = sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height;
      const uint8_t* pixel = inside ? from + (sourceY * width + sourceX) * channels : nullptr;
      for (int64_t channel = 0; channel < channels; ++channel)
        to[channel] = inside ? source.levels[static_cast<size_t>(256 * channel + pixel[channel])] : 0.0f;
    }
  }
}

}  // namespace

void makeImages(const PixelSource& source, std::span<const PixelPlace> places, std::span<float> out) {
  assert(out.size() == places.size() * static_cast<size_t>(source.image.count()));
  for (size_t i = 0; i < places.size(); ++i)
    makeImage(source, places[i], out.data() + i * static_cast<size_t>(source.image.count()));
}

}  // namespace bypath
