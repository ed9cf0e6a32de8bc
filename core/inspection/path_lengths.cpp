#include "core/inspection/path_lengths.h"

#include <algorithm>
#include <cmath>

#include "core/inspection/block_gradient.h"
#include "core/inspection/sampled_paths.h"
#include "core/training/flow_batch.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

// Values a slice reads that the images and labels do not bring, and those.
struct Known {
  KnownValues values;

  void addInputs(const OpGraph& graph, const PathBatch& batch) {
    for (const ValueId id : graph.inputs) {
      const std::span<const float> fed =
          graph.value(id).role == InputRole::image ? batch.images : batch.labels;
      std::vector<float>& all = values[id];
      all.assign(fed.begin(), fed.end());
      all.resize(static_cast<size_t>(graph.shape(id).count()));
    }
  }
};

// Runs a slice once and adds what was wanted to the known values. The plan is training or not.
Result<std::vector<float>> runAndKeep(GraphSlice slice, const std::vector<ValueId>& wanted,
                                      const TrunkPlace& place, PlanOptions options, KnownValues& known) {
  for (const ValueId id : wanted) {
    const std::string name = "value " + std::to_string(id);
    slice.graph.outputs.push_back({name, slice.values.at(id)});
    options.keep.push_back(name);
  }
  Result<SliceRun> run = SliceRun::open(std::move(slice), place, options);
  if (!run) return run.error();
  run->session->run(place.key);
  for (size_t i = 0; i < wanted.size(); ++i) known[wanted[i]] = run->read(run->plan.outputs[i].value);
  return run->inputGradient("shortcut");
}

// The whole way once: fills in the values at every fork and gives the ordinary gradient at the first.
Result<std::vector<float>> ordinaryGradient(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks,
                                            KnownValues& known) {
  const OpGraph& graph = place.graph;
  const ValueId first = blocks.front().fork;
  std::vector<ValueId> forks;
  for (const TrunkBlock& block : blocks)
    if (block.fork != first) forks.push_back(block.fork);
  Result<GraphSlice> tail = sliceGraph(graph, {.wanted = forks,
                                               .losses = lossesBetween(graph, first, noValue),
                                               .inside = descendants(graph, first),
                                               .entry = first});
  if (!tail) return tail.error();
  std::vector<ValueId> before;
  for (const SliceInput& input : tail->inputs)
    if (graph.value(input.source).kind == ValueKind::computed) before.push_back(input.source);
  if (!before.empty()) {
    Result<GraphSlice> head =
        sliceGraph(graph, {.wanted = before, .inside = std::vector<bool>(graph.values.size(), true)});
    if (!head) return head.error();
    PlanOptions forward = exactPlan();
    forward.training = forward.inputGradients = false;
    Result<std::vector<float>> ran = runAndKeep(std::move(*head), before, place, forward, known);
    if (!ran) return ran.error();
  }
  return runAndKeep(std::move(*tail), forks, place, exactPlan(), known);
}

double relativeDifference(const std::vector<std::vector<float>>& sums, const std::vector<float>& whole) {
  double squares = 0, scale = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    double sum = 0;
    for (const std::vector<float>& part : sums)
      if (!part.empty()) sum += static_cast<double>(part[i]);
    squares += std::pow(sum - static_cast<double>(whole[i]), 2);
    scale += std::pow(static_cast<double>(whole[i]), 2);
  }
  return scale > 0 ? std::sqrt(squares / scale) : std::sqrt(squares);
}

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

  Known known;
  known.addInputs(checked.graph, batch);
  const TrunkPlace place{checked.graph, engine, store, known.values, batch.key};
  const Result<std::vector<float>> whole = ordinaryGradient(place, trunk.blocks, known.values);
  if (!whole) return whole.error();
  const double exactShare = options.samples > 0 ? 1 / (1 + 2 * static_cast<double>(options.samples)) : 1;
  const auto progressFrom = [&](double from, double share) -> std::function<bool(double)> {
    if (!options.progress) return {};
    return [&options, from, share](double done) { return options.progress(from + share * done); };
  };
  Result<std::vector<std::vector<float>>> sums = walkBack(place, trunk.blocks, progressFrom(0, exactShare));
  if (!sums) return sums.error();
  result.norm = vectorNorm(*whole);
  result.sumRelativeError = relativeDifference(*sums, *whole);
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
  const AttributeReader settings(trainingSchema(), model.settings);
  const CheckedNetwork one = check(model.project.network, layers);
  Result<FlowBatch> batch = flowBatch(one.graph, request, settings.integer("batch"));
  if (!batch) return batch.error();
  const CheckedNetwork checked = check(model.project.network, layers, {.batch = batch->count});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return gradientByPathLength(checked, engine, *model.parameters,
                              {.images = batch->images,
                               .labels = batch->labels,
                               .key = {.seed = static_cast<uint64_t>(settings.integer("seed")),
                                       .step = static_cast<uint32_t>(model.step)}},
                              options);
}

}  // namespace bypath
