#include <QtTest>
#include <random>

#include "gui/canvas/layout.h"

using namespace bypath;

class TestLayout : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void chainStandsInOneColumn() {
    Graph graph = nodes(6);
    for (int i = 1; i < 6; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    graph.wires.push_back({name(1), 0, name(4), 1});  // a shortcut by hand
    const Positions at = layeredLayout(graph, extent);
    for (int i = 1; i < 6; ++i) {
      QCOMPARE(at.at(name(i)).x(), at.at(name(0)).x());
      QVERIFY(at.at(name(i)).y() > at.at(name(i - 1)).y() + 40);
    }
  }

  void mainWayStaysStraightBesideAProjection() {
    Graph graph = nodes(5);
    for (int i = 1; i < 4; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    graph.wires.push_back({name(0), 0, name(4), 0});
    graph.wires.push_back({name(4), 0, name(3), 1});
    const Positions at = layeredLayout(graph, extent);
    for (int i = 1; i < 4; ++i) QCOMPARE(at.at(name(i)).x(), at.at(name(0)).x());
    QVERIFY(at.at(name(4)).x() != at.at(name(0)).x());
  }

  void labelsStandBesideTheirReader() {
    Graph graph = nodes(6);
    for (int i = 1; i < 5; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    graph.wires.push_back({name(5), 0, name(4), 1});
    const Positions at = layeredLayout(graph, extent);
    QCOMPARE(at.at(name(5)).y(), at.at(name(3)).y());
  }

  void cyclesAndLooseEndsAreLaidOut() {
    Graph graph = nodes(3);
    graph.wires = {{name(0), 0, name(1), 0},
                   {name(1), 0, name(0), 0},
                   {name(2), 0, name(2), 0},
                   {"gone", 0, name(1), 1}};
    QCOMPARE(layeredLayout(graph, extent).size(), size_t(3));
    QVERIFY(layeredLayout({}, extent).empty());
  }

  void nothingOverlaps_data() {
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 60; ++seed) QTest::addRow("seed %u", seed) << seed;
  }
  void nothingOverlaps() {
    QFETCH(unsigned, seed);
    std::mt19937 random(seed);
    const int count = 2 + int(random() % 40);
    Graph graph = nodes(count);
    for (int to = 1; to < count; ++to)
      for (unsigned k = 0; k <= random() % 3; ++k)
        graph.wires.push_back({name(int(random() % unsigned(to))), 0, name(to), int(k)});
    const Positions at = layeredLayout(graph, extent);
    QCOMPARE(at.size(), size_t(count));
    verifyApart(graph, at);
    verifyApart(graph, automaticLayout(graph, extent));
    for (const Wire& wire : graph.wires) QVERIFY(at.at(wire.from).y() < at.at(wire.to).y());
  }

  void aTallChainIsFoldedIntoColumns() {
    Graph graph = nodes(40);
    for (int i = 1; i < 40; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    for (int i = 0; i + 3 < 40; i += 5) graph.wires.push_back({name(i), 0, name(i + 3), 1});  // shortcuts
    const Positions tall = layeredLayout(graph, extent);
    const Positions at = foldedLayout(graph, extent, tall);
    QCOMPARE(at.size(), tall.size());
    verifyApart(graph, at);
    double right = 0, bottom = 0;
    for (const auto& [node, place] : at) {
      right = std::max(right, place.x() + 254);
      bottom = std::max(bottom, place.y() + 110);
    }
    QVERIFY2(right / bottom > 0.8 && right / bottom < 2.8, qPrintable(QString::number(right / bottom)));
    // No shortcut is torn apart.
    for (const Wire& wire : graph.wires)
      if (wire.toPort == 1) QCOMPARE(at.at(wire.from).x(), at.at(wire.to).x());
  }

  void shortGraphsAreNotFolded() {
    Graph graph = nodes(5);
    for (int i = 1; i < 5; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    const Positions tall = layeredLayout(graph, extent);
    QCOMPARE(foldedLayout(graph, extent, tall), tall);
    QVERIFY(foldedLayout({}, extent, {}).empty());
  }

  void missingPlacesAreFoundAndKnownOnesKept() {
    std::mt19937 random(7);
    Graph graph = nodes(12);
    for (int i = 1; i < 12; ++i) graph.wires.push_back({name(i - 1), 0, name(i), 0});
    Positions known = layeredLayout(graph, extent);
    for (int i : {3, 4, 11}) known.erase(name(i));
    const Positions all = completeLayout(graph, extent, known);
    for (const auto& [node, at] : known) QCOMPARE(all.at(node), at);
    verifyApart(graph, all);
  }

 private:
  static std::string name(int i) { return "n" + std::to_string(i); }
  static Graph nodes(int count) {
    Graph graph;
    for (int i = 0; i < count; ++i) graph.nodes.push_back({.name = name(i), .type = "x"});
    return graph;
  }
  static NodeExtent extent(const Node& node) {
    const bool tall = node.name.back() % 3 == 0;
    return {220, tall ? 110.0 : 40.0, tall ? 34.0 : 0.0};
  }
  static void verifyApart(const Graph& graph, const Positions& at) {
    for (size_t a = 0; a < graph.nodes.size(); ++a)
      for (size_t b = 0; b < a; ++b) {
        const auto rect = [&](const Node& n) {
          const NodeExtent e = extent(n);
          return QRectF(at.at(n.name), QSizeF(e.width + e.overhang, e.height)).adjusted(-8, -8, 8, 8);
        };
        QVERIFY2(!rect(graph.nodes[a]).intersects(rect(graph.nodes[b])),
                 (graph.nodes[a].name + " on " + graph.nodes[b].name).c_str());
      }
  }
};

QTEST_GUILESS_MAIN(TestLayout)
#include "test_layout.moc"
