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
  double* splits;
  size_t bytes;

  Memory(const Convolution& c, std::byte* base) {
    WorkspaceLayout layout(base);
    pitch = c.weights.rows * c.weights.length() + spread;
    rows = layout.take(pixelsOf(c.in) * pitch);
    tasks = Chunks::of(pitch - spread, inputsATask, mostTasks);
    partialSize = pixelsOf(c.in) * c.outputs;
    partial = layout.take(partialSize * tasks.count);
    splits = layout.take<double>(SplitSums::sizeFor(c.splits, pixelsOf(c.in)));
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

// Kept weights lie in the order in which they are read: sections of inputs, in each a panel after the other.
constexpr int64_t sectionInputs = 256;
constexpr int64_t floatsAhead = 4096;

// body(first input, inputs) for each section of a task.
template <class Body>
void forEachSection(const Chunks& tasks, int64_t task, Body&& body) {
  for (int64_t first = tasks.begin(task); first < tasks.end(task); first += sectionInputs)
    body(first, std::min(sectionInputs, tasks.end(task) - first));
}

// One vector of outputs for as many pixels as fit reads each weight once.
PanelCut keptPanels(const Convolution& c) {
  PanelCut panels = PanelCut::of(c.outputs, pixelsOf(c.in));
  if (pixelsOf(c.in) >= longRow && pixelsOf(c.in) <= tilePixels(1)) panels.vectors = 1;
  return panels;
}

void keepWeights(const Convolution& c, const Chunks& tasks, const PanelCut& panels, Parallel& parallel) {
  parallel.forEach(tasks.count, [&](int64_t task) {
    forEachSection(tasks, task, [&](int64_t first, int64_t inputs) {
      float* to = c.kept.data + first * c.outputs;
      for (int64_t p = 0; p < panels.panels(); ++p)
        for (int64_t i = 0; i < inputs; ++i, to += panels.outputsOf(p)) {
          const float* from = c.weights.w + (first + i) * c.outputs + panels.first(p);
          std::copy(from, from + panels.outputsOf(p), to);
        }
    });
  });
}

// As multiply(), with kept weights.
void multiplyKept(const Convolution& c, const Memory& memory, const PanelCut& panels, int64_t task,
                  float* y) {
  ForwardRow row;
  row.xPixel = memory.pitch;
  row.yPixel = c.outputs;
  row.pixels = pixelsOf(c.in);
  forEachSection(memory.tasks, task, [&](int64_t first, int64_t inputs) {
    row.length = inputs;
    row.x = memory.rows + first;
    row.accumulate = first > memory.tasks.begin(task);
    for (int64_t p = 0; p < panels.panels(); ++p) {
      row.panel = c.kept.data + first * c.outputs + inputs * panels.first(p);
      row.upcoming = row.panel + floatsAhead;
      row.y = y + panels.first(p);
      row.outputs = panels.outputsOf(p);
      row.panelStep = row.outputs;
      row.vectors = panels.vectorsOf(p);
      forwardRow(row);
    }
  });
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

int64_t gatheredKeptSize(const Convolution& c) {
  return c.weights.rows * c.weights.length() * c.outputs;
}

size_t gatheredWorkspaceBytes(const Convolution& convolution) {
  return Memory(convolution, nullptr).bytes;
}

void runGathered(const Convolution& c, std::byte* workspace, Parallel& parallel) {
  const Memory memory(c, workspace);
  const int64_t pixels = pixelsOf(c.in);
  parallel.forEach(pixels, [&](int64_t pixel) { gather(c.in, pixel, memory.rows + pixel * memory.pitch); });
  const PanelCut panels = c.kept.used ? keptPanels(c) : PanelCut::of(c.outputs, pixels);
  if (c.kept.used && !c.kept.ready) keepWeights(c, memory.tasks, panels, parallel);
  parallel.forEach(memory.tasks.count, [&](int64_t task) {
    float* y = memory.partial + task * memory.partialSize;
    if (c.kept.used)
      multiplyKept(c, memory, panels, task, y);
    else
      multiply(c, memory, panels, memory.tasks.begin(task), memory.tasks.end(task), y);
  });
  const SplitSums splits(c.splits, pixels, memory.splits);
  // Output pixels lie in the order of the gathered ones.
  parallel.forEach(pixels, [&](int64_t pixel) {
    float* sum = memory.partial + pixel * c.outputs;
    sumParts(sum, memory.partialSize, memory.tasks.count, sum, c.outputs);
    SplitLanes split;
    finishPixel(c, sum, pixel * c.yPixel, split);
    if (c.splits) splits.keep(pixel, split);
  });
  splits.addTo(c.split);
}

}  // namespace bypath
