#include "core/engines/cpu/convolution.h"

#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"

namespace bypath {

namespace {

// A tile's inputs should stay in the second-level cache while all panels pass over them.
constexpr int64_t scratchFloats = 1 << 15;
constexpr int64_t pointwisePixels = 96;

// The batch of a pointwise convolution is one long row.
Convolution flattened(Convolution c) {
  if (!c.in.isPointwise() || c.yRow != c.in.outWidth * c.yPixel || c.yImage != c.in.outHeight * c.yRow) return c;
  const int64_t pixels = c.in.images * c.in.height * c.in.width;
  c.in.images = c.in.height = c.in.outHeight = 1;
  c.in.width = c.in.outWidth = pixels;
  return c;
}

// What one task computes: `rows` rows of `columns` pixels of one image.
struct Cut {
  int64_t rows = 1, columns = 1;

  explicit Cut(const WindowedImages& in) : columns(in.outWidth) {
    if (in.isPointwise() && in.images == 1 && in.outHeight == 1) {
      const int64_t fitting = std::max<int64_t>(scratchFloats * 4 / in.channels / 12 * 12, 12);
      columns = std::min({in.outWidth, fitting, pointwisePixels});
      return;
    }
    rows = std::clamp<int64_t>(scratchFloats / (in.rowFloats() * in.strideH), 1, in.outHeight);
    // A small batch still occupies several threads.
    while (rows > 4 && in.images * dividedUp(in.outHeight, rows) < 16) rows = dividedUp(rows, 2);
    rows = dividedUp(in.outHeight, dividedUp(in.outHeight, rows));
  }
  int64_t tasksAnImage(const WindowedImages& in) const {
    return dividedUp(in.outHeight, rows) * dividedUp(in.outWidth, columns);
  }
};

struct Memory {
  float* packed;
  float* bias;
  float* scratch;
  int64_t scratchSize;  // a thread
  size_t bytes;

  Memory(const Convolution& c, const Cut& cut, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    packed = layout.take(packedWeightsSize(c.weights.rows, c.weights.length(), c.outputs));
    bias = layout.take(roundedUp(c.outputs, 16));
    scratchSize = c.in.leavesTheImage() ? roundedUp(c.in.rowsRead(cut.rows) * c.in.rowFloats(), 16) : 0;
    scratch = layout.take(scratchSize * threads);
    bytes = layout.bytes();
  }
};

}  // namespace

size_t convolutionWorkspaceBytes(const Convolution& convolution, int threads) {
  const Convolution c = flattened(convolution);
  return Memory(c, Cut(c.in), threads, nullptr).bytes;
}

void runConvolution(const Convolution& convolution, std::byte* workspace, Parallel& parallel) {
  const Convolution c = flattened(convolution);
  const Cut cut(c.in);
  const Memory memory(c, cut, parallel.threads(), workspace);
  const PanelCut panels = PanelCut::of(c.outputs, cut.columns);
  packWeights(c.weights, panels, memory.packed, parallel);
  if (c.bias) packBias(c.bias, panels, memory.bias);

  const int64_t columnParts = dividedUp(c.in.outWidth, cut.columns);
  const int64_t tasks = cut.tasksAnImage(c.in);
  parallel.forEach(c.in.images * tasks, [&](int64_t task) {
    const int64_t image = task / tasks, part = task % tasks;
    const int64_t firstRow = part / columnParts * cut.rows, firstColumn = part % columnParts * cut.columns;
    const int64_t rows = std::min(cut.rows, c.in.outHeight - firstRow);
    const RowsView view =
        viewRows(c.in, image, firstRow, rows, memory.scratch + parallel.slot() * memory.scratchSize);
    ForwardRow row;
    row.xPixel = c.in.strideW * c.in.channels;
    row.xRow = view.rowPitch;
    row.kernelRows = c.in.kernelH;
    row.length = c.weights.length();
    row.yPixel = c.yPixel;
    row.pixels = std::min(cut.columns, c.in.outWidth - firstColumn);
    row.relu = c.relu;
    for (int64_t p = 0; p < panels.panels(); ++p) {
      row.panel = memory.packed + row.kernelRows * row.length * panels.first(p);
      row.bias = c.bias ? memory.bias + panels.first(p) : nullptr;
      row.outputs = panels.outputsOf(p);
      row.vectors = panels.vectorsOf(p);
      for (int64_t r = 0; r < rows; ++r) {
        row.x = view.data + r * c.in.strideH * view.rowPitch + firstColumn * row.xPixel;
        row.y = c.y + image * c.yImage + (firstRow + r) * c.yRow + firstColumn * c.yPixel + panels.first(p);
        forwardRow(row);
      }
    }
  });
}

}  // namespace bypath
