#include "gui/lessons/lesson_shelf.h"

#include <algorithm>
#include <QDir>
#include <QFile>
#include <QSettings>

namespace bypath {

namespace {

QString settingOf(const Lesson& lesson, const char* what) {
  return QStringLiteral("lessons/%1/%2").arg(lesson.id, QLatin1String(what));
}

}  // namespace

const std::vector<Lesson>& shippedLessons() {
  static const std::vector<Lesson> all = [] {
    std::vector<Lesson> lessons;
    const QDir folder(QStringLiteral(":/bypath/lessons"));
    for (const QString& name : folder.entryList(QDir::Files, QDir::Name)) {
      QFile file(folder.filePath(name));
      if (!file.open(QIODevice::ReadOnly)) continue;
      if (Result<Lesson> lesson = readLesson(file.readAll(), name); lesson)
        lessons.push_back(std::move(*lesson));
    }
    return lessons;
  }();
  return all;
}

const Lesson* findLesson(const QString& id) {
  const auto& all = shippedLessons();
  const auto found = std::ranges::find(all, id, &Lesson::id);
  return found == all.end() ? nullptr : &*found;
}

LessonProgress progressOf(const Lesson& lesson) {
  const QSettings settings;
  const int last = static_cast<int>(lesson.steps.size()) - 1;
  return {.step = std::clamp(settings.value(settingOf(lesson, "step"), 0).toInt(), 0, last),
          .done = settings.value(settingOf(lesson, "done"), false).toBool()};
}

void rememberStep(const Lesson& lesson, int step) {
  QSettings().setValue(settingOf(lesson, "step"), step);
}

void rememberDone(const Lesson& lesson) {
  QSettings settings;
  settings.setValue(settingOf(lesson, "done"), true);
  settings.setValue(settingOf(lesson, "step"), 0);
}

}  // namespace bypath
