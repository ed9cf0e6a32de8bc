// One run of a Trainer: prepares, steps, closes epochs, writes what must last. Lives on the trainer's thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "core/data/batch_loader.h"
#include "core/runs/run_lock.h"
#include "core/runs/run_store.h"
#include "core/training/checkpoint.h"
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
  Result<std::vector<std::string>> frozenPaths() const;
  Result<void> openTraining();
  Result<void> openSessions();  // for network_, frozen and muted as the settings and progress_ say
  Result<void> useSettings();   // what of settings_ may change on the way
  Result<void> prepareFolder();
  bool hasCheckpoint() const;  // of its own, to go on from
  Result<void> beginFrom(const Checkpoint& checkpoint);
  Result<void> takeWeights();
  Result<void> openHistory(bool goOn);
  Result<void> restore(const Checkpoint& checkpoint);
  Result<void> inheritHistory();  // of the run that this one branches from

  // training_loop.cpp
  Result<void> loop();
  Result<void> advance();  // one turn of the loop: an epoch's end, or a step
  Result<void> step();
  Result<NamedNumbers> runBatch();  // forward and backward; the gradients are in the store
  void runStep(const StepKey& key);
  std::string whatIsBad(int parameter) const;
  void addGradients(int64_t microBatch);
  Result<void> logStep();
  void tellShare(double share);
  Result<void> closeEpoch();  // leaves the epoch open when a stop comes in between
  Result<void> finish();
  bool epochIsOpen() const;
  bool isDone() const { return progress_.step >= totalSteps_ || progress_.endedEarly; }
  double baseRate() const;
  double rateAt(int64_t step) const;
  double seconds() const;
  void watchError(const NamedNumbers& values);  // for the warm-up until an error
  void watchPlateau(double monitored);

  // training_steering.cpp
  Result<void> obey();
  Result<void> changeRate(double rate);
  Result<void> changeSettings(const Attributes& changes);
  Result<void> muteBlocks(const std::map<std::string, bool>& muted);

  // training_recovery.cpp
  Error diverged(const std::string& what) const;  // names the first layer that shows it
  Result<void> goBack(const Error& error);        // to the last good state, at half the rate
  Result<void> beginAnew();

  // training_engine.cpp: who computes.
  Result<void> prepareSomewhere();
  void openLoader();
  void takeTuning();          // that the run was begun with
  Result<void> keepTuning();  // in its folder
  bool takeSpare();           // false: there is none any more
  void leaveEngine();         // nothing of it is left in the run
  void rememberProgress();    // of the step about to be made
  Result<void> tellOfSpare(const EngineLost& lost);
  Result<void> goOnElsewhere(const EngineLost& lost);  // on the spare engine, from the last whole state

  // training_record.cpp: what leaves the run.
  Result<void> saveCheckpoint();
  Result<void> writeState(const std::string& name);
  Result<void> saveWeights();  // alone, averaged if there is an average
  Result<void> keepEpoch();    // a checkpoint of its own, if it is due
  Result<void> saveIfDue();
  Result<void> record(const RunRow& row);
  Result<void> mark(const std::string& text);
  void push(FeedEventKind kind, NamedNumbers values = {}, std::string text = "");
  void setState(TrainerState state);

  // training_room.cpp
  // A write of about so many bytes in the run's folder. While the disk is full, training is paused; a stop
  // ends that with the error.
  Result<void> withRoom(const std::filesystem::path& file, uint64_t bytes,
                        const std::function<Result<void>()>& write);
  Result<void> tell(const std::function<Result<void>(RunStore&)>& write);  // the history, if there is one
  uint64_t checkpointBytes() const;

  // training_probes.cpp: looking inside.
  Result<void> look(const Batch& batch);  // before the step on that batch
  ProbeRequest wantedLook() const;
  bool histogramsDue() const;
  bool watches() const;      // whether the step's own program tells its gradients' ways
  bool wantsRecord() const;  // of the step about to be computed
  void beginRecord();        // after its gradients, before the update
  void endRecord();          // after the update
  Result<void> keepRecord();
  Result<bool> openProbing(const ProbeRequest& request);  // false: it cannot be, and need not be
  Result<void> showInside();

  const TrainingJob& job_;
  Engine* engine_;                              // the job's, until it is lost
  std::string tuning_;                          // as kept
  std::unique_ptr<Engine> spare_;               // then this
  std::map<int64_t, TrainingProgress> recent_;  // before the last steps, by the number of updates
  TrainerCommands& commands_;
  TrainingFeed& feed_;
  std::chrono::steady_clock::time_point shareTold_{};  // of the validation under way

  Attributes settings_;
  NetworkSpec network_;  // the job's, with what is muted by hand
  ParameterStore store_;
  std::optional<NetworkPlace> place_;
  std::optional<NetworkSession> training_;
  std::optional<NetworkSession> validation_;
  std::optional<BatchLoader> loader_;
  std::optional<Optimizer> optimizer_;
  std::optional<WeightAverage> average_;
  bool updated_ = false;                     // the batch's run has made the update, too
  std::vector<Buffer<float>> gradientSums_;  // over micro-batches
  std::vector<std::string> frozen_;
  std::vector<bool> trained_;  // by parameter
  std::optional<Schedule> schedule_;
  std::optional<Parallel> parallel_;
  std::optional<RunLock> lock_;
  std::optional<RunStore> history_;
  uint64_t seed_ = 1;
  int64_t batch_ = 1;
  int64_t microBatches_ = 1;
  int64_t epochSteps_ = 1;
  int64_t totalSteps_ = 0;
  int64_t logEvery_ = 10;
  int64_t checkpointEvery_ = 0;
  int64_t probeEvery_ = 0;
  int64_t keepEvery_ = 0;
  double warmUpError_ = 0;

  TrainingProgress progress_;
  TrainerState state_ = TrainerState::preparing;
  bool stopping_ = false;
  std::string carriedText_;                 // what was taken over from another network's checkpoint
  Clock::time_point since_ = Clock::now();  // progress_.seconds counts up to here
  Clock::time_point lastSave_ = Clock::now();
  double stepSeconds_ = 0;  // since the last log, of steps alone
  int64_t stepsTimed_ = 0;

  ProbeRequest asked_{};  // by command
  std::optional<NetworkSession> probing_;
  ProbeRequest probingFor_;
  std::optional<ProbeRecord> seen_;    // by the look before the step just made
  std::optional<ProbeRecord> record_;  // in passing, by that step itself
  bool recordWanted_ = false;
  bool looksRefused_ = false;  // they do not fit
  bool watched_ = false;       // training_ tells
  bool recordDue_ = false;     // by probe_every: it goes into the history
  std::vector<std::vector<float>> weightsBefore_;
  ProbeRecord lastSeen_;
  Clock::time_point lastRecord_{};
  std::optional<Preview> preview_;
  bool previewFailed_ = false;
  Clock::time_point lastLook_{};
  Clock::duration lookTime_{};  // of the last look
  int64_t lastHistograms_ = 0;  // their step
};

}  // namespace bypath
