#include "core/experiments/compare_runs.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/base/bounded_reader.h"
#include "core/base/text.h"
#include "core/experiments/sweep.h"
#include "core/network/check.h"
#include "core/network/project_file.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;
using Kind = ComparisonRow::Kind;
using RunText = std::function<std::string(const ComparedRun&)>;

// Of the experiment in the sweep.json beside the run's folder, if there is one.
std::map<std::string, std::string> plannedBySweep(const fs::path& folder) {
  const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
  std::error_code ignored;
  const fs::path file = plain.parent_path() / sweepFileName;
  if (!fs::exists(file, ignored)) return {};
  const Result<Sweep> sweep = readQueue(file);
  if (!sweep) return {};
  const bool twins = std::ranges::any_of(sweep->experiments, &Experiment::twin);
  std::map<std::string, std::string> planned;
  for (const Experiment& one : sweep->experiments) {
    if (one.name != plain.filename().string()) continue;
    for (const auto& [key, value] : one.set)
      if (!trainingSchema().find(key)) planned[key] = value;
    if (twins) planned["twin"] = one.twin ? "plain" : "residual";
  }
  return planned;
}

int64_t parametersOf(const fs::path& folder, const LayerCatalog& layers) {
  const Result<Project> project = readProject(folder / projectName);
  if (!project) return -1;
  const CheckedNetwork checked = check(project->network, layers);
  return checked.ok() ? checked.parameters : -1;
}

std::string settingText(const ComparedRun& run, const std::string& key) {
  if (const auto planned = run.planned.find(key); planned != run.planned.end()) return planned->second;
  const auto value = run.settings.find(key);
  return value == run.settings.end() ? std::string() : toText(value->second);
}

// Between the runs; of a single one, from the default.
bool differs(const std::vector<ComparedRun>& runs, const std::string& key) {
  const AttributeDescription* description = trainingSchema().find(key);
  if (runs.empty()) return false;
  if (runs.size() == 1 && !description) return true;
  const std::string first = runs.size() == 1 ? toText(description->fallback) : settingText(runs.front(), key);
  return std::ranges::any_of(runs, [&](const ComparedRun& run) { return settingText(run, key) != first; });
}

void addRow(std::vector<ComparisonRow>& rows, Kind kind, const std::string& key,
            const std::vector<ComparedRun>& runs, const RunText& shown, const RunText& exact) {
  ComparisonRow row{.kind = kind, .key = key};
  for (const ComparedRun& run : runs) {
    row.cells.push_back(shown(run));
    row.exact.push_back(exact(run));
  }
  rows.push_back(std::move(row));
}

int winnerOf(const std::vector<ComparedRun>& runs, const std::string& name) {
  const bool high = largeIsGood(name);
  int winner = -1;
  double best = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const auto found = runs[i].summary.best.find(name);
    if (found == runs[i].summary.best.end()) continue;
    const double value = high ? -found->second : found->second;
    if (winner < 0 || value < best) {
      winner = static_cast<int>(i);
      best = value;
    }
  }
  const auto shared = std::ranges::count_if(runs, [&](const ComparedRun& run) {
    const auto found = run.summary.best.find(name);
    return found != run.summary.best.end() && (high ? -found->second : found->second) == best;
  });
  return shared == 1 && runs.size() > 1 ? winner : -1;
}

// A row for each value that any of the runs has.
void addValues(std::vector<ComparisonRow>& rows, Kind kind, const std::vector<ComparedRun>& runs,
               std::map<std::string, double> RunSummary::*values) {
  std::set<std::string> names;
  for (const ComparedRun& run : runs)
    for (const auto& [name, value] : run.summary.*values) names.insert(name);
  for (const std::string& name : names) {
    const auto text = [&](std::string (*textOf)(double)) {
      return [&, textOf](const ComparedRun& run) {
        const auto found = (run.summary.*values).find(name);
        return found == (run.summary.*values).end() ? std::string() : textOf(found->second);
      };
    };
    addRow(rows, kind, name, runs, text(lossText), text(exactText));
    if (kind == Kind::best) rows.back().winner = winnerOf(runs, name);
  }
}

}  // namespace

Result<ComparedRun> readComparedRun(const fs::path& folder, const LayerCatalog& layers) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error();
  const RunHeader& header = store->header();
  const Result<nlohmann::json> json = parseJson(header.settings, "the settings of " + header.folder.string());
  if (!json) return json.error();
  const Result<Attributes> settings = attributesFromJson(*json, header.folder.string());
  if (!settings) return settings.error();
  const Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  return ComparedRun{header, completeSettings(*settings), plannedBySweep(header.folder),
                     parametersOf(header.folder, layers), summarise(*rows)};
}

std::vector<std::string> differingSettings(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> keys;
  for (const AttributeDescription& description : trainingSchema().list())
    if (differs(runs, description.key)) keys.push_back(description.key);
  return keys;
}

std::vector<ComparisonRow> compareRuns(const std::vector<ComparedRun>& runs) {
  if (runs.empty()) return {};
  std::vector<ComparisonRow> rows;
  const auto add = [&](Kind kind, const std::string& key, const RunText& text) {
    addRow(rows, kind, key, runs, text, text);
  };
  add(Kind::about, "run", [](const ComparedRun& run) { return run.header.id; });
  add(Kind::about, "name", [](const ComparedRun& run) { return run.header.name; });
  add(Kind::about, "network", [](const ComparedRun& run) { return run.header.network; });
  add(Kind::about, "state", [](const ComparedRun& run) { return run.header.state; });
  std::set<std::string> planned;
  for (const ComparedRun& run : runs)
    for (const auto& [key, value] : run.planned) planned.insert(key);
  for (const std::string& key : planned)
    if (differs(runs, key)) add(Kind::setting, key, [&](const auto& run) { return settingText(run, key); });
  for (const std::string& key : differingSettings(runs))
    add(Kind::setting, key, [&](const ComparedRun& run) { return settingText(run, key); });
  if (std::ranges::any_of(runs, [](const ComparedRun& run) { return run.parameters >= 0; })) {
    const auto count = [](std::string (*text)(int64_t)) {
      return [text](const ComparedRun& run) {
        return run.parameters < 0 ? std::string() : text(run.parameters);
      };
    };
    addRow(rows, Kind::about, "parameters", runs, count(withThousands),
           count([](int64_t n) { return std::to_string(n); }));
  }
  add(Kind::about, "epochs", [](const ComparedRun& run) { return std::to_string(run.summary.epochs); });
  addRow(
      rows, Kind::about, "time", runs, [](const auto& run) { return clockText(run.summary.seconds); },
      [](const auto& run) { return numberText(run.summary.seconds); });
  addValues(rows, Kind::best, runs, &RunSummary::best);
  addValues(rows, Kind::last, runs, &RunSummary::last);
  return rows;
}

TextTable comparisonTable(const std::vector<ComparisonRow>& rows, bool exact) {
  TextTable table;
  for (const ComparisonRow& row : rows) {
    const std::string before = row.kind == Kind::best ? "best " : row.kind == Kind::last ? "last " : "";
    table.push_back({before + row.key});
    for (const std::string& cell : exact ? row.exact : row.cells) table.back().push_back(cell);
  }
  return table;
}

}  // namespace bypath
