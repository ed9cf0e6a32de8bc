// Turns lowered ops into a fixed program: differentiate -> insert probes -> prune -> fuse -> normalise on
// read -> watch splits -> schedule -> recompute -> choose kernels -> place in memory. Each pass is named,
// timed, verified and reported; the plan owns no weights.
//
//   CheckedNetwork checked = check(spec, catalog, {.batch = 128});
//   Result<ExecutionPlan> plan = compile(checked.graph, *engine, {.training = true});
//   ParameterStore store(plan->program->graph.parameters);  initialise(store, seed);
//   auto session = engine->open(plan->program, store);
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engines/engine.h"
#include "core/plan/differentiate.h"
#include "core/probes/probe.h"

namespace bypath {

struct PlanOptions {
  bool training = true;  // differentiate; otherwise forward only
  bool fuse = true;
  bool recompute = true;  // what is cheap to make again is not kept for the way back
  // A convolution counts as cheap only where a step takes more bytes than this.
  uint64_t largeMemory = uint64_t{512} << 20;
  // The weights stay as they are: a session reads them in its first run and keeps what it makes of them.
  bool fixedWeights = false;
  bool inputGradients = false;  // also of the images; readable after a run
  ProbeRequest probes;
  // Named outputs that stay readable after a run; none named, in a network without a loss: all.
  std::vector<std::string> keep;
  uint64_t memoryLimit = 0;  // bytes for arena + parameters; 0: what the machine has free
};

struct PassReport {
  std::string name;     // "fuse"
  std::string summary;  // "batch_norm + relu: 19"
  double milliseconds = 0;
};

// Scalars (1) the program computes for one shortcut site; squares and products, so that norm = sqrt(square).
// noValue where a side sends no gradient back.
struct ShortcutProbe {
  std::string path;
  ValueId shortcutSquare = noValue;
  ValueId branchSquare = noValue;
  ValueId product = noValue;
  ValueId branchMoments = noValue;    // (2)
  ValueId shortcutMoments = noValue;  // (2)
  ValueId split = noValue;            // (splitValues), core/ops/split.h, in place of the three above
  bool shortcutIsPlus = false;        // what split calls plus is the shortcut's
};
// What one layer gives; noValue where it does not apply.
struct ActivityProbe {
  std::string path;
  ValueId moments = noValue;    // (2)
  ValueId zeros = noValue;      // (2), of a ReLU
  ValueId histogram = noValue;  // (histogramValues), core/ops/histogram.h
  ValueId mean = noValue;       // (C), of a batch norm, with the parameters that hold its running statistics
  int runningMean = -1, runningVariance = -1;
};

// One stretch of the arena. Several values share it one after the other (in place) or at once (reshape).
struct MemoryRange {
  std::vector<ValueId> values;  // none: memory of a step itself
  int step = -1;                // that step
  size_t offset = 0;
  size_t bytes = 0;  // a multiple of memoryAlignment
  int first = 0;     // the step that writes it; -1: an input, or what a step keeps from run to run
  int last = 0;      // the last step that reads it; the number of steps: readable after the run
};

struct ExecutionPlan {
  std::shared_ptr<const Program> program;
  std::string engine;  // its description
  ValueId objective = noValue;
  std::vector<LossTerm> losses;
  std::vector<Metric> metrics;
  std::vector<NamedValue> outputs;         // those kept
  std::vector<NamedValue> inputGradients;  // by the input's name, where asked for and anything flows
  std::vector<ShortcutProbe> shortcutProbes;
  std::vector<ActivityProbe> activityProbes;
  std::vector<int> watchedParameters;  // whose gradients are looked at
  std::vector<KernelChoice> choices;   // by step
  std::vector<PassReport> passes;
  std::vector<MemoryRange> memory;
  uint64_t arenaBytes = 0;
  uint64_t parameterBytes = 0;  // values and gradients
  double multiplyAdds = 0;      // of all steps, whole batch
};

// Errors: a missing kernel, an unknown output in `keep` or no loss to train (data), more memory than the
// limit (resources, with both numbers).
Result<ExecutionPlan> compile(OpGraph graph, const Engine& engine, const PlanOptions& options = {});

// Reads what the probes of a plan saw in the last run.
ProbeRecord readProbes(const ExecutionPlan& plan, const Session& session, const ParameterStore& store,
                       int64_t step);
// And how weights, their gradients and what layers give were spread, where the plan's probes ask for it.
HistogramRecord readHistograms(const ExecutionPlan& plan, const Session& session, const ParameterStore& store,
                               int64_t step);

// Passes, memory map, the kernel chosen for each step and why each other was refused, as text.
std::string explain(const ExecutionPlan& plan);

// Bytes of memory the machine has free (MemAvailable), 0 when unknown.
uint64_t availableMemory();

}  // namespace bypath
