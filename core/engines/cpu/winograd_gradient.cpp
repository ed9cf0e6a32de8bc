#include "core/engines/cpu/convolution_tiles.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/winograd.h"
#include "core/engines/cpu/winograd_patches.h"

namespace bypath {

namespace {

// Up to this many weights, each thread sums its chunk of the tiles into planes of its own, transforming few
// tiles at a time, so that all stays in its cache. With more weights those planes outgrow it: then all
// threads first transform many tiles and afterwards share out the products.
constexpr int64_t mostWeightsAThread = 64 * 64;
constexpr int64_t chunks = 8;
constexpr int64_t sharedFloats = 1 << 22;  // transformed tiles of the second way
constexpr int64_t tilesAProduct = 128;     // of the second way: rows of both matrices that stay in the cache

struct Memory {
  bool shared;
  int64_t together;
  Chunks parts;    // of the tiles
  float* partial;  // each [planes][channels][outputs]
  int64_t partialSize;
  float* x;  // [planes][together][channels], of each thread unless shared
  int64_t xSize;
  float* dy;  // [planes][together][outputs], likewise
  int64_t dySize;
  float* patch;  // of each thread
  int64_t patchSize;
  size_t bytes;

  Memory(const WinogradForm& form, const WeightGradient& g, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    const int64_t tiles = WinogradTiles(form, g.x).count(),
                  tileFloats = form.planes() * (g.x.channels + g.outputs);
    shared = g.x.channels * g.outputs > mostWeightsAThread;
    const int64_t many = std::max<int64_t>(sharedFloats / tileFloats, tilesAProduct);
    together = shared ? std::min(many, tiles) : winogradTilesTogether(form, g.x.channels, g.outputs);
    parts = shared ? Chunks{tiles, 1} : Chunks::of(tiles, 2 * together, chunks);
    const int64_t copies = shared ? 1 : threads;
    partialSize = form.planes() * g.x.channels * g.outputs;
    partial = layout.take(partialSize * parts.count);
    xSize = form.planes() * winogradPlaneStep(together, g.x.channels);
    x = layout.take(xSize * copies);
    dySize = form.planes() * winogradPlaneStep(together, g.outputs);
    dy = layout.take(dySize * copies);
    patchSize = form.tile * form.tile * g.outputs;
    patch = layout.take(patchSize * threads);
    bytes = layout.bytes();
  }
};

class Gradient {
 public:
  Gradient(const WinogradForm& form, const WeightGradient& g, std::byte* workspace, Parallel& parallel)
      : form_(form),
        g_(g),
        parallel_(parallel),
        memory_(form, g, parallel.threads(), workspace),
        tiles_(form, g.x),
        panels_(PanelCut::of(g.outputs, tilesAProduct)) {}

  void run() {
    if (memory_.shared)
      sumShared();
    else
      parallel_.forEach(memory_.parts.count, [&](int64_t part) { sumPart(part); });
    finish();
  }

 private:
  // A block of tiles and where its planes are.
  struct Block {
    int64_t first, count;
    float* x;
    float* dy;
  };

  void transform(const Block& block, int64_t t, float* patch) const {
    const int64_t tile = block.first + t;
    transformInput(tiles_, tile, block.x + t * g_.x.channels, winogradPlaneStep(block.count, g_.x.channels));
    const float* image = g_.dy + tiles_.image(tile) * g_.x.outHeight * g_.x.outWidth * g_.outputs;
    winogradGradient(form_,
                     patchOf(image, g_.x.outHeight, g_.x.outWidth, g_.outputs, tiles_.row(tile),
                             tiles_.column(tile), form_.tile, patch),
                     g_.outputs, block.dy + t * g_.outputs, winogradPlaneStep(block.count, g_.outputs));
  }

  // Adds tiles [begin, end) of the block to one plane of the sums.
  void addPlane(const Block& block, int64_t plane, int64_t begin, int64_t end, int64_t panel,
                float* partial) const {
    WeightBlock product;
    product.xPixel = product.inputs = g_.x.channels;
    product.dyPixel = product.dwInput = g_.outputs;
    product.pixels = end - begin;
    product.x = block.x + plane * winogradPlaneStep(block.count, g_.x.channels) + begin * g_.x.channels;
    product.dy = block.dy + plane * winogradPlaneStep(block.count, g_.outputs) + begin * g_.outputs +
                 panels_.first(panel);
    product.dw = partial + plane * g_.x.channels * g_.outputs + panels_.first(panel);
    product.vectors = panels_.vectorsOf(panel);
    addWeightBlock(product);
  }

  void sumPart(int64_t part) const {
    const int64_t slot = parallel_.slot();
    float* partial = memory_.partial + part * memory_.partialSize;
    float* patch = memory_.patch + slot * memory_.patchSize;
    std::fill(partial, partial + memory_.partialSize, 0.0f);
    for (int64_t first = memory_.parts.begin(part); first < memory_.parts.end(part);
         first += memory_.together) {
      const Block block{first, std::min(memory_.together, memory_.parts.end(part) - first),
                        memory_.x + slot * memory_.xSize, memory_.dy + slot * memory_.dySize};
      for (int64_t t = 0; t < block.count; ++t) transform(block, t, patch);
      for (int64_t plane = 0; plane < form_.planes(); ++plane) {
        for (int64_t t = first + block.count + plane; t < first + 2 * block.count; t += form_.planes()) {
          prefetchInput(tiles_, t, g_.x.data, g_.x.height, g_.x.width, g_.x.channels);
          prefetchInput(tiles_, t, g_.dy, g_.x.outHeight, g_.x.outWidth, g_.outputs);
        }
        for (int64_t panel = 0; panel < panels_.panels(); ++panel)
          addPlane(block, plane, 0, block.count, panel, partial);
      }
    }
  }

  void sumShared() const {
    for (int64_t first = 0; first < tiles_.count(); first += memory_.together) {
      const Block block{first, std::min(memory_.together, tiles_.count() - first), memory_.x, memory_.dy};
      parallel_.forEach(block.count, [&](int64_t t) {
        transform(block, t, memory_.patch + parallel_.slot() * memory_.patchSize);
      });
      const int64_t plane = g_.x.channels * g_.outputs;
      parallel_.forEach(form_.planes(), [&](int64_t i) {
        if (first == 0) std::fill(memory_.partial + i * plane, memory_.partial + (i + 1) * plane, 0.0f);
        for (int64_t t = 0; t < block.count; t += tilesAProduct)
          for (int64_t panel = 0; panel < panels_.panels(); ++panel)
            addPlane(block, i, t, std::min(t + tilesAProduct, block.count), panel, memory_.partial);
      });
    }
  }

  // The sum of the parts replaces the first one, and becomes dw.
  void finish() const {
    const int64_t plane = g_.x.channels * g_.outputs;
    parallel_.forEach(g_.x.channels, [&](int64_t c) {
      float* sum = memory_.partial + c * g_.outputs;
      for (int64_t i = 0; i < form_.planes() && memory_.parts.count > 1; ++i)
        sumParts(sum + i * plane, memory_.partialSize, memory_.parts.count, sum + i * plane, g_.outputs);
      winogradWeightGradient(form_, sum, plane, g_.outputs, g_.dw + c * g_.outputs, plane);
    });
  }

  WinogradForm form_;
  const WeightGradient& g_;
  Parallel& parallel_;
  const Memory memory_;
  const WinogradTiles tiles_;
  const PanelCut panels_;
};

}  // namespace

size_t winogradGradientWorkspaceBytes(const WinogradForm& form, const WeightGradient& gradient, int threads) {
  return Memory(form, gradient, threads, nullptr).bytes;
}

void runWinogradGradient(const WinogradForm& form, const WeightGradient& gradient, std::byte* workspace,
                         Parallel& parallel) {
  Gradient(form, gradient, workspace, parallel).run();
}

}  // namespace bypath
