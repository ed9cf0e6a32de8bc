#include "gui/app/lesson_watch.h"

#include "gui/app/train_controller.h"
#include "gui/dashboard/dashboard.h"
#include "gui/inspector/inside_page.h"
#include "gui/queue/training_queue.h"
#include "gui/runs/runs_panel.h"

namespace bypath {

LessonWatch::LessonWatch(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
  connect(&desk_.trainer, &TrainController::started, this, &LessonWatch::onStarted);
  connect(&desk_.trainer, &TrainController::ended, this, &LessonWatch::onEnded);
  connect(&desk_.dashboard, &Dashboard::eventArrived, this, &LessonWatch::take);
  for (InsidePage* page : desk_.dashboard.findChildren<InsidePage*>())
    connect(page, &InsidePage::wanted, this,
            [this, page](const QString& folder) { askedAbout_[page->objectName()] = folder; });
}

void LessonWatch::beginLesson() {
  lessonFolders_.clear();
}

void LessonWatch::begin() {
  runs_.clear();
  folders_.clear();
  askedAbout_.clear();
  queuedBefore_.clear();
  for (const Experiment& one : desk_.queue.experiments()) queuedBefore_.insert(one.name);
}

void LessonWatch::nextStep() {
  for (Run& run : runs_) run.ofStep = false;
  if (!runs_.empty()) runs_.back().ofStep = desk_.trainer.active();
}

void LessonWatch::onStarted() {
  constexpr size_t most = 2;  // the last, and the one before it
  runs_.push_back({.ofDocument = desk_.trainer.isOfDocument(), .values = {}});
  if (runs_.size() > most) runs_.pop_front();
}

void LessonWatch::onEnded() {
  if (runs_.empty()) return;  // begun before the lesson's network was opened
  folders_.insert(QString::fromStdString(desk_.trainer.folder().string()));
  lessonFolders_.insert(folders_.begin(), folders_.end());
  const Result<TrainingOutcome>& outcome = desk_.trainer.outcome();
  runs_.back().ended = outcome && outcome->state == TrainerState::finished;
}

void LessonWatch::take(const FeedEvent& event) {
  if (runs_.empty()) return;
  Run& run = runs_.back();
  if (event.kind == FeedEventKind::step || event.kind == FeedEventKind::epoch) run.step = event.step;
  if (event.steps > 0) run.steps = event.steps;
  if (event.kind != FeedEventKind::epoch) return;
  run.values.clear();
  for (const auto& [name, value] : event.values) run.values[name] = value;
  run.values["seconds"] = event.seconds;
}

// Of the experiments that came into the queue since, those pairs of which both were trained to their end.
int LessonWatch::trainedTwins() const {
  int pairs = 0;
  const Experiment* before = nullptr;
  for (const Experiment& one : desk_.queue.experiments()) {
    if (queuedBefore_.contains(one.name)) continue;
    const auto finished = [](const Experiment& e) { return e.state == ExperimentState::finished; };
    pairs += one.twin && before && !before->twin && finished(*before) && finished(one);
    before = &one;
  }
  return pairs;
}

// Earlier runs of the lesson; what a person has ticked before is none of it.
int LessonWatch::runsUnder() const {
  int count = 0;
  for (const ChosenRun& run : desk_.runs.chosen())
    count += run.header.folder != desk_.trainer.folder() &&
             lessonFolders_.contains(QString::fromStdString(run.header.folder.string()));
  return count;
}

QStringList LessonWatch::results() const {
  QStringList names;
  for (const InsidePage* page : desk_.dashboard.findChildren<InsidePage*>()) {
    const auto asked = askedAbout_.find(page->objectName());
    if (asked != askedAbout_.end() && folders_.contains(asked->second) && page->showsResult() &&
        !page->isBusy())
      names << page->objectName();
  }
  return names;
}

LessonView LessonWatch::view() const {
  LessonView view;
  view.network = &desk_.editor.project().network;
  view.checked = &desk_.editor.checked();
  view.layers = &desk_.editor.layers();
  if (!runs_.empty() && runs_.back().ofDocument && runs_.back().ofStep) {
    view.steps = runs_.back().step;
    view.ended = runs_.back().ended;
  }
  view.twins = trainedTwins();
  view.runsUnder = runsUnder();
  view.wentBack = !runs_.empty() && desk_.dashboard.scrubbedTo().has_value();
  view.results = results();
  return view;
}

LessonNumbers LessonWatch::numbers() const {
  const CheckedNetwork& checked = desk_.editor.checked();
  LessonNumbers numbers = {{"parameters", static_cast<double>(checked.parameters)},
                           {"multiply_adds", checked.multiplyAdds}};
  if (!runs_.empty()) numbers.insert(runs_.back().values.begin(), runs_.back().values.end());
  if (runs_.size() > 1)
    for (const auto& [name, value] : runs_.front().values) numbers["first." + name] = value;
  return numbers;
}

QString LessonWatch::progress() const {
  if (!desk_.trainer.active()) return {};
  if (runs_.empty()) return tr("Another run is under way. It has to end first, or to be stopped.");
  if (runs_.back().steps == 0) return tr("Preparing");
  return tr("Step %1 of %2").arg(runs_.back().step).arg(runs_.back().steps);
}

}  // namespace bypath
