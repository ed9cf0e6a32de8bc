#include <cmath>
#include <QtTest>

#include "core/base/random.h"
#include "core/training/weight_average.h"

using namespace bypath;

namespace {

constexpr uint64_t seed = 20261121;

ParameterStore makeStore() {
  return ParameterStore({{.name = "conv/weight", .shape = {3000}},
                         {.name = "bn/mean", .shape = {5}, .role = ParameterRole::runningMean}});
}

void fill(ParameterStore& store, uint32_t stream) {
  for (int p = 0; p < store.size(); ++p)
    for (size_t i = 0; i < store.values(p).size(); ++i)
      store.values(p)[i] =
          normal({.seed = seed, .stream = stream + static_cast<uint32_t>(p)}, static_cast<uint32_t>(i));
}

std::vector<float> allOf(const ParameterStore& store) {
  std::vector<float> all;
  for (int p = 0; p < store.size(); ++p)
    all.insert(all.end(), store.values(p).begin(), store.values(p).end());
  return all;
}

std::vector<float> allOf(const WeightAverage& average) {
  std::vector<float> all;
  for (const int p : {0, 1}) all.insert(all.end(), average.values(p).begin(), average.values(p).end());
  return all;
}

}  // namespace

class TestWeightAverage : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void byHand() {
    ParameterStore store({{.name = "w", .shape = {1}}});
    store.values(0)[0] = 1;
    WeightAverage average(0.2, store);
    QCOMPARE(average.values(0)[0], 1.0f);
    Parallel parallel(1);
    store.values(0)[0] = 12;
    average.update(store, 1, parallel);  // d = 2/11: (2 * 1 + 9 * 12) / 11
    QVERIFY(std::abs(average.values(0)[0] - 10.0f) < 1e-5f);
    store.values(0)[0] = 0;
    average.update(store, 2, parallel);  // 3/12 is more than 0.2
    QVERIFY(std::abs(average.values(0)[0] - 2.0f) < 1e-5f);
  }

  void isItsFormulaWithAnyNumberOfThreads() {
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    std::vector<std::vector<float>> results;
    for (const int threads : {1, 2, 4}) {
      ParameterStore store = makeStore();
      fill(store, 1);
      std::vector<double> expected;
      for (const float value : allOf(store)) expected.push_back(static_cast<double>(value));
      WeightAverage average(0.95, store);
      Parallel parallel(threads);
      for (uint32_t t = 1; t <= 300; ++t) {
        fill(store, 10 * t);
        average.update(store, t, parallel);
        const std::vector<float> now = allOf(store);
        const double d = std::min(0.95, (1.0 + t) / (10.0 + t));
        for (size_t i = 0; i < now.size(); ++i)
          expected[i] = d * expected[i] + (1 - d) * static_cast<double>(now[i]);
      }
      results.push_back(allOf(average));
      double worst = 0;
      for (size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, std::abs(expected[i] - static_cast<double>(results.back()[i])));
      QVERIFY2(worst < 1e-5, std::to_string(worst).c_str());
    }
    QVERIFY(results[0] == results[1] && results[0] == results[2]);
  }

  void exchangedTwiceAllIsAsItWas() {
    ParameterStore store = makeStore();
    fill(store, 1);
    WeightAverage average(0.999, store);
    Parallel parallel(1);
    fill(store, 5);
    average.update(store, 1, parallel);
    const std::vector<float> weights = allOf(store), averaged = allOf(average);
    QVERIFY(weights != averaged);
    average.swap(store);
    QVERIFY(allOf(store) == averaged && allOf(average) == weights);
    average.swap(store);
    QVERIFY(allOf(store) == weights && allOf(average) == averaged);
  }
};

QTEST_GUILESS_MAIN(TestWeightAverage)
#include "test_weight_average.moc"
