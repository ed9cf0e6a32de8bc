// Starts and steers training of the open document; at most one run at a time. Lives on the window's thread
// and never waits for the run, except in its destructor and in stopAndWait().
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <QObject>
#include <string>
#include <string_view>

#include "core/experiments/sweep.h"
#include "gui/app/trainer_thread.h"
#include "gui/document/document.h"

namespace bypath {

class TrainController : public QObject {
  Q_OBJECT
 public:
  TrainController(DocumentEditor& editor, DataShelf& shelf, QObject* parent = nullptr);
  ~TrainController() override;

  bool active() const { return thread_ != nullptr; }
  bool paused() const { return paused_; }
  // The document's revision that the last run trains or has trained; -1 before the first.
  int revision() const { return revision_; }
  // Whether the last run is of the document, as it was when it began; another is of the queue.
  bool isOfDocument() const { return followed_.has_value(); }
  // Whether the document still is the one that is trained, steering included.
  bool followsDocument() const;
  // Folder of the last run; empty when there is none, or not yet.
  std::filesystem::path folder() const { return thread_ ? thread_->folder() : folder_; }
  // `over` wins over the document's own training settings; `weights` is a checkpoint whose weights are kept
  // wherever path and shapes still match; `branch` is one of the same network, from which the run goes on.
  // Errors: the network or the settings are not whole.
  Result<void> start(const Attributes& over = {}, const std::filesystem::path& weights = {},
                     const std::filesystem::path& branch = {});
  // A run of its own, whatever the document is: a planned one, begun in the folder or gone on with there.
  Result<void> train(const PlannedRun& plan, const std::filesystem::path& folder);
  // What the last run came to; to be asked once it has ended().
  const Result<TrainingOutcome>& outcome() const { return outcome_; }
  // Complete, as the last run began with them; empty before the first.
  const Attributes& settings() const { return settings_; }
  void stopAndWait();

 public Q_SLOTS:
  void pause();
  void resume();
  void singleStep();  // without a run: starts one that makes a step and pauses
  void stop();
  void stopAfterEpoch(bool wanted);
  // Whether the gradients are looked at, about once a second; costs a little time at each look.
  void setProbes(bool on);

  // What changes in the document while it trains and can be steered (a setting, a muted block) changes in the
  // run too.
  void follow();

 Q_SIGNALS:
  void started(std::shared_ptr<bypath::TrainingFeed> feed);
  void ended();         // the run's thread is gone; its last events are in the feed
  void stateChanged();  // active() or paused()
  void refused(const QString& sentence);

 private:
  void begin(TrainerThread::Job job);
  void onDone(int run);
  void tell(std::function<void(TrainerCommands&)> command);

  DocumentEditor& editor_;
  DataShelf& shelf_;
  std::unique_ptr<TrainerThread> thread_;
  std::filesystem::path folder_;
  Attributes settings_;
  Result<TrainingOutcome> outcome_ = Error{};
  std::optional<Project> followed_;  // the document as the run knows it; none: the run is not of the document
  int revision_ = -1;
  int run_ = 0;  // counts runs, to tell the end of this one from the late news of another
  bool paused_ = false;
  bool probes_ = true;
};

// The settings of a run: the document's, over the environment's, over the defaults.
Result<Attributes> runSettings(const Project& project, const Attributes& over);

// A text setting of the document's training, or its default.
std::string trainingText(const Project& project, std::string_view key);

}  // namespace bypath
