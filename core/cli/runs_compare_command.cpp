// `runs compare`: what differs between runs, and what came of it, side by side.
#include "core/cli/runs_command.h"
#include "core/experiments/compare_runs.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

// Where a run has no value, a person sees a dash.
std::string shownTable(const std::vector<ComparedRun>& runs) {
  std::vector<ComparisonRow> rows = compareRuns(runs);
  for (ComparisonRow& row : rows)
    if (row.kind == ComparisonRow::Kind::best || row.kind == ComparisonRow::Kind::last)
      for (std::string& cell : row.cells)
        if (cell.empty()) cell = "-";
  return table(comparisonTable(rows));
}

nlohmann::json comparisonJson(const std::vector<ComparedRun>& runs) {
  nlohmann::json all = nlohmann::json::array();
  for (const ComparedRun& run : runs) {
    nlohmann::json object = headerJson(run.header);
    object["settings"] = toJson(run.settings);
    object["planned"] = run.planned;
    if (run.parameters >= 0) object["parameters"] = run.parameters;
    object["steps"] = run.summary.steps;
    object["epochs"] = run.summary.epochs;
    object["seconds"] = run.summary.seconds;
    object["best"] = run.summary.best;
    object["last"] = run.summary.last;
    all.push_back(std::move(object));
  }
  return {{"runs", std::move(all)}, {"differing", differingSettings(runs)}};
}

void compare(Cli& cli, const std::vector<std::string>& names) {
  if (names.size() < 2)
    return cli.fail({ErrorKind::usage, "Name two or more runs to compare; `bypath runs list` shows them."});
  std::vector<ComparedRun> runs;
  for (const std::string& name : names) {
    const Result<std::filesystem::path> folder = findRun(name);
    if (!folder) return cli.fail(folder.error());
    Result<ComparedRun> run = readComparedRun(*folder, layerCatalog());
    if (!run) return cli.fail(run.error());
    runs.push_back(std::move(*run));
  }
  if (cli.json) return cli.print(comparisonJson(runs));
  cli.say(shownTable(runs));
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
