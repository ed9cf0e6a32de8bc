#include <QElapsedTimer>

#include "gui/canvas/minimap.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

namespace {

// Layers in rows of thirty, far larger than the view.
Project manyLayers(int count) {
  Project project;
  for (int i = 0; i < count; ++i) {
    const std::string name = "relu" + std::to_string(i + 1);
    project.network.graph.nodes.push_back({.name = name, .type = "relu", .attributes = {}, .body = {}});
    project.layout[name] = {(i % 30) * 300.0, (i / 30) * 120.0};
  }
  return project;
}

}  // namespace

class TestMinimap : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { applyTheme(*qApp, ThemeChoice::light); }

  void isThereOnlyWhereItIsOfUse() {
    CanvasFixture f;
    Minimap* map = mapOf(f);
    QVERIFY(!map->isVisible());
    f.editor.start(manyLayers(400));
    QVERIFY(!map->isVisible());  // a new document is shown whole
    f.key(Qt::Key_0, Qt::ControlModifier);
    QVERIFY(map->isVisible());
    const QRect view = f.canvas.viewport()->geometry();
    QVERIFY(view.contains(map->geometry()));
    QCOMPARE(view.bottomRight() - map->geometry().bottomRight(), QPoint(12, 12));
    f.canvas.resize(900, 700);
    QTRY_COMPARE(f.canvas.viewport()->geometry().bottomRight() - map->geometry().bottomRight(),
                 QPoint(12, 12));
    f.key(Qt::Key_Home);
    QVERIFY(!map->isVisible());
    f.key(Qt::Key_0, Qt::ControlModifier);
    f.canvas.setMinimapWanted(false);
    QVERIFY(!map->isVisible());
    f.canvas.setMinimapWanted(true);
    QVERIFY(map->isVisible());
    f.canvas.resize(340, 300);  // it would cover too much of so small a view
    QTRY_VERIFY(!map->isVisible());
  }

  void aPressLooksThere() {
    CanvasFixture f;
    f.editor.start(manyLayers(400));
    f.key(Qt::Key_0, Qt::ControlModifier);
    Minimap* map = mapOf(f);
    f.canvas.select("relu400");
    const QPoint middle = f.canvas.viewport()->rect().center();
    QTest::mouseClick(map, Qt::LeftButton, {}, map->fromScene({0, 600}).toPoint());
    const QPoint first = f.canvas.nodePosition("relu151");  // at 0, 600
    // One pixel of the map is many of the network.
    QVERIFY2((first - middle).manhattanLength() < 250, qPrintable(QString::number(first.x())));
    QVERIFY(map->seen().contains(map->fromScene({10, 600})));
  }

  void aDragTakesTheViewAlong() {
    CanvasFixture f;
    f.editor.start(manyLayers(400));
    f.key(Qt::Key_0, Qt::ControlModifier);
    Minimap* map = mapOf(f);
    const QPoint grip = map->seen().center().toPoint();
    const QRectF before = map->seen();
    const QPoint node = f.canvas.nodePosition("relu1");
    QTest::mousePress(map, Qt::LeftButton, {}, grip);
    QVERIFY((f.canvas.nodePosition("relu1") - node).manhattanLength() <= 2);  // gripped, not centred
    QTest::mouseMove(map, grip + QPoint(10, 4));
    QTest::mouseMove(map, grip + QPoint(20, 8));
    QTest::mouseRelease(map, Qt::LeftButton, {}, grip + QPoint(20, 8));
    QVERIFY(std::abs(map->seen().left() - before.left() - 20) < 1);
    QVERIFY(std::abs(map->seen().top() - before.top() - 8) < 1);
    QVERIFY(f.canvas.selection().isEmpty());
  }

  void showsNodesInTheirGroupsColour() {
    CanvasFixture f;
    f.editor.start(manyLayers(400));
    f.key(Qt::Key_0, Qt::ControlModifier);
    for (const ThemeChoice choice : {ThemeChoice::light, ThemeChoice::dark}) {
      applyTheme(*qApp, choice);
      Minimap* map = mapOf(f);
      QVERIFY(map->isVisible());
      const QImage image = map->grab().toImage();
      if (const QString folder = qEnvironmentVariable("BYPATH_SCREENSHOTS"); !folder.isEmpty())
        QVERIFY(f.canvas.grab().save(folder + (theme().dark ? "/minimap-dark.png" : "/minimap-light.png")));
      const QColor node = theme().group("Activation");
      int found = 0;
      for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
          const QColor c = image.pixelColor(x, y);
          if (std::abs(c.red() - node.red()) + std::abs(c.green() - node.green()) +
                  std::abs(c.blue() - node.blue()) <
              90)
            ++found;
        }
      QVERIFY2(found > 10, qPrintable(QString::number(found)));
    }
  }

  // Panning paints the frame and one picture, whatever the size of the network.
  void costsNextToNothing() {
    CanvasFixture f;
    f.editor.start(manyLayers(2000));
    f.key(Qt::Key_0, Qt::ControlModifier);
    Minimap* map = mapOf(f);
    QElapsedTimer clock;
    clock.start();
    map->rearrange();
    map->grab();
    const qint64 first = clock.nsecsElapsed();
    clock.restart();
    for (int i = 0; i < 20; ++i) map->follow(), map->grab();
    const qint64 again = clock.nsecsElapsed() / 20;
    qInfo("2,000 nodes: %lld us after an edit, %lld us while panning", first / 1000, again / 1000);
    QVERIFY(first < 200'000'000);
    QVERIFY(again < 20'000'000);
  }

 private:
  static Minimap* mapOf(const CanvasFixture& f) { return f.canvas.findChild<Minimap*>("minimap"); }
};

QTEST_MAIN(TestMinimap)
#include "test_minimap.moc"
