// What NETWORK, --set, --data and --engine mean.
#include "core/cli/cli.h"
#include "core/engines/check/check_engine.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/reference/reference_engine.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/templates/catalog.h"
#include "core/training/run_files.h"
#include "core/training/settings.h"

namespace bypath {

void NetworkArguments::add(CLI::App& command) {
  command.add_option("NETWORK", network, "A .bypath file, or a template's name (see `bypath templates`)")
      ->required();
  command.add_option("--set", sets, "key=value: a parameter of the template, or a training setting")
      ->allow_extra_args(false);
}

namespace {

struct Setting {
  std::string key, value;
};

Result<Setting> splitSetting(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return Error{ErrorKind::usage, "--set " + text + " is not key=value; write --set depth=20, for example."};
  return Setting{text.substr(0, equals), text.substr(equals + 1)};
}

std::string keysOf(const AttributeSchema& schema) {
  std::string keys;
  for (const AttributeDescription& d : schema.list()) keys += (keys.empty() ? "" : ", ") + d.key;
  return keys;
}

bool isFile(const std::string& network) {
  return network.find('/') != std::string::npos || network.ends_with(".bypath");
}

}  // namespace

Result<ResolvedNetwork> resolveNetwork(const NetworkArguments& arguments) {
  const TemplateType* type = isFile(arguments.network) ? nullptr : findTemplate(arguments.network);
  Attributes parameters, flags;
  for (const std::string& text : arguments.sets) {
    Result<Setting> setting = splitSetting(text);
    if (!setting) return setting.error();
    const bool ofTemplate = type && type->parameters.find(setting->key);
    const AttributeSchema& schema = ofTemplate ? type->parameters : trainingSchema();
    if (!schema.find(setting->key))
      return Error{
          ErrorKind::usage,
          "There is no setting \"" + setting->key + "\"." +
              (type ? " Template " + type->id + " takes " + keysOf(type->parameters) + "." : std::string()) +
              " Training takes " + keysOf(trainingSchema()) + "."};
    Result<AttributeValue> value = schema.parse(setting->key, setting->value);
    if (!value) return Error{ErrorKind::usage, value.error().message};
    (ofTemplate ? parameters : flags)[setting->key] = *value;
  }

  ResolvedNetwork resolved;
  Attributes defaults;
  if (isFile(arguments.network)) {
    Result<Project> project = readProject(arguments.network);
    if (!project) return project.error();
    resolved.project = std::move(*project);
  } else {
    Result<NetworkSpec> network = buildTemplate(arguments.network, parameters);
    if (!network) return network.error();
    resolved.project.network = std::move(*network);
    resolved.project.training = type->training;
  }
  Result<Attributes> environment = trainingFromEnvironment();
  if (!environment) return environment.error();
  resolved.settings = mergeSettings(mergeSettings(resolved.project.training, *environment), flags);
  if (auto valid = trainingSchema().validate(resolved.settings, "the training settings"); !valid)
    return Error{ErrorKind::usage, valid.error().message};
  return resolved;
}

EngineArguments EngineArguments::of(const AttributeReader& settings) {
  return {.name = settings.text("engine"),
          .threads = static_cast<int>(settings.integer("threads")),
          .winograd = winogradUse(settings.text("winograd")),
          .bf16 = settings.text("precision") == "bf16"};
}

Result<std::unique_ptr<Engine>> makeEngine(const EngineArguments& arguments) {
  constexpr double checkTolerance = 2e-4;
  const CpuOptions cpu{.threads = arguments.threads, .bf16 = arguments.bf16, .winograd = arguments.winograd};
  if (arguments.bf16)
    if (const std::string problem = bf16Problem(); !problem.empty()) return Error{ErrorKind::usage, problem};
  if (arguments.name == "cpu") return makeCpuEngine(cpu);
  if (arguments.name == "reference") return makeReferenceEngine();
  if (arguments.name == "check")
    return makeCheckEngine(makeCpuEngine(cpu), makeReferenceEngine(), checkTolerance);
  return Error{ErrorKind::usage, "There is no engine \"" + arguments.name +
                                     "\" in this build; choose cpu, reference or check."};
}

void DataArguments::add(CLI::App& command) {
  command.add_option("--data", name, "Data set (see `bypath data list`)");
  command.add_option("--data-dir", folder,
                     "Folder that holds it, such as the parent of cifar-10-batches-bin");
}

Result<std::shared_ptr<const DataSet>> DataArguments::open(const Cli& cli) const {
  ProgressBar bar(cli);
  return openDataSet(name, folder, [&](double fraction) { bar.show(fraction, "reading " + name); });
}

void RunArguments::add(CLI::App& command) {
  command.add_option("RUN", run, "A run's folder, its id or a checkpoint file")->required();
  command.add_option("--engine", engine.name, "cpu, reference or check");
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

Result<std::unique_ptr<Engine>> RunArguments::makeEngine() const {
  return bypath::makeEngine(engine);
}

}  // namespace bypath
