// Parallel: every index once, slots within bounds and never shared, the same bits for any number of threads.
#include <atomic>
#include <cmath>
#include <numeric>
#include <QtTest>
#include <stdexcept>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/random.h"

using namespace bypath;

class TestParallel : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void coversEveryIndexOnce_data();
  void coversEveryIndexOnce();
  void chunkResultsDoNotDependOnThreads();
  void slotsAreNotShared();
  void nestedLoopsKeepTheSlotToThemselves();
  void exceptionsReachTheCaller();
  void zeroMeansAllThreads();
};

void TestParallel::coversEveryIndexOnce_data() {
  QTest::addColumn<int>("threads");
  QTest::addColumn<int>("count");
  for (const int threads : {1, 2, 4, 7})
    for (const int count : {0, 1, 2, 3, 100, 100'003})
      QTest::addRow("%d threads, %d", threads, count) << threads << count;
}

void TestParallel::coversEveryIndexOnce() {
  QFETCH(int, threads);
  QFETCH(int, count);
  Parallel parallel(threads);
  QCOMPARE(parallel.threads(), threads);
  std::vector<std::atomic<int>> visits(static_cast<size_t>(count));
  parallel.forEach(count, [&](int64_t i) { ++visits[static_cast<size_t>(i)]; });
  for (const auto& visit : visits) QCOMPARE(visit.load(), 1);
}

void TestParallel::chunkResultsDoNotDependOnThreads() {
  constexpr int64_t chunks = 37, chunkSize = 1000;
  const RandomKey key{.seed = 9, .stream = streamOf("parallel")};
  const auto sumWith = [&](int threads) {
    Parallel parallel(threads);
    std::vector<float> partial(chunks);
    parallel.forEach(chunks, [&](int64_t chunk) {
      float sum = 0;
      for (int64_t i = 0; i < chunkSize; ++i)
        sum += normal(key, static_cast<uint32_t>(chunk * chunkSize + i));
      partial[static_cast<size_t>(chunk)] = sum;
    });
    return std::accumulate(partial.begin(), partial.end(), 0.0f);
  };
  const float one = sumWith(1);
  for (int repeat = 0; repeat < 5; ++repeat)
    for (const int threads : {2, 4})
      QCOMPARE(std::bit_cast<uint32_t>(sumWith(threads)), std::bit_cast<uint32_t>(one));
}

void TestParallel::slotsAreNotShared() {
  Parallel parallel(4);
  std::array<std::atomic<int>, 4> inUse{};
  std::atomic<int> wrong = 0;
  parallel.forEach(20'000, [&](int64_t) {
    const int slot = parallel.slot();
    if (slot < 0 || slot >= 4 || ++inUse[static_cast<size_t>(slot)] != 1) ++wrong;
    if (slot >= 0 && slot < 4) --inUse[static_cast<size_t>(slot)];
  });
  QCOMPARE(wrong.load(), 0);
}

void TestParallel::nestedLoopsKeepTheSlotToThemselves() {
  Parallel parallel(4);
  std::array<std::atomic<int>, 4> inUse{};
  std::atomic<int> wrong = 0, visits = 0;
  parallel.forEach(64, [&](int64_t) {
    const auto slot = static_cast<size_t>(parallel.slot());
    if (++inUse[slot] != 1) ++wrong;
    parallel.forEach(50, [&](int64_t) { ++visits; });
    --inUse[slot];
  });
  QCOMPARE(wrong.load(), 0);
  QCOMPARE(visits.load(), 64 * 50);
}

void TestParallel::exceptionsReachTheCaller() {
  for (const int threads : {1, 4}) {
    Parallel parallel(threads);
    bool caught = false;
    try {
      parallel.forEach(100, [](int64_t i) {
        if (i == 42) throw std::runtime_error("forty-two");
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    QVERIFY(caught);
  }
}

void TestParallel::zeroMeansAllThreads() {
  QVERIFY(hardwareThreads() >= 1);
  QCOMPARE(Parallel().threads(), hardwareThreads());
}

QTEST_GUILESS_MAIN(TestParallel)
#include "test_parallel.moc"
