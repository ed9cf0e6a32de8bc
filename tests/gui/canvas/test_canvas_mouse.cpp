#include <QLabel>

#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

class TestCanvasMouse : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void dropAddsALayer() {
    CanvasFixture f;
    QVERIFY(f.drop("input", {300, 120}));
    QVERIFY(f.drop("conv2d", {300, 320}));
    QVERIFY(f.node("input") && f.node("conv1"));
    QVERIFY((f.canvas.nodePosition("conv1") - QPoint(300, 330)).manhattanLength() < 30);
    QCOMPARE(f.canvas.selection(), QStringList{"conv1"});
    QCOMPARE(f.editor.undoStack().count(), 2);
    f.editor.undoStack().undo();
    f.editor.undoStack().undo();
    QVERIFY(f.editor.project() == Project());
  }

  void unknownLayersAndForeignDragsAreLeftAlone() {
    CanvasFixture f;
    f.drop("no such layer", {300, 120});
    QVERIFY(f.editor.project() == Project());
    QMimeData text;
    text.setText("conv2d");
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &text, Qt::LeftButton, {});
    enter.ignore();
    QCoreApplication::sendEvent(f.canvas.viewport(), &enter);
    QVERIFY(!enter.isAccepted());
  }

  void dropOnAWireSplicesAndMakesRoom() {
    CanvasFixture f;
    f.drawChain();
    const auto below = f.editor.project().layout.at("relu1");
    const QPoint middle = (f.canvas.outputPosition("conv1", 0) + f.canvas.inputPosition("relu1", 0)) / 2;
    QVERIFY(f.drop("batch_norm", middle));
    QVERIFY(f.wired({"conv1", 0, "batch_norm1", 0}));
    QVERIFY(f.wired({"batch_norm1", 0, "relu1", 0}));
    QVERIFY(!f.wired({"conv1", 0, "relu1", 0}));
    QVERIFY(f.editor.project().layout.at("relu1").y > below.y);
    QCOMPARE(f.editor.project().layout.at("batch_norm1").x, 0.0);
  }

  void wiresPortToPortInBothDirections() {
    CanvasFixture f;
    f.drawChain();
    f.drag(f.canvas.outputPosition("input", 0), f.canvas.inputPosition("conv2", 0));
    QVERIFY(f.wired({"input", 0, "conv2", 0}));
    QVERIFY(f.wired({"input", 0, "conv1", 0}));
    QCOMPARE(f.editor.undoStack().count(), 1);
    f.editor.undoStack().undo();
    QVERIFY(!f.wired({"input", 0, "conv2", 0}));
    f.drag(f.canvas.inputPosition("conv2", 0), f.canvas.outputPosition("relu1", 0));
    QVERIFY(f.wired({"relu1", 0, "conv2", 0}));
  }

  void aNewWireReplacesTheOldOne() {
    CanvasFixture f;
    f.drawChain();
    f.drag(f.canvas.outputPosition("input", 0), f.canvas.inputPosition("relu1", 0));
    QVERIFY(f.wired({"input", 0, "relu1", 0}));
    QVERIFY(!f.wired({"conv1", 0, "relu1", 0}));
  }

  void cyclesAreRefusedWithTheReason() {
    CanvasFixture f;
    f.drawChain();
    const Project before = f.editor.project();
    f.drag(f.canvas.outputPosition("relu1", 0), f.canvas.inputPosition("conv1", 0));
    QVERIFY(f.editor.project() == before);
    auto* hint = f.canvas.findChild<QLabel*>("canvasHint");
    QVERIFY(hint && hint->isVisible());
    QVERIFY2(hint->text().contains("cycle"), qPrintable(hint->text()));
  }

  void unplugsAnInput() {
    CanvasFixture f;
    f.drawChain();
    f.drag(f.canvas.inputPosition("relu1", 0), f.canvas.inputPosition("relu1", 0) + QPoint(260, 80));
    QVERIFY(!f.wired({"conv1", 0, "relu1", 0}));
    f.editor.undoStack().undo();
    f.drag(f.canvas.inputPosition("relu1", 0), f.canvas.inputPosition("conv2", 0));
    QVERIFY(f.wired({"conv1", 0, "conv2", 0}));
    QVERIFY(!f.wired({"conv1", 0, "relu1", 0}));
    QTest::mouseClick(f.canvas.viewport(), Qt::LeftButton, Qt::AltModifier,
                      f.canvas.outputPosition("input", 0));
    QVERIFY(!f.wired({"input", 0, "conv1", 0}));
  }

  void aWireLetGoOverTheCanvasAsksForALayer() {
    CanvasFixture f;
    f.drawChain();
    f.drag(f.canvas.outputPosition("relu1", 0), f.canvas.outputPosition("relu1", 0) + QPoint(0, 120));
    QVERIFY(f.choose("dense"));
    QVERIFY(f.wired({"relu1", 0, "dense1", 0}));
  }

  void aFullAddTakesAFurtherWire() {
    CanvasFixture f;
    Project project;
    for (const char* type : {"input", "conv2d", "conv2d", "conv2d", "add"})
      (void)addNode(project.network, "", type);
    (void)bypath::connect(project.network, "", {"conv1", 0, "add1", 0});
    (void)bypath::connect(project.network, "", {"conv2", 0, "add1", 1});
    f.editor.start(project);
    f.drag(f.canvas.outputPosition("conv3", 0), f.canvas.nodePosition("add1"));
    QVERIFY(f.wired({"conv3", 0, "add1", 2}));
  }

  void movingIsOneStepOnTheGrid() {
    CanvasFixture f;
    f.drawChain();
    const Project before = f.editor.project();
    f.drag(f.canvas.nodePosition("conv2"), f.canvas.nodePosition("conv2") + QPoint(163, 101));
    QCOMPARE(f.editor.undoStack().count(), 1);
    const Position at = f.editor.project().layout.at("conv2");
    QVERIFY(at.x != 320 && std::fmod(at.x, 10) == 0 && std::fmod(at.y, 10) == 0);
    f.editor.undoStack().undo();
    QVERIFY(f.editor.project() == before);
    QVERIFY(f.canvas.dump().contains("node conv2 conv2d at 320,120"));
  }

  void nearAColumnItFallsInLine() {
    CanvasFixture f;
    f.drawChain();
    const QPoint shift = f.canvas.nodePosition("conv1") - f.canvas.nodePosition("conv2");
    f.drag(f.canvas.nodePosition("conv2"), f.canvas.nodePosition("conv2") + QPoint(shift.x() + 4, 300));
    QCOMPARE(f.editor.project().layout.at("conv2").x, 0.0);
  }

  void nearARowItFallsInLine() {
    CanvasFixture f;
    f.drawChain();
    const QPoint shift = f.canvas.inputPosition("relu1", 0) - f.canvas.inputPosition("conv2", 0);
    f.drag(f.canvas.nodePosition("conv2"), f.canvas.nodePosition("conv2") + QPoint(60, shift.y() + 4));
    QCOMPARE(f.editor.project().layout.at("conv2").y, 260.0);
  }

  void altDragCopies() {
    CanvasFixture f;
    f.drawChain();
    f.drag(f.canvas.nodePosition("conv2"), f.canvas.nodePosition("conv2") + QPoint(0, 200), Qt::AltModifier);
    QVERIFY(f.node("conv3"));
    QCOMPARE(f.editor.project().layout.at("conv2").y, 120.0);
    QCOMPARE(f.editor.undoStack().count(), 1);
  }

  void selectsByClickAndMarquee() {
    CanvasFixture f;
    f.drawChain();
    f.click(f.canvas.nodePosition("conv1"));
    QCOMPARE(f.canvas.selection(), QStringList{"conv1"});
    f.click(f.canvas.nodePosition("relu1"), Qt::ControlModifier);
    QCOMPARE(f.canvas.selection().size(), 2);
    f.click(f.canvas.nodePosition("conv1"), Qt::ControlModifier);
    QCOMPARE(f.canvas.selection(), QStringList{"relu1"});
    const QPoint corner = f.canvas.nodePosition("input") - QPoint(150, 60);
    f.drag(corner, f.canvas.nodePosition("conv1") + QPoint(20, 10));
    QCOMPARE(f.canvas.selection(), QStringList({"input", "conv1"}));
    f.click(corner);
    QVERIFY(f.canvas.selection().isEmpty());
  }

  void wheelZoomsAtTheCursor() {
    CanvasFixture f;
    f.drawChain();
    const QPoint cursor = f.canvas.nodePosition("relu1");
    const int before = f.canvas.nodePosition("relu1").y() - f.canvas.nodePosition("input").y();
    QWheelEvent wheel(cursor, f.canvas.viewport()->mapToGlobal(cursor), {}, {0, 240}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(f.canvas.viewport(), &wheel);
    QVERIFY((f.canvas.nodePosition("relu1") - cursor).manhattanLength() <= 3);
    QVERIFY(f.canvas.nodePosition("relu1").y() - f.canvas.nodePosition("input").y() > before * 1.2);
  }

  void middleButtonAndSpacePan() {
    CanvasFixture f;
    f.drawChain();
    const QPoint before = f.canvas.nodePosition("conv1");
    f.drag({500, 500}, {560, 540}, {}, Qt::MiddleButton);
    QCOMPARE(f.canvas.nodePosition("conv1"), before + QPoint(60, 40));
    QTest::keyPress(f.canvas.focusProxy(), Qt::Key_Space);
    f.drag(f.canvas.nodePosition("conv1"), f.canvas.nodePosition("conv1") - QPoint(60, 40));
    QTest::keyRelease(f.canvas.focusProxy(), Qt::Key_Space);
    QCOMPARE(f.canvas.nodePosition("conv1"), before);
    QCOMPARE(f.editor.undoStack().count(), 0);
  }

  void aFixBesideTheNodeMends() {
    CanvasFixture f;
    Project project;
    NetworkSpec& net = project.network;
    for (const char* type : {"input", "conv2d", "conv2d", "add"}) (void)addNode(net, "", type);
    (void)setAttribute(net, "", "conv1", "channels", int64_t{16}, layerCatalog());
    (void)setAttribute(net, "", "conv2", "channels", int64_t{32}, layerCatalog());
    for (const Wire& wire : {Wire{"input", 0, "conv1", 0},
                             {"conv1", 0, "conv2", 0},
                             {"conv2", 0, "add1", 0},
                             {"conv1", 0, "add1", 1}})
      (void)bypath::connect(net, "", wire);
    f.editor.start(project);
    const auto fixable = [&] {
      for (const Diagnostic& d : f.editor.checked().diagnostics)
        if (d.path == "add1" && !d.fixes.empty()) return true;
      return false;
    };
    QVERIFY(fixable());
    // The first fix's button stands under the sentence, right of the node.
    const QPoint node = f.canvas.nodePosition("add1");
    bool mended = false;
    for (int y = -20; y < 160 && !mended; y += 6) {
      f.click(node + QPoint(170, y));
      mended = !fixable();
    }
    QVERIFY(mended);
    QCOMPARE(f.editor.undoStack().count(), 1);
  }

  void doubleClickOnEmptyCanvasSearches() {
    CanvasFixture f;
    QTest::mouseDClick(f.canvas.viewport(), Qt::LeftButton, {}, {200, 200});
    QVERIFY(f.choose("input"));
    QVERIFY(f.node("input"));
  }
};

QTEST_MAIN(TestCanvasMouse)
#include "test_canvas_mouse.moc"
