// The transforms of Winograd's minimal filtering F(4x4, 3x3) and F(2x2, 3x3) (Lavin & Gray, 2016), and their
// adjoints for the gradient of the weights. Serial, for one thread; channels are multiples of 16 and lie
// innermost.
//
//   forward:  y  = A' [ (G w G') * (B' x B) ] A      one tile of outputs from a patch, * element by element
//   weights:  dw = G' [ sum (B' x B) * (A dy A') ] G
//
// A transformed tile is form.planes() planes; plane i of a value lies at `planes + i * planeStep`.
#pragma once

#include <cstdint>

#include "core/engines/cpu/channel_norm.h"
#include "core/engines/cpu/split_sums.h"

namespace bypath {

struct WinogradForm {
  int64_t tile;  // outputs along an axis: 2 or 4

  constexpr int64_t patch() const { return tile + 2; }  // inputs along an axis
  constexpr int64_t planes() const { return patch() * patch(); }
};
inline constexpr WinogradForm winograd2{
    2};  // 2.25 times fewer products, the rounding error of direct kernels
inline constexpr WinogradForm winograd4{4};  // 4 times fewer, a few times that error

// A patch of pixels in memory: pixel (r, s) at data + r * rowPitch + s * pixelPitch.
struct PatchView {
  const float* data;
  int64_t rowPitch, pixelPitch;
};

// w: nine taps, each `inputs` rows of `width` weights.
void winogradWeights(const WinogradForm& form, const float* w, int64_t inputs, int64_t width, float* planes,
                     int64_t planeStep);
// B' x B of a patch, read through the norm unless null. Bit form.patch() * r + s of `existing` says whether
// pixel (r, s) is there; others are zero and not touched.
void winogradInput(const WinogradForm& form, const PatchView& x, uint64_t existing, int64_t channels,
                   const ChannelNorm* norm, float* planes, int64_t planeStep);
// y = A' planes A + bias + plus, then max(0, .) with relu, then 0 where mask is not above 0; only the first
// rows x columns pixels of the tile are written.
struct WinogradOutput {
  float* y;
  int64_t rowPitch, pixelPitch;
  int64_t rows, columns;
  const float* bias;  // or null
  const float* plus;  // at the same places as y, or null; may be y
  const float* mask;  // likewise
  bool relu;
  SplitLanes* split;  // gets what plus and the rest bring, before the mask; or null
};
void winogradOutput(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t channels,
                    const WinogradOutput& output);
// A dy A' of a tile.
void winogradGradient(const WinogradForm& form, const PatchView& dy, int64_t channels, float* planes,
                      int64_t planeStep);
// dw = G' planes G: nine taps, tapStep apart.
void winogradWeightGradient(const WinogradForm& form, const float* planes, int64_t planeStep, int64_t count,
                            float* dw, int64_t tapStep);

}  // namespace bypath
