#include "core/engines/cpu/convolution_tiles.h"

#include <algorithm>

#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engines/cpu/convolution_tiles.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engines/cpu/split_lanes-inl.h"

// Every loop below with a constant bound must disappear, or the accumulators live in memory.
#define BYPATH_UNROLL _Pragma("GCC unroll 32")

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// Accumulators that fit the register file beside `vectors` operands and one broadcast value.
#if HWY_TARGET <= HWY_AVX3
constexpr int accumulators = 24;
#else
constexpr int accumulators = 12;
#endif
constexpr int tileSize(int vectors) {
  return vectors == 1 ? accumulators * 2 / 3 : accumulators / vectors;
}

// Where a tile's results go, and what belongs to them.
struct TileOutput {
  float* y;
  const float* plus;
  const float* mask;
  const float* split;  // what is told apart from the rest at the end: plus, in a row that is not yet finished
  int64_t pixel;
};

// Writes whole vectors, whatever row.outputs says.
template <int Pixels, int Vectors>
HWY_INLINE void forwardTile(const ForwardRow& row, const float* HWY_RESTRICT x, const TileOutput& to) {
  float* const y = to.y;
  const int64_t yPixel = to.pixel;
  const Floats d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t xPixel = row.xPixel, panelStep = row.panelStep;
  // The stores at the end must find their lines near: a short product leaves no time to wait for them.
  BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
      __builtin_prefetch(y + p * yPixel + v * lanes, 1, 2);
  Vector sum[Pixels][Vectors];
  if (row.accumulate) {
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] =
        hn::LoadU(d, y + p * yPixel + v * lanes);
  } else {
    BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) {
      const Vector start = row.bias ? hn::LoadU(d, row.bias + v * lanes) : hn::Zero(d);
      BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) sum[p][v] = start;
    }
  }
  // What the next tile adds or masks by is asked for while this one multiplies.
  for (const float* next : {to.plus, to.mask})
    if (next) {
      BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
          __builtin_prefetch(next + (Pixels + p) * yPixel + v * lanes, 0, 3);
    }
  if (to.plus) {
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] =
        hn::Add(sum[p][v], hn::LoadU(d, to.plus + p * yPixel + v * lanes));
  }
  const float* HWY_RESTRICT w = row.panel;
  const float* upcoming = row.upcoming ? row.upcoming + (x - row.x) : x;
  for (int64_t r = 0; r < row.kernelRows; ++r) {
    const float* HWY_RESTRICT xr = x + r * row.xRow;
    for (int64_t i = 0; i < row.length; ++i) {
      __builtin_prefetch(upcoming, 0, 2);
      upcoming += Pixels;
      Vector weight[Vectors];
      BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) weight[v] = hn::LoadU(d, w + v * lanes);
      BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) {
        const Vector value = hn::Set(d, xr[p * xPixel + i]);
        BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] = hn::MulAdd(value, weight[v], sum[p][v]);
      }
      w += panelStep;
    }
  }
  if (row.relu) {
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] =
        hn::Max(sum[p][v], hn::Zero(d));
  }
  if (to.split) {
    SplitVectors split(*row.split);
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) {
      const Vector plus = hn::LoadU(d, to.split + p * yPixel + v * lanes);
      split.add(plus, hn::Sub(sum[p][v], plus));
    }
    split.store(*row.split);
  }
  if (to.mask) {
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] =
        hn::IfThenElseZero(hn::Gt(hn::LoadU(d, to.mask + p * yPixel + v * lanes), hn::Zero(d)), sum[p][v]);
  }
  BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
      hn::StoreU(sum[p][v], d, y + p * yPixel + v * lanes);
}

template <int Inputs, int Vectors>
HWY_INLINE void weightTile(const WeightBlock& block, int64_t tile, const float* HWY_RESTRICT x,
                           float* HWY_RESTRICT dw) {
  const float* upcomingX = block.upcomingX.data ? block.upcomingX.data : x;
  const float* upcomingDy = block.upcomingDy.data ? block.upcomingDy.data : x;
  upcomingX += tile * block.allPixels() * block.upcomingX.step;
  upcomingDy += tile * block.allPixels() * block.upcomingDy.step;
  const Floats d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  Vector sum[Inputs][Vectors];
  BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[j][v] =
      hn::LoadU(d, dw + j * block.dwInput + v * lanes);
  for (int64_t n = 0; n < block.images; ++n)
    for (int64_t r = 0; r < block.rows; ++r) {
      const float* HWY_RESTRICT xp = x + n * block.xImage + r * block.xRow;
      const float* HWY_RESTRICT dy = block.dy + n * block.dyImage + r * block.dyRow;
      for (int64_t p = 0; p < block.pixels; ++p) {
        __builtin_prefetch(upcomingX, 0, 2);
        __builtin_prefetch(upcomingDy, 0, 2);
        upcomingX += block.upcomingX.step;
        upcomingDy += block.upcomingDy.step;
        Vector gradient[Vectors];
        BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) gradient[v] = hn::LoadU(d, dy + v * lanes);
        BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) {
          const Vector value = hn::Set(d, xp[j]);
          BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[j][v] =
              hn::MulAdd(value, gradient[v], sum[j][v]);
        }
        xp += block.xPixel;
        dy += block.dyPixel;
      }
    }
  BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
      hn::StoreU(sum[j][v], d, dw + j * block.dwInput + v * lanes);
}

// Calls the tile for `size`, which is not known when compiling.
template <int Size, int Vectors>
HWY_INLINE void forwardTileOf(int64_t size, const ForwardRow& row, const float* x, const TileOutput& to) {
  if constexpr (Size > 1) {
    if (size < Size) return forwardTileOf<Size - 1, Vectors>(size, row, x, to);
  }
  forwardTile<Size, Vectors>(row, x, to);
}

template <int Size, int Vectors>
HWY_INLINE void weightTileOf(int64_t size, const WeightBlock& block, int64_t tile, const float* x,
                             float* dw) {
  if constexpr (Size > 1) {
    if (size < Size) return weightTileOf<Size - 1, Vectors>(size, block, tile, x, dw);
  }
  weightTile<Size, Vectors>(block, tile, x, dw);
}

HWY_INLINE const float* copyRagged(const float* from, const ForwardRow& row, int64_t pixels, int64_t width,
                                   float* to) {
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t k = 0; k < width; ++k) to[p * width + k] = k < row.outputs ? from[p * row.yPixel + k] : 0.0f;
  return to;
}

// Cuts into the fewest tiles and makes them as even as can be: 14 pixels are 7 + 7, not 12 + 2. Where the
// outputs do not fill the vectors, a tile goes through memory of its own: what lies behind the last pixel is
// not ours.
template <int Vectors>
HWY_NOINLINE void forwardTiles(const ForwardRow& row) {
  constexpr int largest = tileSize(Vectors);
  constexpr int64_t mostWidth = Vectors * static_cast<int64_t>(HWY_MAX_BYTES / sizeof(float));
  const int64_t width = Vectors * static_cast<int64_t>(hn::Lanes(Floats()));
  HWY_ALIGN float own[largest * mostWidth];
  HWY_ALIGN float ownExtras[3][largest * mostWidth];
  const int64_t tiles = (row.pixels + largest - 1) / largest;
  int64_t done = 0;
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t size = (row.pixels - done + (tiles - t) - 1) / (tiles - t);
    const float* x = row.x + done * row.xPixel;
    const int64_t first = done * row.yPixel;
    float* y = row.y + first;
    const float* plus = row.plus ? row.plus + first : nullptr;
    const float* mask = row.mask ? row.mask + first : nullptr;
    const float* split = row.split ? row.splitPlus + first : nullptr;
    done += size;
    if (row.outputs == width) {
      forwardTileOf<largest, Vectors>(size, row, x, {y, plus, mask, split, row.yPixel});
      continue;
    }
    for (int64_t p = 0; p < size; ++p)
      for (int64_t k = 0; k < width; ++k)
        own[p * width + k] = row.accumulate && k < row.outputs ? y[p * row.yPixel + k] : 0.0f;
    // What is added and what masks goes through memory of its own, too.
    const float* ownPlus = nullptr;
    const float* ownMask = nullptr;
    if (plus) ownPlus = copyRagged(plus, row, size, width, ownExtras[0]);
    if (mask) ownMask = copyRagged(mask, row, size, width, ownExtras[1]);
    const float* ownSplit = split ? copyRagged(split, row, size, width, ownExtras[2]) : nullptr;
    forwardTileOf<largest, Vectors>(size, row, x, {own, ownPlus, ownMask, ownSplit, width});
    for (int64_t p = 0; p < size; ++p)
      for (int64_t k = 0; k < row.outputs; ++k) y[p * row.yPixel + k] = own[p * width + k];
  }
}

template <int Vectors>
HWY_NOINLINE void weightTiles(const WeightBlock& block) {
  constexpr int largest = tileSize(Vectors);
  const int64_t tiles = (block.inputs + largest - 1) / largest;
  int64_t done = 0;
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t size = (block.inputs - done + (tiles - t) - 1) / (tiles - t);
    weightTileOf<largest, Vectors>(size, block, t, block.x + done, block.dw + done * block.dwInput);
    done += size;
  }
}

void forwardRow(const ForwardRow& row) {
  switch (row.vectors) {
    case 1:
      return forwardTiles<1>(row);
    case 2:
      return forwardTiles<2>(row);
    case 3:
      return forwardTiles<3>(row);
    default:
      return forwardTiles<4>(row);
  }
}

void addWeightBlock(const WeightBlock& block) {
  switch (block.vectors) {
    case 1:
      return weightTiles<1>(block);
    case 2:
      return weightTiles<2>(block);
    case 3:
      return weightTiles<3>(block);
    default:
      return weightTiles<4>(block);
  }
}

int64_t vectorLanes() {
  return static_cast<int64_t>(hn::Lanes(Floats()));
}
int64_t tilePixels(int vectors) {
  return tileSize(vectors);
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bypath {

int64_t WeightBlock::tiles() const {
  const int64_t largest = tilePixels(vectors);
  return (inputs + largest - 1) / largest;
}

HWY_EXPORT(forwardRow);
HWY_EXPORT(addWeightBlock);
HWY_EXPORT(vectorLanes);
HWY_EXPORT(tilePixels);

void forwardRow(const ForwardRow& row) {
  HWY_DYNAMIC_DISPATCH(forwardRow)(row);
}
void addWeightBlock(const WeightBlock& block) {
  HWY_DYNAMIC_DISPATCH(addWeightBlock)(block);
}
int64_t vectorLanes() {
  return HWY_DYNAMIC_DISPATCH(vectorLanes)();
}
int64_t tilePixels(int vectors) {
  return HWY_DYNAMIC_DISPATCH(tilePixels)(vectors);
}

}  // namespace bypath
#endif
