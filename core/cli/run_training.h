// Runs a Trainer the way every command does that trains: on a thread of its own, reported as it goes, and
// ended with a checkpoint by Ctrl-C.
//
//   Interruption interruption;
//   Result<TrainingOutcome> outcome = runTraining(cli, job, {}, interruption);
#pragma once

#include "core/cli/cli.h"
#include "core/training/trainer.h"

namespace bypath {

// Catches Ctrl-C and SIGTERM while it lives: the first asks for an end, the second ends the program at once.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  bool asked() const;
};

// What a network needs to be trained, besides a folder.
struct TrainingMeans {
  std::shared_ptr<const DataSet> data;
  std::unique_ptr<Engine> engine;
  std::function<std::unique_ptr<Engine>()> spare;
};
// Opens the data set too, where it is not known already.
Result<TrainingMeans> openMeans(const Cli& cli, const Attributes& settings,
                                std::shared_ptr<const DataSet> data = nullptr);

struct TrainingReport {
  bool isData = true;  // goes to standard output, as JSON with --json; else to standard error, as messages
  std::string label;   // in front of every line
};
Result<TrainingOutcome> runTraining(const Cli& cli, TrainingJob job, const TrainingReport& report,
                                    const Interruption& interruption);

}  // namespace bypath
