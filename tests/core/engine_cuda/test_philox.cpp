// The device's random numbers against those of base/random.h, and the two ends of its normal ones.
#include <QtTest/QtTest>
#include <random>

#include "core/base/random.h"
#include "core/engines/cuda/device/philox.h"

using namespace bypath;

class TestPhilox : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void wordsAreThoseOfTheHost();
  void uniformsAreThoseOfTheHost();
  void normalsAreThoseOfTheHost();
  void extremeDrawsStayFinite();

 private:
  RandomKey anyKey() {
    return {.seed = generator_(),
            .stream = static_cast<uint32_t>(generator_()),
            .step = static_cast<uint32_t>(generator_()),
            .sample = static_cast<uint32_t>(generator_())};
  }
  static gpu::PhiloxKey same(const RandomKey& key) { return {key.seed, key.stream, key.step, key.sample}; }

  std::mt19937_64 generator_{1};
};

void TestPhilox::wordsAreThoseOfTheHost() {
  const auto compare = [](const RandomKey& key, uint32_t block) {
    const RandomWords expected = randomWords(key, block);
    const gpu::PhiloxWords drawn = gpu::philox(same(key), block);
    for (int i = 0; i < 4; ++i) QCOMPARE(drawn.word[i], expected.word[i]);
  };
  compare({}, 0);
  compare({.seed = UINT64_MAX, .stream = UINT32_MAX, .step = UINT32_MAX, .sample = UINT32_MAX}, UINT32_MAX);
  for (int n = 0; n < 20'000; ++n) {
    const RandomKey key = anyKey();
    compare(key, static_cast<uint32_t>(generator_()));
    compare(key, static_cast<uint32_t>(n % 5));
  }
}

void TestPhilox::uniformsAreThoseOfTheHost() {
  for (int n = 0; n < 1000; ++n) {
    const RandomKey key = anyKey();
    for (uint32_t index = 0; index < 12; ++index) {
      const gpu::PhiloxWords drawn = gpu::philox(same(key), index / 4);
      QCOMPARE(gpu::uniformOf(drawn.word[index % 4]), uniform(key, index));
    }
  }
}

// In float32, so to some of its last digits.
void TestPhilox::normalsAreThoseOfTheHost() {
  for (int n = 0; n < 100'000; ++n) {
    const RandomKey key = anyKey();
    const NormalPair expected = normalPair(key, 3);
    const gpu::NormalPair drawn = gpu::normalPairOf(gpu::philox(same(key), 3));
    QVERIFY(std::abs(static_cast<double>(drawn.even) - expected.even) < 4e-6);
    QVERIFY(std::abs(static_cast<double>(drawn.odd) - expected.odd) < 4e-6);
  }
}

void TestPhilox::extremeDrawsStayFinite() {
  const gpu::NormalPair nearest = gpu::normalPairOf({{UINT32_MAX, UINT32_MAX, 0, 0}});
  QCOMPARE(nearest.even, 0.0f);
  QCOMPARE(nearest.odd, 0.0f);
  const gpu::NormalPair furthest = gpu::normalPairOf({{0, 0, 0, 0}});
  QVERIFY(std::abs(furthest.even - 8.571674f) < 1e-5f);  // the root of 2 * 53 * log(2)
  QCOMPARE(furthest.odd, 0.0f);
  // The least step from a draw of 1: the root of 2 * 2^-53.
  const gpu::NormalPair near = gpu::normalPairOf({{UINT32_MAX, UINT32_MAX - (1u << 11), 0, 0}});
  QVERIFY(std::abs(near.even / 1.490116e-8f - 1) < 1e-5f);
}

QTEST_GUILESS_MAIN(TestPhilox)
#include "test_philox.moc"
