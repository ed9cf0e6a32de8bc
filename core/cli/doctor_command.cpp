// What ails a trained network.
#include "core/cli/trained_run.h"
#include "core/inspection/check_up.h"
#include "core/layers/catalog.h"

namespace bypath {

namespace {

struct DoctorArguments {
  RunArguments run;
  DataArguments data{"", ""};
};

void printJson(const Cli& cli, const CheckUp& found) {
  nlohmann::json findings = nlohmann::json::array();
  for (const Finding& one : found.findings)
    findings.push_back({{"id", one.id},
                        {"path", one.path},
                        {"title", one.title},
                        {"evidence", one.evidence},
                        {"reason", one.reason},
                        {"experiment", one.experiment},
                        {"source", one.source}});
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

void examineRun(Cli& cli, DoctorArguments& arguments) {
  const Result<TrainedRun> run = openTrainedRun(cli, arguments.run, arguments.data);
  if (!run) return cli.fail(run.error());
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
  command->callback([&cli, arguments] { examineRun(cli, *arguments); });
}

}  // namespace bypath
