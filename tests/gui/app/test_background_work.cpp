// Work beside the window: the last one asked for counts, a cancelled one says nothing more.
#include <atomic>
#include <QSignalSpy>
#include <QtTest>

#include "gui/app/background_work.h"

using namespace bypath;

class TestBackgroundWork : public QObject {
  Q_OBJECT

  // Works until it is told to end, or for so long.
  static std::function<int(const Progress&)> slow(int result, std::atomic<int>* running,
                                                  std::atomic<int>* together) {
    return [=](const Progress& told) {
      if (++*running > 1) ++*together;
      for (int i = 0; i < 200 && told(i / 200.0); ++i) QThread::msleep(5);
      --*running;
      return result;
    };
  }

 private Q_SLOTS:
  void theResultComesBackHere() {
    BackgroundWork work;
    QSignalSpy busy(&work, &BackgroundWork::busyChanged), progress(&work, &BackgroundWork::progress);
    int got = 0;
    QThread* where = nullptr;
    work.begin<int>(
        [](const Progress& told) {
          for (int i = 0; i < 1000; ++i) (void)told(i / 1000.0);
          return 42;
        },
        [&](int result) {
          got = result;
          where = QThread::currentThread();
        });
    QVERIFY(work.busy());
    QTRY_COMPARE(got, 42);
    QCOMPARE(where, thread());
    QVERIFY(!work.busy());
    QCOMPARE(busy.size(), 2);
    QVERIFY2(progress.size() > 0 && progress.size() <= 100, qPrintable(QString::number(progress.size())));
  }

  void theLastOneCountsAndTheyNeverRunTogether() {
    std::atomic<int> running = 0, together = 0;
    BackgroundWork work;
    std::vector<int> got;
    for (int i = 1; i <= 5; ++i) {
      work.begin<int>(slow(i, &running, &together), [&](int result) { got.push_back(result); });
      QTest::qWait(10);
    }
    QTRY_COMPARE_WITH_TIMEOUT(got, (std::vector{5}), 20000);
    QCOMPARE(together.load(), 0);
    QTest::qWait(50);
    QCOMPARE(got.size(), size_t{1});
  }

  void cancelledWorkSaysNothing() {
    std::atomic<int> running = 0, together = 0;
    int got = 0;
    {
      BackgroundWork work;
      work.begin<int>(slow(1, &running, &together), [&](int result) { got = result; });
      QTest::qWait(20);
      work.cancel();
      QVERIFY(!work.busy());
      QTRY_COMPARE(running.load(), 0);
      QTest::qWait(50);
      QCOMPARE(got, 0);
      // It can be asked for something else at once, and ended by going away.
      work.begin<int>(slow(2, &running, &together), [&](int result) { got = result; });
      QTest::qWait(20);
    }
    QCOMPARE(running.load(), 0);
    QCOMPARE(got, 0);
  }
};

QTEST_GUILESS_MAIN(TestBackgroundWork)
#include "test_background_work.moc"
