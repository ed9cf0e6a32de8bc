#include <QtTest>

#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 20240517;

// Central differences of the objective in every value of `moved`, through the reference engine in double.
std::vector<double> finiteDifferences(ReferenceSession& session, ValueId moved, ValueId objective) {
  constexpr double step = 1e-5;
  std::vector<double> slopes;
  for (size_t i = 0; i < session.values(moved).size(); ++i) {
    const double before = session.values(moved)[i];
    double sides[2];
    for (int side = 0; side < 2; ++side) {
      session.values(moved)[i] = before + (side == 0 ? step : -step);
      session.run({.seed = seed});
      sides[side] = session.scalar(objective);
    }
    session.values(moved)[i] = before;
    slopes.push_back((sides[0] - sides[1]) / (2 * step));
  }
  return slopes;
}

// Every parameter's gradient, and every image's, against finite differences.
void checkGradients(const OpGraph& graph, const PlanOptions& options, int classes = 4) {
  const auto engine = makeReferenceEngine();
  const ExecutionPlan plan = compiled(graph, *engine, options);
  ParameterStore store = randomStore(graph, seed);
  const auto session = openedReference(plan, store, seed + 1, classes);
  session->run({.seed = seed});
  session->readParametersFromStore(false);
  const OpGraph& made = plan.program->graph;
  std::vector<std::pair<ValueId, ValueId>> pairs;  // moved value, its gradient
  for (size_t p = 0; p < made.parameters.size(); ++p)
    if (const ValueId gradient = gradientOf(plan, static_cast<int>(p)); gradient != noValue)
      pairs.emplace_back(made.parameterValues[p], gradient);
  for (const NamedValue& input : plan.inputGradients)
    for (ValueId id : made.inputs)
      if (made.value(id).name == input.name) pairs.emplace_back(id, input.value);
  QVERIFY(!pairs.empty());
  std::vector<std::vector<double>> gradients;
  for (const auto& [moved, gradient] : pairs) gradients.push_back(copyOf(session->values(gradient)));
  for (size_t i = 0; i < pairs.size(); ++i) {
    const std::vector<double> slopes = finiteDifferences(*session, pairs[i].first, plan.objective);
    double largest = 0;
    for (double slope : slopes) largest = std::max(largest, std::abs(slope));
    // A bias before a batch norm has no slope at all; then only rounding is compared.
    const double error =
        largest < 1e-8 ? relativeError(gradients[i], slopes) * largest : relativeError(gradients[i], slopes);
    QVERIFY2(error < 1e-6, (made.value(pairs[i].first).name + ": " + std::to_string(error)).c_str());
  }
}

// h = x W1; branch = tanh(h W2); objective = cross entropy of h + branch.
OpGraph forkGraph() {
  GraphMaker make;
  const ValueId x = make.graph.addInput("image", {3, 5}, InputRole::image);
  const ValueId labels = make.graph.addInput("label", {3}, InputRole::label);
  const ValueId h = make.op(matmulOp(), {x, make.parameter("stem/weight", {5, 4})}, {}, "stem");
  const ValueId f =
      make.op(tanhOp(), {make.op(matmulOp(), {h, make.parameter("branch/weight", {4, 4})}, {}, "branch")}, {},
              "branch/tanh");
  const ValueId sum = make.op(addOp(), {f, h}, {}, "add");
  make.graph.losses.push_back(
      {"cross_entropy", make.op(softmaxCrossEntropyOp(), {sum, labels}, {}, "loss"), 1});
  return make.graph;
}

}  // namespace

class TestDifferentiate : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void forkSumNamesItsContributors() {
    OpGraph graph = forkGraph();
    const ValueId fork = graph.nodes[0].outputs[0];
    const Result<Differentiated> d = differentiate(graph);
    QVERIFY(d.ok());
    const OpNode& sum = graph.nodes[static_cast<size_t>(graph.producer(d->valueGradients[fork]))];
    QCOMPARE(sum.type, &addOp());
    QCOMPARE(sum.direction, Direction::backward);
    QCOMPARE(sum.path, graph.value(fork).name);
    const std::vector<std::string> senders{"add", "branch"};
    QVERIFY(sum.contributors == senders);
    QCOMPARE(d->contributions[fork].size(), size_t{2});
    QCOMPARE(d->contributions[fork][1].gradient, sum.inputs[1]);
  }

  void forkAgainstFiniteDifferences() { checkGradients(forkGraph(), {.inputGradients = true}); }

  void parameterUsedTwice() {
    GraphMaker make;
    const ValueId x = make.graph.addInput("image", {3, 4}, InputRole::image);
    const ValueId w = make.parameter("shared/weight", {4, 4});
    const ValueId once = make.op(tanhOp(), {make.op(matmulOp(), {x, w}, {}, "first")}, {}, "first/tanh");
    const ValueId twice = make.op(matmulOp(), {once, w}, {}, "second");
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {twice}, {}, "loss"), 0.5});
    make.graph.losses.push_back({"penalty", make.op(squaredSumOp(), {w}, {}, "loss"), 0.01});
    checkGradients(make.graph, {});
  }

  void gradientThatTwoParametersShare() {
    GraphMaker make;
    const ValueId a = make.parameter("a", {2, 3}), b = make.parameter("b", {2, 3});
    const ValueId flat =
        make.op(reshapeOp(), {make.parameter("c", {1, 6})}, {{"rank", 2}, {"d1", 6}}, "flat");
    const ValueId sum = make.op(addOp(), {a, b}, {}, "sum");
    make.graph.losses.push_back(
        {"size", make.op(squaredSumOp(), {make.op(tanhOp(), {sum}, {}, "tanh")}, {}, "loss"), 1});
    make.graph.losses.push_back({"flat", make.op(squaredSumOp(), {flat}, {}, "loss"), 3});
    checkGradients(make.graph, {});
  }

  void unusedBranchSendsNothing() {
    GraphMaker make;
    make.graph = forkGraph();
    const ValueId h = make.graph.nodes[0].outputs[0];
    make.op(matmulOp(), {h, make.parameter("unused/weight", {4, 2})}, {}, "unused");
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(make.graph, *engine);
    const int unused = 2;
    QCOMPARE(plan.program->graph.parameters[unused].name, std::string("unused/weight"));
    QCOMPARE(gradientOf(plan, unused), noValue);
    for (const OpNode& node : plan.program->graph.nodes) QVERIFY(node.path != "unused");
    ParameterStore store = randomStore(make.graph, seed);
    openedReference(plan, store, seed)->run({});
    for (float value : store.gradients(unused)) QCOMPARE(value, 0.0f);
    checkGradients(make.graph, {});
  }

  void residualNetworkAgainstFiniteDifferences() {
    checkGradients(residualNetwork(2, 4, 2, 3), {.inputGradients = true});
  }

  void withoutLossThereIsASentence() {
    GraphMaker make;
    make.op(reluOp(), {make.graph.addInput("image", {1, 2}, InputRole::image)}, {}, "relu");
    const Result<Differentiated> d = differentiate(make.graph);
    QVERIFY(!d.ok());
    QCOMPARE(d.error().kind, ErrorKind::data);
    QVERIFY(d.error().message.find("no loss") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestDifferentiate)
#include "test_differentiate.moc"
