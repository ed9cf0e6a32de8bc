#include <chrono>

#include "core/plan/pass.h"
#include "core/plan/verify.h"

namespace bypath {

namespace {

struct Pass {
  const char* name;
  PassFunction run;
  bool (*wanted)(const PlanOptions&);
};

bool always(const PlanOptions&) {
  return true;
}

// The order is the policy: what changes the mathematics first, then what only saves time, then what saves
// memory.
constexpr Pass passes[] = {
    {"differentiate", passDifferentiate, always},
    {"insert probes", passInsertProbes,
     [](const PlanOptions& options) {
       return options.probes.layerGradients || options.probes.shortcutSplit || options.probes.activities;
     }},
    {"prune", passPrune, always},
    {"fuse", passFuse, [](const PlanOptions& options) { return options.fuse; }},
    {"normalise on read", passNormaliseOnRead, [](const PlanOptions& options) { return options.fuse; }},
    {"watch splits", passWatchSplits,
     [](const PlanOptions& options) { return options.probes.shortcutSplit && options.probes.inPassing; }},
    {"schedule", passSchedule, always},
    {"recompute", passRecompute, [](const PlanOptions& options) { return options.recompute; }},
    {"choose kernels", passChooseKernels, always},
    {"place in memory", passPlaceInMemory, always},
    {"check memory", passCheckMemory, always},
};

}  // namespace

Result<ExecutionPlan> compile(OpGraph graph, const Engine& engine, const PlanOptions& options) {
  using Clock = std::chrono::steady_clock;
  PlanDraft draft{.engine = engine, .options = options, .graph = std::move(graph)};
  draft.plan.engine = engine.description();
  Verifier verifier;
  for (const Pass& pass : passes) {
    if (!pass.wanted(options)) continue;
    const Clock::time_point start = Clock::now();
    const Result<std::string> summary = pass.run(draft);
    if (!summary) return summary.error();
    const Result<void> sound = verifier.verify(draft, pass.name);
    if (!sound) return sound.error();
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    draft.plan.passes.push_back({.name = pass.name, .summary = *summary, .milliseconds = took.count()});
  }
  draft.program.threads = engine.threads();
  draft.program.graph = std::move(draft.graph);
  draft.plan.program = std::make_shared<const Program>(std::move(draft.program));
  return std::move(draft.plan);
}

}  // namespace bypath
