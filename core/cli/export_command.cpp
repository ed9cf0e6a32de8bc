// bypath export: a trained network, or a part of it, for use elsewhere.
#include "core/cli/cli.h"
#include "core/exchange/export_format.h"
#include "core/layers/catalog.h"
#include "core/training/known_facts.h"

namespace bypath {
namespace {

struct ExportArguments {
  RunArguments run;
  DataArguments data{.name = "", .folder = ""};
  std::string format, part, output;
  int opset = 13;
  bool fold = false, sample = false, force = false;
};

std::string formatNames() {
  std::string names;
  for (const ExportFormat* format : exportFormats()) names += (names.empty() ? "" : ", ") + format->id;
  return names;
}

Result<const ExportFormat*> formatOf(const ExportArguments& arguments) {
  const ExportFormat* format =
      arguments.format.empty() ? exportFormatOf(arguments.output) : findExportFormat(arguments.format);
  if (!format)
    return Error{
        ErrorKind::usage,
        arguments.format.empty()
            ? "The name " + arguments.output + " does not say the format; add --format " + formatNames() + "."
            : "There is no format '" + arguments.format + "'; there are " + formatNames() + "."};
  const auto refuse = [&](bool asked, bool applies, const char* option) -> Result<void> {
    if (!asked || applies) return {};
    return Error{ErrorKind::usage, std::string(option) + " is not for " + format->title + "."};
  };
  for (const Result<void>& refused : {refuse(arguments.fold, format->folds, "--fold"),
                                      refuse(arguments.sample, format->samples, "--sample"),
                                      refuse(arguments.opset != 13, format->opset, "--opset")})
    if (!refused) return refused.error();
  return format;
}

void exportRun(Cli& cli, ExportArguments arguments) {
  const Result<const ExportFormat*> format = formatOf(arguments);
  if (!format) return cli.fail(format.error());
  Result<Model> model = arguments.run.load();
  if (!model) return cli.fail(model.error());
  // Own answers are the exact ones.
  arguments.run.engine.winograd = "off";
  Result<std::unique_ptr<Engine>> engine = arguments.run.openEngine(cli);
  if (!engine) return cli.fail(engine.error());
  arguments.data.completeFrom(*model);
  Result<std::shared_ptr<const DataSet>> data = arguments.data.open(cli);
  if (!data)
    cli.note("Classes, mean and deviation are left out, because the data set cannot be read: " +
             data.error().message);
  const ModelFacts facts = factsOf(*model, layerCatalog(), data ? data->get() : nullptr);
  const Result<ExportReport> report = exportNetwork(
      {model->project.network, layerCatalog(), *model->parameters, facts}, **engine,
      {.format = **format,
       .file = arguments.output,
       .leaving = {.part = arguments.part, .foldNormalisation = arguments.fold, .sampling = arguments.sample},
       .opset = arguments.opset,
       .overwrite = arguments.force});
  if (!report) return cli.fail(report.error());
  for (const std::string& note : report->notes) cli.note(note);
  std::vector<std::string> files;
  for (const std::filesystem::path& file : report->files) files.push_back(file.string());
  if (cli.json)
    return cli.print({{"file", files[0]},
                      {"files", files},
                      {"format", (*format)->id},
                      {"bytes", report->bytes},
                      {"max_abs_difference", report->comparison.largest},
                      {"compared", report->comparison.by}});
  for (const std::string& file : files) cli.say("Wrote " + file + ".");
  cli.say("Largest difference from the network's own output: " + scientificText(report->comparison.largest) +
          " (" + report->comparison.by + ").");
}

}  // namespace

void addExportCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand(
      "export",
      "Write a trained network, or one part of it, for use elsewhere; read back and compared first");
  auto arguments = std::make_shared<ExportArguments>();
  arguments->run.add(*command);
  arguments->data.add(*command);
  command->add_option("--format", arguments->format, formatNames() + "; else what the file's name says");
  command->add_option("--part", arguments->part, "Only this part, such as encoder or decoder");
  command->add_option("-o,--output", arguments->output, "The file to write")->required();
  command->add_option("--opset", arguments->opset, "Of ONNX: 13 (what most programs read) or 17")
      ->check(CLI::IsMember({13, 17}));
  command->add_flag("--fold", arguments->fold,
                    "Batch norms behind convolutions become part of their weights");
  command->add_flag("--sample", arguments->sample,
                    "The code of an autoencoder is drawn inside the graph, not its mean");
  command->add_flag("--force", arguments->force, "Overwrite files that are there");
  command->callback([&cli, arguments] { exportRun(cli, *arguments); });
}

}  // namespace bypath
