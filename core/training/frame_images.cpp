#include "core/training/frame_images.h"

#include <algorithm>
#include <cmath>

namespace bypath {

FrameImage frameOf(const DataSet& data, const Split& split, int64_t index) {
  const std::span<const uint8_t> pixels = data.image(split, index);
  return {.width = static_cast<int>(data.imageShape[1]),
          .height = static_cast<int>(data.imageShape[0]),
          .channels = static_cast<int>(data.imageShape[2]),
          .pixels = {pixels.begin(), pixels.end()}};
}

void appendFrames(std::vector<FrameImage>& frames, std::span<const float> values, const Shape& shape,
                  int64_t count) {
  const auto size = static_cast<size_t>(shape.count());
  for (int64_t n = 0; n < count; ++n) {
    FrameImage image{static_cast<int>(shape[1]), static_cast<int>(shape[0]), static_cast<int>(shape[2]), {}};
    image.pixels.reserve(size);
    const std::span<const float> from = values.subspan(static_cast<size_t>(n) * size, size);
    for (const float value : from)
      image.pixels.push_back(static_cast<uint8_t>(
          std::lround(255.0f * std::clamp(std::isfinite(value) ? value : 0.0f, 0.0f, 1.0f))));
    frames.push_back(std::move(image));
  }
}

}  // namespace bypath
