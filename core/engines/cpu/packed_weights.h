// Weights rearranged for forwardRow(): panels of output channels, each [kernelRows][length][vectors * lanes].
#pragma once

#include <cstdint>

#include "core/base/parallel.h"

namespace bypath {

// How `outputs` channels are cut into panels. The last panel may have fewer vectors.
struct PanelCut {
  int64_t outputs = 0;
  int64_t lanes = 1;
  int vectors = 1;  // of every panel but the last

  // Panels that keep the register tile full for rows of so many pixels.
  static PanelCut of(int64_t outputs, int64_t pixels);

  int64_t width() const { return vectors * lanes; }
  int64_t panels() const { return (outputs + width() - 1) / width(); }
  int64_t first(int64_t panel) const { return panel * width(); }
  int64_t outputsOf(int64_t panel) const;
  int vectorsOf(int64_t panel) const;
  int64_t padded() const { return (outputs + lanes - 1) / lanes * lanes; }
};

// Where a weight lies that multiplies input `in` (of `channels`) for output `out` at a tap of the kernel:
// w[row * rowStep + column * columnStep + in * inStep + out * outStep]. Steps may be negative.
struct WeightSource {
  const float* w = nullptr;
  int64_t rows = 1, columns = 1, channels = 1;
  int64_t rowStep = 0, columnStep = 0, inStep = 0, outStep = 1;

  int64_t length() const { return columns * channels; }
  // Inputs follow each other at one step, from row to row too, and outputs are neighbours: panels can be read
  // where they lie.
  bool isStraight() const {
    return outStep == 1 && (columns == 1 || columnStep == channels * inStep) &&
           (rows == 1 || rowStep == length() * inStep);
  }
};

// Memory of a kernel for its rearranged weights that stays from run to run.
struct KeptWeights {
  bool used = false;  // otherwise they are rearranged in every run, in its workspace
  bool ready = false;
  float* data = nullptr;
};

// Floats that packWeights() writes, for any instruction set.
int64_t packedWeightsSize(int64_t rows, int64_t length, int64_t outputs);
void packWeights(const WeightSource& source, const PanelCut& cut, float* packed, Parallel& parallel);
// Copies a bias and pads it with zeros to cut.padded().
void packBias(const float* bias, const PanelCut& cut, float* packed);

}  // namespace bypath
