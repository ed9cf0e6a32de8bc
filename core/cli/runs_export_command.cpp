// `runs export`: the curves of a run for other programs.
#include "core/cli/runs_command.h"

namespace bypath {

namespace {

struct ExportArguments {
  std::string run, format, target;
};

void exportRun(Cli& cli, const ExportArguments& arguments) {
  const Result<RunStore> store = openRun(arguments.run);
  if (!store) return cli.fail(store.error());
  const Result<void> written = arguments.format == "csv" ? exportCsv(*store, arguments.target)
                                                         : exportTensorBoard(*store, arguments.target);
  if (!written) return cli.fail(written.error());
  if (cli.json) return cli.print({{"file", arguments.target}, {"format", arguments.format}});
  cli.note("Wrote " + arguments.target + ".");
}

}  // namespace

void addRunsExport(CLI::App& runs, Cli& cli) {
  CLI::App* command = runs.add_subcommand("export", "Write a run's curves for TensorBoard, or as CSV");
  auto arguments = std::make_shared<ExportArguments>();
  command->add_option("RUN", arguments->run, "A run's folder, its id or a checkpoint file")->required();
  command->add_option("--format", arguments->format, "tensorboard or csv")
      ->required()
      ->check(CLI::IsMember({"tensorboard", "csv"}));
  command
      ->add_option("-o,--output", arguments->target,
                   "The CSV file; of TensorBoard the folder, for `tensorboard --logdir`")
      ->required();
  command->callback([=, &cli] { exportRun(cli, *arguments); });
}

}  // namespace bypath
