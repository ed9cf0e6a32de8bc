// The program `bypath`: what its commands share. A command is one file with one add...Command function,
// listed in commands.cpp. Data goes to standard output, messages and progress to standard error.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/data/data_set.h"
#include "core/engines/choice/engine_choice.h"
#include "core/engines/engine.h"
#include "core/experiments/resolve.h"
#include "core/network/check.h"
#include "core/network/project_file.h"
#include "core/training/model.h"

namespace bypath {

struct Cli {
  bool json = false;
  bool quiet = false;
  int exitCode = 0;

  // One JSON object on a line of standard output.
  void print(const nlohmann::json& object) const;
  // A line of standard output; nothing with --json.
  void say(const std::string& line) const;
  // A line of standard error; nothing with --quiet.
  void note(const std::string& line) const;
  // "bypath: <message>" on standard error; sets the exit code of its kind.
  void fail(const Error& error);
};

// NETWORK and its --set options: a .bypath file or a template's name.
struct NetworkArguments {
  std::string network;
  std::vector<std::string> sets;

  void add(CLI::App& command);
  // --epochs, --data and the like: settings by another spelling, which count more than --set.
  void addSettingFlags(CLI::App& command);
  // The keys and values of all of them; what is not key=value is an error.
  Result<std::map<std::string, std::string>> texts() const;

 private:
  std::map<std::string, std::string> flags_;
};

Result<ResolvedNetwork> resolveNetwork(const NetworkArguments& arguments);

// The engine, and a note on standard error where it is another than was asked for.
Result<std::unique_ptr<Engine>> openEngine(const Cli& cli, const EngineChoice& choice);

// --data and --data-dir of the commands that read pictures.
struct DataArguments {
  std::string name = "shapes";
  std::string folder;

  void add(CLI::App& command);
  // Where no name or folder is given, those the run was trained on.
  void completeFrom(const Model& model);
  // Opens the set; progress is shown on a terminal.
  Result<std::shared_ptr<const DataSet>> open(const Cli& cli) const;
};

// The checkpoint that RUN names: itself, or the first of these names that the run's folder has.
Result<std::filesystem::path> checkpointOf(const std::string& run, std::initializer_list<const char*> names);

// RUN and the engine to run it on, of the commands that read a trained network.
struct RunArguments {
  std::string run;
  EngineChoice engine;

  void add(CLI::App& command);
  Result<Model> load() const;
  Result<std::unique_ptr<Engine>> openEngine(const Cli& cli) const;
};

// A progress bar on standard error, drawn only on a terminal and without --quiet or --json.
class ProgressBar {
 public:
  explicit ProgressBar(const Cli& cli);
  ~ProgressBar();
  void show(double fraction, const std::string& text);
  void clear();
  bool visible() const { return visible_; }

 private:
  bool visible_;
  bool drawn_ = false;
};

// Columns padded to the same width; the first row is the heading, numbers stand to the right.
std::string table(const std::vector<std::vector<std::string>>& rows);
// "1.234e-05"
std::string scientificText(double value);

void addTemplatesCommand(CLI::App& app, Cli& cli);
void addShowCommand(CLI::App& app, Cli& cli);
void addNewCommand(CLI::App& app, Cli& cli);
void addTrainCommand(CLI::App& app, Cli& cli);
void addSweepCommand(CLI::App& app, Cli& cli);
void addQueueCommand(CLI::App& app, Cli& cli);
void addGrowCommand(CLI::App& app, Cli& cli);
void addEvalCommand(CLI::App& app, Cli& cli);
void addPredictCommand(CLI::App& app, Cli& cli);
void addExportCommand(CLI::App& app, Cli& cli);
void addImportCommand(CLI::App& app, Cli& cli);
void addRateCommand(CLI::App& app, Cli& cli);
void addSampleCommand(CLI::App& app, Cli& cli);
void addReconstructCommand(CLI::App& app, Cli& cli);
void addFlowCommand(CLI::App& app, Cli& cli);
void addLesionCommand(CLI::App& app, Cli& cli);
void addDoctorCommand(CLI::App& app, Cli& cli);
void addLandscapeCommand(CLI::App& app, Cli& cli);
void addShatteredCommand(CLI::App& app, Cli& cli);
void addConfusionCommand(CLI::App& app, Cli& cli);
void addLatentCommand(CLI::App& app, Cli& cli);
void addLookCommand(CLI::App& app, Cli& cli);
void addBenchCommand(CLI::App& app, Cli& cli);
void addExplainCommand(CLI::App& app, Cli& cli);
void addSelfcheckCommand(CLI::App& app, Cli& cli);
void addDataCommand(CLI::App& app, Cli& cli);
void addRunsCommand(CLI::App& app, Cli& cli);

// The whole program; returns the exit code.
int runCli(int argc, const char* const* argv);

}  // namespace bypath
