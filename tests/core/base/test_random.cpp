// The counter-based random numbers: known answers of Philox 4x32-10, ranges, moments, independence of the
// order.
#include <cmath>
#include <QtTest>
#include <set>

#include "core/base/random.h"

using namespace bypath;

class TestRandom : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void knownAnswers_data();
  void knownAnswers();
  void streamNamesAreFnv1a();
  void uniformIsTheTopOfItsWord();
  void uniformMoments();
  void normalMoments();
  void normalIsTheRoundedDouble();
  void integersStayBelowTheBound();
  void everyPartOfTheKeyCounts();
};

// From kat_vectors of Random123 (Salmon et al. 2011).
void TestRandom::knownAnswers_data() {
  QTest::addColumn<QList<quint32>>("counterAndKey");
  QTest::addColumn<QList<quint32>>("expected");
  QTest::newRow("zeros") << QList<quint32>{0, 0, 0, 0, 0, 0}
                         << QList<quint32>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  QTest::newRow("ones") << QList<quint32>(6, 0xffffffff)
                        << QList<quint32>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  QTest::newRow("pi") << QList<quint32>{0x243f6a88, 0x85a308d3, 0x13198a2e,
                                        0x03707344, 0xa4093822, 0x299f31d0}
                      << QList<quint32>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
}

void TestRandom::knownAnswers() {
  QFETCH(QList<quint32>, counterAndKey);
  QFETCH(QList<quint32>, expected);
  const RandomKey key{.seed = counterAndKey[4] | (static_cast<uint64_t>(counterAndKey[5]) << 32),
                      .stream = counterAndKey[3],
                      .step = counterAndKey[2],
                      .sample = counterAndKey[1]};
  const RandomWords drawn = randomWords(key, counterAndKey[0]);
  for (int i = 0; i < 4; ++i) QCOMPARE(drawn.word[i], expected[i]);
}

void TestRandom::streamNamesAreFnv1a() {
  QCOMPARE(streamOf(""), 0x811c9dc5u);
  QCOMPARE(streamOf("a"), 0xe40c292cu);
  QCOMPARE(streamOf("foobar"), 0xbf9cf968u);
}

void TestRandom::uniformIsTheTopOfItsWord() {
  const RandomKey key{.seed = 5, .stream = 6, .step = 7, .sample = 8};
  for (uint32_t index = 0; index < 64; ++index) {
    const uint32_t word = randomWords(key, index / 4).word[index % 4];
    QCOMPARE(uniform(key, index), static_cast<float>(word >> 8) / 16777216.0f);
  }
}

void TestRandom::uniformMoments() {
  const RandomKey key{.seed = 1, .stream = streamOf("moments")};
  constexpr int count = 200'000;
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const double u = uniform(key, i);
    QVERIFY(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
  }
  const double mean = sum / count;
  QVERIFY(std::abs(mean - 0.5) < 0.003);  // 4.6 standard errors
  QVERIFY(std::abs(squares / count - mean * mean - 1.0 / 12) < 0.001);
}

void TestRandom::normalMoments() {
  const RandomKey key{.seed = 2, .stream = streamOf("moments")};
  constexpr int count = 200'000;
  double sum = 0, squares = 0, fourth = 0, pairs = 0;
  double previous = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const double z = normalDouble(key, i);
    QVERIFY(std::isfinite(z));
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    if (i % 2) pairs += z * previous;
    previous = z;
  }
  QVERIFY(std::abs(sum / count) < 0.01);
  QVERIFY(std::abs(squares / count - 1) < 0.015);
  QVERIFY(std::abs(fourth / count - 3) < 0.12);
  QVERIFY(std::abs(pairs / (count / 2)) < 0.015);  // the two numbers of a pair are not correlated
}

void TestRandom::normalIsTheRoundedDouble() {
  const RandomKey key{.seed = 3, .stream = 4};
  for (uint32_t i = 0; i < 100; ++i) QCOMPARE(normal(key, i), static_cast<float>(normalDouble(key, i)));
}

void TestRandom::integersStayBelowTheBound() {
  const RandomKey key{.seed = 4, .stream = streamOf("integers")};
  std::vector<int> hits(7);
  constexpr int count = 70'000;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t drawn = uniformInteger(key, i, 7);
    QVERIFY(drawn < 7);
    ++hits[drawn];
    QCOMPARE(uniformInteger(key, i, 1), 0u);
    QVERIFY(uniformInteger(key, i, 0xffffffff) < 0xffffffff);
  }
  for (const int hit : hits) QVERIFY(std::abs(hit - count / 7) < 450);
}

void TestRandom::everyPartOfTheKeyCounts() {
  const RandomKey base{.seed = 1, .stream = 1, .step = 1, .sample = 1};
  std::set<uint32_t> seen;
  for (int part = 0; part < 6; ++part) {
    RandomKey key = base;
    if (part == 1) key.seed = 2;
    if (part == 2) key.seed = 1 | (1ull << 32);
    if (part == 3) key.stream = 2;
    if (part == 4) key.step = 2;
    if (part == 5) key.sample = 2;
    seen.insert(randomWords(key, 0).word[0]);
  }
  QCOMPARE(seen.size(), size_t{6});
}

QTEST_GUILESS_MAIN(TestRandom)
#include "test_random.moc"
