#include <filesystem>

#include "core/cli/cli.h"

namespace bypath {

namespace {

void writeNew(Cli& cli, const NetworkArguments& arguments, const std::string& target, bool overwrite) {
  Result<ResolvedNetwork> resolved = resolveNetwork(arguments);
  if (!resolved) return cli.fail(resolved.error());
  std::error_code ignored;
  if (!overwrite && std::filesystem::exists(target, ignored))
    return cli.fail(
        {ErrorKind::usage, target + " is there already; choose another name, or add --force to replace it."});
  resolved->project.training = resolved->settings;
  if (auto written = writeProject(target, resolved->project); !written) return cli.fail(written.error());
  if (cli.json)
    cli.print({{"file", target}});
  else
    cli.say("Wrote " + target + ". Open it with bypath-studio, or train it with `bypath train " + target +
            "`.");
}

}  // namespace

void addNewCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("new", "Write a template as an editable project");
  auto arguments = std::make_shared<NetworkArguments>();
  auto target = std::make_shared<std::string>();
  auto force = std::make_shared<bool>(false);
  arguments->add(*command);
  command->add_option("-o,--output", *target, "The .bypath file to write")->required();
  command->add_flag("--force", *force, "Replace an existing file");
  command->callback([=, &cli] { writeNew(cli, *arguments, *target, *force); });
}

}  // namespace bypath
