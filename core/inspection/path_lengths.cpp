#include "core/inspection/path_lengths.h"

#include <cmath>

#include "core/inspection/sampled_paths.h"

namespace bypath {
namespace {

void fillIn(PathLengths& result, const std::vector<std::vector<float>>& sums) {
  double all = 0;
  const auto n = static_cast<double>(result.blocks.size());
  for (size_t k = 0; k < sums.size(); ++k) {
    const auto length = static_cast<double>(k);
    result.lengths.push_back({.length = static_cast<int>(k),
                              .paths = std::round(std::exp(std::lgamma(n + 1) - std::lgamma(length + 1) -
                                                           std::lgamma(n - length + 1))),
                              .norm = vectorNorm(sums[k])});
    all += result.lengths.back().norm;
  }
  for (PathLength& one : result.lengths) one.share = all > 0 ? one.norm / all : 0;
}

Error stopped() {
  return {ErrorKind::interrupted, "Stopped before every path was counted."};
}

// From the last block to the first. Returns the sums by length at the first fork.
Result<std::vector<std::vector<float>>> walkBack(const TrunkPlace& place,
                                                 const std::vector<TrunkBlock>& blocks,
                                                 const std::function<bool(double)>& progress) {
  std::vector<std::vector<float>> sums;
  const double all = static_cast<double>(blocks.size() * (blocks.size() + 1)) / 2;
  double done = 0;
  for (size_t i = blocks.size(); i-- > 0;) {
    const ValueId next = i + 1 < blocks.size() ? blocks[i + 1].fork : noValue;
    Result<BlockGradient> block = BlockGradient::open(place, blocks[i], next);
    if (!block) return block.error();
    sums.emplace_back();
    if (sums.size() == 1) sums.emplace_back();
    for (size_t k = sums.size() - 1; k-- > 0;) {
      if (progress && !progress(done / all)) return stopped();
      done += 1;
      if (isZero(sums[k])) {
        sums[k].clear();
        continue;
      }
      TwoWays back = block->back(sums[k]);
      addTo(sums[k + 1], back.branch);
      sums[k] = std::move(back.shortcut);
    }
    addTo(sums[0], block->own().shortcut);
    addTo(sums[1], block->own().branch);
  }
  return sums;
}

}  // namespace

Result<PathLengths> gradientByPathLength(const CheckedNetwork& checked, Engine& engine, ParameterStore& store,
                                         const PathBatch& batch, const PathOptions& options) {
  const Trunk trunk = findTrunk(checked);
  PathLengths result{.aside = trunk.aside};
  if (trunk.blocks.empty()) return result;
  for (const TrunkBlock& block : trunk.blocks) result.blocks.push_back(block.path);

  KnownValues known = fedValues(checked.graph, batch);
  const TrunkPlace place{checked.graph, engine, store, known, batch.key};
  const Result<std::vector<float>> whole = ordinaryGradient(place, trunk.blocks, known);
  if (!whole) return whole.error();
  const double exactShare = options.samples > 0 ? 1 / (1 + 2 * static_cast<double>(options.samples)) : 1;
  const auto progressFrom = [&](double from, double share) -> std::function<bool(double)> {
    if (!options.progress) return {};
    return [&options, from, share](double done) { return options.progress(from + share * done); };
  };
  Result<std::vector<std::vector<float>>> sums = walkBack(place, trunk.blocks, progressFrom(0, exactShare));
  if (!sums) return sums.error();
  result.norm = vectorNorm(*whole);
  std::vector<double> all;
  for (const std::vector<float>& sum : *sums) addTo(all, sum);
  result.sumRelativeError = relativeDifference(all, *whole);
  fillIn(result, *sums);
  if (options.keepSums) result.sums = std::move(*sums);
  if (options.samples == 0) return result;
  const Result<std::vector<double>> norms = samplePathNorms(
      place, trunk.blocks, {.samples = options.samples, .seed = options.seed, .memory = options.sampleMemory},
      progressFrom(exactShare, 1 - exactShare));
  if (!norms) return norms.error();
  for (PathLength& one : result.lengths) {
    one.pathNorm = (*norms)[static_cast<size_t>(one.length)];
    one.sampledNorm = one.pathNorm * one.paths;
  }
  return result;
}

Result<PathLengths> gradientByPathLength(const Model& model, Engine& engine, const LayerCatalog& layers,
                                         const FlowRequest& request, const PathOptions& options) {
  const Result<ModelOnBatch> ready = onFlowBatch(model, layers, request);
  if (!ready) return ready.error();
  return gradientByPathLength(ready->checked, engine, *model.parameters, ready->batch(), options);
}

}  // namespace bypath
