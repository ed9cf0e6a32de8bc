#include <cmath>
#include <limits>
#include <QElapsedTimer>
#include <QtTest>

#include "core/base/random.h"
#include "core/training/optimizer.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr uint64_t seed = 20261120;

ParameterStore makeStore(int64_t weights) {
  return ParameterStore({{.name = "conv/weight", .shape = {weights}, .role = ParameterRole::weight},
                         {.name = "bn/mean", .shape = {2}, .role = ParameterRole::runningMean},
                         {.name = "fc/bias", .shape = {3}, .role = ParameterRole::bias}});
}

void fill(std::span<float> values, uint32_t stream) {
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = normal({.seed = seed, .stream = stream}, static_cast<uint32_t>(i));
}

}  // namespace

class TestOptimizer : public QObject {
  Q_OBJECT

  // One weight of value 1; the weights after updates with gradients 0.5 and -0.25 at rate 0.1.
  static std::vector<float> twoSteps(const Attributes& settings) {
    ParameterStore store({{.name = "w", .shape = {1}}});
    store.values(0)[0] = 1;
    Optimizer optimizer(settings, store);
    Parallel parallel(1);
    std::vector<float> path;
    for (const float gradient : {0.5f, -0.25f}) {
      store.gradients(0)[0] = gradient;
      if (optimizer.step(store, 0.1, parallel) != -1) return {};
      path.push_back(store.values(0)[0]);
    }
    return path;
  }

 private Q_SLOTS:
  void momentumByHand() {
    // b = 0.5, w = 0.95; b = 0.9 * 0.5 - 0.25 = 0.2, w = 0.93.
    const auto w = twoSteps({{"optimizer", "sgd"s}, {"momentum", 0.9}, {"weight_decay", 0.0}});
    QCOMPARE(w.size(), size_t{2});
    QVERIFY(std::abs(w[0] - 0.95f) < 1e-6f);
    QVERIFY(std::abs(w[1] - 0.93f) < 1e-6f);
  }

  void nesterovByHand() {
    // b = 0.5, d = 0.5 + 0.45 = 0.95, w = 0.905; b = 0.2, d = -0.25 + 0.18 = -0.07, w = 0.912.
    const auto w = twoSteps({{"optimizer", "nesterov"s}, {"momentum", 0.9}, {"weight_decay", 0.0}});
    QVERIFY(std::abs(w[0] - 0.905f) < 1e-6f);
    QVERIFY(std::abs(w[1] - 0.912f) < 1e-6f);
  }

  void weightDecayByHand() {
    // g = 0.5 + 0.1 * 1 = 0.6, w = 0.94; g = -0.25 + 0.094 = -0.156, w = 0.9556.
    const auto w = twoSteps({{"optimizer", "sgd"s}, {"momentum", 0.0}, {"weight_decay", 0.1}});
    QVERIFY(std::abs(w[0] - 0.94f) < 1e-6f);
    QVERIFY(std::abs(w[1] - 0.9556f) < 1e-6f);
  }

  void adamByHand() {
    // The first update is rate * g / (|g| + epsilon), whatever g is.
    // Second: a = 0.9 * 0.05 + 0.1 * -0.25 = 0.02, v = 0.999 * 2.5e-4 + 0.001 * 0.0625 = 3.1225e-4,
    // a / (1 - 0.81) = 0.10526316, v / (1 - 0.998001) = 0.15620310, step = 0.1 * 0.10526316 / 0.39522538.
    const auto w = twoSteps({{"optimizer", "adam"s}, {"weight_decay", 0.0}});
    QVERIFY(std::abs(w[0] - 0.9f) < 1e-6f);
    QVERIFY(std::abs(w[1] - (0.9f - 0.026633710f)) < 1e-6f);
  }

  void anyNumberOfThreadsGivesTheSameBits() {
    for (const std::string& kind : {"sgd"s, "nesterov"s, "adam"s}) {
      std::vector<std::vector<float>> results;
      for (const int threads : {1, 2, 4}) {
        ParameterStore store = makeStore(100003);
        fill(store.values(0), 1);
        Optimizer optimizer({{"optimizer", kind}}, store);
        Parallel parallel(threads);
        for (uint32_t step = 0; step < 3; ++step) {
          fill(store.gradients(0), 10 + step);
          fill(store.gradients(2), 20 + step);
          QCOMPARE(optimizer.step(store, 0.01, parallel), -1);
        }
        results.emplace_back(store.values(0).begin(), store.values(0).end());
      }
      QVERIFY(results[0] == results[1] && results[0] == results[2]);
    }
  }

  void statisticsAreLeftAlone() {
    ParameterStore store = makeStore(5);
    store.values(1)[0] = 7;
    Optimizer optimizer({{"weight_decay", 1.0}}, store);
    Parallel parallel(1);
    optimizer.step(store, 1, parallel);
    QCOMPARE(store.values(1)[0], 7.0f);
    QVERIFY(optimizer.slots()[0].values[1].size() == 0);
  }

  void namesTheFirstParameterWithABadGradient() {
    ParameterStore store = makeStore(40000);
    Optimizer optimizer({}, store);
    Parallel parallel(2);
    store.gradients(2)[1] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(optimizer.step(store, 0.1, parallel), 2);
    store.gradients(0)[39999] = -std::numeric_limits<float>::infinity();
    QCOMPARE(optimizer.step(store, 0.1, parallel), 0);
  }

  void costsLittle() {
    ParameterStore store = makeStore(270000);
    fill(store.gradients(0), 1);
    Optimizer optimizer({}, store);
    Parallel parallel(1);
    double best = 1e9;
    for (int i = 0; i < 50; ++i) {
      QElapsedTimer timer;
      timer.start();
      optimizer.step(store, 1e-3, parallel);
      best = std::min(best, static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    }
    qInfo("sgd, 270,000 parameters, one thread: %.3f ms", best);
    QVERIFY(best <
            10);  // well under 1 ms where nothing else runs; a sanitizer or a full machine may take longer
  }
};

QTEST_GUILESS_MAIN(TestOptimizer)
#include "test_optimizer.moc"
