#include "core/cli/run_training.h"

#include <chrono>
#include <csignal>
#include <thread>

#include "core/cli/training_reporter.h"
#include "core/layers/catalog.h"
#include "core/training/settings.h"

namespace bypath {

namespace {

std::atomic<bool> interrupted{false};

void onInterrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

Result<TrainingOutcome> guarded(Trainer& trainer) {
  try {
    return trainer.run();
  } catch (const std::exception& e) {  // the engines disagree
    return Error{ErrorKind::data, e.what()};
  }
}

}  // namespace

Interruption::Interruption() {
  interrupted = false;
  std::signal(SIGINT, onInterrupt);
  std::signal(SIGTERM, onInterrupt);
}

Interruption::~Interruption() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool Interruption::asked() const {
  return interrupted;
}

Result<TrainingMeans> openMeans(const Cli& cli, const Attributes& given,
                                std::shared_ptr<const DataSet> data) {
  const AttributeReader settings(trainingSchema(), given);
  if (!data) {
    const DataArguments source{settings.text("data"), settings.text("data_dir")};
    Result<std::shared_ptr<const DataSet>> opened = source.open(cli);
    if (!opened) return opened.error();
    data = std::move(*opened);
  }
  const EngineChoice choice = EngineChoice::of(settings);
  Result<std::unique_ptr<Engine>> engine = openEngine(cli, choice);
  if (!engine) return engine.error();
  return TrainingMeans{std::move(data), std::move(*engine), [choice] { return makeSpareEngine(choice); }};
}

Result<TrainingOutcome> runTraining(const Cli& cli, TrainingJob job, const TrainingReport& report,
                                    const Interruption& interruption) {
  auto feed = std::make_shared<TrainingFeed>();
  Trainer trainer(std::move(job), feed);
  TrainingReporter reporter(cli, report);
  std::atomic<bool> done{false};
  Result<TrainingOutcome> outcome = Error{};
  std::jthread thread([&] {
    outcome = guarded(trainer);
    done = true;
  });
  bool asked = false;
  for (bool last = false; !last;) {
    last = done;
    if (interruption.asked() && !asked) {
      asked = true;
      trainer.commands().stop();
    }
    for (const FeedEvent& event : feed->drain()) reporter.report(event);
    if (!last) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  thread.join();
  return outcome;
}

}  // namespace bypath
