// `sweep`, `queue` and `grow`: experiments one after the other, and their table.
#include "core/base/text.h"
#include "core/cli/run_training.h"
#include "core/cli/sweep_table.h"
#include "core/experiments/growth.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

struct OutputArguments {
  std::string out;
  std::string format = "markdown";

  void add(CLI::App& command) {
    command
        .add_option("--out", out,
                    "Folder of the runs and their table; where a sweep was interrupted, it goes on")
        ->envname("BYPATH_OUT");
    command.add_option("--format", format, "Of the table: markdown, csv or json")
        ->check(CLI::IsMember({"markdown", "csv", "json"}));
  }
};

// Trains one experiment after the other; a data set is opened again only where the next one is another.
class ExperimentTrainer {
 public:
  ExperimentTrainer(const Cli& cli, const Sweep& sweep) : cli_(cli), sweep_(sweep) {}

  Result<TrainingOutcome> train(const PlannedRun& plan, const fs::path& folder, size_t index) {
    const AttributeReader settings(trainingSchema(), plan.settings);
    const auto source = std::pair(settings.text("data"), settings.text("data_dir"));
    Result<TrainingMeans> means = openMeans(cli_, plan.settings, source == source_ ? data_ : nullptr);
    if (!means) return means.error();
    source_ = source;
    data_ = means->data;
    const std::string label = std::to_string(index + 1) + "/" + std::to_string(sweep_.experiments.size()) +
                              " " + sweep_.experiments[index].name;
    cli_.note(label + ": training " + plan.project.network.name + " (" + withThousands(plan.parameters) +
              " parameters) on " + data_->name + " in " + folder.string() + ".");
    return runTraining(cli_,
                       {.project = plan.project,
                        .settings = plan.settings,
                        .layers = &layerCatalog(),
                        .engine = means->engine.get(),
                        .spare = means->spare,
                        .data = data_,
                        .folder = folder,
                        .resume = true,
                        .weightsFrom = plan.weightsFrom},
                       {.isData = false, .label = label + ": "}, interruption_);
  }

 private:
  const Cli& cli_;
  const Sweep& sweep_;
  Interruption interruption_;
  std::pair<std::string, std::string> source_;
  std::shared_ptr<const DataSet> data_;
};

void printTable(const Cli& cli, const Sweep& sweep, const fs::path& folder, const std::string& format) {
  if (cli.json || format == "json") {
    nlohmann::json rows = sweepRows(sweep);
    for (nlohmann::json& row : rows) row["folder"] = (folder / row["name"].get<std::string>()).string();
    return cli.print({{"rows", std::move(rows)}, {"folder", folder.string()}});
  }
  std::string text = format == "csv" ? sweepCsv(sweep) : sweepMarkdown(sweep);
  text.pop_back();
  cli.say(text);
}

// Where the runs go; without --out among the runs of this machine.
Result<fs::path> folderFor(const OutputArguments& output, const std::string& name) {
  return output.out.empty() ? newRunFolder(name) : Result<fs::path>(fs::path(output.out));
}

// `chosen` is called once nothing more can be wrong with the experiments: a folder may be made for it.
void runExperiments(Cli& cli, Sweep& sweep, const OutputArguments& output,
                    const std::function<Result<fs::path>()>& chosen) {
  const Result<std::vector<PlannedRun>> plans = planAll(sweep);
  if (!plans) return cli.fail(plans.error());
  const Result<fs::path> folder = chosen();
  if (!folder) return cli.fail(folder.error());
  ExperimentTrainer trainer(cli, sweep);
  const SweepHooks hooks{.train = [&](const PlannedRun& planned, const fs::path& place,
                                      size_t index) { return trainer.train(planned, place, index); },
                         .rowDone = [&](const Sweep& now) { cli.note(sweepMarkdown(now)); }};
  const Result<SweepEnd> end = runSweep(sweep, *plans, *folder, hooks);
  if (!end) return cli.fail(end.error());
  printTable(cli, sweep, *folder, output.format);
  for (const Experiment& one : sweep.experiments)
    if (!one.message.empty()) cli.note(one.name + ": " + one.message);
  if (end->stopped) {
    cli.note("Stopped; go on with the same command and --out " + folder->string() + ".");
    cli.exitCode = static_cast<int>(ErrorKind::interrupted);
  } else if (!end->failure.message.empty()) {
    cli.exitCode = static_cast<int>(end->failure.kind);
  }
}

std::string networkStem(const NetworkArguments& network) {
  return fs::path(network.network).stem().string();
}

struct SweepArguments {
  NetworkArguments network;
  std::vector<std::string> varied;
  bool twin = false;
  OutputArguments output;
};

void sweepNetwork(Cli& cli, const SweepArguments& arguments) {
  const Result<std::vector<VariedKey>> varied = parseVaried(arguments.varied);
  if (!varied) return cli.fail(varied.error());
  const Result<SettingTexts> set = arguments.network.texts();
  if (!set) return cli.fail(set.error());
  Result<Sweep> sweep = combinations(arguments.network.network, *set, *varied, arguments.twin);
  if (!sweep) return cli.fail(sweep.error());
  runExperiments(cli, *sweep, arguments.output,
                 [&] { return folderFor(arguments.output, "sweep-" + networkStem(arguments.network)); });
}

void runQueue(Cli& cli, const std::string& file, OutputArguments output) {
  Result<Sweep> sweep = readQueue(file);
  if (!sweep) return cli.fail(sweep.error());
  const fs::path path(file);
  if (output.out.empty() && path.filename() == sweepFileName)
    output.out = path.has_parent_path() ? path.parent_path().string() : ".";
  runExperiments(cli, *sweep, output, [&] { return folderFor(output, "queue-" + path.stem().string()); });
}

struct GrowArguments {
  NetworkArguments network;
  GrowthOptions options;
  OutputArguments output;
};

void growNetwork(Cli& cli, const GrowArguments& arguments) {
  const Result<ResolvedNetwork> resolved = resolveNetwork(arguments.network);
  if (!resolved) return cli.fail(resolved.error());
  if (const auto possible = growthStages(resolved->project.network); !possible)
    return cli.fail(possible.error());
  const Result<fs::path> folder = folderFor(arguments.output, "grow-" + networkStem(arguments.network));
  if (!folder) return cli.fail(folder.error());
  Result<Sweep> sweep = planGrowth(*resolved, arguments.options, *folder);
  if (!sweep) return cli.fail(sweep.error());
  runExperiments(cli, *sweep, arguments.output, [&] { return Result<fs::path>(*folder); });
}

}  // namespace

void addSweepCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("sweep", "Train every combination of some settings, and compare");
  auto arguments = std::make_shared<SweepArguments>();
  arguments->network.add(*command);
  arguments->network.addSettingFlags(*command);
  command
      ->add_option("--vary", arguments->varied,
                   "key=a,b,c: a parameter of the template or a training setting; more of them are combined")
      ->required()
      ->allow_extra_args(false);
  command->add_flag("--twin", arguments->twin,
                    "Train the plain twin of each too: the same network without shortcuts");
  arguments->output.add(*command);
  command->callback([&cli, arguments] { sweepNetwork(cli, *arguments); });
}

void addGrowCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "grow", "Train greedily, block by block, each frozen before the next is appended; then all together");
  auto arguments = std::make_shared<GrowArguments>();
  arguments->network.add(*command);
  arguments->network.addSettingFlags(*command);
  command->add_option("--stage-epochs", arguments->options.stageEpochs, "Epochs of each block (1)")
      ->check(CLI::Range(1, 1000000));
  command
      ->add_option(
          "--stage-steps", arguments->options.stageSteps,
          "Steps of each block; 0: by epochs. --epochs and --steps are those of the end, all together")
      ->check(CLI::Range(0, 1000000000));
  arguments->output.add(*command);
  command->callback([&cli, arguments] { growNetwork(cli, *arguments); });
}

void addQueueCommand(CLI::App& app, Cli& cli) {
  CLI::App* command =
      app.add_subcommand("queue", "Train the experiments that a JSON file lists, one after the other");
  auto file = std::make_shared<std::string>();
  auto output = std::make_shared<OutputArguments>();
  command
      ->add_option(
          "FILE", *file,
          "[{\"network\": \"resnet\", \"set\": {\"depth\": 20}, \"name\": \"deep\"}, ...], or a sweep.json")
      ->required();
  output->add(*command);
  command->callback([=, &cli] { runQueue(cli, *file, *output); });
}

}  // namespace bypath
