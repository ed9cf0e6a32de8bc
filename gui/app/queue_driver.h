// Trains what waits in the queue, one experiment after the other, by the window's own trainer, so that each
// is watched, paused and stopped like any run. Where a run is under way already, it begins after that.
//
//   driver_ = new QueueDriver(*queue_, *trainer_, this);
//   driver_->start();
#pragma once

#include <optional>
#include <QObject>

#include "core/runs/run_lock.h"
#include "gui/queue/training_queue.h"

namespace bypath {

class TrainController;

class QueueDriver : public QObject {
  Q_OBJECT
 public:
  QueueDriver(TrainingQueue& queue, TrainController& trainer, QObject* parent = nullptr);

  bool running() const { return lock_.has_value(); }
  // Name of the experiment that is trained; empty between two.
  const std::string& current() const { return current_; }

 public Q_SLOTS:
  void start();
  // The experiment under way ends with a checkpoint, from which start() goes on.
  void stop();
  // Begins nothing more; the experiment under way is the trainer's business.
  void leave();

 Q_SIGNALS:
  void stateChanged();
  void failed(const QString& sentence);

 private:
  void advance();
  void onEnded();
  void finish();
  // Errors: of the experiment, which is noted there, or of the queue.
  Result<void> train(const Experiment& one);

  TrainingQueue& queue_;
  TrainController& trainer_;
  std::optional<RunLock> lock_;  // of the queue's folder, against other windows and programs
  std::string current_;
};

}  // namespace bypath
