#include "core/engines/cpu/winograd.h"

#include "core/engines/cpu/convolution_tiles.h"
#include "core/engines/cpu/winograd_patches.h"

namespace bypath {

namespace {

constexpr int64_t channelStep = 16;
constexpr int64_t leastTiles = 16, leastSmallTiles = 32;
constexpr int64_t mostWeights = 512 * 512;

struct Memory {
  int64_t together;
  float* packed;
  float* weights;  // [planes][panel][channels][width], planes apart by winogradPlaneStep() like those below
  float* x;        // a thread: [planes][together][channels]
  int64_t xSize;
  float* y;  // a thread: [planes][together][outputs]
  int64_t ySize;
  double* splits;
  size_t bytes;

  Memory(const WinogradForm& form, const Convolution& c, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    together = winogradTilesTogether(form, c.in.channels, c.outputs);
    packed = layout.take(9 * c.in.channels * c.outputs);
    weights = c.kept.used ? c.kept.data : layout.take(winogradKeptSize(form, c));
    xSize = form.planes() * winogradPlaneStep(together, c.in.channels);
    x = layout.take(xSize * threads);
    ySize = form.planes() * winogradPlaneStep(together, c.outputs);
    y = layout.take(ySize * threads);
    splits = layout.take<double>(
        SplitSums::sizeFor(c.splits, dividedUp(WinogradTiles(form, c.in).count(), together)));
    bytes = layout.bytes();
  }
};

}  // namespace

int64_t winogradKeptSize(const WinogradForm& form, const Convolution& c) {
  return form.planes() * winogradPlaneStep(c.in.channels, c.outputs);
}

Refusal acceptWinograd(const WinogradForm& form, const WindowedImages& in, int64_t outputs,
                       bool keepsWeights) {
  if (in.kernelH != 3 || in.kernelW != 3)
    return "the kernel is " + std::to_string(in.kernelH) + "x" + std::to_string(in.kernelW) + ", not 3x3";
  if (in.strideH != 1 || in.strideW != 1) return "the stride is not 1";
  if (in.channels % channelStep || outputs % channelStep)
    return std::to_string(in.channels) + " and " + std::to_string(outputs) +
           " channels are not multiples of " + std::to_string(channelStep);
  if (in.channels * outputs > mostWeights) return "the transformed weights would take too much memory";
  const std::string side = std::to_string(form.tile);
  if (form.tile > 2 && (in.outHeight <= 2 || in.outWidth <= 2))
    return std::to_string(in.outHeight) + "x" + std::to_string(in.outWidth) +
           " pixels leave most of a tile of " + side + "x" + side + " empty";
  const int64_t least = form.tile > 2 || keepsWeights ? leastTiles : leastSmallTiles;
  if (const int64_t tiles = WinogradTiles(form, in).count(); tiles < least)
    return std::to_string(tiles) + " tiles of " + side + "x" + side +
           " pixels do not pay for transforming the weights";
  return {};
}

size_t winogradWorkspaceBytes(const WinogradForm& form, const Convolution& convolution, int threads) {
  return Memory(form, convolution, threads, nullptr).bytes;
}

void runWinograd(const WinogradForm& form, const Convolution& c, std::byte* workspace, Parallel& parallel) {
  const Memory memory(form, c, parallel.threads(), workspace);
  const WinogradTiles tiles(form, c.in);
  const int64_t channels = c.in.channels, weightPlane = winogradPlaneStep(channels, c.outputs);
  const PanelCut panels = PanelCut::of(c.outputs, memory.together);
  if (!c.kept.ready) {
    packWeights(c.weights, panels, memory.packed, parallel);
    parallel.forEach(panels.panels(), [&](int64_t p) {
      const int64_t first = channels * panels.first(p);
      winogradWeights(form, memory.packed + 9 * first, channels, panels.vectorsOf(p) * panels.lanes,
                      memory.weights + first, weightPlane);
    });
  }

  const auto placeOf = [&](int64_t tile) {
    return tiles.image(tile) * c.yImage + tiles.row(tile) * c.yRow + tiles.column(tile) * c.yPixel;
  };
  const int64_t tasks = dividedUp(tiles.count(), memory.together);
  const SplitSums splits(c.splits, tasks, memory.splits);
  parallel.forEach(tasks, [&](int64_t task) {
    const int64_t begin = task * memory.together, count = std::min(memory.together, tiles.count() - begin);
    float* x = memory.x + parallel.slot() * memory.xSize;
    float* y = memory.y + parallel.slot() * memory.ySize;
    const int64_t xPlane = winogradPlaneStep(count, channels), yPlane = winogradPlaneStep(count, c.outputs);
    for (int64_t t = 0; t < count; ++t) transformInput(tiles, begin + t, x + t * channels, xPlane);

    ForwardRow row;
    row.xPixel = channels;
    row.length = channels;
    row.yPixel = c.outputs;
    row.pixels = count;
    for (int64_t i = 0; i < form.planes(); ++i) {
      for (int64_t t = begin + i; t < begin + count; t += form.planes()) {
        for (const float* output : {static_cast<const float*>(c.y), c.plus, c.mask})
          if (output)
            prefetch(output + placeOf(t), c.yRow, tiles.rows(t), tiles.columns(t) * c.outputs, output == c.y);
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

    SplitLanes split;
    for (int64_t t = 0; t < count; ++t) {
      const int64_t tile = begin + t;
      winogradOutput(form, y + t * c.outputs, yPlane, c.outputs,
                     {.y = c.y + placeOf(tile),
                      .rowPitch = c.yRow,
                      .pixelPitch = c.yPixel,
                      .rows = tiles.rows(tile),
                      .columns = tiles.columns(tile),
                      .bias = c.bias,
                      .plus = c.plus ? c.plus + placeOf(tile) : nullptr,
                      .mask = c.mask ? c.mask + placeOf(tile) : nullptr,
                      .relu = c.relu,
                      .split = c.splits ? &split : nullptr});
    }
    if (c.splits) splits.keep(task, split);
  });
  splits.addTo(c.split);
}

}  // namespace bypath
