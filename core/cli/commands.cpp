#include <cstdio>
#include <iostream>
#include <new>

#include "core/base/version.h"
#include "core/cli/cli.h"

namespace bypath {

int runCli(int argc, const char* const* argv) {
  Cli cli;
  CLI::App app{"Bypath: residual networks, designed, trained and looked into.", "bypath"};
  app.set_version_flag("--version", std::string("bypath ") + programVersion);
  app.add_flag("--json", cli.json, "One JSON object a line on standard output, and nothing else");
  app.add_flag("-q,--quiet", cli.quiet, "No messages and no progress");
  app.fallthrough();
  app.require_subcommand(1);
  app.footer(
      "NETWORK is a .bypath file or the name of a template; RUN is a run's folder, its id or a checkpoint.\n"
      "Exit codes: 0 done, 2 usage, 3 bad data or file, 4 diverged, 5 does not fit, 6 input/output, 130 "
      "interrupted.");

  addTemplatesCommand(app, cli);
  addShowCommand(app, cli);
  addNewCommand(app, cli);
  addTrainCommand(app, cli);
  addSweepCommand(app, cli);
  addQueueCommand(app, cli);
  addGrowCommand(app, cli);
  addEvalCommand(app, cli);
  addPredictCommand(app, cli);
  addExportCommand(app, cli);
  addImportCommand(app, cli);
  addRateCommand(app, cli);
  addSampleCommand(app, cli);
  addReconstructCommand(app, cli);
  addFlowCommand(app, cli);
  addLesionCommand(app, cli);
  addDoctorCommand(app, cli);
  addLandscapeCommand(app, cli);
  addShatteredCommand(app, cli);
  addConfusionCommand(app, cli);
  addLatentCommand(app, cli);
  addLookCommand(app, cli);
  addBenchCommand(app, cli);
  addExplainCommand(app, cli);
  addSelfcheckCommand(app, cli);
  addDataCommand(app, cli);
  addRunsCommand(app, cli);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(ErrorKind::usage);
  } catch (const std::bad_alloc&) {
    cli.fail(
        {ErrorKind::resources, "There is not enough memory for this. Choose a smaller batch or network."});
  } catch (const std::exception& e) {
    cli.fail(
        {ErrorKind::data, std::string("Something unexpected happened: ") + e.what() + ". Please report it."});
  }
  std::cout.flush();
  if (!std::cout && cli.exitCode == 0) return static_cast<int>(ErrorKind::io);
  return cli.exitCode;
}

}  // namespace bypath
