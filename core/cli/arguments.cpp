// What NETWORK, --set, --data and --engine mean.
#include "core/cli/cli.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

void NetworkArguments::add(CLI::App& command) {
  command.add_option("NETWORK", network, "A .bypath file, or a template's name (see `bypath templates`)")
      ->required();
  command.add_option("--set", sets, "key=value: a parameter of the template, or a training setting")
      ->allow_extra_args(false);
}

void NetworkArguments::addSettingFlags(CLI::App& command) {
  for (const auto& [flag, key] :
       std::initializer_list<std::pair<const char*, const char*>>{{"--data", "data"},
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
                                                                  {"--checkpoint-every", "checkpoint_every"}})
    command.add_option_function<std::string>(
        flag, [this, key = std::string(key)](const std::string& value) { flags_[key] = value; },
        trainingSchema().find(key)->help);
  command.add_flag_callback(
      "--fast", [this] { flags_["fast"] = "true"; }, trainingSchema().find("fast")->help);
}

Result<std::map<std::string, std::string>> NetworkArguments::texts() const {
  std::map<std::string, std::string> all;
  for (const std::string& text : sets) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return Error{ErrorKind::usage,
                   "--set " + text + " is not key=value; write --set depth=20, for example."};
    all[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [key, value] : flags_) all[key] = value;
  return all;
}

Result<ResolvedNetwork> resolveNetwork(const NetworkArguments& arguments) {
  const Result<std::map<std::string, std::string>> texts = arguments.texts();
  if (!texts) return texts.error();
  return resolveNetwork(arguments.network, *texts);
}

Result<std::unique_ptr<Engine>> openEngine(const Cli& cli, const EngineChoice& choice) {
  Result<MadeEngine> made = makeEngine(choice);
  if (!made) return made.error();
  if (!made->note.empty()) cli.note(made->note);
  return std::move(made->engine);
}

void DataArguments::add(CLI::App& command) {
  command.add_option("--data", name, "Data set (see `bypath data list`)");
  command.add_option("--data-dir", folder,
                     "Folder that holds it, such as the parent of cifar-10-batches-bin");
}

void DataArguments::completeFrom(const Model& model) {
  const AttributeReader settings(trainingSchema(), model.settings);
  if (name.empty()) name = settings.text("data");
  if (folder.empty()) folder = settings.text("data_dir");
}

Result<std::shared_ptr<const DataSet>> DataArguments::open(const Cli& cli) const {
  ProgressBar bar(cli);
  return openDataSet(name, folder, [&](double fraction) { bar.show(fraction, "reading " + name); });
}

void RunArguments::add(CLI::App& command) {
  command.add_option("RUN", run, "A run's folder, its id or a checkpoint file")->required();
  command.add_option("--engine", engine.name, "cpu, cuda, reference or check");
  command.add_option("--threads", engine.threads, "Threads; 0: all")->check(CLI::Range(0, 1024));
}

Result<std::filesystem::path> checkpointOf(const std::string& run, std::initializer_list<const char*> names) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(run, ignored)) return std::filesystem::path(run);
  Result<std::filesystem::path> folder = findRun(run);
  if (!folder) return folder;
  for (const char* name : names)
    if (std::filesystem::exists(*folder / name, ignored)) return *folder / name;
  return Error{ErrorKind::io, "There is no checkpoint in " + folder->string() +
                                  "; train first, or wait until the run has written one."};
}

Result<Model> RunArguments::load() const {
  Result<std::filesystem::path> checkpoint = checkpointOf(run, {lastCheckpointName});
  if (!checkpoint) return checkpoint.error();
  return loadModel(*checkpoint, layerCatalog());
}

Result<std::unique_ptr<Engine>> RunArguments::openEngine(const Cli& cli) const {
  return bypath::openEngine(cli, engine);
}

}  // namespace bypath
