#include <QtTest>

#include "gui/dashboard/frame_history.h"

using namespace bypath;

class TestFrameHistory : public QObject {
  Q_OBJECT

 private:
  static FrameHistory::Frame frameAt(int64_t step) {
    auto frame = std::make_shared<InspectionFrame>();
    frame->step = step;
    return frame;
  }

 private Q_SLOTS:
  void theLastFrameAtOrBeforeAStep() {
    FrameHistory history;
    QVERIFY(!history.at(5));
    for (int64_t step : {10, 20, 30}) history.add(frameAt(step));
    QCOMPARE(history.at(25)->step, int64_t{20});
    QCOMPARE(history.at(30)->step, int64_t{30});
    QCOMPARE(history.at(1)->step, int64_t{10});
    const int before = history.revision();
    history.clear();
    QVERIFY(history.frames().empty() && history.revision() != before);
  }

  void aRunThatWentBackForgetsWhatWasLater() {
    FrameHistory history;
    for (int64_t step : {10, 20, 30, 15}) history.add(frameAt(step));
    QCOMPARE(history.frames().size(), size_t{2});
    QCOMPARE(history.frames().back()->step, int64_t{15});
  }

  void longRunsAreThinnedEvenly() {
    FrameHistory history(50);
    for (int64_t step = 1; step <= 1000; ++step) history.add(frameAt(step));
    QCOMPARE(history.frames().size(), size_t{50});
    QCOMPARE(history.frames().front()->step, int64_t{1});
    QCOMPARE(history.frames().back()->step, int64_t{1000});
    int64_t widest = 0;
    for (size_t i = 1; i < 50; ++i)
      widest = std::max(widest, history.frames()[i]->step - history.frames()[i - 1]->step);
    QVERIFY2(widest <= 80, qPrintable(QString::number(widest)));
  }
};

QTEST_GUILESS_MAIN(TestFrameHistory)
#include "test_frame_history.moc"
