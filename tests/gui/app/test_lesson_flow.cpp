// The lessons in the whole window: each is gone through by doing what it asks for with mouse and keys, on
// little training; leaving, straying, and coming back to one.
#include <algorithm>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>

#include "gui/app/lesson_flow.h"
#include "gui/app/queue_flow.h"
#include "gui/app/start_page.h"
#include "gui/canvas/palette.h"
#include "gui/inspector/inside_page.h"
#include "gui/inspector/strip_chart.h"
#include "gui/lessons/action_box.h"
#include "gui/lessons/answer_button.h"
#include "gui/lessons/lesson_cards.h"
#include "gui/lessons/lesson_panel.h"
#include "gui/lessons/lesson_shelf.h"
#include "gui/lessons/question_box.h"
#include "gui/runs/run_list.h"
#include "gui/runs/runs_panel.h"
#include "tests/gui/app/main_flow.h"
#include "tests/gui/modal_answer.h"

using namespace bypath;

namespace {

constexpr int long_ = 120000;  // milliseconds

}  // namespace

class TestLessonFlow : public QObject {
  Q_OBJECT
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<MainWindow> window_;

  LessonPanel& panel() const { return *window_->lessonFlow().panel(); }
  ActionBox& action() const { return *panel().action(); }
  const LessonStep& stepNow(const Lesson& lesson) const {
    return lesson.steps[static_cast<size_t>(window_->lessonFlow().step())];
  }

  // What a person would do.
  void doIt(const LessonAction& wanted) {
    const std::string& what = wanted.until.name;
    const auto with = [&](const char* key) {
      return QString::fromStdString(toText(wanted.until.with.at(key)));
    };
    if (what == "attribute" && with("key") == "repeat") {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_U);  // the key that the text speaks of
    } else if (action().button()->isVisible()) {
      QTRY_VERIFY_WITH_TIMEOUT(action().button()->isEnabled(), long_);
      QTest::mouseClick(action().button(), Qt::LeftButton);
    }
    if (what == "went-back") {
      StripChart* chart = nullptr;
      for (StripChart* one : window_->dashboard()->findChildren<StripChart*>())
        if (one->isVisible()) chart = one;
      QVERIFY(chart);
      QTRY_VERIFY_WITH_TIMEOUT(!chart->strip().steps.empty(), long_);
      QTest::mouseClick(chart, Qt::LeftButton, {}, chart->cell(0, 0).center().toPoint());
    } else if (what == "curves-under") {
      RunList* list = window_->runs()->list();
      QTRY_VERIFY_WITH_TIMEOUT(list->runs().size() >= 2, long_);
      list->setFocus();
      // Not the one whose curve is there: runs as short as these may have begun in one second, in any order.
      const auto now = window_->trainer().folder();
      const auto runs = list->runs();
      const auto other = std::ranges::find_if(
          runs, [&](const RunItem* run) { return std::filesystem::path(run->folder()) != now; });
      QVERIFY(other != runs.end());
      list->show((*other)->folder());
      QTest::keyClick(list, Qt::Key_Space);
    } else if (what == "page-has-result") {
      auto* page = window_->dashboard()->findChild<InsidePage*>(with("page"));
      QVERIFY(page && page->isVisible());
      QTRY_VERIFY_WITH_TIMEOUT(page->beginButton()->isVisible() && page->beginButton()->isEnabled(), long_);
      if (auto* images = page->findChild<QSpinBox*>()) images->setValue(images->minimum());
      QTest::mouseClick(page->beginButton(), Qt::LeftButton);
    } else if (what == "network-checks") {
      QAbstractButton* fix = nullptr;
      for (auto* one : window_->properties()->findChildren<QAbstractButton*>("fix"))
        if (!fix && one->isVisible()) fix = one;
      QVERIFY(fix);
      QTest::mouseClick(fix, Qt::LeftButton);
    } else if (what == "attribute" && with("key") == "branch") {
      auto* field = window_->properties()->findChild<QComboBox*>("branch");
      QVERIFY(field && field->isVisible());
      field->setFocus();
      QTest::keyClicks(field, with("value").left(4));
    } else if (what == "attribute" && with("key") != "repeat") {
      choose(with("value"));
    }
  }

  // In the menu of pictures that has come up.
  void choose(const QString& id) {
    QListWidget* list = nullptr;
    QTRY_VERIFY(list = qobject_cast<QListWidget*>(QApplication::focusWidget()));
    for (int row = 0; row < list->count(); ++row)
      if (list->item(row)->data(Qt::UserRole).toString() == id) list->setCurrentRow(row);
    QTest::keyClick(list, Qt::Key_Return);
  }

  // Into the folder BYPATH_TEST_PICTURES, to be looked at.
  void grab(const QString& name) const {
    const QString folder = qEnvironmentVariable("BYPATH_TEST_PICTURES");
    if (!folder.isEmpty()) window_->grab().save(QStringLiteral("%1/%2.png").arg(folder, name));
  }

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<OwnHome>();
    // With BYPATH_TEST_WHOLE as long as a person's, to see that the texts are true.
    if (!qEnvironmentVariableIsSet("BYPATH_TEST_WHOLE"))
      for (const char* name : {"BYPATH_LIMIT_TRAIN", "BYPATH_LIMIT_VALIDATION", "BYPATH_EPOCHS"})
        qputenv(name, std::string(name) == "BYPATH_EPOCHS" ? "1" : "64");
    if (qEnvironmentVariable("BYPATH_TEST_THEME") == "dark") applyTheme(*qApp, ThemeChoice::dark);
    window_ = std::make_unique<MainWindow>();
    window_->show();
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  }
  void cleanup() {
    window_->trainer().stopAndWait();
    window_.reset();
  }

  void everyStepCanBeDone_data() {
    QTest::addColumn<QString>("id");
    for (const Lesson& lesson : shippedLessons()) QTest::newRow(qPrintable(lesson.id)) << lesson.id;
  }

  void everyStepCanBeDone() {
    QFETCH(QString, id);
    const Lesson& lesson = *findLesson(id);
    QTest::mouseClick(window_->startPage()->lessons()->card(id), Qt::LeftButton);
    LessonFlow& flow = window_->lessonFlow();
    QVERIFY(flow.underWay() && panel().isVisible());
    for (size_t i = 0; i < lesson.steps.size(); ++i) {
      QTRY_COMPARE(flow.step(), int(i));
      const LessonStep& step = stepNow(lesson);
      if (step.action) {
        QTest::qWait(300);  // the program is looked at meanwhile
        QVERIFY2(!action().isDone(), qPrintable(step.title));
        grab(QStringLiteral("%1-%2-before").arg(id).arg(i + 1));
        doIt(*step.action);
        if (QTest::currentTestFailed()) return;
        QTRY_VERIFY2_WITH_TIMEOUT(action().isDone(), qPrintable(step.title), long_);
        QVERIFY2(!panel().seen().isEmpty() && !panel().seen().contains('{'), qPrintable(panel().seen()));
      }
      if (step.question) {
        for (size_t answer = 0; answer < step.question->answers.size(); ++answer)
          if (step.question->answers[answer].right)
            QTest::mouseClick(panel().question()->answers()[qsizetype(answer)], Qt::LeftButton);
        QVERIFY(panel().question()->reply().contains("Right"));
      }
      if (qEnvironmentVariableIsSet("BYPATH_TEST_PICTURES")) QTest::qWait(300);
      grab(QStringLiteral("%1-%2-done").arg(id).arg(i + 1));
      if (window_->editor().isModified() && i + 1 < lesson.steps.size())
        QVERIFY2(!lesson.steps[i + 1].project, "the next step would ask about unsaved changes");
      QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    }
    QVERIFY(!flow.underWay() && panel().showsContents());
    QVERIFY(progressOf(lesson).done);
    QVERIFY(panel().cards()->card(id)->accessibleDescription().contains("done"));
  }

  void whatIsSkippedIsNotDone() {
    window_->lessonFlow().begin("unroll");
    QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QTest::mouseClick(panel().backButton(), Qt::LeftButton);
    QVERIFY(!action().isDone() && panel().seen().isEmpty());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_U);
    QTRY_VERIFY(action().isDone());
    QVERIFY(!panel().seen().isEmpty());
  }

  void withoutAMouse() {
    window_->lessonFlow().begin("depth");
    QCOMPARE(QApplication::focusWidget(), action().button());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QVERIFY(window_->trainer().active());
    QTRY_VERIFY_WITH_TIMEOUT(action().isDone(), long_);
    QCOMPARE(QApplication::focusWidget(), panel().nextButton());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QCOMPARE(window_->lessonFlow().step(), 1);
    QTest::keyClick(window_.get(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(window_->lessonFlow().step(), 0);
  }

  void leavingKeepsTheNetwork() {
    LessonFlow& flow = window_->lessonFlow();
    flow.begin("shortcut");
    QVERIFY(panel().isVisible() && !window_->layers()->isVisible());
    QTest::mouseClick(panel().leaveButton(), Qt::LeftButton);
    QVERIFY(!flow.underWay() && !panel().isVisible() && window_->layers()->isVisible());
    QVERIFY(window_->editor().project().network.graph.find("stage1"));
    // What the person has hidden stays so.
    window_->actions().palette->trigger();
    flow.begin("shortcut");
    flow.leave();
    QVERIFY(!window_->layers()->isVisible());
  }

  void theNetworkOfAPersonIsAskedAbout() {
    QVERIFY(window_->openTemplate("starter"));
    window_->editor().apply("Change", [](Project& p) { p.network.name = "mine"; });
    answerNext("Stay");
    window_->lessonFlow().begin("depth");
    QVERIFY(!window_->lessonFlow().underWay());
    QCOMPARE(window_->editor().project().network.name, std::string("mine"));
    answerNext("Leave without saving");
    window_->lessonFlow().begin("depth");
    QVERIFY(window_->lessonFlow().underWay());
    QCOMPARE(window_->editor().project().network.name, std::string("plain-8"));
  }

  void strayingIsNoticed() {
    window_->lessonFlow().begin("depth");
    QVERIFY(!panel().againButton()->isVisible());
    QVERIFY(window_->openTemplate("starter"));
    QTRY_VERIFY(panel().againButton()->isVisible());
    QVERIFY(!action().button()->isEnabled());
    QTest::mouseClick(panel().againButton(), Qt::LeftButton);
    QTRY_VERIFY(!panel().againButton()->isVisible());
    QCOMPARE(window_->editor().project().network.name, std::string("plain-8"));
  }

  // A step that builds on what was done to the network is not shown with a fresh one.
  void strayingLeadsBackToTheNetworksStep() {
    LessonFlow& flow = window_->lessonFlow();
    flow.begin("preactivation");
    for (int i = 0; i < 2; ++i) QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QCOMPARE(flow.step(), 2);
    QVERIFY(window_->openTemplate("starter"));
    QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QCOMPARE(flow.step(), 0);
    QCOMPARE(window_->editor().project().network.name, std::string("order-lesson"));
    for (int i = 0; i < 2; ++i) QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QVERIFY(window_->openTemplate("starter"));
    QTRY_VERIFY(panel().againButton()->isVisible());
    QTest::mouseClick(panel().againButton(), Qt::LeftButton);
    QCOMPARE(flow.step(), 0);
  }

  // The same number of steps, made by another network or before the step, does not count.
  void onlyItsOwnTrainingCounts() {
    QVERIFY(window_->openTemplate("starter", {{"width", int64_t{4}}}));
    QVERIFY(window_->startTraining());
    QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), long_);
    QVERIFY(window_->startTraining({{"epochs", int64_t{100000}}}));
    window_->lessonFlow().begin("depth");
    QTRY_VERIFY(action().progressText().contains("Another run is under way"));
    QVERIFY(!action().button()->isEnabled());
    window_->actions().stop->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), long_);
    QTRY_VERIFY(action().button()->isEnabled());
    QVERIFY(!action().isDone());
    window_->actions().train->trigger();  // not by the panel's button
    QTRY_VERIFY_WITH_TIMEOUT(action().isDone(), long_);
    QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QTest::qWait(600);
    QVERIFY(!action().isDone());
    QTest::mouseClick(panel().backButton(), Qt::LeftButton);
    QVERIFY(action().isDone());
    // To be read again; nothing is opened for it.
    QCOMPARE(window_->editor().project().network.name, std::string("plain-32"));
  }

  void itGoesOnWhereItWasLeft() {
    LessonFlow& flow = window_->lessonFlow();
    flow.begin("depth");
    QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QTest::mouseClick(panel().nextButton(), Qt::LeftButton);
    QCOMPARE(flow.step(), 2);
    flow.leave();
    window_->actions().lessons->trigger();
    QVERIFY(panel().isVisible() && panel().showsContents());
    QTest::mouseClick(panel().cards()->card("depth"), Qt::LeftButton);
    QCOMPARE(flow.step(), 1);  // the step that opens the network
    QTest::mouseClick(panel().anewButton(), Qt::LeftButton);
    QCOMPARE(flow.step(), 0);
  }

  void fromTheMenuOnTheStartPage() {
    QVERIFY(window_->startPage()->isVisible());
    window_->actions().lessons->trigger();
    QCOMPARE(QApplication::focusWidget(), window_->startPage()->lessons()->card("depth"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QVERIFY(window_->lessonFlow().underWay());
    window_->showStartPage();
    QVERIFY(!panel().isVisible());
    QVERIFY(window_->openTemplate("starter"));
    QVERIFY(panel().isVisible());
  }
};

QTEST_MAIN(TestLessonFlow)
#include "test_lesson_flow.moc"
