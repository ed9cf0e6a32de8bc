// Going back through a run in the whole window: canvas, bars and tables follow the cursor of the strip.
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>

#include "gui/dashboard/shortcut_page.h"
#include "gui/inspector/strip_chart.h"
#include "gui/inspector/strip_page.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestOverTime : public QObject {
  Q_OBJECT

 private:
  OwnHome home_;

 private Q_SLOTS:
  void theWindowFollowsTheCursor() {
    MainWindow window;
    window.resize(1440, 900);
    window.show();
    QVERIFY(window.openTemplate("starter", {{"width", int64_t{4}}}));
    window.editor().apply("Little", [](Project& project) {
      project.training = {{"batch", int64_t{8}},
                          {"limit_train", int64_t{64}},
                          {"limit_validation", int64_t{16}},
                          {"data", std::string("shapes")}};
    });
    window.showTab("time");
    auto* page = window.findChild<StripPage*>();
    QVERIFY(page && page->isVisible() && !page->chart()->isVisible());
    QVERIFY(window.startTraining({{"steps", int64_t{400}}, {"log_every", int64_t{10}}}));
    QVERIFY(QTest::qWaitFor([&] { return !window.trainer().active(); }, 120000));
    window.dashboard()->drain();
    const auto& frames = window.dashboard()->history().frames();
    QVERIFY2(frames.size() >= 2, qPrintable(QString::number(frames.size())));
    QTRY_VERIFY(page->chart()->isVisible());
    QCOMPARE(page->chart()->strip().steps.size(), frames.size());
    QVERIFY(page->chart()->strip().paths.size() > 8);

    QTest::mouseClick(page->chart(), Qt::LeftButton, {}, page->chart()->cell(0, 0).center().toPoint());
    QCOMPARE(window.dashboard()->scrubbedTo(), frames.front()->step);
    QCOMPARE(window.dashboard()->frame(), frames.front());
    QCOMPARE(page->chart()->cursorStep(), frames.front()->step);
    const ShortcutFlow& first = frames.front()->probes.shortcuts.front();
    window.showTab("shortcuts");
    QCOMPARE(window.dashboard()->shortcuts()->table()->item(0, 1)->text(),
             QString::number(first.shortcutNorm, 'g', 3));

    window.showTab("time");
    QTest::mouseClick(page->followButton(), Qt::LeftButton);
    QVERIFY(!window.dashboard()->scrubbedTo());
    QCOMPARE(window.dashboard()->frame(), frames.back());
    QVERIFY(!page->followButton()->isVisible());
    window.editor().undoStack().setClean();
  }
};

QTEST_MAIN(TestOverTime)
#include "test_over_time.moc"
