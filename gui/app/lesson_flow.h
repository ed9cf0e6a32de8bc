// What the window does for a lesson: opens its networks, points at what a step is about, calls its commands,
// and waits for what it asks for.
//
//   lessonFlow_ = new LessonFlow(*this, *files_);   // connects the panel and the command to the window
//   addDock(..., lessonFlow_->panel());
//   lessonFlow_->begin("shortcut");
#pragma once

#include <QObject>
#include <QTimer>
#include <vector>

#include "gui/app/lesson_watch.h"
#include "gui/lessons/lesson.h"

namespace bypath {

class FileFlow;
class LessonPanel;
class MainWindow;
struct CommandWords;

class LessonFlow : public QObject {
  Q_OBJECT
 public:
  LessonFlow(MainWindow& window, FileFlow& files);
  ~LessonFlow() override;

  LessonPanel* panel() const { return panel_; }
  bool underWay() const { return lesson_ != nullptr; }
  int step() const { return index_; }

 public Q_SLOTS:
  // Where a person left it; the panel comes into sight.
  void begin(const QString& id);
  void goTo(int step);  // one beyond the last: finished
  void beginAnew();
  void leave();        // the network stays open
  void showLessons();  // all of them, in the panel, or on the start page while that is in sight

 private:
  void start(const Lesson& lesson, int step);
  bool open(int step);
  void goBackTo(int step);
  void enter(int step);
  void takeFocus();
  void showSight(const LessonSight& sight);
  void callCommand();
  void look();
  void fulfil();
  void finish();
  void showPanel(bool shown);
  void showPalette(bool shown);
  CommandWords wordsOf(const LessonAction& action) const;
  const LessonStep& current() const { return lesson_->steps[static_cast<size_t>(index_)]; }

  MainWindow& window_;
  FileFlow& files_;
  LessonPanel* panel_;
  LessonWatch watch_;
  QTimer looks_;
  const Lesson* lesson_ = nullptr;  // under way
  int index_ = 0;
  int opened_ = -1;  // the step whose network is on the canvas; -1: another network is
  bool opening_ = false;
  bool hidPalette_ = false;
  std::vector<bool> done_;
  LessonNumbers numbers_;
};

}  // namespace bypath
