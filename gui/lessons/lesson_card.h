// One lesson as a button: title, promise, minutes, and how far one is. Used by LessonCards.
//
//   auto* card = new LessonCard(lesson);  connect(card, &QAbstractButton::clicked, ...);
#pragma once

#include <QAbstractButton>

#include "gui/lessons/lesson_shelf.h"

namespace bypath {

class LessonCard : public QAbstractButton {
  Q_OBJECT
 public:
  explicit LessonCard(const Lesson& lesson, QWidget* parent = nullptr);

  QString id() const { return lesson_.id; }
  void refresh();
  void setSmall(bool small);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString stateText() const;  // "3 minutes", "step 2 of 5", "done"

  const Lesson& lesson_;
  LessonProgress progress_;
  bool small_ = false;
};

}  // namespace bypath
