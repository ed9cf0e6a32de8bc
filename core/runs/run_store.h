// The history of one run, one SQLite file (run.sqlite in the run's folder), written as it happens; and the
// list of all runs on this machine ($XDG_DATA_HOME/bypath/runs.sqlite), so that `runs list` finds those
// elsewhere.
//
//   Result<RunStore> store = RunStore::create(folder, {.network = "resnet", .settings = text});
//   store->step(10, {{"loss", 2.1}});
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/probes/histograms.h"
#include "core/probes/probe.h"

namespace bypath {

struct RunHeader {
  std::string id;       // "2026-11-20-resnet-1"
  std::string network;  // name
  std::string data;
  std::string settings;  // JSON text
  std::string started;   // ISO 8601, UTC
  std::string state;     // "running", "finished", "stopped", "failed"
  std::filesystem::path folder;
  // What a person says about the run.
  std::string name;
  std::string note;
  std::vector<std::string> tags;  // in alphabetical order
};

struct RunRow {  // one logged point
  int64_t step = 0;
  int epoch = 0;
  bool epochEnd = false;
  double seconds = 0;
  std::map<std::string, double> values;
};

struct RunMark {
  int64_t step = 0;
  std::string text;
};

class RunStore {
 public:
  // Makes the folder and the file. An existing run there is refused (ErrorKind::usage).
  static Result<RunStore> create(const std::filesystem::path& folder, RunHeader header);
  static Result<RunStore> open(const std::filesystem::path& folder);  // for reading and for going on
  static bool exists(const std::filesystem::path& folder);            // a run was begun there
  RunStore(RunStore&&) noexcept;
  RunStore& operator=(RunStore&&) noexcept;
  ~RunStore();

  Result<void> append(const RunRow& row);
  Result<void> appendProbes(const ProbeRecord& record);
  Result<void> mark(int64_t step, const std::string& text);
  Result<void> setState(const std::string& state);
  // They bring the file of an older Bypath up to date first; nothing else does.
  Result<void> setName(const std::string& name);
  Result<void> setNote(const std::string& note);
  Result<void> setTag(const std::string& tag, bool wanted);
  // Before going on from `step`: rows after it are removed, so that the log equals the uninterrupted run's.
  Result<void> truncateAfter(int64_t step);
  // What was appended so far survives the machine's power failing too; before a checkpoint that builds on it.
  Result<void> flush();

  const RunHeader& header() const;
  Result<std::vector<RunRow>> rows() const;
  Result<std::vector<RunMark>> marks() const;
  Result<std::vector<ProbeRecord>> probes() const;  // without their histograms, which are many numbers:
  Result<std::vector<HistogramRecord>> histograms() const;

 private:
  struct State;
  Result<void> bringUpToDate();
  Result<void> readRemarks();
  Result<void> setRemark(const std::string& kind, const std::string& text);
  explicit RunStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// All runs known on this machine, by the ids they have here, newest first; folders that are gone are left
// out.
Result<std::vector<RunHeader>> listRuns();
// By id, by folder, or the folder of a checkpoint file.
Result<std::filesystem::path> findRun(const std::string& run);
// A folder for a new run under $XDG_DATA_HOME/bypath/runs, not yet used.
Result<std::filesystem::path> newRunFolder(const std::string& network);
// Columns: step, epoch, seconds, then every value name in alphabetical order.
Result<void> exportCsv(const RunStore& store, const std::filesystem::path& target);
// Event files in folder/train and, of validation values, in folder/validation, with the same tags, so that
// TensorBoard draws them into one chart. Means over an epoch of training are "epoch_<name>". Events of
// another run there are refused (ErrorKind::usage).
Result<void> exportTensorBoard(const RunStore& store, const std::filesystem::path& folder);

}  // namespace bypath
