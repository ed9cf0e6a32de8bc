// The sweep itself: what is done already, and what comes next.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_reader.h"
#include "core/runs/run_lock.h"
#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/sweep.h"

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

// What the run's own history says. A run that says it is running was killed: nobody else trains here.
Result<void> readOutcome(const RunStore& store, Experiment& one) {
  const Result<std::vector<RunRow>> rows = store.rows();
  if (!rows) return rows.error();
  one.summary = summarise(*rows);
  const std::string& state = store.header().state;
  if (one.state == ExperimentState::diverged && state == "failed") return {};
  one.message.clear();
  one.state = state == "finished" ? ExperimentState::finished
              : state == "failed" ? ExperimentState::failed
                                  : ExperimentState::stopped;
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
      take(one, hooks_.train(plans_[i], folder_ / one.name, i), end);
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
    const fs::path place = folder_ / one.name;
    if (!RunStore::exists(place)) {
      one.state = ExperimentState::waiting;
      return {};
    }
    const Result<RunStore> store = RunStore::open(place);
    if (!store) return store.error();
    if (Result<void> same = isSameRun(plan, store->header()); !same) return same;
    return readOutcome(*store, one);
  }

  void take(Experiment& one, const Result<TrainingOutcome>& outcome, SweepEnd& end) const {
    if (Result<RunStore> store = RunStore::open(folder_ / one.name); store) {
      Result<void> known = readOutcome(*store, one);
      if (known && store->header().name.empty()) known = store->setName(one.name);
      if (!known) one.message = known.error().message;
    }
    if (outcome) {
      end.stopped = outcome->state == TrainerState::stopped;
      one.state = end.stopped ? ExperimentState::stopped : ExperimentState::finished;
      return;
    }
    const bool diverged = outcome.error().kind == ErrorKind::diverged;
    one.state = diverged ? ExperimentState::diverged : ExperimentState::failed;
    one.message = outcome.error().message;
    if (!diverged && end.failure.message.empty()) end.failure = outcome.error();
  }

  Sweep& sweep_;
  const std::vector<PlannedRun>& plans_;
  const fs::path& folder_;
  const SweepHooks& hooks_;
};

}  // namespace

Result<std::vector<PlannedRun>> planAll(Sweep& sweep,
                                        const std::function<Result<PlannedRun>(const Experiment&)>& plan) {
  std::vector<PlannedRun> plans;
  for (Experiment& one : sweep.experiments) {
    Result<PlannedRun> planned = plan(one);
    if (!planned) return Error{planned.error().kind, one.name + ": " + planned.error().message};
    one.parameters = planned->parameters;
    plans.push_back(std::move(*planned));
  }
  return plans;
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
