#include <QtTest>

#include "tests/core/plan/fake_engine.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 7;

int countOf(const ExecutionPlan& plan, const OpType& type) {
  const auto& nodes = plan.program->graph.nodes;
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [&](const OpNode& node) { return node.type == &type; }));
}

}  // namespace

class TestPasses : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fusionChangesNoNumber() {
    const OpGraph graph = residualNetwork(3, 6, 3, 4);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan fused = compiled(graph, *engine, {.inputGradients = true});
    const ExecutionPlan plain = compiled(graph, *engine, {.fuse = false, .inputGradients = true});
    QVERIFY(fused.program->steps.size() < plain.program->steps.size());
    QCOMPARE(countOf(fused, reluOp()), 0);
    QCOMPARE(countOf(fused, biasAddOp()), 1);  // the dense layer's
    // The last one's gradient comes from the pooling; others are joined with what sends them theirs.
    QCOMPARE(countOf(fused, reluBackwardOp()), 1);
    const std::string summary = report(fused, "fuse").summary;
    QVERIFY2(summary.find("batch_norm + relu: 5") != std::string::npos, summary.c_str());
    QVERIFY2(summary.find("add + relu: 3") != std::string::npos, summary.c_str());
    QVERIFY2(summary.find("conv2d + add: 1") != std::string::npos, summary.c_str());  // a projection
    QVERIFY2(summary.find("conv2d + bias_add: 1") != std::string::npos, summary.c_str());
    QVERIFY2(summary.find("relu_backward + batch_norm_backward: 5") != std::string::npos, summary.c_str());
    QVERIFY2(summary.find("conv2d_transposed + add: 4") != std::string::npos, summary.c_str());
    QVERIFY2(summary.find("conv2d_transposed + relu_backward: 3") != std::string::npos, summary.c_str());
    // The stem's goes to the first sum, too, and stays.
    QCOMPARE(report(fused, "normalise on read").summary, "read by convolutions: 4, by sums: 3");

    ParameterStore storeA = randomStore(graph, seed), storeB = randomStore(graph, seed);
    const auto a = openedReference(fused, storeA, seed), b = openedReference(plain, storeB, seed);
    a->run({.seed = seed});
    b->run({.seed = seed});
    QVERIFY(std::abs(a->scalar(fused.objective) - b->scalar(plain.objective)) < 1e-12);
    for (int p = 0; p < storeA.size(); ++p) {
      const ValueId gradient = gradientOf(fused, p);
      QCOMPARE(gradient, gradientOf(plain, p));
      if (gradient != noValue) QVERIFY(relativeError(a->values(gradient), b->values(gradient)) < 1e-12);
      // Running statistics too.
      for (size_t i = 0; i < storeA.values(p).size(); ++i) QCOMPARE(storeA.values(p)[i], storeB.values(p)[i]);
    }
    QCOMPARE(fused.inputGradients.size(), size_t{1});
    const ValueId dx = fused.inputGradients[0].value;
    QVERIFY(relativeError(a->values(dx), b->values(dx)) < 1e-12);
  }

  void whatIsReadableIsNotFusedAway() {
    GraphMaker make;
    const ValueId x = make.graph.addInput("image", {2, 3, 3, 2}, InputRole::image);
    const ValueId y = make.convolution(x, 2, 3, 1, "conv", true);
    make.graph.outputs = {{"before", y}, {"after", make.relu(y, "relu")}};
    const auto engine = makeReferenceEngine();
    QCOMPARE(compiled(make.graph, *engine, {.training = false}).program->steps.size(), size_t{2});
    QCOMPARE(compiled(make.graph, *engine, {.training = false, .keep = {"after"}}).program->steps.size(),
             size_t{1});
  }

  void fusionAsksTheEngine() {
    const FakeEngine engine;
    const ExecutionPlan plan = compiled(residualNetwork(3, 6, 3, 1), engine, {.recompute = false});
    QCOMPARE(countOf(plan, reluOp()), 3);  // a slower kernel for two, none for the add
    QCOMPARE(countOf(plan, biasAddOp()), 1);
    QVERIFY(report(plan, "fuse").summary.find("batch_norm + relu") == std::string::npos);
  }

  void engineDecidesKernelsAndWorkspace() {
    FakeEngine engine;
    const ExecutionPlan plan = compiled(residualNetwork(3, 6, 3, 1), engine, {.fuse = false});
    QCOMPARE(plan.program->threads, 3);
    QCOMPARE(plan.program->workspaceBytes, size_t{3 * 5 * 100});  // batch_norm_backward reads most
    for (const Step& step : plan.program->steps) {
      QCOMPARE(step.workspaceOffset % memoryAlignment, size_t{0});
      QVERIFY(step.workspaceOffset + step.workspaceBytes <= plan.program->arenaBytes);
    }
    QCOMPARE(plan.choices.size(), plan.program->steps.size());
    QCOMPARE(plan.choices[0].refused.size(), size_t{1});

    engine.refused = &globalAveragePoolOp();
    const Result<ExecutionPlan> none = compile(residualNetwork(3, 6, 3, 1), engine);
    QVERIFY(!none.ok());
    QCOMPARE(none.error().kind, ErrorKind::data);
    for (const char* part : {"pool:", "fake engine", "global_average_pool", "3x6x6x3", "it is refused here"})
      QVERIFY2(none.error().message.find(part) != std::string::npos, none.error().message.c_str());
  }

  void pruningKeepsWhatIsAskedFor() {
    const OpGraph graph = residualNetwork(3, 6, 3, 2);
    const auto engine = makeReferenceEngine();
    // Without a backward direction nothing of it is there, but the running statistics still move.
    const ExecutionPlan forward =
        compiled(graph, *engine, {.training = false, .fuse = false, .keep = {"logits"}});
    for (const OpNode& node : forward.program->graph.nodes) QCOMPARE(node.direction, Direction::forward);
    QCOMPARE(forward.program->steps.size(), graph.nodes.size() + 1);  // and the objective
    QCOMPARE(countOf(forward, batchNormTrackOp()), 5);
    ParameterStore storeA = randomStore(graph, seed), storeB = randomStore(graph, seed);
    const auto a = openedReference(forward, storeA, seed);
    a->run({.seed = seed});
    const ExecutionPlan training = compiled(graph, *engine);
    const auto b = openedReference(training, storeB, seed);
    b->run({.seed = seed});
    QCOMPARE(a->scalar(forward.objective), b->scalar(training.objective));

    // The image's own gradient is not asked for: the first convolution sends nothing back.
    for (const OpNode& node : training.program->graph.nodes)
      QVERIFY(node.path != "stem/conv" || node.type != &conv2dTransposedOp());

    const Result<ExecutionPlan> unknown = compile(graph, *engine, {.keep = {"logit"}});
    QVERIFY(!unknown.ok());
    QVERIFY(unknown.error().message.find("\"logit\"") != std::string::npos);
    QVERIFY(unknown.error().message.find("logits") != std::string::npos);
  }

  void outputsNobodyWantsAreLeftOut() {
    GraphMaker make;
    const ValueId x = make.graph.addInput("image", {4, 3}, InputRole::image);
    const ValueId y = make.batchNorm(x, "norm");
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {y}, {}, "loss"), 1});
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(make.graph, *engine);
    for (const OpNode& node : plan.program->graph.nodes)
      if (node.type == &batchNormBackwardOp()) QCOMPARE(node.outputs[0], noValue);
    QCOMPARE(countOf(plan, batchNormBackwardOp()), 1);
    ParameterStore store = randomStore(make.graph, seed);
    openedReference(plan, store, seed)->run({});
  }

  void weightGradientsRunBeforeWhatFreesThem() {
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan =
        compiled(residualNetwork(3, 6, 3, 2), *engine,
                 {.recompute = false, .probes = {.layerGradients = true, .shortcutSplit = true}});
    const auto& nodes = plan.program->graph.nodes;
    std::vector<size_t> madeAt(plan.program->graph.values.size(), 0);
    for (size_t i = 0; i < nodes.size(); ++i)
      for (ValueId id : nodes[i].outputs)
        if (id != noValue) madeAt[id] = i;
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].direction != Direction::probe && nodes[i].type != &conv2dWeightsOp()) continue;
      size_t ready = 0;
      for (ValueId id : nodes[i].inputs) ready = std::max(ready, madeAt[id]);
      // Only others of its kind stand between.
      for (size_t between = ready + 1; between < i; ++between)
        QVERIFY(nodes[between].direction == Direction::probe ||
                plan.program->places[nodes[between].outputs[0]].kind == PlaceKind::gradient);
    }
  }
};

QTEST_GUILESS_MAIN(TestPasses)
#include "test_passes.moc"
