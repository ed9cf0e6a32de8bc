// What a pass works on, and the list of passes. A pass is one file with one function and one line in the
// table of compile.cpp; it returns one line about what it did, and the verifier looks at the draft after it.
#pragma once

#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace bypath {

struct PlanDraft {
  const Engine& engine;
  const PlanOptions& options;
  OpGraph graph;
  Differentiated gradients;   // empty where only the forward direction is wanted
  std::vector<ValueId> kept;  // readable after a run: never pruned, fused away or overwritten
  // By ValueId: what became of a value that fusing took away, the result of the op that swallowed it; noValue
  // elsewhere. Empty before that pass.
  std::vector<ValueId> swallowedBy;
  Program program;  // steps from chooseKernels on, places from placeInMemory on; its graph comes last
  ExecutionPlan plan;
};

using PassFunction = Result<std::string> (*)(PlanDraft&);

// Names what stays readable; appends the objective and, in training, everything behind it.
Result<std::string> passDifferentiate(PlanDraft& draft);
// Appends the dots and moments that ProbeRequest asks for.
Result<std::string> passInsertProbes(PlanDraft& draft);
// Drops ops, and outputs of ops, that nothing readable, no gradient and no state depends on.
Result<std::string> passPrune(PlanDraft& draft);
// Joins neighbouring ops into one where the engine runs the joint op with the same kernel.
Result<std::string> passFuse(PlanDraft& draft);
// Lets convolutions and sums normalise what they read, so that normalised values need not be kept.
Result<std::string> passNormaliseOnRead(PlanDraft& draft);
// Lets the ops that add up a fork's gradients tell its two sides apart, and nothing else change.
Result<std::string> passWatchSplits(PlanDraft& draft);
// Moves probes and parameter gradients to where their inputs appear, so that those inputs die early.
Result<std::string> passSchedule(PlanDraft& draft);
// Makes cheap values of the forward direction again where the way back reads them, instead of keeping them.
Result<std::string> passRecompute(PlanDraft& draft);
// One kernel a step, the workspace they need, the multiply-adds of all.
Result<std::string> passChooseKernels(PlanDraft& draft);
// A place for every value.
Result<std::string> passPlaceInMemory(PlanDraft& draft);
// Refuses a plan that does not fit, before anything is allocated.
Result<std::string> passCheckMemory(PlanDraft& draft);

}  // namespace bypath
