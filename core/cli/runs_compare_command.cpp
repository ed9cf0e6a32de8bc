// `runs compare`: what differs between runs, and what came of it, side by side.
#include <set>

#include "core/base/bounded_reader.h"
#include "core/cli/run_training.h"
#include "core/cli/runs_command.h"
#include "core/runs/run_summary.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

struct ComparedRun {
  RunHeader header;
  Attributes settings;
  RunSummary summary;
};

Result<ComparedRun> readRun(const std::string& run) {
  const Result<RunStore> store = openRun(run);
  if (!store) return store.error();
  const RunHeader& header = store->header();
  const Result<nlohmann::json> json = parseJson(header.settings, "the settings of " + header.folder.string());
  if (!json) return json.error();
  const Result<Attributes> settings = attributesFromJson(*json, header.folder.string());
  if (!settings) return settings.error();
  const Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return rows.error();
  return ComparedRun{header, completeSettings(*settings), summarise(*rows)};
}

std::string settingText(const ComparedRun& run, const std::string& key) {
  const auto value = run.settings.find(key);
  return value == run.settings.end() ? "" : toText(value->second);
}

std::vector<std::string> differingSettings(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> keys;
  for (const AttributeDescription& description : trainingSchema().list()) {
    std::set<std::string> values;
    for (const ComparedRun& run : runs) values.insert(settingText(run, description.key));
    if (values.size() > 1) keys.push_back(description.key);
  }
  return keys;
}

using Rows = std::vector<std::vector<std::string>>;

template <class Text>
void addRow(Rows& rows, const std::string& title, const std::vector<ComparedRun>& runs, const Text& text) {
  rows.push_back({title});
  for (const ComparedRun& run : runs) rows.back().push_back(text(run));
}

// A row for each value that any of the runs has.
void addValues(Rows& rows, const std::string& title, const std::vector<ComparedRun>& runs,
               std::map<std::string, double> RunSummary::*values) {
  std::set<std::string> names;
  for (const ComparedRun& run : runs)
    for (const auto& [name, value] : run.summary.*values) names.insert(name);
  for (const std::string& name : names)
    addRow(rows, std::string(title).append(" ").append(name), runs, [&](const ComparedRun& run) {
      const auto value = (run.summary.*values).find(name);
      return value == (run.summary.*values).end() ? std::string("-") : lossText(value->second);
    });
}

std::string comparison(const std::vector<ComparedRun>& runs, const std::vector<std::string>& keys) {
  Rows rows;
  addRow(rows, "run", runs, [](const ComparedRun& run) { return run.header.id; });
  addRow(rows, "name", runs, [](const ComparedRun& run) { return run.header.name; });
  addRow(rows, "network", runs, [](const ComparedRun& run) { return run.header.network; });
  addRow(rows, "state", runs, [](const ComparedRun& run) { return run.header.state; });
  for (const std::string& key : keys)
    addRow(rows, key, runs, [&](const ComparedRun& run) { return settingText(run, key); });
  addRow(rows, "epochs", runs, [](const ComparedRun& run) { return std::to_string(run.summary.epochs); });
  addRow(rows, "time", runs, [](const ComparedRun& run) { return durationText(run.summary.seconds); });
  addValues(rows, "best", runs, &RunSummary::best);
  addValues(rows, "last", runs, &RunSummary::last);
  return table(rows);
}

nlohmann::json comparisonJson(const std::vector<ComparedRun>& runs, const std::vector<std::string>& keys) {
  nlohmann::json all = nlohmann::json::array();
  for (const ComparedRun& run : runs) {
    nlohmann::json object = headerJson(run.header);
    object["settings"] = toJson(run.settings);
    object["steps"] = run.summary.steps;
    object["epochs"] = run.summary.epochs;
    object["seconds"] = run.summary.seconds;
    object["best"] = run.summary.best;
    object["last"] = run.summary.last;
    all.push_back(std::move(object));
  }
  return {{"runs", std::move(all)}, {"differing", keys}};
}

void compare(Cli& cli, const std::vector<std::string>& names) {
  if (names.size() < 2)
    return cli.fail({ErrorKind::usage, "Name two or more runs to compare; `bypath runs list` shows them."});
  std::vector<ComparedRun> runs;
  for (const std::string& name : names) {
    Result<ComparedRun> run = readRun(name);
    if (!run) return cli.fail(run.error());
    runs.push_back(std::move(*run));
  }
  const std::vector<std::string> keys = differingSettings(runs);
  if (cli.json) return cli.print(comparisonJson(runs, keys));
  cli.say(comparison(runs, keys));
}

}  // namespace

void addRunsCompare(CLI::App& runs, Cli& cli) {
  CLI::App* command =
      runs.add_subcommand("compare", "Settings that differ, best and last values, side by side");
  auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("RUN", *names, "Two or more runs: folders, ids or checkpoint files")->required();
  command->callback([=, &cli] { compare(cli, *names); });
}

}  // namespace bypath
