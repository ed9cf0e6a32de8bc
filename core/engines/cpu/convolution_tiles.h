// The two register tiles that every convolution and matrix product of this engine runs on. Serial, for one
// thread.
//
// Both see a convolution as rows of pixels. With the input's channels innermost, the inputs that one kernel
// row reaches from an output pixel are `length` = KW * C neighbouring values, so a kernel of any width is KH
// dot products.
#pragma once

#include <cstdint>

#include "core/engines/cpu/split_sums.h"

namespace bypath {

// Forward: a row of output pixels times one panel of weights, for `outputs` output channels.
struct ForwardRow {
  const float* x = nullptr;  // what the first kernel row reaches from the first pixel
  int64_t xPixel = 0;        // floats from one output pixel's inputs to the next one's
  int64_t xRow = 0;          // floats from one kernel row to the next
  const float* panel =
      nullptr;            // [kernelRows][length] of vectors * vectorLanes() weights, zeros beyond `outputs`
  int64_t panelStep = 0;  // floats from one input's weights to the next input's
  // Memory that is needed soon, as long as the row's inputs: asked for while the row is worked on. Or null.
  const float* upcoming = nullptr;
  const float* bias = nullptr;  // vectors * vectorLanes() values, or null for zeros
  int64_t kernelRows = 1;
  int64_t length = 1;
  float* y = nullptr;
  int64_t yPixel = 0;
  int64_t pixels = 0;
  int64_t outputs = 0;
  int vectors = 1;              // 1 to maximumPanelVectors
  bool accumulate = false;      // start from y instead of the bias
  const float* plus = nullptr;  // added to the start, at the same places as y; may be y
  const float* mask = nullptr;  // where it is not above 0, y becomes 0; at the same places as y; may be y
  bool relu = false;
  // Gets what splitPlus, which an earlier part or this one has added, and the rest bring, before the mask; or
  // null. splitPlus may be y only where nothing is accumulated.
  SplitLanes* split = nullptr;
  const float* splitPlus = nullptr;
};

// Weight gradient: dw[j][k] += sum over images, rows and pixels of x[j] * dy[k], for j in [0, inputs).
struct WeightBlock {
  const float* x = nullptr;
  int64_t xPixel = 0, xRow = 0, xImage = 0;
  const float* dy = nullptr;  // vectors * vectorLanes() values a pixel are read
  int64_t dyPixel = 0, dyRow = 0, dyImage = 0;
  int64_t images = 1, rows = 1, pixels = 0;
  float* dw = nullptr;
  int64_t dwInput = 0;  // floats from dw[j] to dw[j + 1]
  int64_t inputs = 0;
  int vectors = 1;
  // Memory that is needed soon, asked for while the block is worked on: every pixel of every tile asks for
  // what lies `step` floats after the last. Or null.
  struct Upcoming {
    const float* data = nullptr;
    int64_t step = 0;
  };
  Upcoming upcomingX, upcomingDy;

  // Tiles that the inputs are cut into.
  int64_t tiles() const;
  int64_t allPixels() const { return images * rows * pixels; }
};

inline constexpr int maximumPanelVectors = 4;

// Of the instruction set in use.
int64_t vectorLanes();
// Pixels that a tile of so many vectors holds in registers.
int64_t tilePixels(int vectors);

void forwardRow(const ForwardRow& row);
void addWeightBlock(const WeightBlock& block);

}  // namespace bypath
