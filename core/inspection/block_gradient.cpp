#include "core/inspection/block_gradient.h"

#include <algorithm>

#include "core/inspection/backward_start.h"

namespace bypath {
namespace {

TwoWays readWays(const SliceRun& run) {
  return {.shortcut = run.inputGradient("shortcut"), .branch = run.inputGradient("branch")};
}

}  // namespace

PlanOptions exactPlan() {
  return {.training = true, .fuse = false, .recompute = false, .inputGradients = true};
}

std::vector<LossTerm> lossesBetween(const OpGraph& graph, ValueId from, ValueId to) {
  const std::vector<bool> behind = descendants(graph, from);
  const std::vector<bool> later =
      to == noValue ? std::vector<bool>(graph.values.size(), false) : descendants(graph, to);
  std::vector<LossTerm> terms;
  for (const LossTerm& term : graph.losses)
    if (behind[static_cast<size_t>(term.value)] && !later[static_cast<size_t>(term.value)])
      terms.push_back(term);
  return terms;
}

Result<SliceRun> SliceRun::open(GraphSlice slice, const TrunkPlace& place, const PlanOptions& options) {
  Result<ExecutionPlan> plan = compile(std::move(slice.graph), place.engine, options);
  if (!plan) return plan.error();
  Result<std::unique_ptr<Session>> session = place.engine.open(plan->program, place.store);
  if (!session) return session.error();
  for (const SliceInput& input : slice.inputs) (*session)->setInput(input.id, place.known.at(input.source));
  return SliceRun{std::move(*plan), std::move(*session)};
}

std::vector<float> SliceRun::read(ValueId value) const {
  std::vector<float> values(static_cast<size_t>(plan.program->graph.shape(value).count()));
  session->read(value, values);
  return values;
}

std::vector<float> SliceRun::inputGradient(const std::string& input) const {
  const auto found = std::ranges::find(plan.inputGradients, input, &NamedValue::name);
  return found == plan.inputGradients.end() ? std::vector<float>{} : read(found->value);
}

Result<BlockGradient> BlockGradient::open(const TrunkPlace& place, const TrunkBlock& block, ValueId next) {
  BlockGradient made;
  made.key_ = place.key;
  SliceRequest request{.wanted = {},
                       .losses = lossesBetween(place.graph, block.fork, next),
                       .inside = descendants(place.graph, block.fork),
                       .entry = block.fork,
                       .branchReaders = block.branchReaders};
  if (!request.losses.empty()) {
    Result<GraphSlice> slice = sliceGraph(place.graph, request);
    if (!slice) return slice.error();
    Result<SliceRun> run = SliceRun::open(std::move(*slice), place, exactPlan());
    if (!run) return run.error();
    run->session->run(place.key);
    made.own_ = readWays(*run);
  }
  if (next == noValue) return made;
  request.wanted = {next};
  request.losses.clear();
  Result<GraphSlice> slice = sliceGraph(place.graph, request);
  if (!slice) return slice.error();
  Result<BackwardStart> start = startBackward(slice->graph, slice->values.at(next));
  if (!start) return start.error();
  made.gradient_ = start->gradient;
  const std::vector<float> ones = start->allOnes(slice->graph);
  Result<SliceRun> run = SliceRun::open(std::move(*slice), place, exactPlan());
  if (!run) return run.error();
  made.run_ = std::move(*run);
  made.run_.session->setInput(start->ones, ones);
  return made;
}

TwoWays BlockGradient::back(std::span<const float> gradient) {
  run_.session->setInput(gradient_, gradient);
  run_.session->run(key_);
  return readWays(run_);
}

}  // namespace bypath
