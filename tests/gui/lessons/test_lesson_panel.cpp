// The panel of a lesson under a person's hands: steps, the action's button, what to see, the question, keys.
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "gui/lessons/action_box.h"
#include "gui/lessons/answer_button.h"
#include "gui/lessons/lesson_card.h"
#include "gui/lessons/lesson_cards.h"
#include "gui/lessons/lesson_panel.h"
#include "gui/lessons/question_box.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

namespace {

Lesson example() {
  Lesson lesson;
  lesson.title = "Example";
  lesson.source = "nobody";
  LessonStep first;
  first.title = "One";
  first.text = "Look at **this**.";
  first.action = LessonAction{.text = "**Train** it", .command = "train/train", .tab = {}, .until = {}};
  first.see = "It was {run.loss}.";
  LessonStep last;
  last.title = "Two";
  last.text = "Think.";
  last.question = LessonQuestion{
      "Why?", {{.text = "So", .why = "yes", .right = true}, {.text = "Not so", .why = "no", .right = false}}};
  lesson.steps = {first, last};
  return lesson;
}

}  // namespace

class TestLessonPanel : public QObject {
  Q_OBJECT
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<LessonPanel> panel_;
  const Lesson lesson_ = example();

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<OwnHome>();
    panel_ = std::make_unique<LessonPanel>();
    panel_->resize(300, 700);
    panel_->show();
    panel_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
  }

  void aStepAndItsAction() {
    panel_->showStep(lesson_, 0, 0);
    panel_->action()->ask("**Train** it", {"Train", "In the menu Train, or with the key Ctrl+Return"});
    QCOMPARE(panel_->place(), QString("Step 1 of 2"));
    QVERIFY(!panel_->backButton()->isEnabled());
    QVERIFY(panel_->seen().isEmpty());
    QCOMPARE(panel_->nextButton()->text(), QString("Skip"));
    QSignalSpy commands(panel_.get(), &LessonPanel::commandRequested);
    QTest::mouseClick(panel_->action()->button(), Qt::LeftButton);
    QCOMPARE(commands.count(), 1);
    panel_->setDone(true, {{"run.loss", 0.5}});
    QVERIFY(panel_->action()->isDone());
    QCOMPARE(panel_->seen(), QString("It was 0.500."));
    QCOMPARE(panel_->nextButton()->text(), QString("Next"));
    QCOMPARE(panel_->action()->button()->accessibleDescription(),
             QString("In the menu Train, or with the key Ctrl+Return"));
  }

  void whatNobodyMeasuredIsNotSaid() {
    panel_->showStep(lesson_, 0, 0);
    panel_->setDone(true, {});
    QVERIFY(panel_->seen().isEmpty());
  }

  void keysGoThroughTheSteps() {
    panel_->showStep(lesson_, 0, 0);
    QSignalSpy steps(panel_.get(), &LessonPanel::stepRequested);
    QTest::keyClick(panel_.get(), Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(steps.takeFirst().first().toInt(), 1);
    QTest::keyClick(panel_.get(), Qt::Key_Left, Qt::AltModifier);  // there is none before the first
    QCOMPARE(steps.count(), 0);
    panel_->showStep(lesson_, 1, 1);
    QCOMPARE(panel_->nextButton()->text(), QString("Finish"));
    panel_->backButton()->setFocus();
    QTest::keyClick(panel_->backButton(), Qt::Key_Return);
    QCOMPARE(steps.takeFirst().first().toInt(), 0);
    QTest::mouseClick(panel_->nextButton(), Qt::LeftButton);
    QCOMPARE(steps.takeFirst().first().toInt(), 2);
  }

  void aQuestionIsAnsweredAtOnce() {
    panel_->showStep(lesson_, 1, 1);
    QVERIFY(panel_->question()->isVisible() && !panel_->action()->isVisible());
    QSignalSpy answered(panel_->question(), &QuestionBox::answered);
    const QList<AnswerButton*> answers = panel_->question()->answers();
    QCOMPARE(answers.size(), 2);
    QTest::mouseClick(answers[1], Qt::LeftButton);
    QVERIFY(panel_->question()->reply().contains("Not quite") && panel_->question()->reply().contains("no"));
    QCOMPARE(answers[1]->mark(), AnswerButton::Mark::wrong);
    answers[0]->setFocus();
    QTest::keyClick(answers[0], Qt::Key_Space);
    QVERIFY(panel_->question()->reply().contains("Right"));
    QCOMPARE(answers[0]->mark(), AnswerButton::Mark::right);
    QCOMPARE(answers[1]->mark(), AnswerButton::Mark::none);
    QCOMPARE(answered.count(), 2);
  }

  void leaveAnewAndAgain() {
    panel_->showStep(lesson_, 0, 0);
    QSignalSpy left(panel_.get(), &LessonPanel::leaveRequested),
        anew(panel_.get(), &LessonPanel::anewRequested),
        network(panel_.get(), &LessonPanel::networkRequested);
    QVERIFY(!panel_->againButton()->isVisible());
    panel_->setAstray("Another network is on the canvas.");
    QVERIFY(panel_->againButton()->isVisible());
    QTest::mouseClick(panel_->againButton(), Qt::LeftButton);
    QTest::mouseClick(panel_->anewButton(), Qt::LeftButton);
    QTest::mouseClick(panel_->leaveButton(), Qt::LeftButton);
    QCOMPARE(network.count() + anew.count() + left.count(), 3);
    for (const QToolButton* button : {panel_->anewButton(), panel_->leaveButton()})
      QVERIFY(!button->accessibleName().isEmpty());
  }

  void cardsByMouseAndKeyboard() {
    panel_->showContents();
    LessonCards* cards = panel_->cards();
    QSignalSpy wanted(panel_.get(), &LessonPanel::lessonRequested);
    for (const Lesson& lesson : shippedLessons()) {
      QAbstractButton* card = cards->card(lesson.id);
      QVERIFY(card && card->isVisible());
      QVERIFY(card->accessibleName().contains(lesson.title));
      card->setFocus();
      QTest::keyClick(card, Qt::Key_Space);
      QCOMPARE(wanted.takeFirst().first().toString(), lesson.id);
      QTest::mouseClick(card, Qt::LeftButton);
      QCOMPARE(wanted.takeFirst().first().toString(), lesson.id);
    }
  }

  void cardsTellWhatIsDone() {
    const Lesson& lesson = shippedLessons().front();
    QAbstractButton* card = panel_->cards()->card(lesson.id);
    QVERIFY(card->accessibleDescription().contains("min"));
    rememberStep(lesson, 1);
    panel_->cards()->refresh();
    QVERIFY(card->accessibleDescription().contains("at step 2"));
    rememberDone(lesson);
    panel_->cards()->refresh();
    QVERIFY(card->accessibleDescription().contains("done"));
  }
};

QTEST_MAIN(TestLessonPanel)
#include "test_lesson_panel.moc"
