#include <QtTest>

#include "core/network/paths.h"

using namespace bypath;

class TestPaths : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void segments() {
    QCOMPARE(firstSegment("a/b[2]/c"), std::string_view("a"));
    QCOMPARE(afterFirstSegment("a/b[2]/c"), std::string_view("b[2]/c"));
    QCOMPARE(afterFirstSegment("a"), std::string_view(""));
    QCOMPARE(lastSegment("a/b[2]/c"), std::string_view("c"));
    QCOMPARE(withoutLastSegment("a/b[2]/c"), std::string_view("a/b[2]"));
    QCOMPARE(withoutLastSegment("a"), std::string_view(""));
    QCOMPARE(withoutCopy("b[12]"), std::string_view("b"));
    QCOMPARE(withoutCopy("b"), std::string_view("b"));
    QCOMPARE(joinPath("", "a"), std::string("a"));
    QCOMPARE(joinPath("a", "b"), std::string("a/b"));
  }

  void freeNames() {
    Graph graph;
    graph.nodes = {{.name = "conv1"}, {.name = "conv3"}};
    QCOMPARE(freeName(graph, "conv"), std::string("conv2"));
    QCOMPARE(freeName(graph, "relu"), std::string("relu1"));
  }

  void drawnPaths() {
    NetworkSpec spec;
    Node block{.name = "block", .type = "residual_block", .attributes = {{"branch", "free"}}};
    block.body = {{.nodes = {{.name = "conv", .type = "conv2d"}}, .wires = {}}};
    Node stage{.name = "stage", .type = "part"};
    stage.body = {{.nodes = {block, {.name = "relu", .type = "relu"}}, .wires = {}}};
    spec.graph.nodes = {stage};
    QCOMPARE(drawnPath(spec, "stage[2]/relu"), std::string("stage/relu"));
    QCOMPARE(drawnPath(spec, "stage/block[3]"), std::string("stage/block"));
    QCOMPARE(drawnPath(spec, "stage/block[3]/branch"), std::string("stage/block"));
    QCOMPARE(drawnPath(spec, "stage/block[3]/branch/conv"), std::string("stage/block/conv"));
    QCOMPARE(drawnPath(spec, "stage/block[3]/shortcut/conv"), std::string("stage/block"));
    QCOMPARE(drawnPath(spec, "stage/block[3]/add"), std::string("stage/block"));
    NetworkSpec generated = spec;
    graphAt(generated, "stage")->find("block")->attributes.clear();
    QCOMPARE(drawnPath(generated, "stage/block[3]/branch/conv"), std::string("stage/block"));
    QCOMPARE(drawnPath(spec, "elsewhere/conv"), std::string(""));
    QCOMPARE(drawnPath(spec, ""), std::string(""));
    QVERIFY(graphAt(spec, "stage/block")->find("conv"));
    QVERIFY(!graphAt(spec, "stage/relu"));
    QVERIFY(!graphAt(spec, "nowhere"));
  }
};

QTEST_GUILESS_MAIN(TestPaths)
#include "test_paths.moc"
