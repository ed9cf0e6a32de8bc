// One run of a Trainer: prepares, steps, closes epochs, writes what must last. Lives on the trainer's thread.
#pragma once

#include <chrono>
#include <optional>

#include "core/data/batch_loader.h"
#include "core/runs/run_lock.h"
#include "core/runs/run_store.h"
#include "core/training/network_session.h"
#include "core/training/optimizer.h"
#include "core/training/preview.h"
#include "core/training/progress.h"
#include "core/training/schedule.h"
#include "core/training/trainer.h"

namespace bypath {

class TrainingRun {
 public:
  TrainingRun(const TrainingJob& job, TrainerCommands& commands, TrainingFeed& feed);
  Result<TrainingOutcome> go();
  // Tells the feed and the history why the run ended.
  void fail(const Error& error);

 private:
  using Clock = std::chrono::steady_clock;

  // training_prepare.cpp: from the job to everything ready at progress_.step.
  Result<void> prepare();
  Result<void> prepareNetwork();
  Result<void> prepareFolder();
  Result<void> openHistory(bool goOn);
  Result<void> restore();

  // training_loop.cpp
  Result<void> loop();
  Result<void> step();
  Result<void> obey();
  Result<void> logStep();
  Result<void> closeEpoch();  // leaves the epoch open when a stop comes in between
  Result<void> finish();
  bool epochIsOpen() const;
  double rateAt(int64_t step) const;
  double seconds() const;
  Error diverged(const std::string& what) const;  // names the first layer that shows it

  // training_record.cpp: what leaves the run.
  Result<void> saveCheckpoint();
  Result<void> saveBest();
  Result<void> saveIfDue();
  Result<void> record(const RunRow& row);
  Result<void> mark(const std::string& text);
  void push(FeedEventKind kind, NamedNumbers values = {}, std::string text = "");
  void setState(TrainerState state);

  // training_probes.cpp: looking inside.
  // The session for the step about to be made: the plain one, or one with probes.
  Result<NetworkSession*> sessionForStep();
  Result<void> showInside();

  const TrainingJob& job_;
  TrainerCommands& commands_;
  TrainingFeed& feed_;

  Attributes settings_;
  ParameterStore store_;
  std::optional<NetworkPlace> place_;
  std::optional<NetworkSession> training_;
  std::optional<NetworkSession> validation_;
  std::optional<BatchLoader> loader_;
  std::optional<Optimizer> optimizer_;
  std::optional<Schedule> schedule_;
  std::optional<Parallel> parallel_;
  std::optional<RunLock> lock_;
  std::optional<RunStore> history_;
  uint64_t seed_ = 1;
  int64_t batch_ = 1;
  int64_t epochSteps_ = 1;
  int64_t totalSteps_ = 0;
  int64_t logEvery_ = 10;
  int64_t checkpointEvery_ = 0;
  int64_t probeEvery_ = 0;

  TrainingProgress progress_;
  TrainerState state_ = TrainerState::preparing;
  bool stopping_ = false;
  Clock::time_point since_ = Clock::now();  // progress_.seconds counts up to here
  Clock::time_point lastSave_ = Clock::now();
  double stepSeconds_ = 0;  // since the last log, of steps alone
  int64_t stepsTimed_ = 0;

  ProbeRequest asked_;  // by command
  std::optional<NetworkSession> probing_;
  ProbeRequest probingFor_;
  std::optional<ProbeRecord> seen_;  // in the step just made
  std::optional<Preview> preview_;
  bool previewFailed_ = false;
  Clock::time_point lastFrame_{};
};

}  // namespace bypath
