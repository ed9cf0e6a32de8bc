// The samples of a run stay bounded and evenly spread.
#include <QtTest>

#include "gui/dashboard/sample_history.h"

using namespace bypath;

class TestSampleHistory : public QObject {
  Q_OBJECT

  static InspectionFrame frame(int64_t step) {
    InspectionFrame made;
    made.step = step;
    made.samples.push_back({1, 1, 1, {static_cast<uint8_t>(step)}});
    return made;
  }

 private Q_SLOTS:
  void staysEven() {
    SampleHistory history(64);
    for (int64_t step = 1; step <= 10000; ++step) {
      history.add(frame(step));
      QVERIFY(history.count() <= 64);
      QCOMPARE(history.at(history.count() - 1).step, step);
    }
    QCOMPARE(history.count(), 64);
    QCOMPARE(history.at(0).step, int64_t{1});
    // Ten thousand steps in 63 gaps of 159: none is far longer.
    for (int i = 1; i < history.count(); ++i) {
      const int64_t gap = history.at(i).step - history.at(i - 1).step;
      QVERIFY2(gap > 0 && gap <= 320, qPrintable(QString::number(gap)));
    }
  }

  void goingBackTakesThePicturesAway() {
    SampleHistory history;
    for (const int64_t step : {10, 20, 30, 40}) history.add(frame(step));
    history.add(frame(20));
    QCOMPARE(history.count(), 2);
    QCOMPARE(history.at(1).step, int64_t{20});
    history.add(InspectionFrame{});  // a classifier's: no samples
    QCOMPARE(history.count(), 2);
    history.clear();
    QCOMPARE(history.count(), 0);
  }
};

QTEST_APPLESS_MAIN(TestSampleHistory)
#include "test_sample_history.moc"
