// Whole steps on the stand-in for a GPU: networks against the reference engine, the same bits whether a step
// is queued, recorded or replayed, batches made on the device, results as they come back.
#include "core/engines/cuda/cuda_engine.h"

#include <bit>
#include <cmath>
#include <thread>

#include "core/base/random.h"

#include "core/engines/reference/reference_engine.h"
#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/plan/plan.h"
#include "core/templates/catalog.h"
#include "tests/fake_device/opened.h"

using namespace bypath;

namespace {

constexpr int64_t batch = 4;

struct Built {
  std::unique_ptr<Engine> engine;
  ExecutionPlan plan;
  ParameterStore store;
  std::unique_ptr<Session> session;

  std::vector<std::vector<float>> gradients() const {
    std::vector<std::vector<float>> all;
    for (int p = 0; p < store.size(); ++p) {
      const std::span<const float> one = store.gradients(p);
      all.emplace_back(one.begin(), one.end());
    }
    return all;
  }
  std::vector<float> statistics() const {
    std::vector<float> all;
    for (int p = 0; p < store.size(); ++p)
      if (!store.info(p).trainable()) all.insert(all.end(), store.values(p).begin(), store.values(p).end());
    return all;
  }
};

std::vector<float> noise(int64_t count, uint32_t stream) {
  std::vector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = uniform({.seed = 5, .stream = stream}, static_cast<uint32_t>(i));
  return values;
}

void feed(Built& built) {
  const OpGraph& graph = built.plan.program->graph;
  for (const ValueId input : graph.inputs) {
    const Value& value = graph.value(input);
    if (value.role == InputRole::image) built.session->setInput(input, noise(value.shape.count(), 1));
    if (value.role != InputRole::label) continue;
    std::vector<float> labels(static_cast<size_t>(value.shape.count()));
    for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<float>(i % 10);
    built.session->setInput(input, labels);
  }
}

Built build(const NetworkSpec& network, std::unique_ptr<Engine> engine, const PlanOptions& options = {}) {
  Built built{.engine = std::move(engine)};
  const CheckedNetwork checked = check(network, layerCatalog(), {.batch = batch});
  if (!checked.ok()) qFatal("%s", summarise(checked.diagnostics).c_str());
  Result<ExecutionPlan> plan = compile(checked.graph, *built.engine, options);
  if (!plan) qFatal("%s", plan.error().message.c_str());
  built.plan = std::move(*plan);
  built.store = ParameterStore(built.plan.program->graph.parameters);
  initialise(built.store, 1);
  Result<std::unique_ptr<Session>> session = built.engine->open(built.plan.program, built.store);
  if (!session) qFatal("%s", session.error().message.c_str());
  built.session = std::move(*session);
  feed(built);
  return built;
}

// The largest difference, as a share of the largest value, or of `least` where that is more.
double worst(const std::vector<float>& seen, const std::vector<float>& right, double least = 1e-6) {
  double largest = least, apart = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(right[i])));
    const double error = std::abs(static_cast<double>(seen[i]) - static_cast<double>(right[i]));
    apart = std::isfinite(error) ? std::max(apart, error) : 1e300;
  }
  return apart / largest;
}

NetworkSpec made(const char* name, const Attributes& attributes) {
  Result<NetworkSpec> network = buildTemplate(name, attributes);
  if (!network) qFatal("%s", network.error().message.c_str());
  return *network;
}

}  // namespace

class TestCudaSession : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { gpu_ = FakeGpu::open(); }

  void agreesWithTheReference_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("fuse");
    for (const bool fuse : {false, true}) {
      const char* how = fuse ? "fused" : "plain";
      QTest::addRow("resnet, %s", how) << "resnet" << 8 << fuse;
      QTest::addRow("preact-resnet, %s", how) << "preact-resnet" << 11 << fuse;
      QTest::addRow("conv-vae, %s", how) << "conv-vae" << 0 << fuse;
      if (fuse) QTest::addRow("resnet-vae, %s", how) << "resnet-vae" << 28 << fuse;
    }
  }
  void agreesWithTheReference() {
    QFETCH(QString, name);
    QFETCH(int, depth);
    QFETCH(bool, fuse);
    Attributes attributes;
    if (name == "resnet-vae") attributes = {{"depth", std::string("28")}, {"width_divisor", int64_t{32}}};
    if (name.endsWith("resnet")) attributes = {{"depth", int64_t{depth}}, {"width", int64_t{4}}};
    const NetworkSpec network = made(name.toUtf8(), attributes);
    Built device = build(network, makeCudaEngine(gpu_.device, {}), {.fuse = fuse});
    Built exact = build(network, makeReferenceEngine());
    for (uint32_t step = 0; step < 3; ++step) {
      device.session->run({.seed = 1, .step = step});
      exact.session->run({.seed = 1, .step = step});
      for (size_t l = 0; l < exact.plan.losses.size(); ++l) {
        std::vector<float> seen(
            static_cast<size_t>(exact.plan.program->graph.shape(exact.plan.losses[l].value).count()));
        std::vector<float> right(seen.size());
        device.session->read(device.plan.losses[l].value, seen);
        exact.session->read(exact.plan.losses[l].value, right);
        QVERIFY2(worst(seen, right) < 1e-4, exact.plan.losses[l].name.c_str());
      }
      const auto seen = device.gradients(), right = exact.gradients();
      // A bias that a batch norm follows has no gradient but rounding errors.
      double largest = 0;
      for (const std::vector<float>& one : right)
        for (const float value : one) largest = std::max(largest, std::abs(static_cast<double>(value)));
      for (size_t p = 0; p < right.size(); ++p)
        QVERIFY2(worst(seen[p], right[p], 1e-3 * largest) < 2e-3,
                 device.store.info(static_cast<int>(p)).name.c_str());
      QVERIFY(worst(device.statistics(), exact.statistics()) < 1e-4);
    }
    QCOMPARE(gpu_.control->replays, int64_t{2});
  }

  // Nothing but the step's number changes from run to run, and it is read from the device.
  void recordedStepsAreTheSameBits() {
    const NetworkSpec network = made("conv-vae", {});
    Built once = build(network, makeCudaEngine(gpu_.device, {}));
    Built often = build(network, makeCudaEngine(gpu_.device, {}));
    for (uint32_t step = 0; step < 4; ++step) often.session->run({.seed = 1, .step = step});
    // Running statistics of the first have seen one batch less, which this network's training does not read.
    once.session->run({.seed = 1, .step = 3});
    QCOMPARE(once.gradients(), often.gradients());
    QVERIFY(gpu_.control->replays >= 3);
  }

  void parametersComeAndGo() {
    Built built = build(made("resnet", {{"depth", int64_t{8}}, {"width", int64_t{4}}}),
                        makeCudaEngine(gpu_.device, {}));
    built.session->run({.seed = 1});
    const auto before = built.gradients();
    built.session->run({.seed = 1});
    QCOMPARE(built.gradients(), before);
    const int weights = built.store.find("fc/weight");
    QVERIFY(weights >= 0);
    for (float& value : built.store.values(weights)) value *= 2;
    built.session->run({.seed = 1});
    QVERIFY(built.gradients() != before);
    for (float& value : built.store.values(weights)) value /= 2;
    built.session->run({.seed = 1});
    QCOMPARE(built.gradients(), before);
  }

  void batchesAreMadeOnTheDevice() {
    Built built = build(made("resnet", {{"depth", int64_t{8}}, {"width", int64_t{4}}}),
                        makeCudaEngine(gpu_.device, {}));
    const OpGraph& graph = built.plan.program->graph;
    const ValueId input = graph.inputs[0];
    QCOMPARE(graph.value(input).role, InputRole::image);
    const Shape image{32, 32, 3};
    std::vector<uint8_t> pixels(static_cast<size_t>(image.count() * 6));
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 31 % 251);
    std::vector<float> levels(size_t{3} * 256);
    for (size_t i = 0; i < levels.size(); ++i) levels[i] = static_cast<float>(i % 256) / 100 - 1;
    const PixelSource source{.pixels = pixels, .image = image, .levels = levels};
    const std::vector<PixelPlace> places = {{.image = 5},
                                            {.image = 0, .shiftX = -4, .shiftY = 3},
                                            {.image = 2, .shiftX = 1, .mirrored = 1},
                                            {.image = 2, .shiftX = 4, .shiftY = -4, .mirrored = 1}};
    std::vector<float> images(static_cast<size_t>(graph.shape(input).count()));
    makeImages(source, places, images);
    built.session->setInput(input, images);
    built.session->run({.seed = 1});
    const auto right = built.gradients();
    for (int again = 0; again < 3; ++again) {
      QVERIFY(built.session->setPixels(input, source, places));
      built.session->run({.seed = 1});
      QCOMPARE(built.gradients(), right);
    }
    built.session->setInput(input, noise(graph.shape(input).count(), 9));
    built.session->run({.seed = 1});
    QVERIFY(built.gradients() != right);
  }

  void halvesAreCloseAndSmall() {
    const NetworkSpec network = made("resnet", {{"depth", int64_t{8}}, {"width", int64_t{8}}});
    Built half = build(network, makeCudaEngine(gpu_.device, {.math = DeviceMath::bf16}));
    Built exact = build(network, makeCudaEngine(gpu_.device, {}));
    for (Built* built : {&half, &exact})
      for (uint32_t step = 0; step < 3; ++step) built->session->run({.seed = 1, .step = step});
    const auto seen = half.gradients(), right = exact.gradients();
    double dot = 0, squares = 0, others = 0;
    for (size_t p = 0; p < right.size(); ++p)
      for (size_t i = 0; i < right[p].size(); ++i) {
        const auto a = static_cast<double>(seen[p][i]), b = static_cast<double>(right[p][i]);
        dot += a * b;
        squares += a * a;
        others += b * b;
      }
    const double cosine = dot / std::sqrt(squares * others);
    QVERIFY2(cosine > 0.99 && cosine < 1 - 1e-9, std::to_string(cosine).c_str());
  }

  void tooLargeIsRefusedWithTheNumber() {
    gpu_.control->memory = uint64_t{4} << 20;
    const CheckedNetwork checked =
        check(made("resnet", {{"depth", int64_t{20}}}), layerCatalog(), {.batch = 128});
    const auto engine = makeCudaEngine(gpu_.device, {});
    const Result<ExecutionPlan> plan = compile(checked.graph, *engine);
    QVERIFY(!plan.ok());
    QCOMPARE(plan.error().kind, ErrorKind::resources);
    QVERIFY2(plan.error().message.find("the GPU has only 4.0 MiB") != std::string::npos,
             plan.error().message.c_str());
    QCOMPARE(gpu_.control->taken, uint64_t{0});
  }

  void memoryIsGivenBack() {
    {
      Built built = build(made("starter", {}), makeCudaEngine(gpu_.device, {}));
      for (int i = 0; i < 3; ++i) built.session->run({.seed = 1});
      QVERIFY(gpu_.control->taken > 0);
    }
    QCOMPARE(gpu_.control->taken, uint64_t{0});
  }

  // A run that trains and a page that looks inside another one share the device.
  void twoThreadsShareTheDevice() {
    const NetworkSpec network = made("resnet", {{"depth", int64_t{8}}, {"width", int64_t{4}}});
    Built alone = build(network, makeCudaEngine(gpu_.device, {}));
    for (uint32_t step = 0; step < 4; ++step) alone.session->run({.seed = 1, .step = step});
    const auto right = alone.gradients();
    const auto work = [&](std::vector<std::vector<float>>& out) {
      for (int round = 0; round < 4; ++round) {
        Built built = build(network, makeCudaEngine(gpu_.device, {}));
        for (uint32_t step = 0; step < 4; ++step) built.session->run({.seed = 1, .step = step});
        out = built.gradients();
      }
    };
    std::vector<std::vector<float>> first, second;
    std::thread other([&] { work(first); });
    work(second);
    other.join();
    QCOMPARE(first, right);
    QCOMPARE(second, right);
  }

  void tuningIsKeptForTheNextEngine() {
    const QTemporaryDir place;
    const std::filesystem::path file = (place.path() + "/tuning.txt").toStdString();
    const NetworkSpec network = made("starter", {});
    const Built first = build(network, makeCudaEngine(gpu_.device, {.tuningFile = file}));
    QVERIFY(gpu_.control->timed > 0);
    const std::string tuning = first.engine->tuning();
    gpu_.control->timed = 0;
    const Built second = build(network, makeCudaEngine(gpu_.device, {.tuningFile = file}));
    QCOMPARE(gpu_.control->timed, int64_t{0});
    QCOMPARE(second.engine->tuning(), tuning);
    const auto third = makeCudaEngine(gpu_.device, {});
    third->takeTuning("# Another GPU\nforward = 7\n");
    QVERIFY(third->tuning().find("forward") == std::string::npos);
    third->takeTuning(tuning);
    QCOMPARE(third->tuning(), tuning);
  }

 private:
  FakeGpu gpu_;
};

QTEST_GUILESS_MAIN(TestCudaSession)
#include "test_cuda_session.moc"
