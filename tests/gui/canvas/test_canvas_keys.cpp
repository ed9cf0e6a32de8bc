#include <QClipboard>
#include <QLabel>

#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

class TestCanvasKeys : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everythingByKeyboard() {
    CanvasFixture f;
    for (const char* layer : {"input", "convolution", "relu"}) {
      f.key(Qt::Key_A, Qt::ShiftModifier);
      QVERIFY(f.choose(layer));
    }
    QVERIFY(f.wired({"input", 0, "conv1", 0}));
    QVERIFY(f.wired({"conv1", 0, "relu1", 0}));
    f.key(Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(f.canvas.selection(), QStringList{"conv1"});
    f.key(Qt::Key_Tab);
    QVERIFY(f.choose("batch norm"));
    QVERIFY(f.wired({"conv1", 0, "batch_norm1", 0}));
    QVERIFY(f.wired({"batch_norm1", 0, "relu1", 0}));
    f.key(Qt::Key_Right);
    f.key(Qt::Key_Right);
    const double x = f.editor.project().layout.at("batch_norm1").x;
    QCOMPARE(x, f.editor.project().layout.at("conv1").x + 20);
    f.key(Qt::Key_Delete);
    QVERIFY(!f.node("batch_norm1"));
    while (f.editor.undoStack().canUndo()) f.editor.undoStack().undo();
    QVERIFY(f.editor.project() == Project());
  }

  void connectsBySearch() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("input");
    f.key(Qt::Key_C);
    QVERIFY(f.choose("conv2"));
    QVERIFY(f.wired({"input", 0, "conv2", 0}));
    f.canvas.select("relu1");
    f.key(Qt::Key_C);
    auto* menu = f.canvas.findChild<QWidget*>("searchMenu");
    QTest::keyClick(menu->findChild<QLineEdit*>(), Qt::Key_Escape);
    QVERIFY(!menu->isVisible());
  }

  void findsALayerInsideAPart() {
    CanvasFixture f("resnet-vae");
    f.key(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(f.choose("encoder/"));
    QCOMPARE(f.canvas.container(), QString("encoder"));
    QCOMPARE(f.canvas.selection().size(), 1);
  }

  void aBlockWithoutInputCannotBeEditedInside() {
    CanvasFixture f;
    f.canvas.insertLayer("residual_block");
    const Project before = f.editor.project();
    f.canvas.openContainer("block1");
    QVERIFY(f.drop("conv2d", {300, 300}));
    QVERIFY(f.editor.project() == before);
  }

  void deleteTakesTheWiresAlongAndUndoBringsAllBack() {
    CanvasFixture f;
    f.drawChain();
    const Project before = f.editor.project();
    f.key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.canvas.selection().size(), 4);
    f.key(Qt::Key_Delete);
    QVERIFY(f.editor.project().network.graph == Graph());
    QVERIFY(f.editor.project().layout.empty());
    f.editor.undoStack().undo();
    QVERIFY(f.editor.project() == before);
    f.editor.undoStack().redo();
    QVERIFY(f.editor.project().network.graph == Graph());
  }

  void dissolveReconnects() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("conv1");
    f.key(Qt::Key_Backspace, Qt::ControlModifier);
    QVERIFY(!f.node("conv1"));
    QVERIFY(f.wired({"input", 0, "relu1", 0}));
  }

  void copyCutPasteDuplicate() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("conv1");
    f.key(Qt::Key_L);
    QCOMPARE(f.canvas.selection(), QStringList({"conv1", "relu1"}));
    f.key(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("bypath"));
    f.key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(f.canvas.selection(), QStringList({"conv3", "relu2"}));
    QVERIFY(f.wired({"conv3", 0, "relu2", 0}));
    f.key(Qt::Key_X, Qt::ControlModifier);
    QVERIFY(!f.node("conv3"));
    f.key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(f.node("conv3"));
    f.key(Qt::Key_D, Qt::ControlModifier);
    QVERIFY(f.node("conv4") && f.wired({"conv4", 0, "relu3", 0}));
    QGuiApplication::clipboard()->setText("no layers at all");
    const Project before = f.editor.project();
    f.key(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(f.editor.project() == before);
    QVERIFY(f.canvas.findChild<QLabel*>("canvasHint")->isVisible());
  }

  void nudgesMergeIntoOneStep() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("conv2");
    for (int i = 0; i < 5; ++i) f.key(Qt::Key_Down);
    QCOMPARE(f.editor.undoStack().count(), 1);
    QCOMPARE(f.editor.project().layout.at("conv2").y, 170.0);
  }

  void renamesInPlace() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("conv1");
    f.key(Qt::Key_F2);
    auto* line = f.canvas.viewport()->findChild<QLineEdit*>();
    QVERIFY(line->isVisible());
    line->clear();
    QTest::keyClicks(line, "stem");
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(f.node("stem") && !f.node("conv1"));
    QVERIFY(f.wired({"stem", 0, "relu1", 0}));
    QCOMPARE(f.editor.project().layout.at("stem").y, 120.0);
    QCOMPARE(f.canvas.selection(), QStringList{"stem"});
    f.key(Qt::Key_F2);
    QTest::keyClicks(line, "never");
    QTest::keyClick(line, Qt::Key_Escape);
    QVERIFY(f.node("stem"));
    f.key(Qt::Key_F2);
    line->setText("relu1");
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(f.node("stem"));
    QVERIFY(f.canvas.findChild<QLabel*>("canvasHint")->text().contains("relu1"));
  }

  void closesWhileANameIsTyped() {
    auto f = std::make_unique<CanvasFixture>();
    f->drawChain();
    f->canvas.select("conv1");
    f->key(Qt::Key_F2);
    auto* line = f->canvas.viewport()->findChild<QLineEdit*>();
    QVERIFY(line->hasFocus());
    QTest::keyClicks(line, "half a name");
    f.reset();
  }

  void opensABlockAndTheFirstEditMakesItsBranchFree() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    f.canvas.select("stage2");
    f.key(Qt::Key_Return);
    QCOMPARE(f.canvas.container(), QString("stage2"));
    QVERIFY(f.canvas.dump().startsWith("container stage2 generated"));
    QVERIFY(f.canvas.dump().contains("node conv1 conv2d"));
    QVERIFY2(f.canvas.dump().contains("wire conv1:0 -> bn1:0 16×16×32"), qPrintable(f.canvas.dump()));
    QVERIFY(f.editor.project() == before);
    f.canvas.select("stage2/relu1");
    QCOMPARE(f.canvas.selection(), QStringList{"stage2/relu1"});
    f.key(Qt::Key_Backspace, Qt::ControlModifier);
    const Node* block = f.editor.project().network.graph.find("stage2");
    QCOMPARE(block->attributes.at("branch"), AttributeValue(std::string("free")));
    QVERIFY(!block->body.empty() && !block->body[0].find("relu1") && block->body[0].find("conv1"));
    QVERIFY(f.canvas.dump().startsWith("container stage2\n"));
    f.editor.undoStack().undo();
    QVERIFY(f.editor.project() == before);
    QVERIFY(f.canvas.dump().startsWith("container stage2 generated"));
    f.key(Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(f.canvas.container(), QString());
    QCOMPARE(f.canvas.selection(), QStringList{"stage2"});
  }

  void groupsIntoAPartAndBack() {
    CanvasFixture f;
    f.drawChain();
    f.canvas.select("conv1");
    f.key(Qt::Key_L);
    f.key(Qt::Key_G, Qt::ControlModifier);
    QCOMPARE(f.canvas.selection(), QStringList{"part1"});
    QVERIFY(f.wired({"input", 0, "part1", 0}));
    f.key(Qt::Key_Return);
    QCOMPARE(f.canvas.container(), QString("part1"));
    QVERIFY(f.node("conv1") && f.node("relu1"));
    // What is open vanishes under one's feet: the canvas steps out.
    f.editor.undoStack().undo();
    QCOMPARE(f.canvas.container(), QString());
    f.editor.undoStack().redo();
    f.canvas.select("part1");
    f.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(f.node("conv1") && f.wired({"conv1", 0, "relu1", 0}) && f.wired({"input", 0, "conv1", 0}));
  }

  void reachesWhatWasMovedFarAway() {
    CanvasFixture f;
    f.drawChain();
    f.editor.apply("away", [](Project& p) { p.layout["conv2"] = {9000, 9000}; });
    f.canvas.select("conv2");
    QVERIFY(f.canvas.viewport()->rect().contains(f.canvas.nodePosition("conv2")));
  }

  void arrangesOnlyWhenAsked() {
    CanvasFixture f;
    f.drawChain();
    const auto before = f.editor.project().layout;
    f.canvas.select("relu1");
    f.key(Qt::Key_Delete);
    QCOMPARE(f.editor.project().layout.at("conv1"), before.at("conv1"));
    f.canvas.autoLayout();
    QVERIFY(f.editor.project().layout != before);
    f.editor.undoStack().undo();
    f.editor.undoStack().undo();
    QCOMPARE(f.editor.project().layout, before);
  }

  void flowIsDrawnOnBlocksAndOnWires() {
    CanvasFixture f("resnet");
    ProbeRecord record;
    record.shortcuts.push_back({"stage1[1]", 0.5, 0.05, 0.3, 1, 1});
    record.shortcuts.push_back({"stage1[2]", 0.05, 0.05, 0.1, 1, 1});
    const QImage before = f.canvas.grab().toImage();
    f.canvas.showFlow(record);
    QVERIFY(f.canvas.grab().toImage() != before);
    f.canvas.showFlow({});
    QVERIFY(f.canvas.grab().toImage() == before);
  }
};

QTEST_MAIN(TestCanvasKeys)
#include "test_canvas_keys.moc"
