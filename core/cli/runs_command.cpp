#include "core/cli/runs_command.h"

#include <algorithm>

namespace bypath {

Result<RunStore> openRun(const std::string& run) {
  Result<std::filesystem::path> folder = findRun(run);
  if (!folder) return folder.error();
  return RunStore::open(*folder);
}

nlohmann::json headerJson(const RunHeader& header) {
  return {{"run", header.id},    {"name", header.name},       {"network", header.network},
          {"data", header.data}, {"started", header.started}, {"state", header.state},
          {"tags", header.tags}, {"note", header.note},       {"folder", header.folder.string()}};
}

namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

void list(Cli& cli, const std::string& tag) {
  Result<std::vector<RunHeader>> runs = listRuns();
  if (!runs) return cli.fail(runs.error());
  std::vector<std::vector<std::string>> rows = {
      {"run", "name", "network", "data", "started", "state", "tags", "folder"}};
  for (const RunHeader& header : *runs) {
    if (!tag.empty() && std::ranges::find(header.tags, tag) == header.tags.end()) continue;
    if (cli.json) cli.print(headerJson(header));
    rows.push_back({header.id, header.name, header.network, header.data, header.started, header.state,
                    joined(header.tags), header.folder.string()});
  }
  if (rows.size() == 1 && !tag.empty())
    cli.note("No run has the tag " + tag + ".");
  else if (runs->empty())
    cli.note("There are no runs yet. Start one with `bypath train starter`.");
  else
    cli.say(table(rows));
}

void show(Cli& cli, const std::string& run, const std::string& csv) {
  Result<RunStore> store = openRun(run);
  if (!store) return cli.fail(store.error());
  if (!csv.empty()) {
    if (auto written = exportCsv(*store, csv); !written) return cli.fail(written.error());
    cli.note("Wrote " + csv + ".");
  }
  Result<std::vector<RunRow>> rows = store->rows();
  if (!rows) return cli.fail(rows.error());
  const Result<std::vector<RunMark>> marks = store->marks();
  if (!marks) return cli.fail(marks.error());
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
    object["marks"] = nlohmann::json::array();
    for (const RunMark& mark : *marks) object["marks"].push_back({{"step", mark.step}, {"text", mark.text}});
    return cli.print(object);
  }
  const RunHeader& header = store->header();
  cli.say("run       " + header.id + "\nnetwork   " + header.network + "\ndata      " + header.data +
          "\nstarted   " + header.started + "\nstate     " + header.state + "\nfolder    " +
          header.folder.string());
  if (!header.name.empty()) cli.say("name      " + header.name);
  if (!header.tags.empty()) cli.say("tags      " + joined(header.tags));
  if (!header.note.empty()) cli.say("note      " + header.note);
  for (const RunMark& mark : *marks) cli.say("step " + std::to_string(mark.step) + ": " + mark.text);
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
  auto tag = std::make_shared<std::string>();
  listing->add_option("--tag", *tag, "Only those with this tag");
  listing->callback([=, &cli] { list(cli, *tag); });
  auto run = std::make_shared<std::string>();
  auto csv = std::make_shared<std::string>();
  CLI::App* details = command->add_subcommand("show", "Settings and curves of one run");
  details->add_option("RUN", *run, "A run's folder, its id or a checkpoint file")->required();
  details->add_option("--csv", *csv, "Also write its curves to this CSV file");
  details->callback([=, &cli] { show(cli, *run, *csv); });
  addRunsCompare(*command, cli);
  addRunsRemarks(*command, cli);
  addRunsExport(*command, cli);
  addRunsDelete(*command, cli);
}

}  // namespace bypath
