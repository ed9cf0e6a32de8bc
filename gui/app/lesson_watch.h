// Watches the program for a lesson: what has become of the network that the lesson opened, in what its
// conditions ask for and in numbers for its texts.
//
//   LessonWatch watch({editor, trainer, dashboard, runs, queue});
//   watch.beginLesson();
//   watch.begin();                                     // the lesson's network has just been opened
//   if (holds(condition, watch.view())) keep(watch.numbers());
#pragma once

#include <deque>
#include <QObject>
#include <set>

#include "gui/lessons/conditions.h"
#include "gui/lessons/numbers.h"

namespace bypath {

class Dashboard;
class DocumentEditor;
class RunsPanel;
class TrainController;
class TrainingQueue;
struct FeedEvent;

class LessonWatch : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    const DocumentEditor& editor;
    const TrainController& trainer;
    Dashboard& dashboard;
    const RunsPanel& runs;
    const TrainingQueue& queue;
  };
  explicit LessonWatch(const Desk& desk, QObject* parent = nullptr);

  // Another lesson.
  void beginLesson();
  // Another network of it: from now on everything counts.
  void begin();
  // Of runs, those that end from now on.
  void nextStep();
  // Without the tabs in sight, which the window knows.
  LessonView view() const;
  // Of the last run "loss", "val_accuracy" and so on, as at its last epoch; of the one before it
  // "first.loss"; of the network "parameters" and "multiply_adds".
  LessonNumbers numbers() const;
  // "Step 40 of 300", or what the lesson's run has to wait for; empty while nothing is trained.
  QString progress() const;

 private:
  struct Run {
    bool ofDocument = false;
    bool ended = false;  // whole
    bool ofStep = true;  // under way since nextStep()
    int64_t step = 0, steps = 0;
    LessonNumbers values;  // of its last epoch
  };
  void onStarted();
  void onEnded();
  void take(const FeedEvent& event);
  int trainedTwins() const;
  int runsUnder() const;
  QStringList results() const;

  Desk desk_;
  std::deque<Run> runs_;                   // since begin()
  std::set<QString> folders_;              // of those
  std::set<QString> lessonFolders_;        // of all runs of the lesson
  std::set<std::string> queuedBefore_;     // experiments that were there at begin()
  std::map<QString, QString> askedAbout_;  // the run that each page of Inside was asked about last
};

}  // namespace bypath
