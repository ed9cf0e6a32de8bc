#include <QtTest/QtTest>

#include "core/engines/reference/reference_engine.h"
#include "core/ops/catalog.h"

using namespace bypath;

namespace {

// y = relu(x w), its gradient in w, and a tracked mean, written out by hand.
struct Fixture {
  std::shared_ptr<Program> program = std::make_shared<Program>();
  ValueId x, w, mean, variance, y, seed, dw;
  ParameterStore store;

  Fixture() {
    OpGraph& graph = program->graph;
    x = graph.addInput("x", {2, 2}, InputRole::image);
    w = graph.addParameter({.name = "fc/weight", .shape = {2, 1}});
    mean = graph.addParameter({.name = "bn/mean", .shape = {1}, .role = ParameterRole::runningMean});
    variance =
        graph.addParameter({.name = "bn/variance", .shape = {1}, .role = ParameterRole::runningVariance});
    const ValueId product = (*graph.add(matmulOp(), {x, w}, {}, "fc"))[0];
    y = (*graph.add(reluOp(), {product}, {}, "relu"))[0];
    seed = graph.addInput("seed", {2, 1}, InputRole::seed);
    const ValueId dproduct = (*graph.add(reluBackwardOp(), {y, seed}, {}, "relu", Direction::backward))[0];
    dw = (*graph.add(matmulOp(), {x, dproduct}, {{"transpose_a", 1}}, "fc", Direction::backward))[0];
    const ValueId one = graph.addInput("one", {1}, InputRole::seed);
    check(graph.add(batchNormTrackOp(), {mean, variance, one, one},
                    {{"momentum", 0.5}, {"epsilon", 0}, {"count", 2}, {"unbiased", 0}}, "bn"));
    for (size_t i = 0; i < graph.nodes.size(); ++i) program->steps.push_back({.node = static_cast<int>(i)});
    program->places.resize(graph.values.size());
    program->places[static_cast<size_t>(dw)] = {.kind = PlaceKind::gradient,
                                                .parameter = graph.value(w).parameter};
    // The store may hold other parameters, in another order.
    store = ParameterStore(
        {{.name = "other", .shape = {3}}, graph.parameters[2], graph.parameters[1], graph.parameters[0]});
    store.values(3)[0] = 2;
    store.values(3)[1] = -1;
  }
  static void check(const Result<std::vector<ValueId>>& added) {
    if (!added) qFatal("%s", added.error().message.c_str());
  }
};

}  // namespace

class TestReferenceSession : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void runsAndWritesBack() {
    Fixture f;
    const std::unique_ptr<Engine> engine = makeReferenceEngine();
    const Result<std::unique_ptr<Session>> opened = engine->open(f.program, f.store);
    QVERIFY(opened);
    Session& session = **opened;
    const std::vector<float> x = {1, 1, 1, 3};
    session.setInput(f.x, x);
    session.run({});
    std::vector<float> y(2);
    session.read(f.y, y);
    QVERIFY((y == std::vector<float>{1, 0}));
    // The seed is one, and only the first sample passes the relu.
    QCOMPARE(f.store.gradients(3)[0], 1.0F);
    QCOMPARE(f.store.gradients(3)[1], 1.0F);
    QCOMPARE(f.store.values(2)[0], 0.5F);
    QCOMPARE(f.store.values(1)[0], 0.5F);
    // A second step starts from the moved statistics and the store's new weights; gradients are replaced, not
    // summed.
    f.store.values(3)[1] = 1;
    session.run({});
    session.read(f.y, y);
    QVERIFY((y == std::vector<float>{3, 5}));
    QCOMPARE(f.store.gradients(3)[0], 2.0F);
    QCOMPARE(f.store.gradients(3)[1], 4.0F);
    QCOMPARE(f.store.values(2)[0], 0.75F);
    QCOMPARE(session.scalar(f.mean), 0.75);
  }

  void parametersCanBeHeldInDouble() {
    Fixture f;
    const Result<std::unique_ptr<ReferenceSession>> opened = openReference(f.program, f.store);
    QVERIFY(opened);
    ReferenceSession& session = **opened;
    session.readParametersFromStore(false);
    session.values(f.x)[0] = 1;
    session.values(f.w)[0] = 1 + 1e-12;
    session.run({});
    QCOMPARE(session.values(f.y)[0], 1 + 1e-12);
  }

  void anOutputNobodyWantsIsDropped() {
    auto program = std::make_shared<Program>();
    const ValueId x = program->graph.addInput("x", {4, 2}, InputRole::image);
    const ValueId one = program->graph.addInput("scale", {2}, InputRole::seed);
    const Result<std::vector<ValueId>> added =
        program->graph.add(batchNormOp(), {x, one, one}, {{"epsilon", 1e-5}}, "bn");
    QVERIFY(added);
    program->graph.nodes[0].outputs = {(*added)[0], noValue, noValue};
    program->steps.push_back({.node = 0});
    ParameterStore store;
    const Result<std::unique_ptr<ReferenceSession>> session = openReference(program, store);
    QVERIFY(session);
    (*session)->run({});
    QCOMPARE((*session)->values((*added)[0])[0], 1.0);
  }

  void foreignWeightsAreRefused() {
    Fixture f;
    ParameterStore empty;
    const Result<std::unique_ptr<ReferenceSession>> missing = openReference(f.program, empty);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.find("fc/weight of 2x1 is missing") != std::string::npos);
    ParameterStore wrong({{.name = "fc/weight", .shape = {2, 2}}});
    const Result<std::unique_ptr<ReferenceSession>> misshapen = openReference(f.program, wrong);
    QVERIFY(!misshapen);
    QVERIFY(misshapen.error().message.find("is 2x2 there") != std::string::npos);
  }

  void tooLargeIsRefused() {
    auto program = std::make_shared<Program>();
    program->graph.addInput("x", {1'000'000, 1'000'000}, InputRole::image);
    ParameterStore store;
    const Result<std::unique_ptr<ReferenceSession>> session = openReference(program, store);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::resources);
  }
};

QTEST_GUILESS_MAIN(TestReferenceSession)
#include "test_reference_session.moc"
