#include "core/engines/cpu/gathered_convolution.h"

#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"
#include "core/engines/cpu/element_wise_spans.h"

namespace bypath {

namespace {

constexpr int64_t mostPixels = 64;
constexpr int64_t longRow = 12;       // rows of so many pixels fill a register tile by themselves
constexpr int64_t leastInputs = 512;  // below, the weights are no burden
constexpr int64_t spread = 16;        // keeps pixels off each other's cache sets
// Weights are read once, in the order of memory: tasks share out the inputs, not the outputs.
constexpr int64_t inputsATask = 256;
constexpr int64_t mostTasks = 8;
constexpr int64_t blockFloats = 8192;  // of weights that all panels pass over while the next block is fetched

int64_t pixelsOf(const WindowedImages& in) {
  return in.images * in.outHeight * in.outWidth;
}

struct Memory {
  int64_t pitch;
  float* rows;     // [pixels][pitch]
  Chunks tasks;    // of the inputs
  float* partial;  // each [pixels][outputs]
  int64_t partialSize;
  size_t bytes;

  Memory(const Convolution& c, std::byte* base) {
    WorkspaceLayout layout(base);
    pitch = c.weights.rows * c.weights.length() + spread;
    rows = layout.take(pixelsOf(c.in) * pitch);
    tasks = Chunks::of(pitch - spread, inputsATask, mostTasks);
    partialSize = pixelsOf(c.in) * c.outputs;
    partial = layout.take(partialSize * tasks.count);
    bytes = layout.bytes();
  }
};

// What output pixel `pixel` of the batch reads, kernel row by kernel row.
void gather(const WindowedImages& in, int64_t pixel, float* to) {
  const int64_t image = pixel / (in.outHeight * in.outWidth);
  const int64_t top = pixel / in.outWidth % in.outHeight * in.strideH - in.padTop;
  const int64_t left = pixel % in.outWidth * in.strideW - in.padLeft;
  const int64_t begin = std::clamp<int64_t>(-left, 0, in.kernelW),
                end = std::clamp<int64_t>(in.width - left, begin, in.kernelW);
  const float* source = in.data + image * in.height * in.width * in.channels;
  for (int64_t r = 0; r < in.kernelH; ++r, to += in.kernelW * in.channels) {
    const bool inside = top + r >= 0 && top + r < in.height;
    std::fill(to, to + (inside ? begin : in.kernelW) * in.channels, 0.0f);
    if (!inside) continue;
    in.copyPixels(source + ((top + r) * in.width + left + begin) * in.channels, end - begin,
                  to + begin * in.channels);
    std::fill(to + end * in.channels, to + in.kernelW * in.channels, 0.0f);
  }
}

// All outputs of all pixels, for inputs [begin, end).
void multiply(const Convolution& c, const Memory& memory, const PanelCut& panels, int64_t begin, int64_t end,
              float* y) {
  const int64_t step = std::max<int64_t>(blockFloats / c.outputs, 4);
  ForwardRow row;
  row.xPixel = memory.pitch;
  row.panelStep = c.outputs;
  row.yPixel = c.outputs;
  row.pixels = pixelsOf(c.in);
  for (int64_t first = begin; first < end; first += step) {
    const float* block = c.weights.w + first * c.outputs;
    row.length = std::min(step, end - first);
    row.x = memory.rows + first;
    row.accumulate = first > begin;
    const Chunks next{std::min(step, end - first - row.length) * c.outputs, panels.panels()};
    for (int64_t p = 0; p < panels.panels(); ++p) {
      for (int64_t i = next.begin(p); i < next.end(p); i += 16)
        __builtin_prefetch(block + row.length * c.outputs + i, 0, 2);
      row.panel = block + panels.first(p);
      row.y = y + panels.first(p);
      row.outputs = panels.outputsOf(p);
      row.vectors = panels.vectorsOf(p);
      forwardRow(row);
    }
  }
}

}  // namespace

Refusal acceptGathered(const Convolution& c) {
  const int64_t inputs = c.weights.rows * c.weights.length();
  if (pixelsOf(c.in) > mostPixels)
    return std::to_string(pixelsOf(c.in)) + " output pixels are more than " + std::to_string(mostPixels);
  if (c.in.outWidth >= longRow)
    return "rows of " + std::to_string(c.in.outWidth) + " pixels need not be gathered";
  if (inputs < leastInputs)
    return std::to_string(inputs) + " inputs a pixel are fewer than " + std::to_string(leastInputs);
  if (!c.weights.isStraight() || c.weights.inStep != c.outputs ||
      c.weights.rowStep != c.weights.length() * c.outputs)
    return "the weights do not lie in the order of the inputs";
  if (c.outputs % 16) return std::to_string(c.outputs) + " output channels are not a multiple of 16";
  return {};
}

size_t gatheredWorkspaceBytes(const Convolution& convolution) {
  return Memory(convolution, nullptr).bytes;
}

void runGathered(const Convolution& c, std::byte* workspace, Parallel& parallel) {
  const Memory memory(c, workspace);
  const int64_t pixels = pixelsOf(c.in);
  parallel.forEach(pixels, [&](int64_t pixel) { gather(c.in, pixel, memory.rows + pixel * memory.pitch); });
  const PanelCut panels = PanelCut::of(c.outputs, pixels);
  parallel.forEach(memory.tasks.count, [&](int64_t task) {
    multiply(c, memory, panels, memory.tasks.begin(task), memory.tasks.end(task),
             memory.partial + task * memory.partialSize);
  });
  // Output pixels lie in the order of the gathered ones.
  parallel.forEach(pixels, [&](int64_t pixel) {
    float* sum = memory.partial + pixel * c.outputs;
    sumParts(sum, memory.partialSize, memory.tasks.count, sum, c.outputs);
    finishPixel(c, sum, pixel * c.yPixel);
  });
}

}  // namespace bypath
