#include "core/inspection/unravelled.h"

#include <bit>

#include "core/inspection/sampled_paths.h"

namespace bypath {
namespace {

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

// Depth first, from the last block to the first, so that one gradient a block is on its way at once.
class Walk {
 public:
  Walk(const std::vector<float>& whole, const UnravelOptions& options, Unravelled& found)
      : whole_(whole), options_(options), found_(found), squares_(dot(whole, whole)) {}

  Result<void> run(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks) {
    for (size_t i = 0; i < blocks.size(); ++i) {
      Result<BlockGradient> block =
          BlockGradient::open(place, blocks[i], i + 1 < blocks.size() ? blocks[i + 1].fork : noValue);
      if (!block) return block.error();
      blocks_.push_back(std::move(*block));
    }
    const size_t paths = size_t{1} << blocks.size();
    found_.paths.resize(paths);
    if (options_.keepGradients) found_.gradients.resize(paths);
    if (!back(blocks.size() - 1, {}, 0))
      return Error{ErrorKind::interrupted, "Stopped before every path was followed."};
    found_.sumRelativeError = relativeDifference(sum_, whole_);
    return {};
  }

 private:
  // `gradient` stands behind block i and came through these branches of later ones. False: stopped.
  bool back(size_t i, const std::vector<float>& gradient, unsigned branches) {
    const double all = static_cast<double>(found_.paths.size()) - 1;
    if (options_.progress && !options_.progress(done_ / all)) return false;
    done_ += 1;
    TwoWays ways;
    if (!isZero(gradient)) ways = blocks_[i].back(gradient);
    if (branches == 0) {
      addTo(ways.shortcut, blocks_[i].own().shortcut);
      addTo(ways.branch, blocks_[i].own().branch);
    }
    return goOn(i, std::move(ways.shortcut), branches) &&
           goOn(i, std::move(ways.branch), branches | (1U << i));
  }

  bool goOn(size_t i, std::vector<float> gradient, unsigned branches) {
    if (i > 0) return back(i - 1, gradient, branches);
    addTo(sum_, gradient);
    found_.paths[branches] = {.branches = branches,
                              .length = std::popcount(branches),
                              .norm = vectorNorm(gradient),
                              .share = squares_ > 0 ? dot(gradient, whole_) / squares_ : 0};
    if (options_.keepGradients) found_.gradients[branches] = std::move(gradient);
    return true;
  }

  const std::vector<float>& whole_;
  const UnravelOptions& options_;
  Unravelled& found_;
  double squares_;
  std::vector<BlockGradient> blocks_;
  std::vector<double> sum_;
  double done_ = 0;
};

}  // namespace

Result<Unravelled> unravel(const CheckedNetwork& checked, Engine& engine, ParameterStore& store,
                           const PathBatch& batch, const UnravelOptions& options) {
  const Trunk trunk = findTrunk(checked);
  Unravelled found{.aside = trunk.aside};
  if (trunk.blocks.empty()) return found;
  const size_t count = trunk.blocks.size();
  if (count > mostUnravelledBlocks)
    return Error{ErrorKind::usage, "Single paths are followed through up to " +
                                       std::to_string(mostUnravelledBlocks) + " blocks, which have " +
                                       std::to_string(1 << mostUnravelledBlocks) +
                                       " paths; this network has " + std::to_string(count) +
                                       ". Look at the sums by path length instead: they hold every path."};
  for (const TrunkBlock& block : trunk.blocks) found.blocks.push_back(block.path);

  KnownValues known = fedValues(checked.graph, batch);
  const TrunkPlace place{checked.graph, engine, store, known, batch.key};
  const Result<std::vector<float>> whole = ordinaryGradient(place, trunk.blocks, known);
  if (!whole) return whole.error();
  found.norm = vectorNorm(*whole);
  if (Result<void> walked = Walk(*whole, options, found).run(place, trunk.blocks); !walked)
    return walked.error();
  return found;
}

Result<Unravelled> unravel(const Model& model, Engine& engine, const LayerCatalog& layers,
                           const FlowRequest& request, const UnravelOptions& options) {
  const Result<ModelOnBatch> ready = onFlowBatch(model, layers, request);
  if (!ready) return ready.error();
  return unravel(ready->checked, engine, *model.parameters, ready->batch(), options);
}

}  // namespace bypath
