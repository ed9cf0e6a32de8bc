#include "core/base/text.h"
#include "core/cli/run_training.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"
#include "core/training/training_memory.h"

namespace bypath {

namespace {

struct TrainArguments {
  NetworkArguments network;
  std::string out;
  bool resume = false;
  std::string from, weights;  // another run's checkpoint
};

Result<std::filesystem::path> runFolder(const TrainArguments& arguments, const std::string& network) {
  if (!arguments.out.empty()) return std::filesystem::path(arguments.out);
  if (arguments.resume)
    return Error{ErrorKind::usage,
                 "--resume needs --out with the folder of the run to go on with (see `bypath runs list`)."};
  return newRunFolder(network);
}

// The checkpoints that --from and --weights name.
Result<void> beginElsewhere(const TrainArguments& arguments, TrainingJob& job) {
  const auto find = [](const std::string& run, std::initializer_list<const char*> names,
                       std::filesystem::path& found) -> Result<void> {
    if (run.empty()) return {};
    Result<std::filesystem::path> path = checkpointOf(run, names);
    if (!path) return path.error();
    found = std::move(*path);
    return {};
  };
  if (auto found = find(arguments.from, {lastCheckpointName}, job.branchFrom); !found) return found;
  return find(arguments.weights, {weightsName, lastCheckpointName}, job.weightsFrom);
}

void reportEnd(Cli& cli, const TrainingOutcome& outcome, const std::filesystem::path& folder) {
  const bool stopped = outcome.state == TrainerState::stopped;
  if (stopped) {
    cli.note("Stopped at step " + std::to_string(outcome.steps) + "; go on with the same command and --out " +
             folder.string() + " --resume.");
    cli.exitCode = static_cast<int>(ErrorKind::interrupted);
  }
  if (cli.json) {
    nlohmann::json object = outcome.last;
    object["event"] = stopped ? "stopped" : "finished";
    object["step"] = outcome.steps;
    object["folder"] = folder.string();
    return cli.print(object);
  }
  if (stopped) return;
  std::string line = "Done after " + withThousands(outcome.steps) + " steps";
  for (const auto& [name, title] : std::initializer_list<std::pair<const char*, const char*>>{
           {"val_loss", ", validation loss "}, {"val_accuracy", ", validation accuracy "}})
    if (const auto at = outcome.last.find(name); at != outcome.last.end())
      line += title + lossText(at->second);
  cli.say(line + ".\nThe run, its curves and its weights are in " + folder.string());
}

void train(Cli& cli, const TrainArguments& arguments) {
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments.network);
  if (!resolved) return cli.fail(resolved.error());
  const Result<CheckedNetwork> checked = checkForTraining(*resolved);
  if (!checked) return cli.fail(checked.error());
  TrainingJob job{.project = resolved->project,
                  .settings = resolved->settings,
                  .layers = &layerCatalog(),
                  .resume = arguments.resume};
  if (auto begun = beginElsewhere(arguments, job); !begun) return cli.fail(begun.error());
  Result<TrainingMeans> means = openMeans(cli, resolved->settings);
  if (!means) return cli.fail(means.error());
  Result<std::filesystem::path> folder = runFolder(arguments, resolved->project.network.name);
  if (!folder) return cli.fail(folder.error());
  job.engine = means->engine.get();
  job.spare = means->spare;
  job.data = means->data;
  job.folder = *folder;

  const Result<TrainingMemory> memory =
      predictMemory(resolved->project.network, layerCatalog(), *means->engine, resolved->settings);
  const uint64_t images = means->data->train.pixels.size() + means->data->test.pixels.size();
  cli.note("Training " + resolved->project.network.name + " (" + withThousands(checked->parameters) +
           " parameters) on " + means->data->name + " with " + means->engine->description() +
           "; the run is kept in " + folder->string() + "." +
           (memory ? " It takes " + bytesText(memory->total()) + " of memory, and " + bytesText(images) +
                         " for the images."
                   : ""));
  const Result<TrainingOutcome> outcome = runTraining(cli, std::move(job), {}, Interruption());
  if (!outcome) return cli.fail(outcome.error());
  reportEnd(cli, *outcome, *folder);
}

}  // namespace

void addTrainCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("train", "Train a network");
  auto arguments = std::make_shared<TrainArguments>();
  arguments->network.add(*command);
  arguments->network.addSettingFlags(*command);
  command->add_option("--out", arguments->out, "Folder of the run; by default a new one among your runs")
      ->envname("BYPATH_OUT");
  command->add_flag("--resume", arguments->resume,
                    "Go on from the last checkpoint in --out, or start where there is none");
  CLI::Option* from = command->add_option(
      "--from", arguments->from,
      "Branch: a new run that goes on from this checkpoint of the same network, with its step and optimizer");
  command
      ->add_option(
          "--weights", arguments->weights,
          "Begin with the weights of this run or checkpoint, of every layer whose path and shapes match")
      ->excludes(from);
  command->callback([&cli, arguments] { train(cli, *arguments); });
}

}  // namespace bypath
