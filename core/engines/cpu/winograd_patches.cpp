#include "core/engines/cpu/winograd_patches.h"

namespace bypath {

namespace {

constexpr int64_t mostTogether = 96;
constexpr int64_t planeFloats = 3 << 15;  // transformed inputs and outputs of the tiles in flight

}  // namespace

int64_t winogradTilesTogether(int64_t channels, int64_t outputs) {
  const int64_t whole = outputs <= 16 ? 16 : 12;  // of the register tiles of forwardRow()
  return std::clamp<int64_t>(planeFloats / (winogradPlanes * (channels + outputs)) / whole * whole, whole,
                             mostTogether);
}

namespace {

// The place of a patch in an image.
struct Patch {
  const float* image;
  int64_t height, width, channels, row, column, size;

  bool isInside() const { return row >= 0 && column >= 0 && row + size <= height && column + size <= width; }
  PatchView view() const { return {image + (row * width + column) * channels, width * channels, channels}; }
  // With zeros around; copy(from, pixels, to) brings what exists.
  template <class Copy>
  PatchView copied(float* scratch, const Copy& copy) const {
    const int64_t begin = std::clamp<int64_t>(-column, 0, size),
                  end = std::clamp<int64_t>(width - column, begin, size);
    for (int64_t r = 0; r < size; ++r) {
      float* to = scratch + r * size * channels;
      if (row + r < 0 || row + r >= height) {
        std::fill(to, to + size * channels, 0.0f);
        continue;
      }
      std::fill(to, to + begin * channels, 0.0f);
      copy(image + ((row + r) * width + column + begin) * channels, end - begin, to + begin * channels);
      std::fill(to + end * channels, to + size * channels, 0.0f);
    }
    return {scratch, size * channels, channels};
  }
};

}  // namespace

PatchView patchOf(const float* image, int64_t height, int64_t width, int64_t channels, int64_t row,
                  int64_t column, int64_t size, float* scratch) {
  const Patch patch{image, height, width, channels, row, column, size};
  if (patch.isInside()) return patch.view();
  return patch.copied(scratch, [channels](const float* from, int64_t pixels, float* to) {
    std::copy(from, from + pixels * channels, to);
  });
}

void transformInput(const WinogradTiles& tiles, int64_t tile, float* scratch, float* planes,
                    int64_t planeStep) {
  const WindowedImages& in = tiles.in;
  const Patch patch{in.data + tiles.image(tile) * in.height * in.width * in.channels,
                    in.height,
                    in.width,
                    in.channels,
                    tiles.row(tile) - in.padTop,
                    tiles.column(tile) - in.padLeft,
                    winogradPatch};
  if (patch.isInside()) {
    winogradInput(patch.view(), in.channels, in.normalised ? &in.norm : nullptr, planes, planeStep);
    return;
  }
  const PatchView view = patch.copied(
      scratch, [&](const float* from, int64_t pixels, float* to) { in.copyPixels(from, pixels, to); });
  winogradInput(view, in.channels, nullptr, planes, planeStep);
}

}  // namespace bypath
