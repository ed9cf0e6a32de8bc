#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/probes/histograms.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 11;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double deviation(const std::vector<double>& values) {
  double mean = 0, squares = 0;
  for (double value : values) mean += value / static_cast<double>(values.size());
  for (double value : values) squares += (value - mean) * (value - mean) / static_cast<double>(values.size());
  return std::sqrt(squares);
}

bool near(double seen, double right) {
  return std::abs(seen - right) <= 1e-6 * std::max(1e-3, std::abs(right));
}

const ShortcutFlow& flowAt(const ProbeRecord& record, const std::string& path) {
  for (const ShortcutFlow& flow : record.shortcuts)
    if (flow.path == path) return flow;
  qFatal("no flow at %s", path.c_str());
}

// y = x + x W (linear), so both contributions are known in closed form: g and g W^T, g being dL/dy.
struct LinearBlock {
  OpGraph graph;
  ValueId x = noValue, w = noValue, f = noValue, y = noValue;

  explicit LinearBlock(bool stem) {
    GraphMaker make;
    const ValueId image = make.graph.addInput("image", {3, 4}, InputRole::image);
    x = stem ? make.dense(image, 4, "stem") : image;
    w = make.parameter("block/branch/dense/weight", {4, 4});
    f = make.op(matmulOp(), {x, w}, {}, "block/branch/dense");
    y = make.op(addOp(), {f, x}, {}, "block/add");
    make.graph.shortcuts.push_back({.path = "block",
                                    .fork = x,
                                    .branchEnd = f,
                                    .shortcutEnd = x,
                                    .branchConsumers = {"block/branch"},
                                    .shortcutConsumers = {"block/add"}});
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {y}, {}, "loss"), 0.5});
    graph = make.graph;
  }
};

}  // namespace

class TestProbes : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void linearBlockAgainstClosedForm_data() {
    QTest::addColumn<bool>("stem");
    QTest::newRow("fork behind a layer") << true;
    QTest::newRow("fork is the image") << false;
  }
  void linearBlockAgainstClosedForm() {
    QFETCH(bool, stem);
    const LinearBlock block(stem);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan =
        compiled(block.graph, *engine, {.fuse = false, .probes = {.shortcutSplit = true}});
    ParameterStore store = randomStore(block.graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const std::vector<double> g = copyOf(session->values(block.y));  // of 1/2 |y|^2
    const auto w = session->values(block.w);
    std::vector<double> branch(g.size(), 0);
    for (size_t n = 0; n < 3; ++n)
      for (size_t i = 0; i < 4; ++i)
        for (size_t o = 0; o < 4; ++o) branch[n * 4 + i] += g[n * 4 + o] * w[i * 4 + o];

    const ProbeRecord record = readProbes(plan, *session, store, 42);
    QCOMPARE(record.step, int64_t{42});
    QCOMPARE(record.shortcuts.size(), size_t{1});
    const ShortcutFlow& flow = flowAt(record, "block");
    QVERIFY(near(flow.shortcutNorm, std::sqrt(dot(g, g))));
    QVERIFY(near(flow.branchNorm, std::sqrt(dot(branch, branch))));
    QVERIFY(near(flow.cosine, dot(g, branch) / std::sqrt(dot(g, g) * dot(branch, branch))));
    QVERIFY(near(flow.branchDeviation, deviation(copyOf(session->values(block.f)))));
    QVERIFY(near(flow.inputDeviation, deviation(copyOf(session->values(block.x)))));
  }

  // What a side sends is what the fork would get if the other side were cut: compute it by cutting.
  void contributionsOfAResidualNetwork() {
    const OpGraph graph = residualNetwork(3, 4, 3, 3);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan =
        compiled(graph, *engine, {.probes = {.layerGradients = true, .shortcutSplit = true}});
    ParameterStore store = randomStore(graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const ProbeRecord record = readProbes(plan, *session, store, 0);
    QCOMPARE(record.shortcuts.size(), size_t{3});

    for (const OpNode& node : plan.program->graph.nodes) {
      if (node.contributors.empty()) continue;
      QCOMPARE(node.inputs.size(), size_t{2});
      const std::string& first = node.contributors[0];
      const std::string path = first.substr(0, first.find('/'));
      const bool shortcutFirst = first.find("/branch") == std::string::npos;
      std::vector<double> shortcut = copyOf(session->values(node.inputs[shortcutFirst ? 0 : 1]));
      std::vector<double> branch = copyOf(session->values(node.inputs[shortcutFirst ? 1 : 0]));
      const ShortcutFlow& flow = flowAt(record, path);
      QVERIFY(near(flow.shortcutNorm, std::sqrt(dot(shortcut, shortcut))));
      QVERIFY(near(flow.branchNorm, std::sqrt(dot(branch, branch))));
      QVERIFY(near(flow.cosine, dot(shortcut, branch) / (flow.shortcutNorm * flow.branchNorm)));
    }
    for (const ShortcutSite& site : graph.shortcuts) {
      const ShortcutFlow& flow = flowAt(record, site.path);
      QVERIFY(near(flow.branchDeviation, deviation(copyOf(session->values(site.branchEnd)))));
      QVERIFY(near(flow.inputDeviation, deviation(copyOf(session->values(site.shortcutEnd)))));
    }
  }

  void layersSumTheirParameters() {
    const OpGraph graph = residualNetwork(3, 4, 3, 2);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(graph, *engine, {.probes = {.layerGradients = true}});
    ParameterStore store = randomStore(graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const ProbeRecord record = readProbes(plan, *session, store, 0);
    QVERIFY(record.shortcuts.empty());
    QCOMPARE(record.layers.size(), size_t{2 + 2 * 4 + 1 + 1});  // stem, blocks, projection, fc
    double gradients = 0, weights = 0;
    for (int p = 0; p < store.size(); ++p) {
      if (layerOfParameter(store.info(p).name) != "stem/norm" || !store.info(p).trainable()) continue;
      for (float value : store.gradients(p)) gradients += static_cast<double>(value) * value;
      for (float value : store.values(p)) weights += static_cast<double>(value) * value;
    }
    const auto norm = std::find_if(record.layers.begin(), record.layers.end(),
                                   [](const LayerGradient& layer) { return layer.path == "stem/norm"; });
    QVERIFY(norm != record.layers.end());
    QVERIFY(near(norm->norm, std::sqrt(gradients)));
    QVERIFY(near(norm->weightNorm, std::sqrt(weights)));
  }

  void severalContributionsOfOneSideAreSummed() {
    GraphMaker make;
    const ValueId image = make.graph.addInput("image", {3, 4}, InputRole::image);
    const ValueId x = make.dense(image, 4, "stem");
    const ValueId a = make.op(tanhOp(), {x}, {}, "block/branch/a"),
                  b = make.op(sigmoidOp(), {x}, {}, "block/branch/b");
    const ValueId f = make.op(addOp(), {a, b}, {}, "block/branch/add");
    const ValueId y = make.op(addOp(), {f, x}, {}, "block/add");
    make.graph.shortcuts.push_back({.path = "block",
                                    .fork = x,
                                    .branchEnd = f,
                                    .shortcutEnd = x,
                                    .branchConsumers = {"block/branch/a", "block/branch/b"},
                                    .shortcutConsumers = {"block/add"}});
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {y}, {}, "loss"), 0.5});
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(make.graph, *engine, {.probes = {.shortcutSplit = true}});
    ParameterStore store = randomStore(make.graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const std::vector<double> g = copyOf(session->values(y)), s = copyOf(session->values(b)),
                              t = copyOf(session->values(a));
    double square = 0;
    for (size_t i = 0; i < g.size(); ++i) square += std::pow(g[i] * (1 - t[i] * t[i] + s[i] * (1 - s[i])), 2);
    QVERIFY(near(readProbes(plan, *session, store, 0).shortcuts[0].branchNorm, std::sqrt(square)));
  }

  void oneSideAlone() {
    GraphMaker make;
    const ValueId image = make.graph.addInput("image", {3, 4}, InputRole::image);
    const ValueId x = make.dense(image, 4, "stem");
    const ValueId f =
        make.op(correctOp(), {x, make.graph.addInput("label", {3}, InputRole::label)}, {}, "block/branch");
    const ValueId y = make.op(scaleOp(), {x}, {{"factor", 2}}, "block/add");
    make.graph.shortcuts.push_back({.path = "block",
                                    .fork = x,
                                    .branchEnd = f,
                                    .shortcutEnd = x,
                                    .branchConsumers = {"block/branch"},
                                    .shortcutConsumers = {"block/add"}});
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {y}, {}, "loss"), 1});
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(make.graph, *engine, {.probes = {.shortcutSplit = true}});
    ParameterStore store = randomStore(make.graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const ProbeRecord record = readProbes(plan, *session, store, 0);
    const ShortcutFlow& flow = record.shortcuts[0];
    QVERIFY(flow.shortcutNorm > 0);
    QCOMPARE(flow.branchNorm, 0.0);
    QCOMPARE(flow.cosine, 0.0);
  }

  void forwardOnlyStillSeesDeviations() {
    const OpGraph graph = residualNetwork(3, 4, 3, 1);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(graph, *engine, {.training = false, .probes = {true, true}});
    ParameterStore store = randomStore(graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const ProbeRecord record = readProbes(plan, *session, store, 0);
    QVERIFY(record.layers.empty());
    QVERIFY(record.shortcuts[0].branchDeviation > 0);
    QCOMPARE(record.shortcuts[0].branchNorm, 0.0);
  }

  // By plain counting, on the reference engine and, to the bit, on one and two threads of the fast one.
  void histogramsAreCounts() {
    const OpGraph graph = residualNetwork(3, 4, 3, 2);
    const ProbeRequest asked{.layerGradients = true, .activities = true, .histograms = true};
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(graph, *engine, {.fuse = false, .probes = asked});
    ParameterStore store = randomStore(graph, seed);
    const auto session = openedReference(plan, store, seed);
    session->run({});
    const HistogramRecord record = readHistograms(plan, *session, store, 7);
    QCOMPARE(record.step, int64_t{7});
    const auto layer = [&](const HistogramRecord& of, const std::string& path) {
      const auto found = std::ranges::find(of.layers, path, &LayerHistograms::path);
      if (found == of.layers.end()) qFatal("no histogram of %s", path.c_str());
      return *found;
    };
    for (const OpNode& node : plan.program->graph.nodes) {
      if (node.direction != Direction::forward || node.type != &conv2dOp()) continue;
      const auto values = session->values(node.outputs[0]);
      const Histogram& seen = layer(record, node.path).output;
      const auto [low, high] = std::ranges::minmax(values);
      QCOMPARE(seen.low, static_cast<float>(low));
      QCOMPARE(seen.high, static_cast<float>(high));
      QCOMPARE(seen.total(), static_cast<uint64_t>(values.size()));
      for (size_t bin = 0; bin < seen.counts.size(); ++bin) {
        const auto right = std::ranges::count_if(values, [&](double value) {
          return static_cast<size_t>(std::min((value - low) / (high - low) * 48, 47.0)) == bin;
        });
        QVERIFY(std::abs(static_cast<double>(seen.counts[bin]) - static_cast<double>(right)) <= 1);
      }
    }
    QVERIFY(layer(record, "stem/norm").output.empty());
    QCOMPARE(layer(record, "stem/norm").weights.total(), uint64_t{6});  // 3 scales, 3 shifts
    QVERIFY(layer(record, "stem/norm").gradient.high > layer(record, "stem/norm").gradient.low);

    const auto on = [&](int threads) {
      const auto cpu = makeCpuEngine(threads);
      const ExecutionPlan fast = compiled(graph, *cpu, {.probes = asked});
      ParameterStore weights = randomStore(graph, seed);
      const auto opened = cpu->open(fast.program, weights);
      if (!opened) qFatal("%s", opened.error().message.c_str());
      for (const auto& [id, values] : randomInputs(fast.program->graph, seed, 4))
        (*opened)->setInput(id, values);
      (*opened)->run({});
      return readHistograms(fast, **opened, weights, 7);
    };
    const HistogramRecord one = on(1), two = on(2);
    QCOMPARE(one.layers.size(), two.layers.size());
    for (size_t i = 0; i < one.layers.size(); ++i)
      for (Histogram LayerHistograms::*part :
           {&LayerHistograms::weights, &LayerHistograms::gradient, &LayerHistograms::output}) {
        const Histogram &a = one.layers[i].*part, &b = two.layers[i].*part;
        QCOMPARE(a.low, b.low);
        QCOMPARE(a.high, b.high);
        QCOMPARE(a.counts, b.counts);
      }
  }

  // Watching changes nothing of what is watched.
  void probesChangeNoGradient() {
    const OpGraph graph = residualNetwork(3, 4, 3, 3);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plain = compiled(graph, *engine);
    const ExecutionPlan watched = compiled(graph, *engine, {.probes = {true, true}});
    ParameterStore a = randomStore(graph, seed), b = randomStore(graph, seed);
    openedReference(plain, a, seed)->run({});
    openedReference(watched, b, seed)->run({});
    for (int p = 0; p < a.size(); ++p)
      for (size_t i = 0; i < a.gradients(p).size(); ++i) QCOMPARE(a.gradients(p)[i], b.gradients(p)[i]);
  }
};

QTEST_GUILESS_MAIN(TestProbes)
#include "test_probes.moc"
