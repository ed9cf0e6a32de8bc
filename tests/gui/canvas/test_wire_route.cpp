#include <QtTest>

#include "gui/canvas/wire_route.h"

using namespace bypath;

class TestWireRoute : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void straightWhereNothingIsBetween() {
    const auto ways = routeWires({{{100, 40}, {100, 90}}}, {{0, 0, 200, 38}, {0, 92, 200, 40}});
    QVERIFY(!ways[0].lane);
    QCOMPARE(ways[0].path.boundingRect().width(), 0.0);
    QCOMPARE(ways[0].label, QPointF(100, 65));
  }

  void aShortcutGoesBesideWhatItSkips() {
    const std::vector<QRectF> nodes{{0, 0, 200, 40}, {0, 90, 200, 40}, {0, 180, 200, 40}};
    const auto ways = routeWires({{{100, 40}, {130, 180}}}, {nodes[1]});
    QVERIFY(ways[0].lane);
    for (int i = 0; i <= 100; ++i) QVERIFY(!nodes[1].contains(ways[0].path.pointAtPercent(i / 100.0)));
    QVERIFY(!ways[0].left);
    QVERIFY(routeWires({{{100, 40}, {70, 180}}}, {nodes[1]})[0].left);
  }

  void lanesDoNotRunOverEachOther() {
    const std::vector<QRectF> nodes{{0, 100, 200, 40}, {0, 200, 200, 40}};
    const auto ways =
        routeWires({{{100, 50}, {130, 290}}, {{100, 52}, {130, 190}}, {{100, 150}, {130, 288}}}, nodes);
    QVERIFY(std::abs(ways[0].label.x() - ways[1].label.x()) > 10);
    QVERIFY(std::abs(ways[0].label.x() - ways[2].label.x()) > 10);
    QVERIFY(ways[0].label.x() > ways[1].label.x());
  }

  void toTheNextColumnItRisesBetween() {
    const std::vector<QRectF> nodes{
        {0, 0, 200, 40}, {0, 100, 200, 40}, {360, 0, 200, 40}, {360, 100, 200, 40}};
    const auto ways = routeWires({{{100, 141}, {460, -1}}}, nodes);
    QVERIFY(ways[0].lane);
    QVERIFY(ways[0].label.x() > 250 && ways[0].label.x() < 310);
    for (int i = 0; i <= 200; ++i)
      for (const QRectF& node : nodes) QVERIFY(!node.contains(ways[0].path.pointAtPercent(i / 200.0)));
  }

  // A layer dragged far out costs no more than one nearby: the time of a wire does not grow with its length.
  void farAwayIsAsGoodAsNear() {
    std::vector<QRectF> nodes;
    std::vector<WireEnds> wires;
    for (int i = 0; i < 200; ++i) {
      nodes.push_back({-100.0, i * 80.0, 200, 40});
      wires.push_back({{0, i * 80.0 + 41}, {i % 2 ? 1e6 : -1e6, 1e6}});
    }
    for (const WireWay& way : routeWires(wires, nodes)) {
      QVERIFY(std::abs(way.label.x()) <= 1e6 && std::isfinite(way.label.y()));
      QVERIFY(way.path.currentPosition().y() == 1e6);
    }
  }

  void upwardsWiresGoAround() {
    const std::vector<QRectF> nodes{{0, 0, 200, 40}, {0, 100, 200, 40}};
    const auto ways = routeWires({{{100, 141}, {100, -1}}},
                                 {nodes[0].adjusted(1, 1, -1, -1), nodes[1].adjusted(1, 1, -1, -1)});
    QVERIFY(ways[0].lane);
    QVERIFY(ways[0].path.boundingRect().right() > 200 || ways[0].path.boundingRect().left() < 0);
  }
};

QTEST_GUILESS_MAIN(TestWireRoute)
#include "test_wire_route.moc"
