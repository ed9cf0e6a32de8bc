#include <algorithm>

#include "core/engines/cpu/bf16_convolution.h"
#include "core/engines/cpu/bf16_tiles.h"
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/element_wise_spans.h"

namespace bypath {

namespace {

constexpr int64_t blockFloats = 1 << 14;  // inputs and gradients of a block of pixels
constexpr int64_t leastPixels = 64, mostPixels = 512;
constexpr int64_t mostChunks = 16;
constexpr int64_t partialFloats = 1 << 22;

struct Memory {
  int64_t pixels;  // of the batch
  int64_t block;   // pixels at once, even
  Chunks chunks;   // of the pixels, each with a dw of its own
  float* partial;
  int64_t partialSize;
  float* floats;  // a thread: two pixels' normalised inputs
  int64_t floatsSize;
  Bf16Pair* x;  // a thread: [block / 2][channels]
  int64_t xSize;
  Bf16Pair* dy;  // a thread: [block / 2][outputs]
  int64_t dySize;
  size_t bytes;

  Memory(const WeightGradient& g, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    pixels = g.x.images * g.x.height * g.x.width;
    block = std::clamp(blockFloats / (g.x.channels + g.outputs) / 2 * 2, leastPixels, mostPixels);
    partialSize = g.x.channels * g.outputs;
    chunks =
        Chunks::of(pixels, 2 * leastPixels, std::clamp<int64_t>(partialFloats / partialSize, 1, mostChunks));
    partial = layout.take(partialSize * chunks.count);
    floatsSize = g.x.normalised ? 2 * g.x.channels : 0;
    floats = layout.take(floatsSize * threads);
    xSize = block / 2 * g.x.channels;
    x = layout.take<Bf16Pair>(xSize * threads);
    dySize = block / 2 * g.outputs;
    dy = layout.take<Bf16Pair>(dySize * threads);
    bytes = layout.bytes();
  }
};

// Pixels [first, first + count) in pairs; an odd last one is paired with zeros.
void pairPixels(const float* from, int64_t count, int64_t channels, Bf16Pair* to) {
  for (int64_t p = 0; p < count; p += 2, to += channels)
    interleaveBf16(from + p * channels, p + 1 < count ? from + (p + 1) * channels : nullptr, channels, to);
}

void pairInputs(const WindowedImages& in, int64_t first, int64_t count, float* floats, Bf16Pair* to) {
  const float* from = in.data + first * in.channels;
  if (!in.normalised) return pairPixels(from, count, in.channels, to);
  for (int64_t p = 0; p < count; p += 2, to += in.channels) {
    const int64_t both = std::min<int64_t>(2, count - p);
    in.copyPixels(from + p * in.channels, both, floats);
    pairPixels(floats, both, in.channels, to);
  }
}

}  // namespace

Refusal acceptBf16Gradient(const WeightGradient& g) {
  if (!bf16Available()) return "the processor has no AVX512-BF16";
  if (!g.x.isPointwise()) return "the window is not 1x1 with stride 1";
  if (g.x.channels % bf16Lanes || g.outputs % bf16Lanes)
    return std::to_string(g.x.channels) + " and " + std::to_string(g.outputs) +
           " channels are not multiples of 16";
  return {};
}

size_t bf16GradientWorkspaceBytes(const WeightGradient& gradient, int threads) {
  return Memory(gradient, threads, nullptr).bytes;
}

void runBf16Gradient(const WeightGradient& g, std::byte* workspace, Parallel& parallel) {
  const Memory memory(g, parallel.threads(), workspace);
  const int64_t channels = g.x.channels;
  parallel.forEach(memory.chunks.count, [&](int64_t chunk) {
    float* dw = memory.partial + chunk * memory.partialSize;
    float* floats = memory.floats + parallel.slot() * memory.floatsSize;
    Bf16Pair* x = memory.x + parallel.slot() * memory.xSize;
    Bf16Pair* dy = memory.dy + parallel.slot() * memory.dySize;
    std::fill(dw, dw + memory.partialSize, 0.0f);
    for (int64_t first = memory.chunks.begin(chunk); first < memory.chunks.end(chunk);
         first += memory.block) {
      const int64_t count = std::min(memory.block, memory.chunks.end(chunk) - first);
      pairInputs(g.x, first, count, floats, x);
      pairPixels(g.dy + first * g.outputs, count, g.outputs, dy);
      Bf16Block block;
      block.x = x;
      block.xPixel = channels;
      block.dyPixel = block.dwInput = g.outputs;
      block.pairs = dividedUp(count, 2);
      block.inputs = channels;
      // The first panel's tiles bring the next block's inputs, the others its gradients.
      const int64_t next = first + memory.block, width = 2 * bf16Lanes;
      for (int64_t k = 0; k < g.outputs; k += block.vectors * bf16Lanes) {
        block.vectors = static_cast<int>(std::min<int64_t>(2, (g.outputs - k) / bf16Lanes));
        block.dy = dy + k;
        block.dw = dw + k;
        const int64_t tiles = dividedUp(channels, bf16TilePixels(block.vectors));
        const int64_t others = dividedUp(g.outputs, width) - 1;
        if (k == 0) {
          block.upcoming = g.x.data + next * channels;
          block.upcomingStep = dividedUp(2 * channels, tiles);
        } else {
          block.upcomingStep = dividedUp(2 * g.outputs, tiles * others);
          block.upcoming =
              g.dy + next * g.outputs + (k / width - 1) * tiles * block.pairs * block.upcomingStep;
        }
        addWeightBlockBf16(block);
      }
    }
  });
  forEachRange(parallel, memory.partialSize, (memory.chunks.count + 1) * 4, [&](int64_t begin, int64_t end) {
    sumParts(memory.partial + begin, memory.partialSize, memory.chunks.count, g.dw + begin, end - begin);
  });
}

}  // namespace bypath
