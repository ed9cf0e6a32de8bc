#include "core/engines/cpu/winograd.h"

#include <hwy/base.h>

#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/winograd_tiles.h"

namespace bypath {

namespace {

constexpr int64_t channelStep = 16;
constexpr int64_t leastTiles = 16;
constexpr int64_t mostWeights = 128 * 128;  // beyond, transformed weights do not stay in the cache
constexpr int64_t planeFloats = 1 << 16;    // transformed inputs and outputs of the tiles in flight
constexpr int64_t partialFloats = 1 << 23;

// The 4x4 tiles that cover a batch of output images, in order of image, row, column.
struct Tiles {
  const WindowedImages& in;
  int64_t down, across;

  explicit Tiles(const WindowedImages& images)
      : in(images),
        down(dividedUp(images.outHeight, winogradTile)),
        across(dividedUp(images.outWidth, winogradTile)) {}

  int64_t anImage() const { return down * across; }
  int64_t count() const { return in.images * anImage(); }
  int64_t image(int64_t tile) const { return tile / anImage(); }
  int64_t row(int64_t tile) const { return tile % anImage() / across * winogradTile; }
  int64_t column(int64_t tile) const { return tile % across * winogradTile; }
  int64_t rows(int64_t tile) const { return std::min(winogradTile, in.outHeight - row(tile)); }
  int64_t columns(int64_t tile) const { return std::min(winogradTile, in.outWidth - column(tile)); }
};

// Tiles worked on together, so that their planes are matrices of some height.
int64_t tilesTogether(int64_t channels, int64_t outputs) {
  const int64_t whole = outputs <= channelStep ? 16 : 12;  // of the register tiles of forwardRow()
  return std::clamp<int64_t>((getenv("PF")?atoi(getenv("PF")):planeFloats) / (winogradPlanes * (channels + outputs)) / whole * whole, whole, getenv("PM")?atoi(getenv("PM")):48);
}

// Pixels [row, row + size) x [column, column + size) of an image (height, width, channels); in place if all exist, else
// copied to scratch with zeros around.
PatchView patchOf(const float* image, int64_t height, int64_t width, int64_t channels, int64_t row, int64_t column,
                  int64_t size, float* scratch) {
  if (row >= 0 && column >= 0 && row + size <= height && column + size <= width)
    return {image + (row * width + column) * channels, width * channels, channels};
  const int64_t begin = std::clamp<int64_t>(-column, 0, size), end = std::clamp<int64_t>(width - column, begin, size);
  for (int64_t r = 0; r < size; ++r) {
    float* to = scratch + r * size * channels;
    if (row + r < 0 || row + r >= height) {
      std::fill(to, to + size * channels, 0.0f);
      continue;
    }
    const float* from = image + ((row + r) * width + column) * channels;
    std::fill(to, to + begin * channels, 0.0f);
    std::copy(from + begin * channels, from + end * channels, to + begin * channels);
    std::fill(to + end * channels, to + size * channels, 0.0f);
  }
  return {scratch, size * channels, channels};
}

PatchView inputPatch(const Tiles& tiles, int64_t tile, float* scratch) {
  const WindowedImages& in = tiles.in;
  const float* image = in.data + tiles.image(tile) * in.height * in.width * in.channels;
  return patchOf(image, in.height, in.width, in.channels, tiles.row(tile) - in.padTop, tiles.column(tile) - in.padLeft,
                 winogradPatch, scratch);
}

// Memory that is needed soon is asked for in small portions during the products, which need little of it: tiles reach
// many short pieces of rows, too irregular for the processor to foresee. Inlined by force: g++ takes a function that only
// prefetches for one without effect and drops the call.
HWY_INLINE void prefetch(const float* data, int64_t rowPitch, int64_t rows, int64_t rowFloats, bool forWriting) {
  constexpr int64_t lineFloats = 16;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < rowFloats; i += lineFloats)
      if (forWriting)
        __builtin_prefetch(data + r * rowPitch + i, 1, 2);
      else
        __builtin_prefetch(data + r * rowPitch + i, 0, 2);
}

// The part of (images, height, width, channels) that lies at a tile's place.
HWY_INLINE void prefetchInput(const Tiles& tiles, int64_t tile, const float* data, int64_t height, int64_t width,
                   int64_t channels) {
  if (tile >= tiles.count()) return;
  const float* image = data + tiles.image(tile) * height * width * channels;
  const int64_t rows = std::min(tiles.rows(tile), height - tiles.row(tile));
  const int64_t columns = std::min(tiles.columns(tile), width - tiles.column(tile));
  prefetch(image + (tiles.row(tile) * width + tiles.column(tile)) * channels, width * channels, rows,
           columns * channels, false);
}

struct Memory {
  int64_t together;
  float* packed;
  float* weights;  // [36][panel][channels][width]
  float* x;        // a thread: [36][together][channels]
  int64_t xSize;
  float* y;  // a thread: [36][together][outputs]
  int64_t ySize;
  float* patch;  // a thread
  int64_t patchSize;
  size_t bytes;

  Memory(const Convolution& c, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    together = tilesTogether(c.in.channels, c.outputs);
    packed = layout.take(9 * c.in.channels * c.outputs);
    weights = layout.take(winogradPlanes * c.in.channels * c.outputs);
    xSize = winogradPlanes * together * c.in.channels;
    x = layout.take(xSize * threads);
    ySize = winogradPlanes * together * c.outputs;
    y = layout.take(ySize * threads);
    patchSize = winogradPatch * winogradPatch * c.in.channels;
    patch = layout.take(patchSize * threads);
    bytes = layout.bytes();
  }
};

}  // namespace

Refusal acceptWinograd(const WindowedImages& in, int64_t outputs) {
  if (in.kernelH != 3 || in.kernelW != 3)
    return "the kernel is " + std::to_string(in.kernelH) + "x" + std::to_string(in.kernelW) + ", not 3x3";
  if (in.strideH != 1 || in.strideW != 1) return "the stride is not 1";
  if (in.channels % channelStep || outputs % channelStep)
    return std::to_string(in.channels) + " and " + std::to_string(outputs) + " channels are not multiples of " +
           std::to_string(channelStep);
  if (in.channels * outputs > mostWeights) return "the transformed weights would not stay in the cache";
  if (Tiles(in).count() < leastTiles)
    return std::to_string(Tiles(in).count()) + " tiles of 4x4 pixels do not pay for transforming the weights";
  return {};
}

size_t winogradWorkspaceBytes(const Convolution& convolution, int threads) {
  return Memory(convolution, threads, nullptr).bytes;
}

void runWinograd(const Convolution& c, std::byte* workspace, Parallel& parallel) {
  const Memory memory(c, parallel.threads(), workspace);
  const Tiles tiles(c.in);
  const int64_t channels = c.in.channels, weightPlane = channels * c.outputs;
  const PanelCut panels = PanelCut::of(c.outputs, memory.together);
  packWeights(c.weights, panels, memory.packed, parallel);
  parallel.forEach(panels.panels(), [&](int64_t p) {
    const int64_t first = channels * panels.first(p);
    winogradWeights(memory.packed + 9 * first, channels, panels.vectorsOf(p) * panels.lanes, memory.weights + first,
                    weightPlane);
  });

  const auto outputOf = [&](int64_t tile) {
    return c.y + tiles.image(tile) * c.yImage + tiles.row(tile) * c.yRow + tiles.column(tile) * c.yPixel;
  };
  parallel.forEach(dividedUp(tiles.count(), memory.together), [&](int64_t task) {
    const int64_t begin = task * memory.together, count = std::min(memory.together, tiles.count() - begin);
    float* x = memory.x + parallel.slot() * memory.xSize;
    float* y = memory.y + parallel.slot() * memory.ySize;
    float* patch = memory.patch + parallel.slot() * memory.patchSize;
    const int64_t xPlane = count * channels, yPlane = count * c.outputs;
    for (int64_t t = 0; t < count; ++t)
      winogradInput(inputPatch(tiles, begin + t, patch), channels, x + t * channels, xPlane);

    ForwardRow row;
    row.xPixel = channels;
    row.length = channels;
    row.yPixel = c.outputs;
    row.pixels = count;
    for (int64_t i = 0; i < winogradPlanes; ++i) {
      for (int64_t t = begin + i; t < begin + count; t += winogradPlanes) {
        prefetch(outputOf(t), c.yRow, tiles.rows(t), tiles.columns(t) * c.outputs, true);
        prefetchInput(tiles, t + count, c.in.data, c.in.height, c.in.width, channels);
      }
      for (int64_t p = 0; p < panels.panels(); ++p) {
        row.x = x + i * xPlane;
        row.panel = memory.weights + i * weightPlane + channels * panels.first(p);
        row.vectors = panels.vectorsOf(p);
        row.panelStep = row.vectors * panels.lanes;
        row.outputs = panels.outputsOf(p);
        row.y = y + i * yPlane + panels.first(p);
        forwardRow(row);
      }
    }

    for (int64_t t = 0; t < count; ++t) {
      const int64_t tile = begin + t;
      winogradOutput(y + t * c.outputs, yPlane, c.outputs,
                     {.y = outputOf(tile),
                      .rowPitch = c.yRow,
                      .pixelPitch = c.yPixel,
                      .rows = tiles.rows(tile),
                      .columns = tiles.columns(tile),
                      .bias = c.bias,
                      .relu = c.relu});
    }
  });
}

namespace {

struct GradientMemory {
  int64_t together;
  Chunks chunks;   // of tiles
  float* partial;  // a chunk: [36][channels][outputs]
  int64_t partialSize;
  float* x;  // a thread: [36][together][channels]
  int64_t xSize;
  float* dy;  // a thread: [36][together][outputs]
  int64_t dySize;
  float* patch;  // a thread
  int64_t patchSize;
  size_t bytes;

  GradientMemory(const WeightGradient& g, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    together = tilesTogether(g.x.channels, g.outputs);
    partialSize = winogradPlanes * g.x.channels * g.outputs;
    chunks = Chunks::of(Tiles(g.x).count(), 2 * together, std::clamp<int64_t>(partialFloats / partialSize, 1, 8));
    partial = layout.take(partialSize * chunks.count);
    xSize = winogradPlanes * together * g.x.channels;
    x = layout.take(xSize * threads);
    dySize = winogradPlanes * together * g.outputs;
    dy = layout.take(dySize * threads);
    patchSize = winogradPatch * winogradPatch * std::max(g.x.channels, g.outputs);
    patch = layout.take(patchSize * threads);
    bytes = layout.bytes();
  }
};

}  // namespace

size_t winogradGradientWorkspaceBytes(const WeightGradient& gradient, int threads) {
  return GradientMemory(gradient, threads, nullptr).bytes;
}

void runWinogradGradient(const WeightGradient& g, std::byte* workspace, Parallel& parallel) {
  const GradientMemory memory(g, parallel.threads(), workspace);
  const Tiles tiles(g.x);
  const int64_t channels = g.x.channels, plane = channels * g.outputs;
  const PanelCut panels = PanelCut::of(g.outputs, memory.together);
  parallel.forEach(memory.chunks.count, [&](int64_t chunk) {
    float* partial = memory.partial + chunk * memory.partialSize;
    float* x = memory.x + parallel.slot() * memory.xSize;
    float* dy = memory.dy + parallel.slot() * memory.dySize;
    float* patch = memory.patch + parallel.slot() * memory.patchSize;
    std::fill(partial, partial + memory.partialSize, 0.0f);
    for (int64_t begin = memory.chunks.begin(chunk); begin < memory.chunks.end(chunk); begin += memory.together) {
      const int64_t count = std::min(memory.together, memory.chunks.end(chunk) - begin);
      const int64_t xPlane = count * channels, dyPlane = count * g.outputs;
      for (int64_t t = 0; t < count; ++t) {
        const int64_t tile = begin + t;
        winogradInput(inputPatch(tiles, tile, patch), channels, x + t * channels, xPlane);
        const float* image = g.dy + tiles.image(tile) * g.x.outHeight * g.x.outWidth * g.outputs;
        winogradGradient(patchOf(image, g.x.outHeight, g.x.outWidth, g.outputs, tiles.row(tile), tiles.column(tile),
                                 winogradTile, patch),
                         g.outputs, dy + t * g.outputs, dyPlane);
      }
      WeightBlock block;
      block.xPixel = channels;
      block.dyPixel = block.dwInput = g.outputs;
      block.pixels = count;
      block.inputs = channels;
      for (int64_t i = 0; i < winogradPlanes; ++i) {
        for (int64_t t = begin + count + i; t < begin + 2 * count; t += winogradPlanes) {
          prefetchInput(tiles, t, g.x.data, g.x.height, g.x.width, channels);
          prefetchInput(tiles, t, g.dy, g.x.outHeight, g.x.outWidth, g.outputs);
        }
        for (int64_t p = 0; p < panels.panels(); ++p) {
          block.x = x + i * xPlane;
          block.dy = dy + i * dyPlane + panels.first(p);
          block.dw = partial + i * plane + panels.first(p);
          block.vectors = panels.vectorsOf(p);
          addWeightBlock(block);
        }
      }
    }
  });

  // The sum of the chunks replaces the first one.
  parallel.forEach(channels, [&](int64_t c) {
    float* sum = memory.partial + c * g.outputs;
    for (int64_t i = 0; i < winogradPlanes; ++i)
      sumParts(sum + i * plane, memory.partialSize, memory.chunks.count, sum + i * plane, g.outputs);
    winogradWeightGradient(sum, plane, g.outputs, g.dw + c * g.outputs, plane);
  });
}

}  // namespace bypath
