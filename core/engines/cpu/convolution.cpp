#include "core/engines/cpu/convolution.h"

#include <algorithm>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution_tiles.h"

namespace bypath {

namespace {

// A tile's inputs should stay in the second-level cache while all panels pass over them.
constexpr int64_t scratchFloats = 1 << 15;
constexpr int64_t pointwisePixels = 96;
// A panel longer than this is worked through in parts, lest it pushes the inputs out of that cache.
constexpr int64_t panelFloats = 1 << 15;
// Rearranging weights pays when every weight is used often, or when they lie far apart.
constexpr int64_t usesToPack = 64;
constexpr int64_t nearOutputs = 64;
// Pixels a multiple of the page apart share one set of the first-level cache, which holds fewer than a tile
// has; from here on a pointwise task works on a copy whose pixels lie a little further apart.
constexpr int64_t farChannels = 1024;
constexpr int64_t spread = 16;

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
};

// Floats between the pixels of a pointwise task's copy.
int64_t spreadOf(const WindowedImages& in) {
  return in.channels >= farChannels ? spread : 0;
}

const float* copyApart(const WindowedImages& in, const float* x, int64_t pixels, float* scratch) {
  if (spreadOf(in) == 0)
    in.copyPixels(x, pixels, scratch);
  else
    for (int64_t p = 0; p < pixels; ++p)
      in.copyPixels(x + p * in.channels, 1, scratch + p * (in.channels + spread));
  return scratch;
}

// Few pixels leave threads idle unless the panels are shared out, too.
Chunks panelGroups(int64_t tasks, int64_t panels) {
  constexpr int64_t leastTasks = 16;
  return {panels, std::clamp<int64_t>(dividedUp(leastTasks, tasks), 1, panels)};
}

// Whether the weights of a flattened convolution are rearranged; otherwise they are read where they lie.
bool packsWeights(const Convolution& c) {
  const int64_t uses = c.in.images * c.in.outHeight * c.in.outWidth;
  const bool readable = c.weights.isStraight() && c.outputs % 16 == 0;
  return !readable || (c.outputs > nearOutputs && uses >= usesToPack);
}

int64_t packedSize(const Convolution& c) {
  return packsWeights(c) ? packedWeightsSize(c.weights.rows, c.weights.length(), c.outputs) : 0;
}

// How the whole convolution falls into tasks.
struct Tasks {
  int64_t columnParts, parts;
  Chunks groups;  // of panels
  int64_t count;

  Tasks(const WindowedImages& in, const Cut& cut, const PanelCut& panels)
      : columnParts(dividedUp(in.outWidth, cut.columns)),
        parts(dividedUp(in.outHeight, cut.rows) * columnParts),
        groups(panelGroups(in.images * parts, panels.panels())),
        count(in.images * parts * groups.count) {}
};

struct Memory {
  float* packed;
  float* bias;
  float* scratch;
  int64_t scratchSize;  // a thread
  bool copies;          // the pixels of a pointwise task
  bool flat;            // one row of pointwise tasks
  double* splits;
  size_t bytes;

  Memory(const Convolution& c, const Cut& cut, const Tasks& tasks, int threads, std::byte* base) {
    WorkspaceLayout layout(base);
    packed = c.kept.used ? c.kept.data : layout.take(packedSize(c));
    bias = layout.take(roundedUp(c.outputs, 16));
    flat = c.in.isPointwise() && c.in.images == 1 && c.in.outHeight == 1;
    copies = flat && (c.in.normalised || spreadOf(c.in) > 0);
    scratchSize = c.in.isCopied() ? roundedUp(c.in.rowsRead(cut.rows) * c.in.rowFloats(), 16) : 0;
    if (copies) scratchSize = roundedUp(cut.columns * (c.in.channels + spreadOf(c.in)), 16);
    scratch = layout.take(scratchSize * threads);
    splits = layout.take<double>(SplitSums::sizeFor(c.splits, tasks.count));
    bytes = layout.bytes();
  }
};

// The weights as panels, rearranged or where they lie.
class Weights {
 public:
  Weights(const Convolution& c, const PanelCut& panels, float* packed, Parallel& parallel)
      : source_(c.weights),
        panels_(panels),
        packed_(packsWeights(c) ? packed : nullptr),
        whole_(c.mask == c.y || (c.splits && c.plus == c.y)) {
    if (packed_ && !c.kept.ready) packWeights(c.weights, panels, packed, parallel);
  }

  // Points the row at panel p and calls body(first kernel row, first input, is last) for each part of it.
  template <class Body>
  void forEachPart(int64_t p, ForwardRow& row, Body&& body) const {
    const int64_t length = source_.length(), width = panels_.vectorsOf(p) * panels_.lanes;
    row.panelStep = packed_ ? width : source_.inStep;
    const int64_t pitch = packed_ ? length * width : source_.rowStep;
    const float* panel =
        packed_ ? packed_ + source_.rows * length * panels_.first(p) : source_.w + panels_.first(p);
    const bool fits = whole_ || source_.rows * length * width <= panelFloats;
    const Chunks rows = fits ? Chunks{source_.rows, 1} : Chunks{source_.rows, source_.rows};
    const Chunks inputs{length, fits ? 1 : dividedUp(length * width, panelFloats)};
    for (int64_t r = 0; r < rows.count; ++r)
      for (int64_t i = 0; i < inputs.count; ++i) {
        row.panel = panel + rows.begin(r) * pitch + inputs.begin(i) * row.panelStep;
        row.kernelRows = rows.size(r);
        row.length = inputs.size(i);
        row.accumulate = r + i > 0;
        body(rows.begin(r), inputs.begin(i), r + 1 == rows.count && i + 1 == inputs.count);
      }
  }

 private:
  const WeightSource& source_;
  const PanelCut& panels_;
  const float* packed_;
  bool whole_;  // sums of parts would go over the mask, or over what is split, before it is read
};

}  // namespace

Convolution flattened(Convolution c) {
  if (!c.in.isPointwise() || c.yRow != c.in.outWidth * c.yPixel || c.yImage != c.in.outHeight * c.yRow)
    return c;
  const int64_t pixels = c.in.images * c.in.height * c.in.width;
  c.in.images = c.in.height = c.in.outHeight = 1;
  c.in.width = c.in.outWidth = pixels;
  return c;
}

void finishPixel(const Convolution& c, const float* sums, int64_t offset, SplitLanes& split) {
  for (int64_t k = 0; k < c.outputs; ++k) {
    float value = sums ? sums[k] : 0.0f;
    if (c.bias) value += c.bias[k];
    if (c.splits) split.add(c.plus[offset + k], value);
    if (c.plus) value += c.plus[offset + k];
    if (c.relu) value = std::max(value, 0.0f);
    if (c.mask && !(c.mask[offset + k] > 0)) value = 0;
    c.y[offset + k] = value;
  }
}

int64_t convolutionKeptSize(const Convolution& convolution) {
  return packedSize(flattened(convolution));
}

size_t convolutionWorkspaceBytes(const Convolution& convolution, int threads) {
  const Convolution c = flattened(convolution);
  const Cut cut(c.in);
  const Tasks tasks(c.in, cut, PanelCut::of(c.outputs, cut.columns));
  return Memory(c, cut, tasks, threads, nullptr).bytes;
}

void runConvolution(const Convolution& convolution, std::byte* workspace, Parallel& parallel) {
  const Convolution c = flattened(convolution);
  const Cut cut(c.in);
  const PanelCut panels = PanelCut::of(c.outputs, cut.columns);
  const Tasks tasks(c.in, cut, panels);
  const Memory memory(c, cut, tasks, parallel.threads(), workspace);
  const SplitSums splits(c.splits, tasks.count, memory.splits);
  const Weights weights(c, panels, memory.packed, parallel);
  if (c.bias) packBias(c.bias, panels, memory.bias);

  const auto [columnParts, parts, groups, count] = tasks;
  parallel.forEach(count, [&, columnParts = columnParts, parts = parts, groups = groups](int64_t task) {
    const int64_t group = task % groups.count, part = task / groups.count % parts,
                  image = task / groups.count / parts;
    const int64_t firstRow = part / columnParts * cut.rows, firstColumn = part % columnParts * cut.columns;
    const int64_t rows = std::min(cut.rows, c.in.outHeight - firstRow);
    float* scratch = memory.scratch + parallel.slot() * memory.scratchSize;
    SplitLanes split;
    ForwardRow row;
    row.pixels = std::min(cut.columns, c.in.outWidth - firstColumn);
    row.xPixel = c.in.strideW * c.in.channels;
    RowsView view;
    if (memory.copies) {
      view = {copyApart(c.in, c.in.data + firstColumn * row.xPixel, row.pixels, scratch), 0};
      row.xPixel += spreadOf(c.in);
    } else {
      view = viewRows(c.in, image, firstRow, rows, scratch);
      view.data += firstColumn * row.xPixel;
    }
    row.xRow = view.rowPitch;
    row.yPixel = c.yPixel;
    for (int64_t p = groups.begin(group); p < groups.end(group); ++p) {
      row.outputs = panels.outputsOf(p);
      row.vectors = panels.vectorsOf(p);
      row.bias = c.bias ? memory.bias + panels.first(p) : nullptr;
      const int64_t first = image * c.yImage + firstRow * c.yRow + firstColumn * c.yPixel + panels.first(p);
      weights.forEachPart(p, row, [&](int64_t kernelRow, int64_t input, bool last) {
        row.relu = c.relu && last;
        const float* x = view.data + kernelRow * view.rowPitch + input;
        for (int64_t r = 0; r < rows; ++r) {
          const int64_t at = first + r * c.yRow;
          row.x = x + r * c.in.strideH * view.rowPitch;
          row.y = c.y + at;
          row.plus = c.plus && !row.accumulate ? c.plus + at : nullptr;
          row.upcoming = memory.flat && p == groups.begin(group)
                             ? c.in.data + (firstColumn + cut.columns) * c.in.channels + input
                             : nullptr;
          row.mask = c.mask && last ? c.mask + at : nullptr;
          row.split = c.splits && last ? &split : nullptr;
          row.splitPlus = c.splits ? c.plus + at : nullptr;
          forwardRow(row);
        }
      });
    }
    if (c.splits) splits.keep(task, split);
  });
  splits.addTo(c.split);
}

}  // namespace bypath
