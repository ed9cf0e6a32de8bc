// Experiments trained one after the other, each in its own folder below one folder: the combinations of a few
// settings, or a list written by hand. What stands in sweep.json there and in each run says what is done, so
// that an interrupted sweep goes on where it was.
//
//   Sweep sweep = *combinations("resnet", {{"epochs", "5"}}, *parseVaried({"depth=8,14"}), true);
//   std::vector<PlannedRun> plans = *planAll(sweep);
//   Result<SweepEnd> end = runSweep(sweep, plans, folder, {train, shown});
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/experiments/resolve.h"
#include "core/runs/run_summary.h"
#include "core/training/trainer.h"

namespace bypath {

struct VariedKey {
  std::string key;
  std::vector<std::string> values;
};

enum class ExperimentState { waiting, running, stopped, finished, diverged, failed };
std::string stateName(ExperimentState state);

struct Experiment {
  std::string name;     // of its folder; one of its own within a sweep
  std::string network;  // a .bypath file or a template's name
  SettingTexts set;
  bool twin = false;    // the plain twin: every residual block without its shortcut
  std::string weights;  // begins with those of this experiment before it, or of this checkpoint file

  // What came of it so far.
  ExperimentState state = ExperimentState::waiting;
  std::string message;  // why it diverged or failed
  int64_t parameters = 0;
  RunSummary summary;
};

struct Sweep {
  std::vector<std::string>
      columns;  // what differs, in the order of the table: "name", "network", "twin" or a key
  std::vector<Experiment> experiments;
};

inline constexpr char sweepFileName[] = "sweep.json";

// "depth=8,14,20"; where a value has commas itself, semicolons stand between: "step_at=0.5,0.75;0.3".
Result<std::vector<VariedKey>> parseVaried(const std::vector<std::string>& texts);
// Every combination, the last key changing fastest; each followed by its plain twin, if asked for.
Result<Sweep> combinations(const std::string& network, const SettingTexts& set,
                           const std::vector<VariedKey>& varied, bool twins);

// [{"network": "resnet", "set": {"depth": 20}, "name": "deep", "twin": false, "weights": "shallow"}, ...],
// all but the network optional; or a sweep.json. Paths of networks are relative to the file.
Result<Sweep> readQueue(const std::filesystem::path& file);
// A name fit for a folder: letters, digits, '.', '-', '_'; not hidden.
std::string folderName(const std::string& text);
// Written whole or not at all.
Result<void> writeSweep(const std::filesystem::path& folder, const Sweep& sweep);

// An experiment made into a network and complete settings.
struct PlannedRun {
  Project project;
  Attributes settings;
  int64_t parameters = 0;
  std::filesystem::path weightsFrom{};  // TrainingJob; known once the experiment's turn has come
};
Result<PlannedRun> planExperiment(const Experiment& one);
// All of them before the first is trained; the error of one names it.
Result<std::vector<PlannedRun>> planAll(Sweep& sweep);

// The checkpoint that an experiment in `folder` begins with; empty where it has none to begin with. Errors:
// it is not there (data).
Result<std::filesystem::path> weightsOf(const Experiment& one, const std::filesystem::path& folder);
// Whether all that begin with weights stand after the experiment they come from, or its run in `folder` is
// there already; the error (data) says which does not.
Result<void> checkWeights(const std::vector<Experiment>& experiments, const std::filesystem::path& folder);
// Reads what its run in `folder` came to so far; without one it waits. A run that says it is running counts
// as stopped: to be asked where nobody else trains there.
Result<void> recallExperiment(Experiment& one, const std::filesystem::path& folder);
// The same after it was trained, with what the trainer said.
void noteOutcome(Experiment& one, const std::filesystem::path& folder,
                 const Result<TrainingOutcome>& outcome);

// What the caller does for a sweep.
struct SweepHooks {
  // Trains in the folder, going on with what is there. `index` counts the experiments from 0.
  std::function<Result<TrainingOutcome>(const PlannedRun&, const std::filesystem::path& folder, size_t index)>
      train;
  std::function<void(const Sweep&)> rowDone;  // after each but the last
};

struct SweepEnd {
  bool stopped = false;  // before all were trained
  Error failure;         // of the first experiment that failed otherwise than by diverging; else no message
};

// A run that diverges or fails is a row with its state, and the sweep goes on; diverged ones are not tried
// again. Errors: a folder that holds a run of other settings (usage), another program at work there (usage),
// sweep.json not written (io).
Result<SweepEnd> runSweep(Sweep& sweep, const std::vector<PlannedRun>& plans,
                          const std::filesystem::path& folder, const SweepHooks& hooks);

// One object an experiment: name, network, set, twin, state, message, parameters, steps, epochs, seconds and
// best_<value>.
nlohmann::json sweepRows(const Sweep& sweep);

}  // namespace bypath
