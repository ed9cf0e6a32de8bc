// One line on how training stands: state, progress, speed, time left.
#pragma once

#include <QWidget>

#include "core/training/feed.h"

class QLabel;
class QProgressBar;

namespace bypath {

class TrainingStatus : public QWidget {
  Q_OBJECT
 public:
  explicit TrainingStatus(QWidget* parent = nullptr);
  // What is being prepared, and the share of a preparation or a validation, come with the state.
  void add(const FeedEvent& event);
  // Text in the place of the state, before or between runs.
  void clear();
  // A remark at the right end, until the next mark of the run ("The drawing has changed since the start");
  // empty: none.
  void setNote(const QString& note);
  // Errors in the drawing, which keep it from being trained.
  void setProblems(int count);
  TrainerState state() const { return state_; }
  QString text() const;  // all that is shown, for tests

 private:
  void showIdle();
  void showState();
  void showShare(const FeedEvent& event);
  void showProgress(const FeedEvent& event);
  void tint();

  TrainerState state_ = TrainerState::stopped;
  bool idle_ = true;
  QString preparing_;  // what is being prepared, while steps_ says so
  int problems_ = 0;
  QLabel* dot_;
  QLabel* stateText_;
  QProgressBar* run_;
  QLabel* steps_;
  QLabel* epochs_;
  QLabel* speed_;
  QLabel* left_;
  QLabel* note_;
};

QString stateTitle(TrainerState state);
// "12 s", "3:05 min", "1:02 h"
QString durationText(double seconds);

}  // namespace bypath
