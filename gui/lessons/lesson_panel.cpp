#include "gui/lessons/lesson_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/lessons/action_box.h"
#include "gui/lessons/lesson_cards.h"
#include "gui/lessons/question_box.h"
#include "gui/lessons/step_dots.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int aside = 16, usualWidth = 288;

QLabel* wrapped(const char* role = nullptr) {
  auto* label = new QLabel;
  label->setWordWrap(true);
  label->setTextFormat(Qt::MarkdownText);
  if (role) label->setProperty("role", role);
  return label;
}

QLabel* demiBold() {
  QLabel* label = wrapped();
  QFont font = label->font();
  font.setWeight(QFont::DemiBold);
  label->setFont(font);
  return label;
}

QToolButton* tool(const QString& icon, const QString& tip) {
  auto* button = new QToolButton;
  button->setIcon(themedIcon(icon, &Theme::textMuted));
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

void makePrimary(QPushButton* button, bool primary) {
  button->setProperty("primary", primary);
  button->style()->unpolish(button);
  button->style()->polish(button);
}

}  // namespace

LessonPanel::LessonPanel(QWidget* parent)
    : QStackedWidget(parent),
      cards_(new LessonCards),
      place_(wrapped("caption")),
      dots_(new StepDots),
      anew_(tool(QStringLiteral("refresh"), tr("Begin this lesson anew"))),
      leave_(tool(QStringLiteral("close"), tr("Leave the lesson; the network stays open"))),
      title_(wrapped("heading")),
      astray_(wrapped("muted")),
      again_(new QPushButton(tr("Open the lesson's network"))),
      scroll_(new QScrollArea),
      stepTitle_(demiBold()),
      text_(wrapped()),
      action_(new ActionBox),
      seeHead_(demiBold()),
      see_(wrapped()),
      question_(new QuestionBox),
      source_(wrapped("caption")),
      back_(new QPushButton(tr("Back"))),
      next_(new QPushButton(tr("Next"))) {
  setObjectName(QStringLiteral("lessonPanel"));
  setAccessibleName(tr("Lesson"));
  addWidget(makeContents());
  lesson_ = makeStep();
  addWidget(lesson_);
  connect(cards_, &LessonCards::lessonRequested, this, &LessonPanel::lessonRequested);
  connect(action_, &ActionBox::pressed, this, &LessonPanel::commandRequested);
  connect(again_, &QPushButton::clicked, this, &LessonPanel::networkRequested);
  connect(anew_, &QToolButton::clicked, this, &LessonPanel::anewRequested);
  connect(leave_, &QToolButton::clicked, this, &LessonPanel::leaveRequested);
  connect(back_, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(index_ - 1); });
  connect(next_, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(index_ + 1); });
  const auto key = [this](Qt::Key code, QPushButton* button, const QString& tip) {
    const QKeySequence keys(Qt::ALT | code);
    connect(new QShortcut(keys, lesson_), &QShortcut::activated, button, &QPushButton::click);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
  };
  key(Qt::Key_Left, back_, tr("The step before"));
  key(Qt::Key_Right, next_, tr("The next step"));
}

QWidget* LessonPanel::makeContents() {
  auto* inside = new QWidget;
  auto* column = new QVBoxLayout(inside);
  column->setContentsMargins(aside, aside, aside, aside);
  column->setSpacing(8);
  auto* row = new QHBoxLayout;
  auto* head = new QLabel(tr("Lessons"));
  head->setProperty("role", "heading");
  auto* close = tool(QStringLiteral("close"), tr("Close the lessons"));
  connect(close, &QToolButton::clicked, this, &LessonPanel::leaveRequested);
  row->addWidget(head, 1);
  row->addWidget(close);
  column->addLayout(row);
  QLabel* note = wrapped("muted");
  note->setText(tr("Each opens a prepared network, asks for one thing at a time, and says what to see."));
  column->addWidget(note);
  column->addWidget(cards_);
  column->addStretch();
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(inside);
  return scroll;
}

QWidget* LessonPanel::makeStep() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeHead());
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::StrongFocus);  // the arrow keys scroll a long text
  scroll_->setAccessibleName(tr("The step"));
  scroll_->setWidget(makeBody());
  column->addWidget(scroll_, 1);
  column->addWidget(makeFoot());
  return page;
}

QWidget* LessonPanel::makeHead() {
  auto* head = new QWidget;
  auto* column = new QVBoxLayout(head);
  column->setContentsMargins(aside, 10, 8, 8);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  row->setSpacing(4);
  place_->setWordWrap(false);
  row->addWidget(place_);
  row->addSpacing(6);
  row->addWidget(dots_);
  row->addStretch();
  row->addWidget(anew_);
  row->addWidget(leave_);
  column->addLayout(row);
  column->addWidget(title_);
  return head;
}

QWidget* LessonPanel::makeBody() {
  auto* body = new QWidget;
  auto* column = new QVBoxLayout(body);
  column->setContentsMargins(aside, 4, aside, aside);
  column->setSpacing(10);
  seeHead_->setText(tr("What you see"));
  for (QWidget* part :
       {static_cast<QWidget*>(astray_), static_cast<QWidget*>(again_), static_cast<QWidget*>(stepTitle_),
        static_cast<QWidget*>(text_), static_cast<QWidget*>(action_), static_cast<QWidget*>(seeHead_),
        static_cast<QWidget*>(see_), static_cast<QWidget*>(question_), static_cast<QWidget*>(source_)})
    column->addWidget(part);
  column->addStretch();
  setAstray({});
  return body;
}

QWidget* LessonPanel::makeFoot() {
  auto* foot = new QWidget;
  auto* row = new QHBoxLayout(foot);
  row->setContentsMargins(aside, 8, aside, 12);
  row->setSpacing(8);
  next_->setObjectName(QStringLiteral("lessonNext"));
  for (QPushButton* button : {back_, next_}) {
    button->setAutoDefault(true);
    row->addWidget(button, 1);
  }
  return foot;
}

// As wide as its texts read well; it may become narrower.
QSize LessonPanel::sizeHint() const {
  return {usualWidth, QStackedWidget::sizeHint().height()};
}

void LessonPanel::showContents() {
  setCurrentIndex(0);
}

bool LessonPanel::showsContents() const {
  return currentIndex() == 0;
}

void LessonPanel::showStep(const Lesson& lesson, int step, int done) {
  setCurrentWidget(lesson_);
  index_ = step;
  count_ = static_cast<int>(lesson.steps.size());
  step_ = lesson.steps[static_cast<size_t>(step)];
  place_->setText(tr("Step %1 of %2").arg(step + 1).arg(count_));
  dots_->show(count_, step, done);
  title_->setText(lesson.title);
  stepTitle_->setText(step_.title);
  source_->setText(tr("After %1.").arg(lesson.source));
  source_->setVisible(step == 0);
  action_->setVisible(step_.action.has_value());
  question_->setVisible(step_.question.has_value());
  if (step_.question) question_->ask(*step_.question);
  back_->setEnabled(step > 0);
  setDone(!step_.action, {});
  scroll_->verticalScrollBar()->setValue(0);
}

void LessonPanel::fillIn(const LessonNumbers& numbers) {
  text_->setText(withNumbers(step_.text, numbers));
  see_->setText(withNumbers(step_.see, numbers));
}

void LessonPanel::setDone(bool done, const LessonNumbers& numbers) {
  fillIn(numbers);
  action_->setDone(done);
  const bool shown = done && !see_->text().isEmpty();
  seeHead_->setVisible(shown);
  see_->setVisible(shown);
  const bool last = index_ + 1 == count_;
  next_->setText(last ? tr("Finish") : done ? tr("Next") : tr("Skip"));
  makePrimary(next_, done);
}

void LessonPanel::setAstray(const QString& sentence) {
  astray_->setText(sentence);
  astray_->setVisible(!sentence.isEmpty());
  again_->setVisible(!sentence.isEmpty());
}

QString LessonPanel::text() const {
  return text_->text();
}

QString LessonPanel::seen() const {
  return see_->isHidden() ? QString() : see_->text();
}

QString LessonPanel::place() const {
  return place_->text();
}

}  // namespace bypath
