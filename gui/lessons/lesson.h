// A lesson as data: steps that each open a prepared network, ask for one action and say what to see. Read
// from a JSON file (resources/lessons); what is missing or misspelt is an error that names file and field.
//
//   Result<Lesson> lesson = readLesson(bytes, "2-shortcut.json");
//   for (const LessonStep& step : lesson->steps) show(step.text);
#pragma once

#include <optional>
#include <QByteArray>
#include <QString>
#include <string>
#include <vector>

#include "core/base/attributes.h"

namespace bypath {

// One attribute of one drawn node, changed after the template was built.
struct LessonChange {
  std::string node;
  Attributes set;
};

// The network of a step: a template, changed here and there, with settings of training over its own.
struct LessonProject {
  std::string name;  // of the document
  std::string base;  // id of the template
  Attributes parameters;
  std::vector<LessonChange> changes;
  Attributes training;
};

// What the program checks by itself; the names are in conditions.h.
struct LessonCondition {
  std::string name;
  Attributes with;
};

struct LessonAction {
  QString text;     // what to do, Markdown
  QString command;  // a command of the program ("train/train"), called by the button; or ...
  QString tab;      // a tab that the button brings up
  LessonCondition until;
};

struct LessonAnswer {
  QString text, why;
  bool right = false;
};

struct LessonQuestion {
  QString text;
  std::vector<LessonAnswer> answers;  // two or three, one of them right
};

// Brought into sight: a tab, as MainWindow::tabNames() calls it, and a node, selected on the canvas.
struct LessonSight {
  QString tab, select;
};

struct LessonStep {
  QString title, text;  // Markdown; numbers.h fills in numbers
  std::optional<LessonProject> project;
  std::optional<LessonAction> action;
  LessonSight first, then;  // when the step is reached, and once its condition holds
  QString see;              // shown once the condition holds, Markdown
  std::string keep;         // under which later texts know the numbers of this step
  bool palette = false;     // whether the step needs the palette of layers
  std::optional<LessonQuestion> question;
};

struct Lesson {
  QString id, title, promise, source;
  int minutes = 0;
  QString measured;  // what came out where the lesson was written, and how; not shown
  std::vector<LessonStep> steps;

  // The last step up to `step` that opens a network; -1: none.
  int projectStep(int step) const;
};

// `file` names the source in errors and gives the id: "2-shortcut.json" is "shortcut".
Result<Lesson> readLesson(const QByteArray& text, const QString& file);

}  // namespace bypath
