// What ails a trained network.
#include "core/cli/trained_run.h"
#include "core/inspection/check_up.h"
#include "core/inspection/rounds.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct DoctorArguments {
  RunArguments run;
  DataArguments data{"", ""};
  bool history = false;
};

nlohmann::json jsonOf(const Finding& one) {
  return {{"id", one.id},         {"path", one.path},
          {"title", one.title},   {"evidence", one.evidence},
          {"reason", one.reason}, {"experiment", one.experiment},
          {"source", one.source}};
}

void printJson(const Cli& cli, const CheckUp& found) {
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& one : found.findings) findings.push_back(jsonOf(one));
  cli.print({{"findings", findings},
             {"layers", found.layers},
             {"epochs", found.epochs},
             {"records", found.records}});
}

void printText(const Cli& cli, const CheckUp& found) {
  const std::string looked = std::to_string(found.layers) + " layers on one batch, and " +
                             std::to_string(found.epochs) + (found.epochs == 1 ? " epoch" : " epochs") +
                             " of its history";
  if (found.findings.empty()) return cli.say("Nothing found, in " + looked + ".");
  cli.say("Found in " + looked + ":");
  for (const Finding& one : found.findings)
    cli.say("\n" + one.title + (one.path.empty() ? "" : "  (" + one.path + ")") + "\n  " + one.evidence +
            "\n  " + one.reason + "\n  To refute it: " + one.experiment + "\n  Source: " + one.source);
}

void printHistory(const Cli& cli, const std::vector<Episode>& episodes) {
  if (cli.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Episode& one : episodes) {
      nlohmann::json item = jsonOf(one.finding);
      item["from_step"] = one.from;
      item["to_step"] = one.to;
      list.push_back(std::move(item));
    }
    return cli.print({{"episodes", list}});
  }
  if (episodes.empty()) return cli.say("Nothing lasted at any look that the run has kept.");
  for (const Episode& one : episodes)
    cli.say("Steps " + std::to_string(one.from) + " to " + std::to_string(one.to) + ": " + one.finding.title +
            (one.finding.path.empty() ? "" : "  (" + one.finding.path + ")") + "\n  " + one.finding.evidence);
}

void examineRun(Cli& cli, DoctorArguments& arguments) {
  const Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
  if (!run) return cli.fail(run.error());
  if (arguments.history) {
    const Result<std::vector<Episode>> episodes = pastEpisodes(
        check(run->model.project.network, layerCatalog()).graph, run->model.checkpoint.parent_path());
    return episodes ? printHistory(cli, *episodes) : cli.fail(episodes.error());
  }
  const Result<CheckUp> found = checkUp(run->model, *run->engine, layerCatalog(),
                                        {.data = run->data, .run = run->model.checkpoint.parent_path()});
  if (!found) return cli.fail(found.error());
  if (cli.json)
    printJson(cli, *found);
  else
    printText(cli, *found);
}

}  // namespace

void addDoctorCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "doctor",
      "What ails a trained network: each finding with its layer, numbers, reason and counter-experiment");
  auto arguments = std::make_shared<DoctorArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  command->add_flag("--history", arguments->history,
                    "What stood at the looks that the run has kept (probe_every), from step to step");
  command->callback([&cli, arguments] { examineRun(cli, *arguments); });
}

}  // namespace bypath
