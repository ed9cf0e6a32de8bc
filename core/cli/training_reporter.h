// What a person sees of a run on the command line.
#pragma once

#include "core/cli/run_training.h"

namespace bypath {

// JSON lines, or lines for epochs and a bar (on a terminal) or lines for steps (elsewhere).
class TrainingReporter {
 public:
  TrainingReporter(const Cli& cli, const TrainingReport& report) : cli_(cli), report_(report), bar_(cli) {}
  void report(const FeedEvent& event);

 private:
  void say(const std::string& line) const;
  void reportStep(const FeedEvent& event);
  void reportJson(const FeedEvent& event) const;

  const Cli& cli_;
  const TrainingReport& report_;
  ProgressBar bar_;
};

}  // namespace bypath
