// One run on a thread of its own, from reading the data to the last checkpoint. Commands count from the first
// moment on: one given before the network is ready is carried out once it is. The destructor stops the run
// and waits for it.
//
//   TrainerThread thread({.project = project, .settings = settings, .layers = &layers, .shelf = &shelf},
//   feed,
//                        [=] { QMetaObject::invokeMethod(this, ...); });
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/engines/choice/engine_choice.h"
#include "core/training/trainer.h"
#include "gui/app/data_shelf.h"

namespace bypath {

// The engine that complete training settings ask for. Errors: one that this machine or the window has not.
Result<MadeEngine> engineFor(const Attributes& settings);

class TrainerThread {
 public:
  struct Job {
    Project project;
    Attributes settings;  // complete
    const LayerCatalog* layers = nullptr;
    DataShelf* shelf = nullptr;
    std::filesystem::path weightsFrom{};  // TrainingJob
    std::filesystem::path branchFrom{};   // TrainingJob
    std::filesystem::path runFolder{};    // of a run to begin or to go on with; empty: a new one
  };

  // `done` is called once, on the run's thread, when nothing more comes.
  TrainerThread(Job job, std::shared_ptr<TrainingFeed> feed, std::function<void()> done);
  ~TrainerThread();
  TrainerThread(const TrainerThread&) = delete;
  TrainerThread& operator=(const TrainerThread&) = delete;

  // At once, or as soon as there is a trainer to tell.
  void tell(std::function<void(TrainerCommands&)> command);
  // Where the run is kept; empty until it is known.
  std::filesystem::path folder() const;
  // Waits for its end, and says what it came to.
  const Result<TrainingOutcome>& outcome();

 private:
  Result<TrainingOutcome> work();

  const Job job_;
  const std::shared_ptr<TrainingFeed> feed_;
  mutable std::mutex mutex_;
  std::vector<std::function<void(TrainerCommands&)>> early_;  // told before there was a trainer
  Trainer* trainer_ = nullptr;                                // while it runs
  std::filesystem::path folder_;
  Result<TrainingOutcome> outcome_ = Error{};
  std::jthread thread_;  // last: ended before what it uses
};

}  // namespace bypath
