#include "gui/lessons/lesson.h"

#include <algorithm>
#include <QFileInfo>

#include "core/base/bounded_reader.h"
#include "core/network/json_fields.h"
#include "gui/lessons/conditions.h"

namespace bypath {

namespace {

constexpr JsonLimits limits{.bytes = 64 << 10, .depth = 12, .values = 4000};

QString words(const JsonFields& fields, const char* key) {
  const std::string text = fields.text(key);
  if (text.empty()) throw JsonProblem{fields.place(key) + " must not be empty"};
  return QString::fromStdString(text);
}

QString wordsOrNone(const JsonFields& fields, const char* key) {
  return fields.has(key) ? words(fields, key) : QString();
}

// A text may be a list of paragraphs, as long lines are hard to edit.
QString paragraphs(const JsonFields& fields, const char* key) {
  if (!fields.has(key) || !fields.json()[key].is_array()) return words(fields, key);
  QStringList all;
  for (const nlohmann::json& one : fields.array(key)) {
    if (!one.is_string()) throw JsonProblem{fields.place(key) + " must be a text, or a list of texts"};
    all << QString::fromStdString(one.get<std::string>());
  }
  return all.join(QStringLiteral("\n\n"));
}

bool flag(const JsonFields& fields, const char* key) {
  if (!fields.has(key)) return false;
  if (!fields.json()[key].is_boolean()) throw JsonProblem{fields.place(key) + " must be true or false"};
  return fields.json()[key].get<bool>();
}

Attributes attributesOrNone(const JsonFields& fields, const char* key) {
  return fields.has(key) ? fields.attributes(key) : Attributes();
}

LessonProject projectOf(const JsonFields& fields) {
  fields.only({"name", "template", "set", "change", "training"});
  LessonProject project{.name = fields.text("name"),
                        .base = fields.text("template"),
                        .parameters = attributesOrNone(fields, "set"),
                        .changes = {},
                        .training = attributesOrNone(fields, "training")};
  if (!fields.has("change")) return project;
  const nlohmann::json& changes = fields.array("change");
  for (size_t i = 0; i < changes.size(); ++i) {
    const JsonFields one(changes[i], fields.place("change", i));
    one.only({"node", "set"});
    project.changes.push_back({one.text("node"), one.attributes("set")});
  }
  return project;
}

LessonCondition conditionOf(const JsonFields& fields) {
  LessonCondition condition{.name = fields.text("condition"), .with = attributesOrNone(fields, "with")};
  if (const Result<void> known = checkCondition(condition); !known)
    throw JsonProblem{fields.place("condition") + ": " + known.error().message};
  return condition;
}

LessonAction actionOf(const JsonFields& fields) {
  fields.only({"text", "command", "tab", "until"});
  const JsonFields until = fields.object("until");
  until.only({"condition", "with"});
  LessonAction action{.text = paragraphs(fields, "text"),
                      .command = wordsOrNone(fields, "command"),
                      .tab = wordsOrNone(fields, "tab"),
                      .until = conditionOf(until)};
  if (!action.command.isEmpty() && !action.tab.isEmpty())
    throw JsonProblem{fields.place("tab") + " does not go with a command; leave one of them out"};
  return action;
}

LessonQuestion questionOf(const JsonFields& fields) {
  fields.only({"text", "answers"});
  LessonQuestion question{.text = paragraphs(fields, "text"), .answers = {}};
  const nlohmann::json& answers = fields.array("answers");
  for (size_t i = 0; i < answers.size(); ++i) {
    const JsonFields one(answers[i], fields.place("answers", i));
    one.only({"text", "why", "right"});
    question.answers.push_back({words(one, "text"), words(one, "why"), flag(one, "right")});
  }
  const auto right = std::ranges::count_if(question.answers, &LessonAnswer::right);
  if (question.answers.size() < 2 || question.answers.size() > 3 || right != 1)
    throw JsonProblem{fields.place("answers") + " must be two or three, one of them right"};
  return question;
}

LessonSight sightOf(const JsonFields& fields, const char* key) {
  if (!fields.has(key)) return {};
  const JsonFields sight = fields.object(key);
  sight.only({"tab", "select"});
  return {wordsOrNone(sight, "tab"), wordsOrNone(sight, "select")};
}

LessonStep stepOf(const JsonFields& fields) {
  fields.only({"title", "text", "project", "first", "action", "then", "see", "keep", "palette", "question"});
  LessonStep step;
  step.title = words(fields, "title");
  step.text = paragraphs(fields, "text");
  if (fields.has("project")) step.project = projectOf(fields.object("project"));
  if (fields.has("action")) step.action = actionOf(fields.object("action"));
  if (fields.has("question")) step.question = questionOf(fields.object("question"));
  step.first = sightOf(fields, "first");
  step.then = sightOf(fields, "then");
  if (fields.has("see")) step.see = paragraphs(fields, "see");
  step.keep = wordsOrNone(fields, "keep").toStdString();
  step.palette = flag(fields, "palette");
  if (step.action && step.see.isEmpty())
    throw JsonProblem{fields.place("see") + " is missing; an action has something to see"};
  return step;
}

Lesson lessonOf(const JsonFields& fields) {
  fields.only({"title", "promise", "minutes", "source", "measured", "steps"});
  Lesson lesson;
  lesson.title = words(fields, "title");
  lesson.promise = words(fields, "promise");
  lesson.source = words(fields, "source");
  lesson.measured = paragraphs(fields, "measured");
  const int64_t minutes = fields.integer("minutes");
  constexpr int64_t longest = 60;
  if (minutes < 1 || minutes > longest) throw JsonProblem{"minutes must lie between 1 and 60"};
  lesson.minutes = static_cast<int>(minutes);
  const nlohmann::json& steps = fields.array("steps");
  if (steps.empty()) throw JsonProblem{"steps must hold at least one step"};
  for (size_t i = 0; i < steps.size(); ++i)
    lesson.steps.push_back(stepOf(JsonFields(steps[i], fields.place("steps", i))));
  return lesson;
}

}  // namespace

int Lesson::projectStep(int step) const {
  while (step >= 0 && !steps[static_cast<size_t>(step)].project) --step;
  return step;
}

Result<Lesson> readLesson(const QByteArray& text, const QString& file) {
  const std::string origin = file.toStdString();
  const Result<nlohmann::json> json =
      parseJson(std::string_view(text.constData(), static_cast<size_t>(text.size())), origin, limits);
  if (!json) return json.error();
  try {
    Lesson lesson = lessonOf(JsonFields(*json, {}));
    lesson.id = QFileInfo(file).completeBaseName().section(QLatin1Char('-'), 1);
    return lesson;
  } catch (const JsonProblem& problem) {
    return Error{ErrorKind::data, origin + ": " + problem.message + "."};
  }
}

}  // namespace bypath
