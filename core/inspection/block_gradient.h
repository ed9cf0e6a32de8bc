// One block of the trunk and what follows it up to the next fork, ready to carry gradients back: by the
// shortcut and by the branch apart. Holds the memory of that stretch alone.
//
//   Result<BlockGradient> stretch = BlockGradient::open(place, block, next.fork);
//   const TwoWays back = stretch->back(gradientAtNextFork);
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/inspection/graph_slice.h"
#include "core/inspection/trunk.h"
#include "core/plan/plan.h"

namespace bypath {

// Values by ValueId of the whole network.
using KnownValues = std::map<ValueId, std::vector<float>>;

// The network in training on one batch.
struct TrunkPlace {
  const OpGraph& graph;
  Engine& engine;
  ParameterStore& store;
  const KnownValues& known;  // every fork, and whatever else the trunk reads
  StepKey key;
};

// What came back to a fork. Empty: nothing.
struct TwoWays {
  std::vector<float> shortcut, branch;
};

// A plan that rounds as every other one of these does: the same op on the same values gives the same bits, so
// that no ReLU opens here and closes there.
PlanOptions exactPlan();

// A slice on an engine with its inputs set; the plan has its results.
struct SliceRun {
  ExecutionPlan plan;
  std::unique_ptr<Session> session;

  static Result<SliceRun> open(GraphSlice slice, const TrunkPlace& place, const PlanOptions& options);
  std::vector<float> read(ValueId value) const;
  // Of an image input, after a run; empty where nothing flows.
  std::vector<float> inputGradient(const std::string& input) const;
};

class BlockGradient {
 public:
  // Up to the next fork; noValue: to the loss.
  static Result<BlockGradient> open(const TrunkPlace& place, const TrunkBlock& block, ValueId next);

  // What the loss terms send that leave the trunk here: behind the last block all, elsewhere mostly none.
  const TwoWays& own() const { return own_; }
  // What a gradient at the next fork becomes.
  TwoWays back(std::span<const float> gradient);

 private:
  TwoWays own_;
  SliceRun run_;
  ValueId gradient_ = noValue;
  StepKey key_;
};

// The terms that depend on one value and not on another (noValue: on any).
std::vector<LossTerm> lossesBetween(const OpGraph& graph, ValueId from, ValueId to);

}  // namespace bypath
