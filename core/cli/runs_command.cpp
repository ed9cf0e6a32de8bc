#include "core/cli/cli.h"
#include "core/runs/run_store.h"

namespace bypath {

namespace {

nlohmann::json headerJson(const RunHeader& header) {
  return {{"run", header.id},          {"network", header.network}, {"data", header.data},
          {"started", header.started}, {"state", header.state},     {"folder", header.folder.string()}};
}

void list(Cli& cli) {
  Result<std::vector<RunHeader>> runs = listRuns();
  if (!runs) return cli.fail(runs.error());
  std::vector<std::vector<std::string>> rows = {{"run", "network", "data", "started", "state", "folder"}};
  for (const RunHeader& header : *runs) {
    if (cli.json) cli.print(headerJson(header));
    rows.push_back(
        {header.id, header.network, header.data, header.started, header.state, header.folder.string()});
  }
  if (runs->empty())
    cli.note("There are no runs yet. Start one with `bypath train starter`.");
  else
    cli.say(table(rows));
}

void show(Cli& cli, const std::string& run, const std::string& csv) {
  Result<std::filesystem::path> folder = findRun(run);
  if (!folder) return cli.fail(folder.error());
  Result<RunStore> store = RunStore::open(*folder);
  if (!store) return cli.fail(store.error());
  if (!csv.empty()) {
    if (auto written = exportCsv(*store, csv); !written) return cli.fail(written.error());
    cli.note("Wrote " + csv + ".");
  }
  Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return cli.fail(rows.error());
  if (cli.json) {
    nlohmann::json object = headerJson(store->header());
    object["settings"] = nlohmann::json::parse(store->header().settings, nullptr, false);
    nlohmann::json points = nlohmann::json::array();
    for (const RunRow& row : *rows) {
      nlohmann::json point = row.values;
      point["step"] = row.step;
      point["epoch"] = row.epoch;
      point["epoch_end"] = row.epochEnd;
      point["seconds"] = row.seconds;
      points.push_back(std::move(point));
    }
    object["rows"] = std::move(points);
    return cli.print(object);
  }
  const RunHeader& header = store->header();
  cli.say("run       " + header.id + "\nnetwork   " + header.network + "\ndata      " + header.data +
          "\nstarted   " + header.started + "\nstate     " + header.state + "\nfolder    " +
          header.folder.string());
  for (const RunRow& row : *rows) {
    if (!row.epochEnd) continue;
    std::string line = "epoch " + std::to_string(row.epoch) + ", step " + std::to_string(row.step);
    for (const auto& [name, value] : row.values) line += ", " + name + " " + std::to_string(value);
    cli.say(line);
  }
}

}  // namespace

void addRunsCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("runs", "The history of every run");
  command->require_subcommand(1);
  CLI::App* listing = command->add_subcommand("list", "All runs known on this machine, newest first");
  listing->callback([&cli] { list(cli); });
  auto run = std::make_shared<std::string>();
  auto csv = std::make_shared<std::string>();
  CLI::App* details = command->add_subcommand("show", "Settings and curves of one run");
  details->add_option("RUN", *run, "A run's folder, its id or a checkpoint file")->required();
  details->add_option("--csv", *csv, "Also write its curves to this CSV file");
  details->callback([=, &cli] { show(cli, *run, *csv); });
}

}  // namespace bypath
