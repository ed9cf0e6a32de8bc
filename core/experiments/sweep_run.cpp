// The sweep itself: what is done already, and what comes next.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_reader.h"
#include "core/experiments/sweep.h"
#include "core/network/edit_blocks.h"
#include "core/runs/run_lock.h"
#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

// Settings that change nothing about what a run learns.
constexpr const char* freeSettings[] = {"threads",          "data_dir",    "log_every",
                                        "checkpoint_every", "probe_every", "keep_every"};

Error ofAnotherSweep(const fs::path& folder, const std::string& what) {
  return {ErrorKind::usage, "There is a run of " + what + " in " + folder.string() +
                                "; give the command that began it, or another folder with --out."};
}

// Whether the run in the folder is the one planned.
Result<void> isSameRun(const PlannedRun& plan, const RunHeader& header) {
  const Result<nlohmann::json> json = parseJson(header.settings, header.folder.string());
  if (!json) return json.error();
  const Result<Attributes> stored = attributesFromJson(*json, header.folder.string());
  if (!stored) return stored.error();
  const Attributes before = completeSettings(*stored), now = completeSettings(plan.settings);
  for (const auto& [key, value] : now) {
    if (std::ranges::find(freeSettings, key) != std::end(freeSettings)) continue;
    if (const std::string old = toText(before.at(key)); old != toText(value))
      return ofAnotherSweep(
          header.folder,
          std::string(key).append(" ").append(old).append(", not ").append(toText(value)).append(","));
  }
  const Result<Project> project = readProject(header.folder / projectName);
  if (!project) return project.error();
  if (networkHash(project->network) != networkHash(plan.project.network))
    return ofAnotherSweep(header.folder, "another network");
  return {};
}

class SweepRun {
 public:
  SweepRun(Sweep& sweep, const std::vector<PlannedRun>& plans, const fs::path& folder,
           const SweepHooks& hooks)
      : sweep_(sweep), plans_(plans), folder_(folder), hooks_(hooks) {}

  Result<void> prepare() {
    if (Result<void> known = rememberDivergence(); !known) return known;
    for (size_t i = 0; i < plans_.size(); ++i)
      if (Result<void> looked = lookInto(sweep_.experiments[i], plans_[i]); !looked) return looked;
    return writeSweep(folder_, sweep_);
  }

  Result<SweepEnd> go() {
    SweepEnd end;
    for (size_t i = 0; i < sweep_.experiments.size() && !end.stopped; ++i) {
      Experiment& one = sweep_.experiments[i];
      if (one.state == ExperimentState::finished || one.state == ExperimentState::diverged) continue;
      one.state = ExperimentState::running;
      if (Result<void> written = writeSweep(folder_, sweep_); !written) return written.error();
      const Result<TrainingOutcome> outcome = train(i);
      noteOutcome(one, folder_, outcome);
      end.stopped = one.state == ExperimentState::stopped;
      if (one.state == ExperimentState::failed && end.failure.message.empty()) end.failure = outcome.error();
      if (Result<void> written = writeSweep(folder_, sweep_); !written) return written.error();
      if (!end.stopped && i + 1 < sweep_.experiments.size()) hooks_.rowDone(sweep_);
    }
    return end;
  }

 private:
  Result<void> rememberDivergence() {
    std::error_code ignored;
    if (!fs::exists(folder_ / sweepFileName, ignored)) return {};
    const Result<Sweep> before = readQueue(folder_ / sweepFileName);
    if (!before) return before.error();
    for (const Experiment& old : before->experiments)
      for (Experiment& one : sweep_.experiments)
        if (one.name == old.name) {
          one.state = old.state;
          one.message = old.message;
        }
    return {};
  }

  Result<void> lookInto(Experiment& one, const PlannedRun& plan) const {
    if (const fs::path place = folder_ / one.name; RunStore::exists(place)) {
      const Result<RunStore> store = RunStore::open(place);
      if (!store) return store.error();
      if (Result<void> same = isSameRun(plan, store->header()); !same) return same;
    }
    return recallExperiment(one, folder_);
  }

  Result<TrainingOutcome> train(size_t index) const {
    const Experiment& one = sweep_.experiments[index];
    const Result<fs::path> weights = weightsOf(one, folder_);
    if (!weights) return weights.error();
    PlannedRun plan = plans_[index];
    plan.weightsFrom = *weights;
    return hooks_.train(plan, folder_ / one.name, index);
  }

  Sweep& sweep_;
  const std::vector<PlannedRun>& plans_;
  const fs::path& folder_;
  const SweepHooks& hooks_;
};

}  // namespace

Result<PlannedRun> planExperiment(const Experiment& one) {
  Result<ResolvedNetwork> resolved = resolveNetwork(one.network, one.set);
  if (!resolved) return resolved.error();
  NetworkSpec& network = resolved->project.network;
  if (one.twin) {
    if (removeShortcuts(network) == 0)
      return Error{ErrorKind::usage, network.name + " has no residual block, so it has no plain twin."};
    network.name += " plain";
  }
  const Result<CheckedNetwork> checked = checkForTraining(*resolved);
  if (!checked) return checked.error();
  return PlannedRun{std::move(resolved->project), std::move(resolved->settings), checked->parameters};
}

Result<std::vector<PlannedRun>> planAll(Sweep& sweep) {
  std::vector<PlannedRun> plans;
  for (Experiment& one : sweep.experiments) {
    Result<PlannedRun> planned = planExperiment(one);
    if (!planned) return Error{planned.error().kind, one.name + ": " + planned.error().message};
    one.parameters = planned->parameters;
    plans.push_back(std::move(*planned));
  }
  return plans;
}

Result<fs::path> weightsOf(const Experiment& one, const fs::path& folder) {
  if (one.weights.empty()) return fs::path();
  std::error_code ignored;
  fs::path checkpoint = folder / one.weights / lastCheckpointName;
  if (!fs::exists(checkpoint, ignored)) checkpoint = one.weights;
  if (fs::is_regular_file(checkpoint, ignored)) return checkpoint;
  return Error{ErrorKind::data, one.name + " begins with the weights of " + one.weights +
                                    ", of which there is no checkpoint; train that first."};
}

Result<void> checkWeights(const std::vector<Experiment>& experiments, const fs::path& folder) {
  for (auto one = experiments.begin(); one != experiments.end(); ++one) {
    const auto source = std::find_if(experiments.begin(), one,
                                     [&](const Experiment& before) { return before.name == one->weights; });
    if (source == one && !weightsOf(*one, folder))
      return Error{ErrorKind::data, one->name + " begins with the weights of " + one->weights +
                                        ", which is neither an experiment before it nor a checkpoint file."};
  }
  return {};
}

Result<void> recallExperiment(Experiment& one, const fs::path& folder) {
  const fs::path place = folder / one.name;
  if (!RunStore::exists(place)) {
    one.state = ExperimentState::waiting;
    return {};
  }
  const Result<RunStore> store = RunStore::open(place);
  if (!store) return store.error();
  const Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  one.summary = summarise(*rows);
  const std::string& state = store->header().state;
  if (one.state == ExperimentState::diverged && state == "failed") return {};
  one.message.clear();
  one.state = state == "finished" ? ExperimentState::finished
              : state == "failed" ? ExperimentState::failed
                                  : ExperimentState::stopped;
  return {};
}

void noteOutcome(Experiment& one, const fs::path& folder, const Result<TrainingOutcome>& outcome) {
  if (RunStore::exists(folder / one.name)) {
    Result<void> known = recallExperiment(one, folder);
    if (Result<RunStore> store = RunStore::open(folder / one.name); store && store->header().name.empty())
      known = store->setName(one.name);
    if (!known) one.message = known.error().message;
  }
  if (outcome) {
    one.state =
        outcome->state == TrainerState::stopped ? ExperimentState::stopped : ExperimentState::finished;
    return;
  }
  one.state =
      outcome.error().kind == ErrorKind::diverged ? ExperimentState::diverged : ExperimentState::failed;
  one.message = outcome.error().message;
}

Result<SweepEnd> runSweep(Sweep& sweep, const std::vector<PlannedRun>& plans, const fs::path& folder,
                          const SweepHooks& hooks) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  const Result<RunLock> lock = RunLock::acquire(folder);
  if (!lock) return lock.error();
  SweepRun run(sweep, plans, folder, hooks);
  if (Result<void> ready = run.prepare(); !ready) return ready.error();
  return run.go();
}

}  // namespace bypath
