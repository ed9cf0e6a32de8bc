#include <QSignalSpy>

#include "gui/canvas/palette.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

class TestPalette : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void showsEveryLayerButTheBoundaryAtTheTop() {
    LayerPalette palette(layerCatalog());
    QVERIFY(palette.visibleLayers().contains("conv2d"));
    QVERIFY(!palette.visibleLayers().contains("part_input"));
    palette.setInsideContainer(true);
    QVERIFY(palette.visibleLayers().contains("part_input"));
    QCOMPARE(size_t(palette.visibleLayers().size()), layerCatalog().list().size());
  }

  void searchNarrowsAndEnterInserts() {
    LayerPalette palette(layerCatalog());
    palette.show();
    auto* line = palette.findChild<QLineEdit*>();
    QTest::keyClicks(line, "convolution");
    QVERIFY(palette.visibleLayers().contains("conv2d"));
    QVERIFY(!palette.visibleLayers().contains("relu"));
    line->clear();
    QTest::keyClicks(line, "relu");
    QSignalSpy insert(&palette, &LayerPalette::insertRequested);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(insert.count(), 1);
    QCOMPARE(insert[0][0].toString(), QString("relu"));
    line->setText("nothing is called like this");
    QVERIFY(palette.visibleLayers().isEmpty());
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(insert.count(), 1);
  }

  void insertedLayersFollowTheSelection() {
    CanvasFixture f;
    for (const char* layer : {"input", "conv2d", "batch_norm", "relu"}) f.canvas.insertLayer(layer);
    QVERIFY(f.wired({"input", 0, "conv1", 0}));
    QVERIFY(f.wired({"conv1", 0, "batch_norm1", 0}));
    QVERIFY(f.wired({"batch_norm1", 0, "relu1", 0}));
    f.canvas.select("conv1");
    f.canvas.insertLayer("dropout");
    QVERIFY(f.wired({"conv1", 0, "dropout1", 0}));
    QVERIFY(f.wired({"dropout1", 0, "batch_norm1", 0}));
    QVERIFY(f.editor.project().layout.at("batch_norm1").y > f.editor.project().layout.at("dropout1").y + 40);
  }
};

QTEST_MAIN(TestPalette)
#include "test_palette.moc"
