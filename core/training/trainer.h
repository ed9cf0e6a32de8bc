// Trains a network on the calling thread, publishing what it sees through a TrainingFeed and into a RunStore.
// Commands may come from any thread and are read between steps.
//
//   auto feed = std::make_shared<TrainingFeed>();
//   Trainer trainer({.network = spec, .settings = settings, .layers = &layerCatalog(), .engine =
//   engine.get(),
//                    .data = set, .folder = "runs/7"}, feed);
//   std::jthread thread([&] { outcome = trainer.run(); });
//   trainer.commands().pause();
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/network/layer_type.h"
#include "core/network/project_file.h"
#include "core/training/feed.h"

namespace bypath {

class TrainerCommands {
 public:
  void pause();
  void resume();
  void singleStep();  // one step, then paused again
  void stop();        // a checkpoint is written, then run() returns
  void stopAfterEpoch(bool wanted);
  void setLearningRate(double rate);
  // Other values for settings that may change while a run goes on (steerableSettings); the last say counts.
  void change(const Attributes& settings);
  // Leaves out the branch of a residual block, by its drawn path, or takes it in again.
  void mute(const std::string& block, bool muted);
  void setProbes(const ProbeRequest& request);

 private:
  friend class TrainingRun;
  // What there is to do before the next step.
  struct Orders {
    bool stop = false;
    std::optional<double> rate;
    Attributes changes;
    std::map<std::string, bool> muted;  // by drawn path
    std::optional<ProbeRequest> probes;
  };
  // Waits while paused; `waiting` is told when that begins (true) and ends (false).
  Orders take(const std::function<void(bool)>& waiting);
  bool stopAsked();
  bool stopAfterEpochAsked();
  // Until pause(), resume(), singleStep(), stop() or so much later; whether a stop is asked for.
  bool waitOrStop(std::chrono::milliseconds time);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool paused_ = false;
  int singleSteps_ = 0;
  bool stopAfterEpoch_ = false;
  Orders orders_;
};

// Keys of the settings that TrainerCommands::change() takes.
const std::vector<std::string>& steerableSettings();

struct TrainingJob {
  Project project;      // the network, its layout and the settings; saved beside the run
  Attributes settings;  // resolved (mergeSettings)
  const LayerCatalog* layers = nullptr;
  Engine* engine = nullptr;
  // Makes the engine to go on with when that one is lost on the way; none: the run ends then.
  std::function<std::unique_ptr<Engine>()> spare{};
  std::shared_ptr<const DataSet> data;
  std::filesystem::path folder;  // the run's; made if missing. Empty: nothing is written.
  // Go on from the folder's last checkpoint, or from the start where there is none.
  bool resume = false;
  // A new run begins where this checkpoint of the same network was: weights, optimizer and step. Empty: anew.
  std::filesystem::path branchFrom;
  // A new run begins with the weights of this checkpoint, of every layer whose path and shapes match.
  std::filesystem::path weightsFrom;
};

struct TrainingOutcome {
  TrainerState state =
      TrainerState::finished;          // finished, stopped (by command), failed never: that is an Error
  int64_t steps = 0;                   // done, of the whole run
  std::map<std::string, double> last;  // the last epoch's values
};

class Trainer {
 public:
  Trainer(TrainingJob job, std::shared_ptr<TrainingFeed> feed);
  ~Trainer();
  TrainerCommands& commands();
  // Errors: bad network (data), does not fit (resources), diverged (diverged), file trouble (io).
  Result<TrainingOutcome> run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bypath
