#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 5;

std::vector<double> floatsAsDouble(std::span<const float> values) {
  return {values.begin(), values.end()};
}

}  // namespace

// The fast engine in its arena against the reference engine, which gives every value its own memory.
class TestEnginesAgree : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void gradientsAndStatistics_data() {
    QTest::addColumn<bool>("fuse");
    QTest::addColumn<bool>("probes");
    QTest::newRow("plain") << false << false;
    QTest::newRow("fused") << true << false;
    QTest::newRow("fused, watched") << true << true;
  }
  void gradientsAndStatistics() {
    QFETCH(bool, fuse);
    QFETCH(bool, probes);
    const OpGraph graph = residualNetwork(4, 8, 8, 4);
    const PlanOptions options{
        .fuse = fuse,
        .inputGradients = probes,
        .probes = {.layerGradients = probes, .shortcutSplit = probes, .activities = probes},
        .keep = {"logits"}};
    const auto reference = makeReferenceEngine();
    const auto cpu = makeCpuEngine(2);
    const ExecutionPlan right = compiled(graph, *reference, options), fast = compiled(graph, *cpu, options);
    ParameterStore rightStore = randomStore(graph, seed), fastStore = randomStore(graph, seed);
    const auto rightSession = openedReference(right, rightStore, seed);
    auto fastSession = cpu->open(fast.program, fastStore);
    QVERIFY(fastSession.ok());
    for (const auto& [id, values] : randomInputs(graph, seed, 4)) (*fastSession)->setInput(id, values);
    // Twice: what a run leaves in the arena must not matter to the next.
    for (uint32_t step = 0; step < 2; ++step) {
      rightSession->run({.seed = seed, .step = step});
      (*fastSession)->run({.seed = seed, .step = step});
      const double objective = rightSession->scalar(right.objective);
      QVERIFY(std::abs((*fastSession)->scalar(fast.objective) - objective) < 1e-5 * std::abs(objective));
      for (int p = 0; p < rightStore.size(); ++p) {
        const std::string& name = rightStore.info(p).name;
        const bool trainable = rightStore.info(p).trainable();
        const auto seen = floatsAsDouble(trainable ? fastStore.gradients(p) : fastStore.values(p));
        const auto wanted = floatsAsDouble(trainable ? rightStore.gradients(p) : rightStore.values(p));
        if (name == "stem/conv/bias") continue;  // zero but for rounding: a batch norm follows
        const double error = relativeError(seen, wanted);
        QVERIFY2(error < 1e-4, (name + ": " + std::to_string(error)).c_str());
      }
    }
    const ProbeRecord seen = readProbes(fast, **fastSession, fastStore, 0);
    const ProbeRecord wanted = readProbes(right, *rightSession, rightStore, 0);
    QCOMPARE(seen.shortcuts.size(), probes ? size_t{4} : size_t{0});
    QCOMPARE(seen.activities.size(), wanted.activities.size());
    QCOMPARE(seen.activities.empty(), !probes);
    for (size_t i = 0; i < seen.activities.size(); ++i) {
      const LayerActivity &a = seen.activities[i], &b = wanted.activities[i];
      QCOMPARE(a.path, b.path);
      const auto same = [](double x, double y, double allowed) {
        return std::isnan(x) ? std::isnan(y) : std::abs(x - y) <= allowed;
      };
      QVERIFY2(same(a.deviation, b.deviation, 1e-4 * b.deviation), a.path.c_str());
      QVERIFY2(same(a.zeros, b.zeros, 2e-3) && same(a.silent, b.silent, 1e-6), a.path.c_str());
      QVERIFY2(same(a.drift, b.drift, 1e-3 * std::max(b.drift, 0.1)), a.path.c_str());
    }
    for (size_t i = 0; i < seen.shortcuts.size(); ++i) {
      const ShortcutFlow &a = seen.shortcuts[i], &b = wanted.shortcuts[i];
      QVERIFY(std::abs(a.shortcutNorm - b.shortcutNorm) < 1e-4 * b.shortcutNorm);
      QVERIFY(std::abs(a.branchNorm - b.branchNorm) < 1e-4 * b.branchNorm);
      QVERIFY(std::abs(a.cosine - b.cosine) < 1e-4);
      QVERIFY(std::abs(a.branchDeviation - b.branchDeviation) < 1e-4 * b.branchDeviation);
      QVERIFY(std::abs(a.inputDeviation - b.inputDeviation) < 1e-4 * b.inputDeviation);
    }
  }

  // What is kept of the weights in the first run serves the next ones, whatever the picture.
  void fixedWeights() {
    const OpGraph graph = residualNetwork(1, 16, 16, 6);
    const auto cpu = makeCpuEngine(2);
    const ExecutionPlan fixed = compiled(graph, *cpu,
                                         {.training = false, .fixedWeights = true, .keep = {"logits"}}),
                        plain = compiled(graph, *cpu, {.training = false, .keep = {"logits"}});
    const auto keeping = [](const ExecutionPlan& plan) {
      return std::ranges::count_if(plan.program->steps, [](const Step& step) { return step.keptBytes > 0; });
    };
    QVERIFY(keeping(fixed) > 4);
    QCOMPARE(keeping(plain), 0);
    QVERIFY(explain(fixed).find("kept weights of") != std::string::npos);
    ParameterStore store = randomStore(graph, seed);
    auto a = cpu->open(fixed.program, store), b = cpu->open(plain.program, store);
    QVERIFY(a.ok() && b.ok());
    const auto result = [](const ExecutionPlan& plan, Session& session) {
      std::vector<float> logits(4);
      session.read(plan.outputs[0].value, logits);
      return floatsAsDouble(logits);
    };
    std::vector<double> last;
    for (unsigned picture = 0; picture < 3; ++picture) {
      for (const auto& [id, values] : randomInputs(graph, seed + picture, 4))
        for (Session* session : {a->get(), b->get()}) session->setInput(id, values);
      (*a)->run({});
      (*b)->run({});
      QVERIFY(relativeError(result(fixed, **a), result(plain, **b)) < 1e-4);
      QVERIFY(result(fixed, **a) != last);
      last = result(fixed, **a);
    }
  }

  void everyRefusalHasAReason() {
    const auto cpu = makeCpuEngine(2);
    const ExecutionPlan plan = compiled(residualNetwork(4, 8, 8, 4), *cpu);
    QVERIFY(plan.program->steps.size() == plan.choices.size());
    for (size_t i = 0; i < plan.choices.size(); ++i) {
      QCOMPARE(plan.program->steps[i].kernel, plan.choices[i].kernel);
      for (const KernelRefusal& refusal : plan.choices[i].refused) QVERIFY(!refusal.reason.empty());
    }
  }
};

QTEST_GUILESS_MAIN(TestEnginesAgree)
#include "test_engines_agree.moc"
