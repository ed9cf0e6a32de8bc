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

std::vector<float> copyOf(std::span<const float> values) {
  return {values.begin(), values.end()};
}

// Adam and AdamW in double precision, by the formulas of the papers.
struct AdamReference {
  bool decoupled = false;
  double rate = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;
  std::vector<double> weights{}, mean{}, square{};
  int t = 0;

  void step(std::span<const double> gradients) {
    ++t;
    mean.resize(weights.size());
    square.resize(weights.size());
    for (size_t i = 0; i < weights.size(); ++i) {
      double& w = weights[i];
      const double g = gradients[i] + (decoupled ? 0 : decay * w);
      mean[i] = beta1 * mean[i] + (1 - beta1) * g;
      square[i] = beta2 * square[i] + (1 - beta2) * g * g;
      const double meanHat = mean[i] / (1 - std::pow(beta1, t));
      const double squareHat = square[i] / (1 - std::pow(beta2, t));
      if (decoupled) w -= rate * decay * w;
      w -= rate * meanHat / (std::sqrt(squareHat) + epsilon);
    }
  }
};

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

  void adamwByHand() {
    // 1 * (1 - 0.1 * 0.1) - 0.1 = 0.89; 0.89 * 0.99 less the second step of adam above.
    const auto w = twoSteps({{"optimizer", "adamw"s}, {"weight_decay", 0.1}});
    QCOMPARE(w.size(), size_t{2});
    QVERIFY(std::abs(w[0] - 0.89f) < 1e-6f);
    QVERIFY(std::abs(w[1] - (0.8811f - 0.026633710f)) < 1e-6f);
  }

  // The two differ in where the decay enters, and fifty updates show it.
  void adamAndAdamwAreTheirFormulas() {
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    std::vector<std::vector<double>> ends;
    for (const bool decoupled : {false, true}) {
      ParameterStore store({{.name = "w", .shape = {1000}}});
      fill(store.values(0), 1);
      AdamReference reference{.decoupled = decoupled, .rate = 0.01, .decay = 0.05};
      reference.weights.assign(store.values(0).begin(), store.values(0).end());
      Optimizer optimizer({{"optimizer", decoupled ? "adamw"s : "adam"s}, {"weight_decay", 0.05}}, store);
      Parallel parallel(2);
      for (uint32_t step = 0; step < 50; ++step) {
        fill(store.gradients(0), 100 + step);
        QCOMPARE(optimizer.step(store, 0.01, parallel), -1);
        reference.step(std::vector<double>(store.gradients(0).begin(), store.gradients(0).end()));
      }
      double worst = 0;
      for (size_t i = 0; i < reference.weights.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(store.values(0)[i]) - reference.weights[i]));
      qInfo("%s, 50 updates: at most %.2g off", decoupled ? "adamw" : "adam", worst);
      QVERIFY(worst < 1e-5);
      ends.push_back(reference.weights);
    }
    double apart = 0;
    for (size_t i = 0; i < ends[0].size(); ++i) apart = std::max(apart, std::abs(ends[0][i] - ends[1][i]));
    QVERIFY2(apart > 1e-3, "the test would not tell them apart");
  }

  // All gradients together are a vector of length 5.
  void clippingByHand() {
    const auto after = [](double bound) {
      ParameterStore store = makeStore(1);
      store.gradients(0)[0] = 3;
      store.gradients(2)[1] = -4;
      Optimizer optimizer({{"momentum", 0.0}, {"weight_decay", 0.0}, {"clip_norm", bound}}, store);
      Parallel parallel(1);
      optimizer.step(store, 1, parallel);
      return std::vector<double>{store.values(0)[0], store.values(2)[0], store.values(2)[1],
                                 optimizer.gradientNorm()};
    };
    const std::vector<double> clipped = after(1), longer = after(5.1), never = after(0);
    QVERIFY(std::abs(clipped[0] + 0.6) < 1e-6 && clipped[1] == 0 && std::abs(clipped[2] - 0.8) < 1e-6);
    QVERIFY(std::abs(clipped[3] - 5) < 1e-12);
    QVERIFY(longer[0] == -3 && longer[1] == 0 && longer[2] == 4 && std::abs(longer[3] - 5) < 1e-12);
    QVERIFY(never[0] == -3 && never[2] == 4 && never[3] == 0);
  }

  void aGradientThatIsNotFiniteIsNotClipped() {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
      for (const std::string& kind : {"sgd"s, "adamw"s}) {
        ParameterStore store = makeStore(40000);
        for (const int p : {0, 2}) {
          fill(store.values(p), 1);
          fill(store.gradients(p), 2);
        }
        Optimizer optimizer({{"optimizer", kind}, {"clip_norm", 1.0}}, store);
        Parallel parallel(2);
        QCOMPARE(optimizer.step(store, 0.1, parallel), -1);
        const auto values = copyOf(store.values(0)), others = copyOf(store.values(2)),
                   slot = copyOf(optimizer.slots()[0].values[0].span());
        store.gradients(2)[2] = bad;
        QCOMPARE(optimizer.step(store, 0.1, parallel), 2);
        QVERIFY(copyOf(store.values(0)) == values && copyOf(store.values(2)) == others);
        QVERIFY(copyOf(optimizer.slots()[0].values[0].span()) == slot);
        QCOMPARE(optimizer.updates(), int64_t{1});
      }
  }

  void decayCanBeOfWeightsAlone() {
    for (const std::string& kind : {"sgd"s, "nesterov"s, "adam"s, "adamw"s})
      for (const std::string& of : {"all"s, "weights"s}) {
        ParameterStore store = makeStore(2);
        store.values(0)[0] = store.values(2)[0] = 1;
        Optimizer optimizer({{"optimizer", kind}, {"weight_decay", 0.5}, {"weight_decay_of", of}}, store);
        Parallel parallel(1);
        optimizer.step(store, 0.1, parallel);
        QVERIFY2(store.values(0)[0] < 0.99f, kind.c_str());
        QVERIFY2((store.values(2)[0] == 1) == (of == "weights"), (kind + ", decay of " + of).c_str());
      }
  }

  // Also where its gradient is left over from before, and not finite.
  void whatIsNotActiveKeepsItsBits() {
    for (const std::string& kind : {"sgd"s, "nesterov"s, "adam"s, "adamw"s})
      for (const double bound : {0.0, 1.0}) {
        ParameterStore store = makeStore(20000);
        for (const int p : {0, 2}) {
          fill(store.values(p), 1);
          fill(store.gradients(p), 2);
        }
        Optimizer optimizer({{"optimizer", kind}, {"weight_decay", 0.1}, {"clip_norm", bound}}, store);
        Parallel parallel(2);
        QCOMPARE(optimizer.step(store, 0.1, parallel), -1);
        const auto still = copyOf(store.values(2)), moved = copyOf(store.values(0)),
                   slot = copyOf(optimizer.slots()[0].values[2].span());
        store.gradients(2)[0] = std::numeric_limits<float>::quiet_NaN();
        optimizer.setActive({true, false, false});
        QCOMPARE(optimizer.step(store, 0.1, parallel), -1);
        QVERIFY(std::isfinite(optimizer.gradientNorm()));
        QVERIFY(copyOf(store.values(2)) == still && copyOf(store.values(0)) != moved);
        QVERIFY(copyOf(optimizer.slots()[0].values[2].span()) == slot);
        optimizer.setActive({});
        QCOMPARE(optimizer.step(store, 0.1, parallel), 2);
      }
  }

  void otherNumbersForgetNothing() {
    // b = 0.5, w = 0.95; then with momentum 0.5: b = 0.25 - 0.25 = 0, w stays.
    ParameterStore store({{.name = "w", .shape = {1}}});
    store.values(0)[0] = 1;
    Optimizer optimizer({{"weight_decay", 0.0}}, store);
    Parallel parallel(1);
    store.gradients(0)[0] = 0.5f;
    optimizer.step(store, 0.1, parallel);
    optimizer.adjust({{"momentum", 0.5}, {"weight_decay", 0.0}});
    store.gradients(0)[0] = -0.25f;
    const float before = store.values(0)[0];
    optimizer.step(store, 0.1, parallel);
    QCOMPARE(store.values(0)[0], before);
  }

  void anyNumberOfThreadsGivesTheSameBits() {
    for (const std::string& kind : {"sgd"s, "nesterov"s, "adam"s, "adamw"s}) {
      std::vector<std::vector<float>> results;
      for (const int threads : {1, 2, 4}) {
        ParameterStore store = makeStore(100003);
        fill(store.values(0), 1);
        Optimizer optimizer({{"optimizer", kind}, {"clip_norm", 5.0}}, store);
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
