#include <cmath>
#include <QtTest/QtTest>

#include "core/tensor/parameter_store.h"

using namespace bypath;

namespace {

ParameterInfo weights(const char* name, InitialiserKind kind) {
  return {.name = name, .shape = {3, 3, 64, 64}, .initialiser = {.kind = kind, .fanIn = 576, .fanOut = 192}};
}

struct Moments {
  double mean = 0, variance = 0, largest = 0;
};
Moments momentsOf(std::span<const float> values) {
  Moments moments;
  for (float value : values) {
    moments.mean += value;
    moments.variance += static_cast<double>(value) * value;
    moments.largest = std::max(moments.largest, std::abs(static_cast<double>(value)));
  }
  moments.mean /= static_cast<double>(values.size());
  moments.variance /= static_cast<double>(values.size());
  return moments;
}

}  // namespace

class TestParameterStore : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void knowsItsParameters() {
    ParameterStore store({{.name = "bn/scale", .shape = {16}, .role = ParameterRole::scale},
                          {.name = "bn/mean", .shape = {16}, .role = ParameterRole::runningMean},
                          {.name = "fc/weight", .shape = {64, 10}}});
    QCOMPARE(store.find("fc/weight"), 2);
    QCOMPARE(store.find("fc/bias"), -1);
    QCOMPARE(store.trainableCount(), int64_t{656});
    QCOMPARE(store.totalCount(), int64_t{672});
    QCOMPARE(store.gradients(0).size(), size_t{16});
    QVERIFY(store.gradients(1).empty());
    QCOMPARE(store.values(2)[639], 0.0F);
  }

  void initialisersHaveTheirVariance_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("variance");
    QTest::addRow("He") << static_cast<int>(InitialiserKind::he) << 2.0 / 576;
    QTest::addRow("LeCun") << static_cast<int>(InitialiserKind::lecun) << 1.0 / 576;
    QTest::addRow("Glorot") << static_cast<int>(InitialiserKind::glorot) << 2.0 / (576 + 192);
  }
  void initialisersHaveTheirVariance() {
    QFETCH(int, kind);
    QFETCH(double, variance);
    ParameterStore store({weights("conv/weight", static_cast<InitialiserKind>(kind))});
    initialise(store, 1);
    const Moments moments = momentsOf(store.values(0));
    // 36,864 draws: five standard errors.
    QVERIFY(std::abs(moments.mean) < 5 * std::sqrt(variance / 36864));
    QVERIFY(std::abs(moments.variance / variance - 1) < 5 * std::sqrt(2.0 / 36864));
    if (static_cast<InitialiserKind>(kind) == InitialiserKind::glorot)
      QVERIFY(moments.largest <= std::sqrt(6.0 / (576 + 192)));
  }

  // A gain multiplies the very numbers that are drawn without it.
  void gainsMultiply() {
    for (const InitialiserKind kind :
         {InitialiserKind::he, InitialiserKind::lecun, InitialiserKind::glorot}) {
      ParameterInfo halved = weights("conv/weight", kind);
      ParameterStore whole({halved});
      halved.initialiser.gain = 0.5;
      ParameterStore half({halved});
      initialise(whole, 1);
      initialise(half, 1);
      for (size_t i = 0; i < whole.values(0).size(); ++i) QCOMPARE(half.values(0)[i], whole.values(0)[i] / 2);
    }
  }

  void constantsAndZeros() {
    ParameterStore store({{.name = "bn/scale", .shape = {16}, .initialiser = {.kind = InitialiserKind::one}},
                          {.name = "bn/shift", .shape = {16}}});
    store.values(1)[3] = 5;
    initialise(store, 1);
    QCOMPARE(momentsOf(store.values(0)).mean, 1.0);
    QCOMPARE(momentsOf(store.values(1)).largest, 0.0);
  }

  void theNumbersBelongToSeedAndPath() {
    const auto he = InitialiserKind::he;
    ParameterStore first({weights("a", he), weights("b", he)}), second({weights("b", he)}),
        other({weights("b", he)});
    initialise(first, 7);
    initialise(second, 7);
    initialise(other, 8);
    QVERIFY(std::ranges::equal(first.values(1), second.values(0)));
    QVERIFY(!std::ranges::equal(first.values(0), first.values(1)));
    QVERIFY(!std::ranges::equal(second.values(0), other.values(0)));
  }
};

QTEST_GUILESS_MAIN(TestParameterStore)
#include "test_parameter_store.moc"
