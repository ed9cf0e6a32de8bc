// A network to look at: fits its window, zooms and moves, shows the gradient, and cannot be edited.
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "gui/canvas/network_picture.h"

using namespace bypath;

namespace {

Project project(const char* id, const Attributes& parameters = {}) {
  return {.network = *buildTemplate(id, parameters), .layout = {}, .training = {}};
}

bool allInSight(const NetworkPicture& picture) {
  const QRectF sight = picture.mapToScene(picture.viewport()->rect()).boundingRect();
  const auto nodes = picture.network().nodes();
  return !nodes.empty() &&
         std::ranges::all_of(nodes, [&](const NodeItem* item) { return sight.contains(item->sceneCard()); });
}

}  // namespace

class TestNetworkPicture : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itFitsUntilAHandMovesIt() {
    NetworkPicture picture(layerCatalog());
    picture.resize(500, 300);
    picture.show();
    QVERIFY(QTest::qWaitForWindowExposed(&picture));
    picture.setProject(project("resnet", {{"depth", int64_t{56}}}));
    QVERIFY(allInSight(picture));
    picture.resize(300, 420);
    QTRY_VERIFY(allInSight(picture));
    const double before = picture.transform().m11();
    QTest::keyClick(&picture, Qt::Key_Plus);
    QVERIFY(picture.transform().m11() > before);
    const double zoomed = picture.transform().m11();
    picture.resize(320, 420);
    QCOMPARE(picture.transform().m11(), zoomed);
    QTest::mouseDClick(picture.viewport(), Qt::LeftButton);
    QVERIFY(allInSight(picture));
    QTest::keyClick(&picture, Qt::Key_Minus);
    QTest::keyClick(&picture, Qt::Key_Home);
    QVERIFY(allInSight(picture));
  }

  void flowIsPaintedAndNothingIsEdited() {
    NetworkPicture picture(layerCatalog());
    picture.resize(700, 500);
    picture.show();
    QVERIFY(QTest::qWaitForWindowExposed(&picture));
    picture.setProject(project("starter"));
    const QString dump = picture.network().dump();
    const QImage before = picture.grab().toImage();
    ProbeRecord record;
    record.shortcuts = {splitFlow("block1", 4, 1, 0), splitFlow("block2", 1, 4, 0)};
    picture.showFlow(record);
    QVERIFY(picture.grab().toImage() != before);
    const NodeItem* block = picture.network().node("block1");
    QVERIFY(block);
    const QPoint at = picture.mapFromScene(block->sceneCard().center());
    QTest::mousePress(picture.viewport(), Qt::LeftButton, {}, at);
    QTest::mouseMove(picture.viewport(), at + QPoint(60, 40));
    QTest::mouseRelease(picture.viewport(), Qt::LeftButton, {}, at + QPoint(60, 40));
    QTest::keyClick(&picture, Qt::Key_Delete);
    QCOMPARE(picture.network().dump(), dump);
    picture.showFlow({});
    picture.setProject(project("starter"));  // the same again: where one looked stays
    QCOMPARE(picture.network().dump(), dump);
    picture.setProject(project("conv-vae"));
    QVERIFY(picture.network().dump() != dump);
  }
};

QTEST_MAIN(TestNetworkPicture)
#include "test_network_picture.moc"
