#include <csignal>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/training/settings.h"
#include "core/training/trainer.h"

namespace bypath {

namespace {

std::atomic<bool> interrupted{false};

// The first Ctrl-C asks for a checkpoint and an end, the second ends at once.
void onInterrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

struct TrainArguments {
  NetworkArguments network;
  std::string out;
  bool resume = false;
  // Flags that are settings by another spelling.
  std::map<std::string, std::string> flags;
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text,
                std::abs(value) >= 100                  ? "%.1f"
                : std::abs(value) >= 0.01 || value == 0 ? "%.4f"
                                                        : "%.3g",
                value);
  return text;
}

std::string duration(double seconds) {
  char text[32];
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds));
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%lldh %02lldm", static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole / 60 % 60));
  else
    std::snprintf(text, sizeof text, "%lldm %02llds", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
  return text;
}

// What a person sees of a run: JSON lines, or lines for epochs and a bar (on a terminal) or lines for steps
// (elsewhere).
class Reporter {
 public:
  explicit Reporter(const Cli& cli) : cli_(cli), bar_(cli) {}

  void report(const FeedEvent& event) {
    if (cli_.json) return reportJson(event);
    switch (event.kind) {
      case FeedEventKind::step:
        if (bar_.visible())
          bar_.show(event.steps ? static_cast<double>(event.step) / static_cast<double>(event.steps) : 0,
                    progress(event));
        else if (!cli_.quiet)
          cli_.say("step " + std::to_string(event.step) + "/" + std::to_string(event.steps) + values(event));
        break;
      case FeedEventKind::epoch:
        bar_.clear();
        cli_.say("epoch " + std::to_string(event.epoch) + "/" + std::to_string(event.epochs) + values(event) +
                 ", " + duration(event.seconds));
        break;
      case FeedEventKind::mark:
      case FeedEventKind::message:
        bar_.clear();
        cli_.note(event.text);
        break;
      default:
        break;
    }
  }

  void finish() { bar_.clear(); }

 private:
  static std::string values(const FeedEvent& event) {
    std::string text;
    for (const auto& [name, value] : event.values)
      if (name != "images_per_second") text += ", " + name + " " + number(value);
    const auto speed = event.values.find("images_per_second");
    if (speed != event.values.end())
      text += ", " + std::to_string(static_cast<int64_t>(speed->second)) + " images/s";
    return text;
  }

  static std::string progress(const FeedEvent& event) {
    std::string text = "epoch " + std::to_string(event.epoch) + "/" + std::to_string(event.epochs) +
                       "  step " + std::to_string(event.step) + "/" + std::to_string(event.steps);
    if (const auto loss = event.values.find("loss"); loss != event.values.end())
      text += "  loss " + number(loss->second);
    if (const auto accuracy = event.values.find("accuracy"); accuracy != event.values.end())
      text += "  accuracy " + number(accuracy->second);
    if (const auto speed = event.values.find("images_per_second"); speed != event.values.end())
      text += "  " + std::to_string(static_cast<int64_t>(speed->second)) + " images/s";
    if (event.step > 0)
      text += "  " +
              duration(event.seconds * static_cast<double>(event.steps - event.step) /
                       static_cast<double>(event.step)) +
              " left";
    return text;
  }

  void reportJson(const FeedEvent& event) const {
    const char* kind = event.kind == FeedEventKind::step      ? "step"
                       : event.kind == FeedEventKind::epoch   ? "epoch"
                       : event.kind == FeedEventKind::mark    ? "mark"
                       : event.kind == FeedEventKind::message ? "message"
                                                              : nullptr;
    if (!kind) return;
    nlohmann::json object = event.values;
    object["event"] = kind;
    object["step"] = event.step;
    object["epoch"] = event.epoch;
    object["seconds"] = event.seconds;
    if (!event.text.empty()) object["text"] = event.text;
    cli_.print(object);
  }

  const Cli& cli_;
  ProgressBar bar_;
};

Result<std::filesystem::path> runFolder(const TrainArguments& arguments, const std::string& network) {
  if (!arguments.out.empty()) return std::filesystem::path(arguments.out);
  if (arguments.resume)
    return Error{ErrorKind::usage,
                 "--resume needs --out with the folder of the run to go on with (see `bypath runs list`)."};
  return newRunFolder(network);
}

void train(Cli& cli, TrainArguments& arguments) {
  for (const auto& [key, value] : arguments.flags)
    arguments.network.sets.push_back(std::string(key).append("=").append(value));
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments.network);
  if (!resolved) return cli.fail(resolved.error());
  const AttributeReader settings(trainingSchema(), resolved->settings);
  const DataArguments source{settings.text("data"), settings.text("data_dir")};

  const CheckedNetwork checked =
      check(resolved->project.network, layerCatalog(), {.batch = settings.integer("batch")});
  if (!checked.ok()) return cli.fail({ErrorKind::data, summarise(checked.diagnostics)});
  Result<std::shared_ptr<const DataSet>> data = source.open(cli);
  if (!data) return cli.fail(data.error());
  Result<std::unique_ptr<Engine>> engine = makeEngine(EngineArguments::of(settings));
  if (!engine) return cli.fail(engine.error());
  Result<std::filesystem::path> folder = runFolder(arguments, resolved->project.network.name);
  if (!folder) return cli.fail(folder.error());

  cli.note("Training " + resolved->project.network.name + " (" + withThousands(checked.parameters) +
           " parameters) on " + source.name + " with " + (*engine)->description() + "; the run is kept in " +
           folder->string() + ".");
  auto feed = std::make_shared<TrainingFeed>();
  Trainer trainer({.project = resolved->project,
                   .settings = resolved->settings,
                   .layers = &layerCatalog(),
                   .engine = engine->get(),
                   .data = *data,
                   .folder = *folder,
                   .resume = arguments.resume},
                  feed);

  interrupted = false;
  std::signal(SIGINT, onInterrupt);
  std::signal(SIGTERM, onInterrupt);
  Reporter reporter(cli);
  std::atomic<bool> done{false};
  Result<TrainingOutcome> outcome = Error{};
  std::jthread thread([&] {
    try {
      outcome = trainer.run();
    } catch (const std::exception& e) {  // the engines disagree, or there is no memory left
      outcome = Error{ErrorKind::data, e.what()};
    }
    done = true;
  });
  bool asked = false;
  for (bool last = false; !last;) {
    last = done;
    if (interrupted && !asked) {
      asked = true;
      trainer.commands().stop();
    }
    for (const FeedEvent& event : feed->drain()) reporter.report(event);
    if (!last) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  thread.join();
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  reporter.finish();

  if (!outcome) return cli.fail(outcome.error());
  if (outcome->state == TrainerState::stopped) {
    cli.note("Stopped at step " + std::to_string(outcome->steps) +
             "; go on with the same command and --out " + folder->string() + " --resume.");
    cli.exitCode = static_cast<int>(ErrorKind::interrupted);
  }
  if (cli.json) {
    nlohmann::json object = outcome->last;
    object["event"] = outcome->state == TrainerState::stopped ? "stopped" : "finished";
    object["step"] = outcome->steps;
    object["folder"] = folder->string();
    cli.print(object);
  } else if (outcome->state != TrainerState::stopped) {
    std::string line = "Done after " + withThousands(outcome->steps) + " steps";
    for (const char* name : {"val_loss", "val_accuracy"})
      if (const auto at = outcome->last.find(name); at != outcome->last.end())
        line += std::string(", ") +
                (std::string(name) == "val_loss" ? "validation loss " : "validation accuracy ") +
                number(at->second);
    cli.say(line + ".\nThe run, its curves and its weights are in " + folder->string());
  }
}

}  // namespace

void addTrainCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("train", "Train a network");
  auto arguments = std::make_shared<TrainArguments>();
  arguments->network.add(*command);
  for (const auto& [flag, key] : std::initializer_list<std::pair<const char*, const char*>>{
           {"--data", "data"},
           {"--data-dir", "data_dir"},
           {"--epochs", "epochs"},
           {"--steps", "steps"},
           {"--batch", "batch"},
           {"--seed", "seed"},
           {"--threads", "threads"},
           {"--engine", "engine"},
           {"--winograd", "winograd"},
           {"--precision", "precision"},
           {"--log-every", "log_every"},
           {"--learning-rate", "learning_rate"},
           {"--checkpoint-every", "checkpoint_every"}}) {
    command->add_option_function<std::string>(
        flag,
        [arguments, key = std::string(key)](const std::string& value) { arguments->flags[key] = value; },
        trainingSchema().find(key)->help);
  }
  command->add_option("--out", arguments->out, "Folder of the run; by default a new one among your runs");
  command->add_flag("--resume", arguments->resume,
                    "Go on from the last checkpoint in --out, or start where there is none");
  command->callback([&cli, arguments] { train(cli, *arguments); });
}

}  // namespace bypath
