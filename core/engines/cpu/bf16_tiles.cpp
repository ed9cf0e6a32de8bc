#include "core/engines/cpu/bf16_tiles.h"

#include <hwy/base.h>

#include "core/engines/cpu/cpu_engine.h"

#if HWY_ARCH_X86
#if HWY_COMPILER_GCC_ACTUAL
// g++ 12 takes the undefined pass-through of its own intrinsics for a mistake (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace bypath {

bool bf16Available() {
#if HWY_ARCH_X86
  static const bool offered = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
  return offered && cpuInstructionSets().front().starts_with("AVX3");
#else
  return false;
#endif
}

int64_t bf16TilePixels(int vectors) {
  constexpr int64_t accumulators = 24;
  return vectors == 1 ? accumulators * 2 / 3 : accumulators / vectors;
}

}  // namespace bypath

#if HWY_ARCH_X86

#define BYPATH_UNROLL _Pragma("GCC unroll 32")

HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace bypath {
namespace {

HWY_INLINE __m512bh pairs(__m512i bits) {
  return reinterpret_cast<__m512bh>(bits);
}
HWY_INLINE __m512i widened(__m512 floats) {  // bfloat16 bits, zeros above
  return _mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(floats)));
}

HWY_INLINE void addSplit(SplitLanes& lanes, __m512 plus, __m512 own) {
  const auto add = [](float* to, __m512 a, __m512 b) {
    _mm512_store_ps(to, _mm512_fmadd_ps(a, b, _mm512_load_ps(to)));
  };
  add(lanes.plusSquares.data(), plus, plus);
  add(lanes.ownSquares.data(), own, own);
  add(lanes.products.data(), plus, own);
}

template <int Pixels, int Vectors>
HWY_INLINE void forwardTile(const Bf16Row& row, const Bf16Pair* x, int64_t first) {
  float* const y = row.y + first;
  const int64_t yPixel = row.yPixel, xPixel = row.xPixel;
  BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
      __builtin_prefetch(y + p * yPixel + v * bf16Lanes, 1, 2);
  __m512 sum[Pixels][Vectors];
  BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) {
    const __m512 start = row.bias ? _mm512_loadu_ps(row.bias + v * bf16Lanes) : _mm512_setzero_ps();
    BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) sum[p][v] = start;
  }
  const Bf16Pair* w = row.panel;
  const auto* upcoming = row.upcoming ? row.upcoming + 2 * (x - row.x) : reinterpret_cast<const float*>(x);
  for (int64_t r = 0; r < row.kernelRows; ++r) {
    const Bf16Pair* xr = x + r * row.xRow;
    for (int64_t i = 0; i < row.pairs; ++i) {
      __builtin_prefetch(upcoming, 0, 2);
      if constexpr (Pixels > 8) __builtin_prefetch(upcoming + Pixels, 0, 2);
      upcoming += 2 * Pixels;
      __m512bh weight[Vectors];
      BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) weight[v] =
          pairs(_mm512_loadu_si512(w + v * bf16Lanes));
      BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) {
        const __m512bh value = pairs(_mm512_set1_epi32(static_cast<int>(xr[p * xPixel + i])));
        BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[p][v] =
            _mm512_dpbf16_ps(sum[p][v], value, weight[v]);
      }
      w += Vectors * bf16Lanes;
    }
  }
  BYPATH_UNROLL for (int p = 0; p < Pixels; ++p) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) {
    const int64_t at = p * yPixel + v * bf16Lanes;
    __m512 value = sum[p][v];
    if (row.split) addSplit(*row.split, _mm512_loadu_ps(row.plus + first + at), value);
    if (row.plus) value = _mm512_add_ps(value, _mm512_loadu_ps(row.plus + first + at));
    if (row.relu) value = _mm512_max_ps(value, _mm512_setzero_ps());
    if (row.mask) {
      const __m512 mask = _mm512_loadu_ps(row.mask + first + at);
      value = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(mask, _mm512_setzero_ps(), _CMP_GT_OQ), value);
    }
    _mm512_storeu_ps(y + at, value);
  }
}

template <int Size, int Vectors>
HWY_INLINE void forwardTileOf(int64_t size, const Bf16Row& row, const Bf16Pair* x, int64_t first) {
  if constexpr (Size > 1) {
    if (size < Size) return forwardTileOf<Size - 1, Vectors>(size, row, x, first);
  }
  forwardTile<Size, Vectors>(row, x, first);
}

template <int Vectors>
HWY_NOINLINE void forwardTiles(const Bf16Row& row) {
  constexpr int largest = Vectors == 1 ? 16 : 24 / Vectors;
  const int64_t tiles = (row.pixels + largest - 1) / largest;
  int64_t done = 0;
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t size = (row.pixels - done + (tiles - t) - 1) / (tiles - t);
    forwardTileOf<largest, Vectors>(size, row, row.x + done * row.xPixel, done * row.yPixel);
    done += size;
  }
}

template <int Inputs, int Vectors>
HWY_INLINE void weightTile(const Bf16Block& block, int64_t tile, const Bf16Pair* x, float* dw) {
  const auto* upcoming = block.upcoming ? block.upcoming + tile * block.pairs * block.upcomingStep
                                        : reinterpret_cast<const float*>(x);
  __m512 sum[Inputs][Vectors];
  BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[j][v] =
      _mm512_loadu_ps(dw + j * block.dwInput + v * bf16Lanes);
  const Bf16Pair* dy = block.dy;
  for (int64_t p = 0; p < block.pairs; ++p) {
    for (int64_t i = 0; i < block.upcomingStep; i += 16) __builtin_prefetch(upcoming + i, 0, 2);
    upcoming += block.upcomingStep;
    __m512bh gradient[Vectors];
    BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) gradient[v] =
        pairs(_mm512_loadu_si512(dy + v * bf16Lanes));
    BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) {
      const __m512bh value = pairs(_mm512_set1_epi32(static_cast<int>(x[j])));
      BYPATH_UNROLL for (int v = 0; v < Vectors; ++v) sum[j][v] =
          _mm512_dpbf16_ps(sum[j][v], value, gradient[v]);
    }
    x += block.xPixel;
    dy += block.dyPixel;
  }
  BYPATH_UNROLL for (int j = 0; j < Inputs; ++j) BYPATH_UNROLL for (int v = 0; v < Vectors; ++v)
      _mm512_storeu_ps(dw + j * block.dwInput + v * bf16Lanes, sum[j][v]);
}

template <int Size, int Vectors>
HWY_INLINE void weightTileOf(int64_t size, const Bf16Block& block, int64_t tile, const Bf16Pair* x,
                             float* dw) {
  if constexpr (Size > 1) {
    if (size < Size) return weightTileOf<Size - 1, Vectors>(size, block, tile, x, dw);
  }
  weightTile<Size, Vectors>(block, tile, x, dw);
}

template <int Vectors>
HWY_NOINLINE void weightTiles(const Bf16Block& block) {
  constexpr int largest = Vectors == 1 ? 16 : 24 / Vectors;
  const int64_t tiles = (block.inputs + largest - 1) / largest;
  int64_t done = 0;
  for (int64_t t = 0; t < tiles; ++t) {
    const int64_t size = (block.inputs - done + (tiles - t) - 1) / (tiles - t);
    weightTileOf<largest, Vectors>(size, block, t, block.x + done, block.dw + done * block.dwInput);
    done += size;
  }
}

}  // namespace

void toBf16(const float* from, int64_t count, Bf16Pair* to) {
  auto* bits = reinterpret_cast<uint16_t*>(to);
  int64_t i = 0;
  for (; i + 16 <= count; i += 16)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(bits + i),
                        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i))));
  if (i == count) return;
  const auto rest = static_cast<__mmask16>((1u << (count - i)) - 1);
  _mm256_mask_storeu_epi16(
      bits + i, rest, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(rest, from + i))));
}

void interleaveBf16(const float* first, const float* second, int64_t count, Bf16Pair* to) {
  for (int64_t i = 0; i < count; i += 16) {
    __m512i both = widened(_mm512_loadu_ps(first + i));
    if (second) both = _mm512_or_si512(both, _mm512_slli_epi32(widened(_mm512_loadu_ps(second + i)), 16));
    _mm512_storeu_si512(to + i, both);
  }
}

void forwardRowBf16(const Bf16Row& row) {
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

void addWeightBlockBf16(const Bf16Block& block) {
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

}  // namespace bypath
HWY_POP_ATTRIBUTES

#else

namespace bypath {
void toBf16(const float*, int64_t, Bf16Pair*) {}
void interleaveBf16(const float*, const float*, int64_t, Bf16Pair*) {}
void forwardRowBf16(const Bf16Row&) {}
void addWeightBlockBf16(const Bf16Block&) {}
}  // namespace bypath

#endif
