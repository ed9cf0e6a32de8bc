// bypath import: a model that was trained elsewhere, as a run of this program.
#include "core/cli/cli.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/import_model.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/training/adopted_run.h"

namespace bypath {
namespace {

struct ImportArguments {
  std::string file, into, out, project, data;
  std::vector<std::string> sets;
};

// What stands in the file, in a network of its own or in the one that was named.
Result<BroughtIn> broughtIn(const ImportArguments& arguments, Engine& engine, Attributes& training) {
  if (arguments.into.empty()) return importModel(arguments.file, layerCatalog(), engine, nullptr);
  NetworkArguments named;
  named.network = arguments.into;
  named.sets = arguments.sets;
  const Result<ResolvedNetwork> network = resolveNetwork(named);
  if (!network) return network.error();
  training = network->project.training;
  return importModel(arguments.file, layerCatalog(), engine, &network->project.network);
}

void importFile(Cli& cli, const ImportArguments& arguments) {
  const std::unique_ptr<Engine> engine = makeCpuEngine({.winograd = WinogradUse::off});
  Attributes training;
  Result<BroughtIn> model = broughtIn(arguments, *engine, training);
  if (!model) return cli.fail(model.error());
  const std::filesystem::path file = arguments.file;
  if (model->network.name.empty()) model->network.name = file.stem().string();
  if (!arguments.data.empty()) training["data"] = arguments.data;
  const Project project{.network = model->network, .training = training};
  if (!arguments.project.empty()) {
    std::error_code ignored;
    if (std::filesystem::exists(arguments.project, ignored))
      return cli.fail({ErrorKind::usage, arguments.project + " is there already; give another name."});
  }
  const Result<std::filesystem::path> folder = arguments.out.empty()
                                                   ? newRunFolder(model->network.name)
                                                   : Result<std::filesystem::path>(arguments.out);
  if (!folder) return cli.fail(folder.error());
  const Result<void> adopted = adoptRun(
      *folder,
      {.project = project, .weights = model->weights, .note = "Imported from " + file.filename().string()});
  if (!adopted) return cli.fail(adopted.error());
  if (!arguments.project.empty())
    if (auto written = writeProject(arguments.project, project); !written) return cli.fail(written.error());

  const CheckedNetwork checked = check(model->network, layerCatalog());
  if (cli.json) {
    nlohmann::json object = {{"file", arguments.file},
                             {"run", folder->string()},
                             {"parameters", checked.parameters},
                             {"notes", model->notes},
                             {"max_abs_difference", nullptr}};
    if (model->compared) object["max_abs_difference"] = model->comparison.largest;
    return cli.print(object);
  }
  for (const std::string& note : model->notes) cli.note(note);
  cli.say("Made the run " + folder->string() + " of " + arguments.file + ", " +
          std::to_string(checked.parameters) + " parameters.");
  if (model->compared)
    cli.say("Largest difference from what the file says: " + scientificText(model->comparison.largest) +
            " (" + model->comparison.by + ").");
}

}  // namespace

void addImportCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "import", "Bring a model in that was trained elsewhere: ONNX, or safetensors into a network");
  auto arguments = std::make_shared<ImportArguments>();
  command->add_option("FILE", arguments->file, "An .onnx or a .safetensors file")->required();
  command->add_option(
      "--into", arguments->into,
      "The network that takes the weights: a .bypath file or a template; safetensors need one");
  command->add_option("--set", arguments->sets, "key=value, a parameter of that template");
  command->add_option("--out", arguments->out, "The run's folder; else a new one among your runs");
  command->add_option("-o,--output", arguments->project, "Also write the network as a .bypath project");
  command->add_option("--data", arguments->data, "The data set that the run is looked at with");
  command->callback([&cli, arguments] { importFile(cli, *arguments); });
}

}  // namespace bypath
