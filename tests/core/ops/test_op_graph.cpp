#include <QtTest/QtTest>

#include "core/ops/catalog.h"
#include "core/ops/op_graph.h"

using namespace bypath;

class TestOpGraph : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aLayerIsAppended() {
    OpGraph graph;
    const ValueId x = graph.addInput("image", {8, 32, 32, 3}, InputRole::image);
    const ValueId w = graph.addParameter({.name = "stem/conv/weight", .shape = {3, 3, 3, 16}});
    const Result<std::vector<ValueId>> y =
        graph.add(conv2dOp(), {x, w}, {{"stride_h", 1}, {"stride_w", 1}, {"pad_top", 1}, {"pad_bottom", 1}},
                  "stem/conv");
    QVERIFY(y);
    QVERIFY(graph.shape((*y)[0]) == (Shape{8, 32, 30, 16}));
    QCOMPARE(graph.value((*y)[0]).name, std::string("stem/conv:0"));
    QCOMPARE(graph.producer((*y)[0]), 0);
    QCOMPARE(graph.producer(x), -1);
    QCOMPARE(graph.producer(w), -1);
    QVERIFY(graph.call(graph.nodes[0]).outputs[0] == (Shape{8, 32, 30, 16}));
  }

  void aParameterIsSharedByName() {
    OpGraph graph;
    const ValueId first = graph.addParameter({.name = "fc/weight", .shape = {64, 10}});
    QCOMPARE(graph.addParameter({.name = "fc/weight", .shape = {64, 10}}), first);
    const ValueId mean =
        graph.addParameter({.name = "bn/mean", .shape = {10}, .role = ParameterRole::runningMean});
    QCOMPARE(graph.parameters.size(), size_t{2});
    QCOMPARE(graph.value(first).kind, ValueKind::parameter);
    QCOMPARE(graph.value(mean).kind, ValueKind::state);
    QCOMPARE(graph.parameterValues[static_cast<size_t>(graph.value(mean).parameter)], mean);
  }

  void stateOutputsKeepTheirId() {
    OpGraph graph;
    const ValueId mean =
        graph.addParameter({.name = "bn/mean", .shape = {10}, .role = ParameterRole::runningMean});
    const ValueId variance =
        graph.addParameter({.name = "bn/variance", .shape = {10}, .role = ParameterRole::runningVariance});
    const ValueId batchMean = graph.addInput("mean", {10}, InputRole::image);
    const ValueId inverseStd = graph.addInput("inverse_std", {10}, InputRole::image);
    const Result<std::vector<ValueId>> states =
        graph.add(batchNormTrackOp(), {mean, variance, batchMean, inverseStd}, {{"count", 50}}, "bn");
    QVERIFY(states);
    QVERIFY((*states == std::vector<ValueId>{mean, variance}));
    QCOMPARE(graph.values.size(), size_t{4});
    QCOMPARE(graph.producer(mean), -1);
  }

  void aRefusalNamesPathCallAndProducers() {
    OpGraph graph;
    const ValueId x = graph.addInput("image", {8, 32, 32, 16}, InputRole::image);
    const ValueId y = (*graph.add(reluOp(), {x}, {}, "stem/relu"))[0];
    const ValueId w = graph.addParameter({.name = "stage1/conv/weight", .shape = {3, 3, 3, 16}});
    const Result<std::vector<ValueId>> refused = graph.add(conv2dOp(), {y, w}, {}, "stage1/conv");
    QVERIFY(!refused);
    QCOMPARE(
        refused.error().message,
        std::string("stage1/conv: conv2d of 8x32x32x16 (stem/relu:0) and 3x3x3x16 (stage1/conv/weight) is "
                    "impossible: x has 16 channels, but the weights take 3."));
    QCOMPARE(graph.nodes.size(), size_t{1});
  }

  void anAbsurdSizeIsRefused() {
    OpGraph graph;
    const ValueId x = graph.addInput("x", {1'000'000, 1}, InputRole::image);
    const ValueId w = graph.addParameter({.name = "fc/weight", .shape = {1, 100'000'000}});
    const Result<std::vector<ValueId>> refused = graph.add(matmulOp(), {x, w}, {}, "fc");
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::resources);
  }
};

QTEST_GUILESS_MAIN(TestOpGraph)
#include "test_op_graph.moc"
