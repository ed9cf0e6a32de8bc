// Runs side by side: what differs between them, and what came of it.
//
//   std::vector<ComparedRun> runs = {*readComparedRun(a, layers), *readComparedRun(b, layers)};
//   for (const ComparisonRow& row : compareRuns(runs)) ...
//   clipboard = markdownTable(comparisonTable(compareRuns(runs)));
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/text_table.h"
#include "core/network/layer_type.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

namespace bypath {

struct ComparedRun {
  RunHeader header;
  Attributes settings;  // complete
  // What a sweep has set beyond that, by its key: parameters of the template, "twin" (plain or residual).
  std::map<std::string, std::string> planned;
  int64_t parameters = -1;  // of the network; -1: not known
  RunSummary summary;
};

// Errors: no run there, or a damaged one. A network that cannot be read leaves `parameters` unknown.
Result<ComparedRun> readComparedRun(const std::filesystem::path& folder, const LayerCatalog& layers);

// Keys of the training settings whose values differ, in the order of the schema; of a single run, those that
// are not the default.
std::vector<std::string> differingSettings(const std::vector<ComparedRun>& runs);

struct ComparisonRow {
  enum class Kind { about, setting, best, last };
  Kind kind = Kind::about;
  std::string key;                 // "run", "learning_rate", "val_loss"
  std::vector<std::string> cells;  // one a run, as a person reads them; empty where a run has none
  std::vector<std::string> exact;  // for other programs
  int winner = -1;                 // of a best value, the run that has the best; -1: none, or several
};

// Run, name, network and state; then settings that differ; then parameters, epochs, time; then best and last
// values.
std::vector<ComparisonRow> compareRuns(const std::vector<ComparedRun>& runs);

// With a column of titles in front ("best val_loss"); exact: the numbers as they are.
TextTable comparisonTable(const std::vector<ComparisonRow>& rows, bool exact = false);

}  // namespace bypath
