#include "core/engines/cpu/bf16_convolution.h"

#include <algorithm>

#include "core/engines/cpu/bf16_tiles.h"
#include "core/engines/cpu/chunks.h"

namespace bypath {

namespace {

constexpr int64_t scratchFloats = 1 << 15;  // of a task's inputs, which stay in the second-level cache
constexpr int64_t pointwisePixels = 96;

// How outputs, a multiple of 16, are cut into panels.
struct Panels {
  int64_t outputs;
  int vectors;

  explicit Panels(int64_t channels)
      : outputs(channels), vectors(static_cast<int>(std::min<int64_t>(channels / bf16Lanes, 2))) {}
  int64_t count() const { return dividedUp(outputs, vectors * bf16Lanes); }
  int64_t first(int64_t panel) const { return panel * vectors * bf16Lanes; }
  int vectorsOf(int64_t panel) const {
    return static_cast<int>(std::min<int64_t>(vectors, (outputs - first(panel)) / bf16Lanes));
  }
};

struct Memory {
  int64_t rows, columns;  // of a task
  int64_t pairs;          // of a kernel row
  Bf16Pair* packed;       // [panel][kernel row][pair][width]
  float* floats;          // a thread
  int64_t floatsSize;
  Bf16Pair* x;  // a thread
  int64_t xSize;
  double* splits;
  size_t bytes;

  Memory(const Convolution& c, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    const bool flat = c.in.isPointwise() && c.in.images == 1 && c.in.outHeight == 1;
    rows =
        flat ? 1 : std::clamp<int64_t>(scratchFloats / (c.in.rowFloats() * c.in.strideH), 1, c.in.outHeight);
    rows = dividedUp(c.in.outHeight, dividedUp(c.in.outHeight, rows));
    columns = flat ? std::min(c.in.outWidth, pointwisePixels) : c.in.outWidth;
    pairs = c.weights.length() / 2;
    packed = layout.take<Bf16Pair>(c.weights.rows * pairs * c.outputs);
    const int64_t read = flat ? columns * c.in.channels : c.in.rowsRead(rows) * c.in.rowFloats();
    floatsSize = c.in.isCopied() ? roundedUp(read, 16) : 0;
    floats = layout.take(floatsSize * threads);
    xSize = roundedUp(read / 2, 16);
    x = layout.take<Bf16Pair>(xSize * threads);
    const int64_t tasks = c.in.images * dividedUp(c.in.outHeight, rows) * dividedUp(c.in.outWidth, columns);
    splits = layout.take<double>(SplitSums::sizeFor(c.splits, tasks));
    bytes = layout.bytes();
  }
};

// Two neighbouring inputs of a kernel row for all outputs of a panel.
void packWeights(const WeightSource& source, const Panels& panels, int64_t pairs, Bf16Pair* packed,
                 Parallel& parallel) {
  parallel.forEach(panels.count() * source.rows, [&](int64_t task) {
    const int64_t panel = task / source.rows, row = task % source.rows;
    const int64_t width = panels.vectorsOf(panel) * bf16Lanes;
    Bf16Pair* to = packed + source.rows * pairs * panels.first(panel) + row * pairs * width;
    float values[2][maximumBf16Vectors * bf16Lanes];
    for (int64_t i = 0; i < pairs; ++i, to += width) {
      for (int64_t half = 0; half < 2; ++half) {
        const int64_t input = 2 * i + half;
        const float* from = source.w + row * source.rowStep + input / source.channels * source.columnStep +
                            input % source.channels * source.inStep + panels.first(panel) * source.outStep;
        for (int64_t k = 0; k < width; ++k) values[half][k] = from[k * source.outStep];
      }
      interleaveBf16(values[0], values[1], width, to);
    }
  });
}

}  // namespace

Refusal acceptBf16(const Convolution& c) {
  if (!bf16Available()) return "the processor has no AVX512-BF16";
  if (c.in.channels % 2) return std::to_string(c.in.channels) + " input channels do not pair up";
  if (c.outputs % bf16Lanes) return std::to_string(c.outputs) + " output channels are not a multiple of 16";
  return {};
}

size_t bf16WorkspaceBytes(const Convolution& convolution, int threads) {
  return Memory(flattened(convolution), threads, nullptr).bytes;
}

void runBf16(const Convolution& convolution, std::byte* workspace, Parallel& parallel) {
  const Convolution c = flattened(convolution);
  const Memory memory(c, parallel.threads(), workspace);
  const Panels panels(c.outputs);
  packWeights(c.weights, panels, memory.pairs, memory.packed, parallel);

  const int64_t columnParts = dividedUp(c.in.outWidth, memory.columns);
  const int64_t parts = dividedUp(c.in.outHeight, memory.rows) * columnParts;
  const SplitSums splits(c.splits, c.in.images * parts, memory.splits);
  parallel.forEach(c.in.images * parts, [&](int64_t task) {
    const int64_t image = task / parts, part = task % parts;
    const int64_t firstRow = part / columnParts * memory.rows,
                  firstColumn = part % columnParts * memory.columns;
    const int64_t rows = std::min(memory.rows, c.in.outHeight - firstRow);
    float* floats = memory.floats + parallel.slot() * memory.floatsSize;
    Bf16Pair* x = memory.x + parallel.slot() * memory.xSize;
    SplitLanes split;
    Bf16Row row;
    row.pixels = std::min(memory.columns, c.in.outWidth - firstColumn);
    row.xPixel = c.in.strideW * c.in.channels / 2;
    if (columnParts > 1) {
      const float* from = c.in.data + firstColumn * c.in.channels;
      if (c.in.normalised) {
        c.in.copyPixels(from, row.pixels, floats);
        from = floats;
      }
      toBf16(from, row.pixels * c.in.channels, x);
    } else {
      const RowsView view = viewRows(c.in, image, firstRow, rows, floats);
      row.xRow = c.in.rowFloats() / 2;
      for (int64_t r = 0; r < c.in.rowsRead(rows); ++r)
        toBf16(view.data + r * view.rowPitch, c.in.rowFloats(), x + r * row.xRow);
    }
    row.yPixel = c.yPixel;
    row.kernelRows = c.weights.rows;
    row.pairs = memory.pairs;
    row.relu = c.relu;
    for (int64_t p = 0; p < panels.count(); ++p) {
      row.panel = memory.packed + c.weights.rows * memory.pairs * panels.first(p);
      row.vectors = panels.vectorsOf(p);
      row.bias = c.bias ? c.bias + panels.first(p) : nullptr;
      for (int64_t r = 0; r < rows; ++r) {
        const int64_t at =
            image * c.yImage + (firstRow + r) * c.yRow + firstColumn * c.yPixel + panels.first(p);
        row.x = x + r * c.in.strideH * row.xRow;
        row.y = c.y + at;
        row.plus = c.plus ? c.plus + at : nullptr;
        row.mask = c.mask ? c.mask + at : nullptr;
        row.upcoming =
            columnParts > 1 && p == 0 ? c.in.data + (firstColumn + memory.columns) * c.in.channels : nullptr;
        row.split = c.splits ? &split : nullptr;
        forwardRowBf16(row);
      }
    }
    if (c.splits) splits.keep(task, split);
  });
  splits.addTo(c.split);
}

}  // namespace bypath
