// The panel of a lesson: one step at a time, its action and what to see; or, between lessons, all of them to
// choose from. It shows what it is told and says what a person wants; the program is watched and steered by
// app/lesson_flow.h.
//
//   panel->showStep(lesson, 1, 1);
//   panel->action()->ask(...);
//   panel->setDone(true, numbers);      // the condition holds: the tick, and what to see
#pragma once

#include <QStackedWidget>

#include "gui/lessons/lesson.h"
#include "gui/lessons/numbers.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace bypath {

class ActionBox;
class LessonCards;
class QuestionBox;
class StepDots;

class LessonPanel : public QStackedWidget {
  Q_OBJECT
 public:
  explicit LessonPanel(QWidget* parent = nullptr);

  void showContents();
  // `done`: how many steps have been done already.
  void showStep(const Lesson& lesson, int step, int done);
  // Whether the step's action is done. A step without one is.
  void setDone(bool done, const LessonNumbers& numbers);
  // Instead of the lesson's network another one is on the canvas; empty: it is not so.
  void setAstray(const QString& sentence);

  QSize sizeHint() const override;
  bool showsContents() const;
  QString text() const;   // of the step
  QString seen() const;   // what to see; empty while it is not shown
  QString place() const;  // "Step 2 of 5"
  LessonCards* cards() const { return cards_; }
  ActionBox* action() const { return action_; }
  QuestionBox* question() const { return question_; }
  QPushButton* nextButton() const { return next_; }
  QPushButton* backButton() const { return back_; }
  QToolButton* leaveButton() const { return leave_; }
  QToolButton* anewButton() const { return anew_; }
  QPushButton* againButton() const { return again_; }

 Q_SIGNALS:
  void lessonRequested(const QString& id);
  void stepRequested(int step);  // one beyond the last: finished
  void commandRequested();       // the button of the action
  void networkRequested();       // the lesson's network again
  void anewRequested();
  void leaveRequested();

 private:
  QWidget* makeContents();
  QWidget* makeStep();
  QWidget* makeHead();
  QWidget* makeBody();
  QWidget* makeFoot();
  void fillIn(const LessonNumbers& numbers);

  LessonStep step_;
  int index_ = 0, count_ = 0;
  LessonCards* cards_;
  QWidget* lesson_;
  QLabel* place_;
  StepDots* dots_;
  QToolButton* anew_;
  QToolButton* leave_;
  QLabel* title_;
  QLabel* astray_;
  QPushButton* again_;
  QScrollArea* scroll_;
  QLabel* stepTitle_;
  QLabel* text_;
  ActionBox* action_;
  QLabel* seeHead_;
  QLabel* see_;
  QuestionBox* question_;
  QLabel* source_;
  QPushButton* back_;
  QPushButton* next_;
};

}  // namespace bypath
