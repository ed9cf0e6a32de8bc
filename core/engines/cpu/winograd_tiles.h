// The transforms of Winograd's minimal filtering F(4x4, 3x3) (Lavin & Gray, 2016), and their adjoints for the
// gradient of the weights. Serial, for one thread; channels are multiples of 16 and lie innermost.
//
//   forward:  y  = A' [ (G w G') * (B' x B) ] A      one 4x4 tile of outputs from 6x6 inputs, * element by
//   element weights:  dw = G' [ sum (B' x B) * (A dy A') ] G
//
// A transformed tile is 36 planes; plane i of a value lies at `planes + i * planeStep`.
#pragma once

#include <cstdint>

#include "core/engines/cpu/channel_norm.h"

namespace bypath {

inline constexpr int64_t winogradTile = 4;   // outputs along an axis
inline constexpr int64_t winogradPatch = 6;  // inputs along an axis
inline constexpr int64_t winogradPlanes = 36;

// A patch of pixels in memory: pixel (r, s) at data + r * rowPitch + s * pixelPitch.
struct PatchView {
  const float* data;
  int64_t rowPitch, pixelPitch;
};

// w: nine taps, each `inputs` rows of `width` weights.
void winogradWeights(const float* w, int64_t inputs, int64_t width, float* planes, int64_t planeStep);
// B' x B of a 6x6 patch, read through the norm unless null. Bit 6 * r + s of `existing` says whether pixel
// (r, s) is there; others are zero and not touched.
inline constexpr uint64_t wholePatch = (uint64_t{1} << winogradPlanes) - 1;
void winogradInput(const PatchView& x, uint64_t existing, int64_t channels, const ChannelNorm* norm,
                   float* planes, int64_t planeStep);
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
};
void winogradOutput(const float* planes, int64_t planeStep, int64_t channels, const WinogradOutput& output);
// A dy A' of a 4x4 patch.
void winogradGradient(const PatchView& dy, int64_t channels, float* planes, int64_t planeStep);
// dw = G' planes G: nine taps, tapStep apart.
void winogradWeightGradient(const float* planes, int64_t planeStep, int64_t count, float* dw,
                            int64_t tapStep);

}  // namespace bypath
