// The tiles that Winograd's algorithm cuts images into, and the pixels that each one needs. Shared by
// winograd.cpp and winograd_gradient.cpp.
#pragma once

#include <hwy/base.h>

#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/padded_rows.h"
#include "core/engines/cpu/winograd_tiles.h"

namespace bypath {

// The tiles that cover a batch of output images, in order of image, row, column.
struct WinogradTiles {
  WinogradForm form;
  const WindowedImages& in;
  int64_t down, across;

  WinogradTiles(const WinogradForm& used, const WindowedImages& images)
      : form(used),
        in(images),
        down(dividedUp(images.outHeight, form.tile)),
        across(dividedUp(images.outWidth, form.tile)) {}

  int64_t anImage() const { return down * across; }
  int64_t count() const { return in.images * anImage(); }
  int64_t image(int64_t tile) const { return tile / anImage(); }
  int64_t row(int64_t tile) const { return tile % anImage() / across * form.tile; }
  int64_t column(int64_t tile) const { return tile % across * form.tile; }
  int64_t rows(int64_t tile) const { return std::min(form.tile, in.outHeight - row(tile)); }
  int64_t columns(int64_t tile) const { return std::min(form.tile, in.outWidth - column(tile)); }
};

// Floats from one plane of `rows` rows of `channels` to the next: an odd number of cache lines, so that the
// lines of a tile fall into different sets of the cache.
inline int64_t winogradPlaneStep(int64_t rows, int64_t channels) {
  constexpr int64_t lineFloats = 16;
  return (dividedUp(rows * channels, lineFloats) | 1) * lineFloats;
}

// Tiles worked on together, so that their planes are matrices of some height.
int64_t winogradTilesTogether(const WinogradForm& form, int64_t channels, int64_t outputs);

// Transforms what a tile reads of the window's images.
void transformInput(const WinogradTiles& tiles, int64_t tile, float* planes, int64_t planeStep);

// Pixels [row, row + size) x [column, column + size) of an image (height, width, channels); in place if all
// exist, else copied to scratch (size * size * channels floats) with zeros around.
PatchView patchOf(const float* image, int64_t height, int64_t width, int64_t channels, int64_t row,
                  int64_t column, int64_t size, float* scratch);

// Memory that is needed soon is asked for in small portions during the products, which need little of it:
// tiles reach many short pieces of rows, too irregular for the processor to foresee. Inlined by force: g++
// takes a function that only prefetches for one without effect and drops the call.
HWY_INLINE void prefetch(const float* data, int64_t rowPitch, int64_t rows, int64_t rowFloats,
                         bool forWriting) {
  constexpr int64_t lineFloats = 16;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < rowFloats; i += lineFloats)
      if (forWriting)
        __builtin_prefetch(data + r * rowPitch + i, 1, 2);
      else
        __builtin_prefetch(data + r * rowPitch + i, 0, 2);
}

// The part of (images, height, width, channels) that lies at a tile's place.
HWY_INLINE void prefetchInput(const WinogradTiles& tiles, int64_t tile, const float* data, int64_t height,
                              int64_t width, int64_t channels) {
  if (tile >= tiles.count()) return;
  const float* image = data + tiles.image(tile) * height * width * channels;
  const int64_t rows = std::min(tiles.rows(tile), height - tiles.row(tile));
  const int64_t columns = std::min(tiles.columns(tile), width - tiles.column(tile));
  prefetch(image + (tiles.row(tile) * width + tiles.column(tile)) * channels, width * channels, rows,
           columns * channels, false);
}

}  // namespace bypath
