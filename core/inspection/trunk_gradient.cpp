#include "core/inspection/trunk_gradient.h"

#include <cmath>

#include "core/training/settings.h"

namespace bypath {
namespace {

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

}  // namespace

KnownValues fedValues(const OpGraph& graph, const PathBatch& batch) {
  KnownValues values;
  for (const ValueId id : graph.inputs) {
    const std::span<const float> fed = graph.value(id).role == InputRole::image ? batch.images : batch.labels;
    std::vector<float>& all = values[id];
    all.assign(fed.begin(), fed.end());
    all.resize(static_cast<size_t>(graph.shape(id).count()));
  }
  return values;
}

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

double relativeDifference(const std::vector<double>& sum, const std::vector<float>& whole) {
  double squares = 0, scale = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    const double at = i < sum.size() ? sum[i] : 0;
    squares += std::pow(at - static_cast<double>(whole[i]), 2);
    scale += std::pow(static_cast<double>(whole[i]), 2);
  }
  return scale > 0 ? std::sqrt(squares / scale) : std::sqrt(squares);
}

void addTo(std::vector<double>& sum, const std::vector<float>& part) {
  if (sum.size() < part.size()) sum.resize(part.size(), 0);
  for (size_t i = 0; i < part.size(); ++i) sum[i] += static_cast<double>(part[i]);
}

Result<ModelOnBatch> onFlowBatch(const Model& model, const LayerCatalog& layers, const FlowRequest& request) {
  const AttributeReader settings(trainingSchema(), model.settings);
  const CheckedNetwork one = check(model.project.network, layers);
  Result<FlowBatch> batch = flowBatch(one.graph, request, settings.integer("batch"));
  if (!batch) return batch.error();
  CheckedNetwork checked = check(model.project.network, layers, {.batch = batch->count});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return ModelOnBatch{.checked = std::move(checked),
                      .data = std::move(*batch),
                      .key = {.seed = static_cast<uint64_t>(settings.integer("seed")),
                              .step = static_cast<uint32_t>(model.step)}};
}

}  // namespace bypath
