// The lessons that come with the program, in their order, and how far a person is in each.
//
//   for (const Lesson& lesson : shippedLessons()) show(lesson.title, progressOf(lesson).done);
//   rememberStep(lesson, 3);
#pragma once

#include "gui/lessons/lesson.h"

namespace bypath {

// Those that can be read; that all can is tested.
const std::vector<Lesson>& shippedLessons();
const Lesson* findLesson(const QString& id);

struct LessonProgress {
  int step = 0;       // where to go on, from 0
  bool done = false;  // has been finished once
};

LessonProgress progressOf(const Lesson& lesson);
void rememberStep(const Lesson& lesson, int step);
void rememberDone(const Lesson& lesson);  // and begins anew the next time

}  // namespace bypath
