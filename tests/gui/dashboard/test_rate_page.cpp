// The page for finding a learning rate: the proposed rate is marked, another one can be chosen, and the
// button says which one it takes.
#include <cmath>
#include <QPushButton>
#include <QtTest>

#include "gui/dashboard/progress_line.h"
#include "gui/dashboard/rate_chart.h"
#include "gui/dashboard/rate_page.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestRatePage : public QObject {
  Q_OBJECT

 private:
  static RateRange range() {
    RateRange made;
    for (int i = 0; i <= 70; ++i) {
      const double rate = std::pow(10.0, -6 + 0.1 * i), away = std::log10(rate / 0.123);
      const double loss = 2 + 0.2 * away * away;
      made.points.push_back({rate, loss, loss});
    }
    made.lowest = 0.123;
    made.steepest = 0.02;
    made.suggestion = 0.0123;
    return made;
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void theButtonFollowsTheChart() {
    RatePage page;
    page.resize(860, 260);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QVERIFY(!page.useButton()->isVisible());
    page.setRange(range());
    QCoreApplication::processEvents();
    QCOMPARE(page.useButton()->text(), QStringLiteral("Use 0.012"));
    QVERIFY(page.caption().contains("Smith 2017"));
    QSignalSpy used(&page, &RatePage::rateChosen);
    QTest::mouseClick(page.useButton(), Qt::LeftButton);
    QCOMPARE(used.size(), 1);
    QCOMPARE(used[0][0].toDouble(), 0.012);
    RateChart* chart = page.chart();
    QTest::mouseClick(chart, Qt::LeftButton, {},
                      QPoint(static_cast<int>(chart->x(0.1)), chart->height() / 2));
    QVERIFY2(std::abs(std::log10(chart->chosen() / 0.1)) < 0.03,
             qPrintable(QString::number(chart->chosen())));
    const double before = chart->chosen();
    QTest::keyClick(chart, Qt::Key_Right);
    QVERIFY(chart->chosen() > before);
    QTest::keyClick(chart, Qt::Key_Left);
    QTest::keyClick(chart, Qt::Key_Left);
    QVERIFY(chart->chosen() < before);
    QCOMPARE(page.useButton()->text(), QStringLiteral("Use ") + rateText(chart->chosen()));
    QTest::mouseClick(chart, Qt::LeftButton, {}, QPoint(1, 5));  // beside the plot: the first rate
    QCOMPARE(chart->chosen(), 1e-6);
  }

  void theProposedRateIsMarked() {
    RateChart chart;
    chart.resize(700, 200);
    chart.setRange(range());
    const QImage picture = chart.grab().toImage();
    const QColor wanted = theme().series[1];
    const int x = static_cast<int>(chart.x(0.012));
    int marked = 0;
    for (int y = 0; y < picture.height(); ++y)
      for (int at = x - 1; at <= x + 1; ++at) {
        const QColor c = picture.pixelColor(at, y);
        marked += std::abs(c.red() - wanted.red()) + std::abs(c.blue() - wanted.blue()) < 80;
      }
    QVERIFY2(marked > 100, qPrintable(QString::number(marked)));
  }

  void problemsStandInPlaceOfTheSentence() {
    RatePage page;
    page.say("A run is under way.");
    QCOMPARE(page.caption(), QStringLiteral("A run is under way."));
    page.setRange({.points = {{1e-6, 2, 2}}});
    QVERIFY(page.caption().contains("at the smallest rates"));
    QVERIFY(page.useButton()->isHidden());
  }

  void progressComesLateAndCanBeCancelled() {
    RatePage page;
    page.resize(860, 260);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    ProgressLine* line = page.progress();
    line->begin("Raising the rate");
    QVERIFY(!line->isVisible());  // what is over at once does not flicker
    QTRY_VERIFY(line->isVisible());
    line->setShare(0.1);
    QTest::qWait(600);
    line->setShare(0.4);
    QVERIFY2(line->text().contains("40 %") && line->text().contains("left"), qPrintable(line->text()));
    QSignalSpy cancelled(line, &ProgressLine::cancelled);
    QTest::mouseClick(line->cancelButton(), Qt::LeftButton);
    QCOMPARE(cancelled.size(), 1);
    line->end();
    QVERIFY(!line->isVisible());
  }
};

QTEST_MAIN(TestRatePage)
#include "test_rate_page.moc"
