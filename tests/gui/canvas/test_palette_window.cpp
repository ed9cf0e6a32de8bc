// The real drag: QDrag runs a loop of its own and needs a window system.
#include <QHBoxLayout>
#include <QTimer>

#include "gui/canvas/palette.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

class TestPaletteWindow : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aLayerIsDraggedOntoTheCanvas() {
    DocumentEditor editor(layerCatalog());
    QWidget window;
    auto* palette = new LayerPalette(editor.layers());
    auto* canvas = new CanvasWidget(editor);
    auto* row = new QHBoxLayout(&window);
    row->addWidget(palette, 1);
    row->addWidget(canvas, 3);
    window.resize(1200, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));

    QWidget* list = palette->listViewport();
    QWidget* target = canvas->viewport();
    const QPoint from = palette->layerPosition("conv2d"), to(300, 250);
    QTest::mousePress(list, Qt::LeftButton, {}, from);
    QTest::mouseMove(list, from + QPoint(8, 0));
    // QDrag::exec() starts within this move and returns when the button is let go.
    QTimer::singleShot(300, target, [=] { QTest::mouseMove(target, to - QPoint(20, 20)); });
    QTimer::singleShot(500, target, [=] { QTest::mouseMove(target, to); });
    QTimer::singleShot(700, target, [=] { QTest::mouseRelease(target, Qt::LeftButton, {}, to); });
    QTimer watchdog;
    watchdog.setSingleShot(true);
    connect(&watchdog, &QTimer::timeout, target, [=] { QTest::keyClick(target->window(), Qt::Key_Escape); });
    watchdog.start(5000);
    QTest::mouseMove(list, from + QPoint(40, 4));
    QTRY_VERIFY_WITH_TIMEOUT(editor.project().network.graph.find("conv1"), 6000);
    QVERIFY((canvas->nodePosition("conv1") - to).manhattanLength() < 40);
  }
};

QTEST_MAIN(TestPaletteWindow)
#include "test_palette_window.moc"
