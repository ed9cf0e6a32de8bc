#include <QtTest>
#include <random>

#include "core/plan/arena.h"

using namespace bypath;

namespace {

std::vector<MemoryRange> randomRanges(std::mt19937& random, int count) {
  std::vector<MemoryRange> ranges;
  for (int i = 0; i < count; ++i) {
    const int first = static_cast<int>(random() % 50);
    ranges.push_back({.values = {i},
                      .bytes = 64 * (1 + random() % 40),
                      .first = first,
                      .last = first + static_cast<int>(random() % 12)});
  }
  return ranges;
}

bool overlap(const MemoryRange& a, const MemoryRange& b) {
  return a.first <= b.last && b.first <= a.last && a.offset < b.offset + b.bytes &&
         b.offset < a.offset + a.bytes;
}

}  // namespace

class TestArena : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void neverOverlapsAndStaysNearTheLeast() {
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
      std::vector<MemoryRange> ranges = randomRanges(random, 60);
      const size_t bytes = packArena(ranges);
      size_t all = 0;
      for (size_t a = 0; a < ranges.size(); ++a) {
        all += ranges[a].bytes;
        QVERIFY(ranges[a].offset + ranges[a].bytes <= bytes);
        QCOMPARE(ranges[a].offset % memoryAlignment, size_t{0});
        for (size_t b = 0; b < a; ++b) QVERIFY(!overlap(ranges[a], ranges[b]));
      }
      QVERIFY(findOverlap(ranges).first < 0);
      QVERIFY(bytes >= leastArenaBytes(ranges));
      QVERIFY(bytes < all);
      QVERIFY(bytes <= leastArenaBytes(ranges) * 3 / 2);
    }
  }

  void overlapsAreFound() {
    const unsigned seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
      std::vector<MemoryRange> ranges = randomRanges(random, 12);
      for (MemoryRange& range : ranges) range.offset = 64 * (random() % 300);
      bool any = false;
      for (size_t a = 0; a < ranges.size(); ++a)
        for (size_t b = 0; b < a; ++b) any |= overlap(ranges[a], ranges[b]);
      const auto [a, b] = findOverlap(ranges);
      QCOMPARE(a >= 0, any);
      if (any) QVERIFY(overlap(ranges[static_cast<size_t>(a)], ranges[static_cast<size_t>(b)]));
    }
  }

  void nothingNeedsNothing() {
    std::vector<MemoryRange> none;
    QCOMPARE(packArena(none), size_t{0});
    QCOMPARE(leastArenaBytes(none), size_t{0});
    QVERIFY(findOverlap(none).first < 0);
  }
};

QTEST_GUILESS_MAIN(TestArena)
#include "test_arena.moc"
