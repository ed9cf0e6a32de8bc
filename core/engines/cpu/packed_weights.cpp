#include "core/engines/cpu/packed_weights.h"

#include <algorithm>
#include <cstring>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"

namespace bypath {

namespace {

constexpr int64_t largestLanes = 16;

// One kernel row and a range of its inputs for one panel.
void packPart(const WeightSource& source, const PanelCut& cut, int64_t panel, int64_t row, int64_t begin,
              int64_t end, float* to) {
  const int64_t outputs = cut.outputsOf(panel);
  const int64_t width = cut.vectorsOf(panel) * cut.lanes;
  for (int64_t i = begin; i < end; ++i, to += width) {
    const float* from = source.w + row * source.rowStep + i / source.channels * source.columnStep +
                        i % source.channels * source.inStep + cut.first(panel) * source.outStep;
    if (source.outStep == 1)
      std::memcpy(to, from, static_cast<size_t>(outputs) * sizeof(float));
    else
      for (int64_t k = 0; k < outputs; ++k) to[k] = from[k * source.outStep];
    std::fill(to + outputs, to + width, 0.0f);
  }
}

}  // namespace

PanelCut PanelCut::of(int64_t outputs, int64_t pixels) {
  PanelCut cut{.outputs = outputs, .lanes = vectorLanes(), .vectors = 1};
  const auto vectors =
      static_cast<int>(std::min<int64_t>(dividedUp(outputs, cut.lanes), maximumPanelVectors));
  if (vectors == 1) return cut;
  // Two vectors leave room for most pixels; short rows are better served by wider panels.
  cut.vectors = 2;
  while (cut.vectors < vectors && pixels * cut.vectors < tilePixels(cut.vectors) * cut.vectors * 2 / 3)
    ++cut.vectors;
  return cut;
}

int64_t PanelCut::outputsOf(int64_t panel) const {
  return std::min(width(), outputs - first(panel));
}
int PanelCut::vectorsOf(int64_t panel) const {
  return static_cast<int>(dividedUp(outputsOf(panel), lanes));
}

int64_t packedWeightsSize(int64_t rows, int64_t length, int64_t outputs) {
  return rows * length * roundedUp(outputs, largestLanes);
}

void packWeights(const WeightSource& source, const PanelCut& cut, float* packed, Parallel& parallel) {
  const int64_t length = source.length();
  const Chunks inputs = Chunks::of(length, 4096 / cut.width(), 64);
  const int64_t parts = source.rows * inputs.count;
  parallel.forEach(cut.panels() * parts, [&](int64_t task) {
    const int64_t panel = task / parts, row = task % parts / inputs.count, part = task % inputs.count;
    const int64_t width = cut.vectorsOf(panel) * cut.lanes;
    float* to =
        packed + source.rows * length * cut.first(panel) + (row * length + inputs.begin(part)) * width;
    packPart(source, cut, panel, row, inputs.begin(part), inputs.end(part), to);
  });
}

void packBias(const float* bias, const PanelCut& cut, float* packed) {
  std::copy(bias, bias + cut.outputs, packed);
  std::fill(packed + cut.outputs, packed + cut.padded(), 0.0f);
}

}  // namespace bypath
