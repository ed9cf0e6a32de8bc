// What stochastic depth and silent starts compute, in whole networks: against the same network with its
// branches muted or always there.
#include <algorithm>
#include <cmath>
#include <QtTest>

#include "core/base/random.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/network_session.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr int64_t batch = 4;
constexpr uint64_t seed = 20190103;

// image -> block -> flatten -> loss: the logits are what the block gives.
NetworkSpec around(const Attributes& block) {
  NetworkSpec network;
  network.graph.nodes = {{.name = "input", .type = "input", .attributes = {{"shape", "6x6x5"s}}},
                         {.name = "block", .type = "residual_block", .attributes = block},
                         {.name = "flat", .type = "flatten"},
                         {.name = "loss", .type = "softmax_loss"}};
  network.graph.wires = {{"input", 0, "block", 0}, {"block", 0, "flat", 0}, {"flat", 0, "loss", 0}};
  return network;
}

void muteAll(Graph& graph) {
  for (Node& node : graph.nodes)
    if (node.type == "residual_block") node.attributes["muted"] = true;
}

class Opened {
 public:
  Opened(const NetworkSpec& network, Mode mode) : engine_(makeCpuEngine(2)) {
    Result<ParameterStore> store = makeStore(network, layerCatalog());
    if (!store) qFatal("%s", store.error().message.c_str());
    store_ = std::move(*store);
    initialise(store_, seed);
    Result<NetworkSession> session = NetworkSession::open(
        {network, layerCatalog(), *engine_, store_},
        {.batch = batch, .mode = mode, .gradients = mode == Mode::training, .results = true});
    if (!session) qFatal("%s", session.error().message.c_str());
    session_ = std::make_unique<NetworkSession>(std::move(*session));
    const auto pixels = static_cast<size_t>(session_->graph().shape(session_->graph().inputs[0]).count());
    std::vector<float> images(pixels);
    for (size_t i = 0; i < pixels; ++i)
      images[i] = normal({.seed = seed, .stream = streamOf("image")}, static_cast<uint32_t>(i));
    session_->feed(images, {});
  }
  // The values of a parameter, to be changed.
  std::span<float> values(const char* name) { return store_.values(store_.find(name)); }
  std::span<const float> gradients(const char* name) const { return store_.gradients(store_.find(name)); }
  std::vector<float> logits(uint32_t step = 0) {
    session_->run({.seed = seed, .step = step});
    return session_->read(session_->output("logits"));
  }

 private:
  std::unique_ptr<Engine> engine_;
  ParameterStore store_;
  std::unique_ptr<NetworkSession> session_;
};

double largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = a.size() == b.size() ? 0 : 1e300;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

// The dense layer at the end starts at zero in Fixup: any other weights let what comes before show.
void showFeatures(Opened& network) {
  const std::span<float> weights = network.values("fc/weight");
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 7) - 3;
}

}  // namespace

class TestVeryDeep : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // In use: the shortcut plus survival times the branch.
  void survivalInUse() {
    const Attributes base{{"order", "full-preactivation"s}};
    const auto logits = [&](const char* key, const AttributeValue& value) {
      Attributes attributes = base;
      attributes[key] = value;
      return Opened(around(attributes), Mode::evaluation).logits();
    };
    const std::vector<float> half = logits("survival", 0.5), muted = logits("muted", true);
    std::vector<float> expected = logits("survival", 1.0);
    QVERIFY(largestDifference(expected, muted) > 0.1);
    for (size_t i = 0; i < expected.size(); ++i) expected[i] = muted[i] + 0.5F * (expected[i] - muted[i]);
    QVERIFY(largestDifference(half, expected) < 1e-6);
  }

  // While training: the branch is there as it is, or not at all, and as often as its survival says.
  void survivalWhileTraining() {
    constexpr uint32_t steps = 400;
    constexpr double survival = 0.7;
    const Attributes base{{"order", "full-preactivation"s}};
    Attributes coin = base, muted = base;
    coin["survival"] = survival;
    muted["muted"] = true;
    const std::vector<float> with = Opened(around(base), Mode::training).logits();
    const std::vector<float> without = Opened(around(muted), Mode::training).logits();
    Opened tossed(around(coin), Mode::training);
    int there = 0;
    for (uint32_t step = 0; step < steps; ++step) {
      const std::vector<float> seen = tossed.logits(step);
      const bool isThere = largestDifference(seen, with) < 1e-6;
      QVERIFY(isThere || largestDifference(seen, without) < 1e-6);
      // A branch that is left out learns nothing.
      const auto gradient = tossed.gradients("block/branch/conv1/weight");
      QCOMPARE(std::ranges::any_of(gradient, [](float g) { return g != 0; }), isThere);
      there += isThere;
    }
    const double deviation = std::sqrt(steps * survival * (1 - survival));
    qInfo("seed %llu: there in %d of %u steps", static_cast<unsigned long long>(seed), there, steps);
    QVERIFY(std::abs(there - steps * survival) < 5 * deviation);
  }

  void survivalOfEachSample() {
    const Attributes base{{"order", "full-preactivation"s}};
    Attributes coin = base, muted = base;
    coin["survival"] = 0.5;
    coin["survival_by"] = "sample"s;
    muted["muted"] = true;
    const std::vector<float> with = Opened(around(base), Mode::training).logits();
    const std::vector<float> without = Opened(around(muted), Mode::training).logits();
    Opened tossed(around(coin), Mode::training);
    int mixed = 0;
    for (uint32_t step = 0; step < 20; ++step) {
      const std::vector<float> seen = tossed.logits(step);
      const size_t perSample = seen.size() / batch;
      int there = 0;
      for (size_t n = 0; n < batch; ++n) {
        const auto part = [&](const std::vector<float>& all) {
          return std::vector<float>(all.begin() + static_cast<long>(n * perSample),
                                    all.begin() + static_cast<long>((n + 1) * perSample));
        };
        const bool isThere = largestDifference(part(seen), part(with)) < 1e-6;
        QVERIFY(isThere || largestDifference(part(seen), part(without)) < 1e-6);
        there += isThere;
      }
      mixed += there > 0 && there < batch;
    }
    QVERIFY(mixed > 5);
  }

  // A network that starts silent computes at first what its shortcuts alone do; and no longer once what is
  // silent moves.
  void silentStarts_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("init");
    QTest::addColumn<QString>("moved");
    QTest::newRow("fixup") << "resnet"
                           << "fixup"
                           << "stage2[1]/branch/conv2/weight";
    QTest::newRow("fixup, pre-activated") << "preact-resnet"
                                          << "fixup"
                                          << "stage2[1]/branch/conv2/weight";
    QTest::newRow("skipinit") << "resnet"
                              << "skipinit"
                              << "stage2[1]/alpha/scale";
    QTest::newRow("skipinit, pre-activated") << "preact-resnet"
                                             << "skipinit"
                                             << "stage2[1]/alpha/scale";
    QTest::newRow("zero-last") << "resnet"
                               << "zero-last"
                               << "stage2[1]/branch/bn2/scale";
    QTest::newRow("zero-last, pre-activated") << "preact-resnet"
                                              << "zero-last"
                                              << "stage2[1]/branch/conv2/weight";
  }
  void silentStarts() {
    QFETCH(QString, network);
    QFETCH(QString, init);
    QFETCH(QString, moved);
    Attributes parameters{{"depth", int64_t{14}}, {"width", int64_t{4}}, {"init", init.toStdString()}};
    if (network == "preact-resnet")
      parameters["branch"] = "basic"s;
    else
      parameters["shortcut"] = "B"s;  // with A, blocks that add channels do not start silent
    const Result<NetworkSpec> spec = buildTemplate(network.toStdString(), parameters);
    QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
    NetworkSpec muted = *spec;
    muteAll(muted.graph);
    for (const Mode mode : {Mode::training, Mode::evaluation}) {
      Opened whole(*spec, mode), shortcuts(muted, mode);
      showFeatures(whole);
      showFeatures(shortcuts);
      const std::vector<float> expected = shortcuts.logits();
      const double size = largestDifference(expected, std::vector<float>(expected.size()));
      QVERIFY(size > 0.01);
      QVERIFY(largestDifference(whole.logits(), expected) < 1e-5 * size);
      const std::string name = moved.toStdString();
      for (float& value : whole.values(name.c_str())) value = 0.5F;
      QVERIFY(largestDifference(whole.logits(), expected) > 1e-3 * size);
    }
  }

  // Fixup's classifier starts at zero: every class is as likely as another.
  void fixupStartsUndecided() {
    const Result<NetworkSpec> spec =
        buildTemplate("resnet", {{"depth", int64_t{20}}, {"width", int64_t{4}}, {"init", "fixup"s}});
    QVERIFY(spec.ok());
    const std::vector<float> logits = Opened(*spec, Mode::evaluation).logits();
    QVERIFY(std::ranges::all_of(logits, [](float value) { return value == 0; }));
  }
};

QTEST_GUILESS_MAIN(TestVeryDeep)
#include "test_very_deep.moc"
