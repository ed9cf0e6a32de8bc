#include "core/cli/picture_grid.h"

#include <algorithm>
#include <cmath>

#include "core/data/png_file.h"

namespace bypath {

namespace {

constexpr int64_t gap = 2;  // pixels between two pictures

}  // namespace

Result<void> writeGrid(const std::string& path, const std::vector<float>& images, const Shape& shape,
                       int64_t columns, int64_t zoom) {
  std::vector<uint8_t> bytes;
  bytes.reserve(images.size());
  for (const float value : images)
    bytes.push_back(static_cast<uint8_t>(std::lround(255 * std::clamp(value, 0.0f, 1.0f))));
  return writeGrid(path, bytes, shape, columns, zoom);
}

Result<void> writeGrid(const std::string& path, const std::vector<uint8_t>& images, const Shape& shape,
                       int64_t columns, int64_t zoom) {
  const int64_t height = shape[0] * zoom, width = shape[1] * zoom, channels = shape[2];
  const int64_t count = static_cast<int64_t>(images.size()) / shape.count();
  const int64_t rows = (count + columns - 1) / columns;
  const int64_t gridWidth = columns * (width + gap) + gap, gridHeight = rows * (height + gap) + gap;
  std::vector<uint8_t> grid(static_cast<size_t>(gridWidth * gridHeight * channels), 255);
  for (int64_t n = 0; n < count; ++n)
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < width; ++x) {
        const int64_t from = ((n * shape[0] + y / zoom) * shape[1] + x / zoom) * channels;
        const int64_t row = gap + n / columns * (height + gap) + y;
        const int64_t column = gap + n % columns * (width + gap) + x;
        std::copy_n(images.begin() + from, channels, grid.begin() + (row * gridWidth + column) * channels);
      }
  return writePng(path, gridWidth, gridHeight, static_cast<int>(channels), grid);
}

}  // namespace bypath
