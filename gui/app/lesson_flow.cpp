#include "gui/app/lesson_flow.h"

#include <algorithm>
#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QPushButton>

#include "gui/app/actions.h"
#include "gui/app/file_flow.h"
#include "gui/app/key_bindings.h"
#include "gui/app/lesson_project.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/queue_flow.h"
#include "gui/app/start_page.h"
#include "gui/app/train_controller.h"
#include "gui/canvas/canvas_view.h"
#include "gui/dashboard/dashboard.h"
#include "gui/lessons/action_box.h"
#include "gui/lessons/lesson_panel.h"
#include "gui/lessons/lesson_shelf.h"

namespace bypath {

namespace {

constexpr int often = 200;  // milliseconds between two looks at the program

}  // namespace

LessonFlow::LessonFlow(MainWindow& window, FileFlow& files)
    : QObject(&window),
      window_(window),
      files_(files),
      panel_(new LessonPanel),
      watch_({window.editor(), window.trainer(), *window.dashboard(), *window.runs(),
              window.queueFlow().queue()}) {
  looks_.setInterval(often);
  connect(&looks_, &QTimer::timeout, this, &LessonFlow::look);
  connect(panel_, &LessonPanel::lessonRequested, this, &LessonFlow::begin);
  connect(panel_, &LessonPanel::stepRequested, this, &LessonFlow::goTo);
  connect(panel_, &LessonPanel::commandRequested, this, &LessonFlow::callCommand);
  connect(panel_, &LessonPanel::anewRequested, this, &LessonFlow::beginAnew);
  connect(panel_, &LessonPanel::leaveRequested, this, &LessonFlow::leave);
  connect(panel_, &LessonPanel::networkRequested, this, [this] { goBackTo(lesson_->projectStep(index_)); });
  connect(window.startPage(), &StartPage::lessonRequested, this, &LessonFlow::begin);
  connect(window.actions().lessons, &QAction::triggered, this, &LessonFlow::showLessons);
  connect(window.actions().lesson, &QAction::toggled, this,
          [this](bool shown) { showPalette(!shown || (lesson_ && current().palette)); });
  connect(&window.editor(), &DocumentEditor::replaced, this, [this] {
    if (!opening_) opened_ = -1;
  });
}

LessonFlow::~LessonFlow() = default;

void LessonFlow::begin(const QString& id) {
  if (const Lesson* lesson = findLesson(id))
    // What was trained before is not known any more, so from where its network was opened.
    start(*lesson, std::max(0, lesson->projectStep(progressOf(*lesson).step)));
}

void LessonFlow::beginAnew() {
  if (lesson_) start(*lesson_, 0);
}

void LessonFlow::start(const Lesson& lesson, int step) {
  const Lesson* before = lesson_;
  looks_.stop();  // not while a question about unsaved work is open: steps and lesson do not agree yet
  lesson_ = &lesson;
  if (!open(lesson.projectStep(step))) {
    lesson_ = before;
    if (lesson_) looks_.start();
    return;
  }
  watch_.beginLesson();
  done_.assign(lesson.steps.size(), false);
  std::fill_n(done_.begin(), step, true);
  numbers_.clear();
  looks_.start();
  enter(step);
  showPanel(true);
  takeFocus();  // of what is in sight only now
}

// False where the person would rather keep what is on the canvas.
bool LessonFlow::open(int step) {
  if (step < 0) return true;
  const LessonProject& wanted = *lesson_->steps[static_cast<size_t>(step)].project;
  const Result<Project> project = makeLessonProject(wanted, window_.editor().layers());
  if (!project) {
    window_.messages()->say(MessageKind::error, QString::fromStdString(project.error().message));
    return false;
  }
  opening_ = true;
  const bool done = files_.startCopy(*project);
  opening_ = false;
  if (!done) return false;
  opened_ = step;
  watch_.begin();
  return true;
}

void LessonFlow::goTo(int step) {
  if (!lesson_ || step < 0) return;
  if (step >= static_cast<int>(lesson_->steps.size())) return finish();
  const int needed = lesson_->projectStep(step);
  const bool reading = done_[static_cast<size_t>(step)];  // a step back, to read it again
  if (!reading && needed != opened_ && needed < step) return goBackTo(needed);
  if (!reading && needed != opened_ && !open(needed)) return;
  // What was skipped is still to be done.
  if (step > index_ && !current().action) done_[static_cast<size_t>(index_)] = true;
  enter(step);
}

// To a step that opens a network: what was done to it since has to be done again.
void LessonFlow::goBackTo(int step) {
  if (!open(step)) return;
  std::fill(done_.begin() + step, done_.end(), false);
  enter(step);
}

void LessonFlow::enter(int step) {
  index_ = step;
  rememberStep(*lesson_, step);
  watch_.nextStep();
  const LessonStep& now = current();
  const bool done = done_[static_cast<size_t>(step)];
  const auto reached = static_cast<int>(std::ranges::count(done_, true));
  panel_->showStep(*lesson_, step, reached);
  panel_->setAstray({});
  if (now.action) panel_->action()->ask(now.action->text, wordsOf(*now.action));
  panel_->setDone(done || !now.action, numbers_);
  if (now.palette) showPalette(true);
  if (!done) showSight(now.first);
  look();
  takeFocus();
}

// Where the keys belong that a step speaks of: on the canvas, or to what goes on.
void LessonFlow::takeFocus() {
  const LessonStep& now = current();
  const bool open = now.action && !done_[static_cast<size_t>(index_)];
  QPushButton* command = panel_->action()->button();
  if (open && now.action->command.startsWith(QLatin1String("canvas/")))
    window_.canvas()->viewport()->setFocus(Qt::OtherFocusReason);
  else if (open && !command->text().isEmpty() && command->isEnabled())
    command->setFocus(Qt::OtherFocusReason);
  else
    panel_->nextButton()->setFocus(Qt::OtherFocusReason);
}

void LessonFlow::showSight(const LessonSight& sight) {
  // A node first: selecting it brings its properties into sight.
  if (!sight.select.isEmpty()) window_.canvas()->select(sight.select);
  if (sight.tab.isEmpty()) return;
  const QStringList ofInspector = {QStringLiteral("properties"), QStringLiteral("training"),
                                   QStringLiteral("data"), QStringLiteral("runs"), QStringLiteral("queue")};
  const Actions& actions = window_.actions();
  revealPanel(ofInspector.contains(sight.tab) ? actions.inspector : actions.dashboard);
  window_.showTab(sight.tab);
}

CommandWords LessonFlow::wordsOf(const LessonAction& action) const {
  if (!action.tab.isEmpty()) return {tr("Show the page"), {}};
  const KeyBindings& bindings = window_.keyBindings();
  const int index = bindings.find(action.command);
  if (index < 0) return {};
  const KeyBindings::Command& command = bindings.commands()[static_cast<size_t>(index)];
  const QString key = bindings.keyText(action.command);
  const bool ofCanvas = action.command.startsWith(QLatin1String("canvas/"));
  QString where = ofCanvas ? tr("On the canvas") : tr("In the menu %1").arg(command.group);
  if (!key.isEmpty()) where += tr(", or with the key %1").arg(key);
  return {command.title, where};
}

void LessonFlow::callCommand() {
  if (!lesson_ || !current().action) return;
  const LessonAction& action = *current().action;
  if (!action.tab.isEmpty()) return showSight({action.tab, {}});
  const int index = window_.keyBindings().find(action.command);
  if (index < 0) return;
  if (action.command.startsWith(QLatin1String("canvas/"))) showSight({{}, current().first.select});
  window_.keyBindings().commands()[static_cast<size_t>(index)].action->trigger();
}

void LessonFlow::look() {
  if (!lesson_ || !panel_->isVisible()) return;
  const bool astray = opened_ < 0;
  panel_->setAstray(astray && !done_[static_cast<size_t>(index_)]
                        ? tr("Another network is on the canvas. Open the lesson's again to go on.")
                        : QString());
  const LessonStep& now = current();
  if (!now.action || done_[static_cast<size_t>(index_)]) return;
  if (astray) return panel_->action()->setCommandEnabled(false);
  LessonView view = watch_.view();
  view.tabs = window_.tabsInSight();
  if (holds(now.action->until, view)) return fulfil();
  const int command = window_.keyBindings().find(now.action->command);
  panel_->action()->setCommandEnabled(
      command < 0 || window_.keyBindings().commands()[static_cast<size_t>(command)].action->isEnabled());
  panel_->action()->setProgress(watch_.progress());
}

void LessonFlow::fulfil() {
  done_[static_cast<size_t>(index_)] = true;
  if (!current().keep.empty())
    for (const auto& [name, value] : watch_.numbers()) numbers_[current().keep + "." + name] = value;
  panel_->action()->setCommandEnabled(true);
  panel_->setDone(true, numbers_);
  if (panel_->isAncestorOf(QApplication::focusWidget())) takeFocus();
  showSight(current().then);
}

void LessonFlow::finish() {
  rememberDone(*lesson_);
  looks_.stop();
  lesson_ = nullptr;
  panel_->showContents();
}

void LessonFlow::leave() {
  looks_.stop();
  lesson_ = nullptr;
  panel_->showContents();
  showPanel(false);
}

void LessonFlow::showLessons() {
  if (window_.startPage()->isVisible()) return window_.startPage()->showLessons();
  showPanel(true);
}

void LessonFlow::showPanel(bool shown) {
  window_.actions().lesson->setChecked(shown);
  if (!shown || !panel_->isVisible()) return;
  // As wide as its texts read well, where it has been narrower.
  auto* dock = static_cast<QDockWidget*>(panel_->parentWidget());
  const int wanted = panel_->sizeHint().width();
  if (dock->width() < wanted) window_.resizeDocks({dock}, {wanted}, Qt::Horizontal);
}

// It makes room for the panel; only what has been hidden for that comes back.
void LessonFlow::showPalette(bool shown) {
  QAction* palette = window_.actions().palette;
  if (shown == palette->isChecked() || (shown && !hidPalette_)) return;
  hidPalette_ = !shown;
  palette->setChecked(shown);
}

}  // namespace bypath
