#include "core/engines/cpu/weight_gradient.h"

#include <algorithm>
#include <cstring>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/packed_weights.h"

namespace bypath {

namespace {

constexpr int64_t largestLanes = 16;
constexpr int64_t blockFloats = 12288;  // inputs and gradients that a block of pixels should not exceed ...
constexpr int64_t leastPixels = 64;  // ... unless it had too few pixels to be worth loading the accumulators
constexpr int64_t groupFloats = 1 << 15;  // part of dw that one task adds to
constexpr int64_t partialFloats = 1 << 23;
constexpr int64_t longRow = 512;
// Values of wider pixels are first copied next to each other: in place they would fall on few sets of the
// cache.
constexpr int64_t wideChannels = 256;
constexpr int64_t spread = 16;

WeightGradient flattened(WeightGradient g) {
  if (!g.x.isPointwise()) return g;
  const int64_t pixels = g.x.images * g.x.height * g.x.width;
  g.x.images = g.x.height = g.x.outHeight = 1;
  g.x.width = g.x.outWidth = pixels;
  return g;
}

// How the work is cut; a function of the shapes alone.
struct Cut {
  bool flat;             // one row: chunks and blocks are ranges of pixels, else of images
  int64_t kernelFloats;  // of dw for one output channel
  Chunks chunks;
  int64_t inputsAGroup, outputsAGroup;
  int64_t images = 1, rows = 1, pixels;  // of a block
  bool copiesX, copiesDy;
  int64_t xPitch = 0;  // floats from a copied pixel to the next

  explicit Cut(const WeightGradient& g) : flat(g.x.isPointwise() && g.x.images == 1 && g.x.height == 1) {
    const WindowedImages& x = g.x;
    const int64_t length = x.kernelW * x.channels;
    kernelFloats = x.kernelH * length;
    const int64_t dwFloats = kernelFloats * roundedUp(g.outputs, largestLanes);
    const int64_t most = std::clamp<int64_t>(partialFloats / dwFloats, 1, dwFloats > (1 << 14) ? 8 : 16);
    chunks = flat ? Chunks::of(x.width, 2 * leastPixels, most) : Chunks::of(x.images, 1, most);

    inputsAGroup = flat ? std::min(length, longRow) : length;
    const int64_t inputFloats = flat ? inputsAGroup : kernelFloats;
    outputsAGroup = std::clamp<int64_t>(groupFloats / inputFloats / 64 * 64, 2 * largestLanes,
                                        roundedUp(g.outputs, 2 * largestLanes));

    copiesX = flat && (x.normalised || length >= wideChannels);
    copiesDy = g.outputs >= wideChannels;
    xPitch = length < wideChannels ? length : inputsAGroup + spread;
    pixels = x.outWidth;
    if (flat) {
      pixels = std::clamp<int64_t>(blockFloats / (inputsAGroup + outputsAGroup), leastPixels, longRow);
      return;
    }
    const int64_t rowFloats = x.rowFloats() * x.strideH + x.outWidth * g.outputs;
    rows = std::clamp(std::max(blockFloats / rowFloats, dividedUp(leastPixels, x.outWidth)), int64_t{1},
                      x.outHeight);
    if (rows == x.outHeight)
      images = std::clamp(std::max(blockFloats / (rowFloats * rows), leastPixels / (rows * x.outWidth)),
                          int64_t{1}, chunks.largest());
  }
  int64_t inputGroups(const WeightGradient& g) const {
    return flat ? dividedUp(g.x.channels, inputsAGroup) : 1;
  }
  int64_t outputGroups(const WeightGradient& g) const { return dividedUp(g.outputs, outputsAGroup); }
};

struct Memory {
  float* partial;
  int64_t partialSize;  // a chunk
  bool oneChunk;
  float* x;
  int64_t xSize;  // a thread
  float* dy;
  int64_t dySize;  // a thread
  size_t bytes;

  Memory(const WeightGradient& g, const Cut& cut, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    partialSize = cut.kernelFloats * roundedUp(g.outputs, largestLanes);
    oneChunk = cut.chunks.count == 1;
    partial = layout.take(partialSize * cut.chunks.count);
    xSize =
        g.x.isCopied() ? roundedUp(cut.images * g.x.rowsRead(cut.rows) * g.x.rowFloats(), largestLanes) : 0;
    if (cut.copiesX) xSize = roundedUp(cut.pixels * cut.xPitch, largestLanes);
    x = layout.take(xSize * threads);
    const bool ragged = g.outputs % largestLanes != 0;
    dySize = ragged || cut.copiesDy ? cut.images * cut.rows * cut.pixels * (cut.outputsAGroup + spread) : 0;
    dy = layout.take(dySize * threads);
    bytes = layout.bytes();
  }
  // Nothing to add up afterwards, and no channels that are only padding.
  bool isFinal(const WeightGradient& g, const PanelCut& panels) const {
    return oneChunk && panels.padded() == g.outputs;
  }
};

// One task: a chunk of the batch, a range of inputs and a range of outputs.
class Task {
 public:
  Task(const WeightGradient& g, const Cut& cut, const PanelCut& panels, float* partial, float* x, float* dy)
      : g_(g), cut_(cut), panels_(panels), partial_(partial), x_(x), dy_(dy) {}

  void run(int64_t begin, int64_t end, int64_t firstInput, int64_t firstOutput) {
    firstInput_ = firstInput;
    inputs_ = cut_.flat ? std::min(cut_.inputsAGroup, g_.x.channels - firstInput) : cut_.inputsAGroup;
    firstOutput_ = firstOutput;
    outputs_ = std::min(cut_.outputsAGroup, panels_.padded() - firstOutput);
    const int64_t groupRows = cut_.flat ? inputs_ : cut_.kernelFloats;
    for (int64_t j = 0; j < groupRows; ++j) {
      float* row = partial_ + (firstInput + j) * panels_.padded() + firstOutput;
      std::fill(row, row + outputs_, 0.0f);
    }
    if (cut_.flat)
      for (int64_t p = begin; p < end; p += cut_.pixels) addPixels(p, std::min(cut_.pixels, end - p));
    else
      for (int64_t n = begin; n < end; n += cut_.images)
        for (int64_t r = 0; r < g_.x.outHeight; r += cut_.rows)
          addRows(n, std::min(cut_.images, end - n), r, std::min(cut_.rows, g_.x.outHeight - r));
  }

 private:
  void addPixels(int64_t first, int64_t pixels) {
    WeightBlock block;
    block.x = g_.x.data + first * g_.x.channels + firstInput_;
    block.xPixel = g_.x.channels;
    if (cut_.copiesX) {
      copyInputs(block.x, pixels);
      block.x = x_;
      block.xPixel = cut_.xPitch;
    }
    block.pixels = pixels;
    block.inputs = inputs_;
    useGradient(block, first, 1, pixels);
    if (inputs_ == g_.x.channels && outputs_ == g_.outputs) {  // the next block lies behind this one
      block.upcomingX.data = g_.x.data + (first + pixels) * g_.x.channels;
      block.upcomingDy.data = g_.dy + (first + pixels) * g_.outputs;
    }
    addPanels(block, firstInput_);
  }

  // The group's inputs of some pixels.
  void copyInputs(const float* from, int64_t pixels) const {
    if (cut_.xPitch == g_.x.channels) {
      g_.x.copyPixels(from, pixels, x_);
      return;
    }
    for (int64_t p = 0; p < pixels; ++p, from += g_.x.channels)
      if (g_.x.normalised)
        g_.x.norm.apply(from, inputs_, x_ + p * cut_.xPitch, firstInput_);
      else
        std::copy(from, from + inputs_, x_ + p * cut_.xPitch);
  }

  void addRows(int64_t firstImage, int64_t images, int64_t firstRow, int64_t rows) {
    WeightBlock block;
    RowsView view;
    block.xImage =
        g_.x.isCopied() ? g_.x.rowsRead(rows) * g_.x.rowFloats() : g_.x.height * g_.x.width * g_.x.channels;
    for (int64_t n = 0; n < images; ++n) {
      const RowsView of = viewRows(g_.x, firstImage + n, firstRow, rows, x_ + n * block.xImage);
      if (n == 0) view = of;
    }
    block.xPixel = g_.x.strideW * g_.x.channels;
    block.xRow = g_.x.strideH * view.rowPitch;
    block.images = images;
    block.rows = rows;
    block.pixels = g_.x.outWidth;
    block.inputs = inputs_;
    useGradient(block, (firstImage * g_.x.outHeight + firstRow) * g_.x.outWidth, images,
                rows * g_.x.outWidth);
    for (int64_t kh = 0; kh < g_.x.kernelH; ++kh) {
      block.x = view.data + kh * view.rowPitch;
      addPanels(block, kh * inputs_);
    }
  }

  // Points the block at this group's part of dy from a pixel on; ragged channels are first copied to whole
  // vectors.
  void useGradient(WeightBlock& block, int64_t firstPixel, int64_t images, int64_t pixelsAnImage) {
    block.dy = g_.dy + firstPixel * g_.outputs + firstOutput_;
    block.dyPixel = g_.outputs;
    block.dyImage = g_.x.outHeight * g_.x.outWidth * g_.outputs;
    if (cut_.copiesDy || panels_.padded() != g_.outputs) {
      const int64_t real = std::min(outputs_, g_.outputs - firstOutput_), pitch = cut_.outputsAGroup + spread;
      float* to = dy_;
      for (int64_t n = 0; n < images; ++n)
        for (int64_t p = 0; p < pixelsAnImage; ++p, to += pitch) {
          const float* from = block.dy + n * block.dyImage + p * g_.outputs;
          std::copy(from, from + real, to);
          std::fill(to + real, to + outputs_, 0.0f);
        }
      block.dy = dy_;
      block.dyPixel = pitch;
      block.dyImage = pixelsAnImage * pitch;
    }
    block.dyRow = g_.x.outWidth * block.dyPixel;
  }

  void addPanels(WeightBlock& block, int64_t firstRowOfPartial) {
    const float* dy = block.dy;
    block.dwInput = panels_.padded();
    const WeightBlock::Upcoming x = block.upcomingX, upcomingDy = block.upcomingDy;
    for (int64_t k = 0; k < outputs_; k += panels_.width()) {
      block.vectors = panels_.vectorsOf((firstOutput_ + k) / panels_.width());
      // Every tile of every panel brings its share of the next block.
      const auto share = [&](const WeightBlock::Upcoming& all, int64_t channels) -> WeightBlock::Upcoming {
        if (!all.data) return {};
        const int64_t parts = block.tiles() * dividedUp(outputs_, panels_.width());
        const int64_t step = dividedUp(channels, parts);
        return {all.data + k / panels_.width() * block.tiles() * block.allPixels() * step, step};
      };
      block.upcomingX = share(x, g_.x.channels);
      block.upcomingDy = share(upcomingDy, g_.outputs);
      block.dy = dy + k;
      block.dw = partial_ + firstRowOfPartial * panels_.padded() + firstOutput_ + k;
      addWeightBlock(block);
    }
    block.dy = dy;
  }

  const WeightGradient& g_;
  const Cut& cut_;
  const PanelCut& panels_;
  float* partial_;
  float* x_;
  float* dy_;
  int64_t firstInput_ = 0, inputs_ = 0, firstOutput_ = 0, outputs_ = 0;
};

}  // namespace

size_t weightGradientWorkspaceBytes(const WeightGradient& gradient, int threads) {
  const WeightGradient g = flattened(gradient);
  return Memory(g, Cut(g), threads, nullptr).bytes;
}

void runWeightGradient(const WeightGradient& gradient, std::byte* workspace, Parallel& parallel) {
  const WeightGradient g = flattened(gradient);
  const Cut cut(g);
  const Memory memory(g, cut, parallel.threads(), workspace);
  const PanelCut panels = PanelCut::of(g.outputs, longRow);
  const int64_t inputGroups = cut.inputGroups(g), groups = inputGroups * cut.outputGroups(g);
  parallel.forEach(cut.chunks.count * groups, [&](int64_t i) {
    const int64_t chunk = i / groups, group = i % groups;
    float* dw = memory.isFinal(g, panels) ? g.dw : memory.partial + chunk * memory.partialSize;
    Task task(g, cut, panels, dw, memory.x + parallel.slot() * memory.xSize,
              memory.dy + parallel.slot() * memory.dySize);
    task.run(cut.chunks.begin(chunk), cut.chunks.end(chunk), group % inputGroups * cut.inputsAGroup,
             group / inputGroups * cut.outputsAGroup);
  });

  if (memory.isFinal(g, panels)) return;
  const auto add = [&](int64_t begin, int64_t end) {
    if (panels.padded() == g.outputs) {
      const int64_t count = (end - begin) * g.outputs;
      sumParts(memory.partial + begin * g.outputs, memory.partialSize, cut.chunks.count,
               g.dw + begin * g.outputs, count);
      return;
    }
    for (int64_t j = begin; j < end; ++j)
      sumParts(memory.partial + j * panels.padded(), memory.partialSize, cut.chunks.count,
               g.dw + j * g.outputs, g.outputs);
  };
  forEachRange(parallel, cut.kernelFloats, g.outputs * (cut.chunks.count + 1) * 4, add);
}

}  // namespace bypath
