// A question at the end of a lesson: two or three answers, and why each is right or not, said at once.
//
//   box->ask(*step.question);  connect(box, &QuestionBox::answered, ...);   // whether rightly
#pragma once

#include <QFrame>

#include "gui/lessons/lesson.h"

class QLabel;
class QVBoxLayout;

namespace bypath {

class AnswerButton;

class QuestionBox : public QFrame {
  Q_OBJECT
 public:
  explicit QuestionBox(QWidget* parent = nullptr);

  void ask(const LessonQuestion& question);
  QList<AnswerButton*> answers() const { return answers_; }
  QString reply() const;

 Q_SIGNALS:
  void answered(bool right);

 private:
  void choose(size_t answer);

  LessonQuestion question_;
  QLabel* text_;
  QVBoxLayout* column_;
  QList<AnswerButton*> answers_;
  QLabel* reply_;
};

}  // namespace bypath
