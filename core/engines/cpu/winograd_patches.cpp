#include "core/engines/cpu/winograd_patches.h"

namespace bypath {

namespace {

constexpr int64_t mostTogether = 96;
constexpr int64_t planeFloats = 3 << 15;  // transformed inputs and outputs of the tiles in flight

}  // namespace

int64_t winogradTilesTogether(const WinogradForm& form, int64_t channels, int64_t outputs) {
  const int64_t whole = outputs <= 16 ? 16 : 12;  // of the register tiles of forwardRow()
  return std::clamp<int64_t>(planeFloats / (form.planes() * (channels + outputs)) / whole * whole, whole,
                             mostTogether);
}

PatchView patchOf(const float* image, int64_t height, int64_t width, int64_t channels, int64_t row,
                  int64_t column, int64_t size, float* scratch) {
  if (row >= 0 && column >= 0 && row + size <= height && column + size <= width)
    return {image + (row * width + column) * channels, width * channels, channels};
  const int64_t begin = std::clamp<int64_t>(-column, 0, size),
                end = std::clamp<int64_t>(width - column, begin, size);
  for (int64_t r = 0; r < size; ++r) {
    float* to = scratch + r * size * channels;
    if (row + r < 0 || row + r >= height) {
      std::fill(to, to + size * channels, 0.0f);
      continue;
    }
    const float* from = image + ((row + r) * width + column) * channels;
    std::fill(to, to + begin * channels, 0.0f);
    std::copy(from + begin * channels, from + end * channels, to + begin * channels);
    std::fill(to + end * channels, to + size * channels, 0.0f);
  }
  return {scratch, size * channels, channels};
}

void transformInput(const WinogradTiles& tiles, int64_t tile, float* planes, int64_t planeStep) {
  const WindowedImages& in = tiles.in;
  const int64_t row = tiles.row(tile) - in.padTop, column = tiles.column(tile) - in.padLeft;
  const float* image = in.data + tiles.image(tile) * in.height * in.width * in.channels;
  uint64_t aRow = 0, existing = 0;
  for (int64_t s = 0; s < tiles.form.patch(); ++s)
    if (column + s >= 0 && column + s < in.width) aRow |= uint64_t{1} << s;
  for (int64_t r = 0; r < tiles.form.patch(); ++r)
    if (row + r >= 0 && row + r < in.height) existing |= aRow << (r * tiles.form.patch());
  winogradInput(tiles.form,
                {image + (row * in.width + column) * in.channels, in.width * in.channels, in.channels},
                existing, in.channels, in.normalised ? &in.norm : nullptr, planes, planeStep);
}

}  // namespace bypath
