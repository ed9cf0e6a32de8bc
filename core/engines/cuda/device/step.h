// What a step needs besides its ops: batches made out of images on the device, small results brought
// together.
#pragma once

#include "core/engines/cuda/device/array.h"
#include "core/tensor/pixels.h"

namespace bypath::gpu {

// One call a pixel of the batch, all its channels.
struct PlacePixels {
  const uint8_t* pixels;  // (N, H, W, C)
  const float* levels;    // (C, 256)
  const PixelPlace* places;
  Array out;
  int32_t height, width, channels;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const auto pixel = static_cast<uint32_t>(i);
    const auto x = static_cast<int32_t>(pixel % static_cast<uint32_t>(width));
    const auto y = static_cast<int32_t>(pixel / static_cast<uint32_t>(width) % static_cast<uint32_t>(height));
    const PixelPlace place = places[pixel / static_cast<uint32_t>(width * height)];
    const int32_t fromX = (place.mirrored ? width - 1 - x : x) + place.shiftX, fromY = y + place.shiftY;
    const bool inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
    const int64_t from = ((int64_t{place.image} * height + fromY) * width + fromX) * channels;
    for (int32_t c = 0; c < channels; ++c)
      out.set(i * channels + c, inside ? levels[256 * c + pixels[from + c]] : 0.0f);
  }
};

struct CollectedValue {
  Array from;
  int32_t count;
  int32_t to;
};

// 32 calls a value.
struct CollectValues {
  const CollectedValue* values;
  float* out;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const CollectedValue value = values[i / 32];
    for (auto k = static_cast<int32_t>(i % 32); k < value.count; k += 32)
      out[value.to + k] = value.from.get(k);
  }
};

#define BYPATH_STEP_MAPS(X) X(PlacePixels) X(CollectValues)
#define BYPATH_STEP_REDUCTIONS(X)

}  // namespace bypath::gpu
