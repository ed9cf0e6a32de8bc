// What a lesson can wait for: named observations of the program as it is, never of a button that was
// pressed.
//
//   LessonCondition done{"trained", {{"steps", int64_t{100}}}};
//   if (holds(done, view)) ...                       // the window fills the view: app/lesson_flow.h
#pragma once

#include <QStringList>

#include "core/network/check.h"
#include "core/network/network_spec.h"
#include "gui/lessons/lesson.h"

namespace bypath {

// The program as a lesson sees it. What was trained, counted and shown is of the network that the lesson
// opened last, since it did.
struct LessonView {
  const NetworkSpec* network = nullptr;  // on the canvas
  const CheckedNetwork* checked = nullptr;
  const LayerCatalog* layers = nullptr;
  int64_t steps = 0;      // of its last run
  bool ended = false;     // that run has come to its end, whole
  int twins = 0;          // pairs of it and its plain twin that were trained to the end
  int runsUnder = 0;      // earlier runs of the lesson whose curves lie under those of the current one
  bool wentBack = false;  // the dashboard shows an earlier step of the run
  QStringList tabs;       // in sight, as MainWindow::tabNames() calls them
  QStringList results;    // pages of Inside that show a result of its run
};

struct ConditionType {
  std::string name;
  AttributeSchema parameters;
  bool (*holds)(const Attributes& with, const LessonView& view) = nullptr;
};

const std::vector<ConditionType>& lessonConditions();

// Whether there is such a condition, with such parameters.
Result<void> checkCondition(const LessonCondition& condition);
// The condition has been checked.
bool holds(const LessonCondition& condition, const LessonView& view);

}  // namespace bypath
