#include <QtTest>

#include "core/plan/postpone.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 7;

// Bit by bit, the gradients of a plan that makes values again and of one that keeps them all.
void compareGradients(const OpGraph& graph, const PlanOptions& options = {}) {
  const auto engine = makeReferenceEngine();
  const ExecutionPlan again = compiled(graph, *engine, options),
                      keeping = compiled(graph, *engine, {.recompute = false});
  ParameterStore storeA = randomStore(graph, seed), storeB = randomStore(graph, seed);
  const auto a = openedReference(again, storeA, seed), b = openedReference(keeping, storeB, seed);
  a->run({.seed = seed});
  b->run({.seed = seed});
  for (int p = 0; p < storeA.size(); ++p) {
    const ValueId gradient = gradientOf(again, p);
    QCOMPARE(gradient == noValue, gradientOf(keeping, p) == noValue);
    if (gradient == noValue) continue;
    QVERIFY2(std::ranges::equal(a->values(gradient), b->values(gradient)), storeA.info(p).name.c_str());
  }
}

std::string pathsOf(const std::vector<OpNode>& nodes) {
  std::string text;
  for (const OpNode& node : nodes) text += node.path + " ";
  return text;
}

}  // namespace

class TestRecompute : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsMadeAgainIsTheSame() {
    // Longer than a chain may be, with shortcuts that are not values of their own.
    const OpGraph graph = residualNetwork(3, 6, 3, 24);
    const auto engine = makeReferenceEngine();
    const ExecutionPlan again = compiled(graph, *engine),
                        keeping = compiled(graph, *engine, {.recompute = false});
    QVERIFY2(std::stoi(report(again, "recompute").summary) >= 10, report(again, "recompute").summary.c_str());
    QVERIFY(again.arenaBytes < keeping.arenaBytes);
    compareGradients(graph);
  }

  void aConvolutionIsDoneTwiceWhereThatSavesMuch() {
    const OpGraph graph = wideAtTheEnd();
    const auto engine = makeReferenceEngine();
    const PlanOptions always{.largeMemory = 0};
    const ExecutionPlan again = compiled(graph, *engine, always), usual = compiled(graph, *engine);
    const std::string& summary = report(again, "recompute").summary;
    QVERIFY2(summary.find("convolutions done twice: ") != std::string::npos, summary.c_str());
    QVERIFY2(again.arenaBytes < usual.arenaBytes * 85 / 100,
             (std::to_string(again.arenaBytes) + " of " + std::to_string(usual.arenaBytes)).c_str());
    QVERIFY(again.multiplyAdds < usual.multiplyAdds * 1.15);
    compareGradients(graph, always);
  }

  // Not where memory is no concern.
  void aConvolutionIsNotDoneTwiceForLittle() {
    const auto engine = makeReferenceEngine();
    for (const OpGraph& graph : {wideAtTheEnd(), residualNetwork(3, 6, 3, 24)})
      QVERIFY(report(compiled(graph, *engine), "recompute").summary.find("twice") == std::string::npos);
  }

  void whatIsReadableIsNotMadeAgain() {
    OpGraph graph = residualNetwork(3, 6, 3, 6);
    for (const OpNode& node : graph.nodes)
      if (node.path == "block[2]/relu") graph.outputs.push_back({"middle", node.outputs[0]});
    QCOMPARE(graph.outputs.size(), size_t{2});
    const auto engine = makeReferenceEngine();
    const std::string most = report(compiled(graph, *engine), "recompute").summary;
    const std::string fewer = report(compiled(graph, *engine, {.keep = {"middle"}}), "recompute").summary;
    QCOMPARE(std::stoi(fewer), std::stoi(most) - 1);
  }

  void postponedNodesFollowThoseThatDoWithoutThem() {
    GraphMaker make;
    const ValueId x = make.graph.addInput("image", {1, 2}, InputRole::image);
    const ValueId a = make.relu(x, "a"), b = make.relu(a, "b");
    const ValueId c = make.relu(x, "c"), d = make.relu(c, "d");
    const ValueId joined = make.op(addOp(), {b, d}, {}, "joined");
    make.relu(joined, "end");
    std::vector<OpNode>& nodes = make.graph.nodes;
    postpone(nodes, 0);
    QCOMPARE(pathsOf(nodes), std::string("c d a b joined end "));
    postpone(nodes, 1);
    QCOMPARE(pathsOf(nodes), std::string("c a b d joined end "));
    postpone(nodes, 5);
    QCOMPARE(pathsOf(nodes), std::string("c a b d joined end "));
  }
};

QTEST_GUILESS_MAIN(TestRecompute)
#include "test_recompute.moc"
