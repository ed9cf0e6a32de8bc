#include <QAbstractButton>
#include <QTreeWidget>

#include "gui/canvas/minimap.h"
#include "gui/canvas/palette.h"
#include "gui/canvas/search_menu.h"
#include "tests/gui/canvas/canvas_ears.h"

using namespace bypath;

class TestCanvasAccessible : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theNodesAreTheItemsOfAList() {
    Ears f;
    f.drawChain();
    QCOMPARE(f.list()->role(), QAccessible::List);
    QCOMPARE(f.nameOf(f.list()), QString("Network canvas"));
    QCOMPARE(f.items(),
             QStringList({"input, Input", "conv1, Convolution", "relu1, ReLU", "conv2, Convolution"}));
    for (int i = 0; i < f.list()->childCount(); ++i) {
      QCOMPARE(f.list()->indexOfChild(f.list()->child(i)), i);
      QCOMPARE(f.list()->child(i), f.list()->child(i));
      QCOMPARE(f.list()->child(i)->parent(), f.list());
    }
    QVERIFY(!f.list()->child(-1) && !f.list()->child(f.list()->childCount()));
  }

  void anItemTellsShapesParametersAndWires() {
    Ears f;
    f.drawChain();
    const QString conv = f.description("conv1");
    const NodeFacts& facts = f.editor.checked().nodes.at("conv1");
    const QString shape = QString::fromStdString(facts.outputs[0].text()).replace('x', QChar(0x00D7));
    QVERIFY2(conv.contains("Output " + shape), qPrintable(conv));
    QVERIFY2(conv.contains(QLocale(QLocale::English).toString(qint64(facts.parameters)) + " parameters"),
             qPrintable(conv));
    QVERIFY2(conv.contains("From input; to relu1."), qPrintable(conv));
    QVERIFY2(f.description("relu1").contains("No parameters. From conv1."),
             qPrintable(f.description("relu1")));
    QVERIFY2(f.description("conv2").contains("No wires."), qPrintable(f.description("conv2")));
  }

  void portsAreNamedWhereThereAreSeveral() {
    Ears f;
    f.editor.start(misfit());
    QVERIFY2(f.description("conv2").contains("From input; to add1 (Shortcut)."),
             qPrintable(f.description("conv2")));
    QVERIFY2(f.description("add1").contains("From conv1, conv2."), qPrintable(f.description("add1")));
  }

  void repeatsAndMutesAreNamed() {
    Ears f("resnet");
    f.editor.apply("repeat", [](Project& p) {
      p.network.graph.find("stage1")->attributes["repeat"] = int64_t{18};
      p.network.graph.find("stage2")->attributes["muted"] = true;
    });
    QVERIFY2(f.nameOf(f.item("stage1")).endsWith("repeated 18 times"),
             qPrintable(f.nameOf(f.item("stage1"))));
    QVERIFY2(f.nameOf(f.item("stage2")).endsWith("muted"), qPrintable(f.nameOf(f.item("stage2"))));
  }

  void aMisfitIsHeardAndMended() {
    Ears f;
    f.editor.start(misfit());
    const Diagnostic* wrong = nullptr;
    for (const Diagnostic& d : f.editor.checked().diagnostics)
      if (d.path == "add1" && !d.fixes.empty()) wrong = &d;
    QVERIFY(wrong);
    const QString said = f.description("add1");
    QVERIFY2(said.startsWith("Problem: " + QString::fromStdString(wrong->message)), qPrintable(said));
    QAccessibleActionInterface* actions = f.item("add1")->actionInterface();
    QVERIFY(actions->actionNames().contains("Fix0"));
    QCOMPARE(actions->localizedActionName("Fix0"), QString::fromStdString(wrong->fixes[0].label));
    QCOMPARE(actions->localizedActionDescription("Fix0"), QString::fromStdString(wrong->fixes[0].label));
    QVERIFY(!f.item("conv1")->actionInterface()->actionNames().contains("Fix0"));
    actions->doAction("Fix999");
    QVERIFY(!f.editor.undoStack().canUndo());
    actions->doAction("Fix0");
    QVERIFY(f.editor.undoStack().canUndo());
    QVERIFY(!f.description("add1").contains("Problem"));
  }

  void theCanvasCountsLayersAndProblems() {
    Ears f;
    QVERIFY(f.list()->text(QAccessible::Description).startsWith("Draw a network. "));
    f.editor.start(misfit());
    const QString said = f.list()->text(QAccessible::Description);
    QVERIFY2(said.startsWith("4 layers, 1 problem here"), qPrintable(said));
    f.editor.start(*wholeProject());
    QCOMPARE(f.list()->text(QAccessible::Description).section(',', 1), QString(" no problems in them."));
  }

  void pressSelects() {
    Ears f;
    f.drawChain();
    f.act("relu1", QAccessibleActionInterface::pressAction());
    QCOMPARE(f.canvas.selection(), QStringList{"relu1"});
    QVERIFY(f.item("relu1")->state().selected);
    QVERIFY(!f.item("conv1")->state().selected);
    QVERIFY(f.item("conv1")->state().selectable && f.item("conv1")->state().focusable);
  }

  void opensAPartAndLeavesIt() {
    Ears f("resnet");
    QAccessibleInterface* outside = f.item("stage2");
    QAccessibleInterface* input = f.list()->child(0);
    QVERIFY(!input->actionInterface()->actionNames().contains("Open"));
    const int count = int(f.items().size());
    f.act("stage2", "Open");
    QCOMPARE(f.canvas.container(), QString("stage2"));
    QCOMPARE(f.nameOf(f.list()), QString("Network canvas, inside stage2"));
    QVERIFY(f.list()->text(QAccessible::Description).contains("Generated from the block's settings"));
    QVERIFY(f.item("conv1") && !outside->isValid() && !input->isValid());
    QVERIFY(outside->state().invalid && outside->rect().isNull() && f.nameOf(outside).isEmpty());
    QCOMPARE(f.list()->indexOfChild(outside), -1);
    QAccessibleInterface* inside = f.item("conv1");
    f.canvas.openContainer("stage1");
    QVERIFY(!inside->isValid() && f.item("conv1") && f.item("conv1") != inside);
    f.canvas.openContainer({});
    QCOMPARE(f.items().size(), count);
    QVERIFY(outside->isValid());
    QCOMPARE(f.item("stage2"), outside);
  }

  void itemsEndWithTheirNodesAndComeBack() {
    Ears f;
    f.drawChain();
    QAccessibleInterface* conv = f.item("conv1");
    f.canvas.select("conv1");
    f.canvas.deleteSelection();
    QVERIFY(!conv->isValid() && !f.item("conv1"));
    QVERIFY(conv->text(QAccessible::Description).isEmpty() &&
            conv->actionInterface()->actionNames().isEmpty());
    conv->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    f.editor.undoStack().undo();
    QVERIFY(conv->isValid());
    QCOMPARE(f.item("conv1"), conv);
  }

  void itemsEndWithTheCanvas() {
    auto f = std::make_unique<Ears>();
    f->drawChain();
    const QAccessible::Id list = QAccessible::uniqueId(f->list());
    const QAccessible::Id conv = QAccessible::uniqueId(f->item("conv1"));
    QVERIFY(QAccessible::accessibleInterface(conv));
    f.reset();
    QVERIFY(!QAccessible::accessibleInterface(list) && !QAccessible::accessibleInterface(conv));
  }

  void placesAreWhereTheCardsAre() {
    Ears f;
    f.drawChain();
    for (const char* name : {"input", "conv1", "conv2"}) {
      const QPoint at = f.canvas.viewport()->mapToGlobal(f.canvas.nodePosition(name));
      QVERIFY(f.item(name)->rect().contains(at));
      QCOMPARE(f.list()->childAt(at.x(), at.y()), f.item(name));
      QVERIFY(!f.item(name)->state().offscreen);
    }
    const QPoint corner = f.canvas.viewport()->mapToGlobal(QPoint(3, 3));
    QVERIFY(!f.list()->childAt(corner.x(), corner.y()));
    f.editor.apply("away", [](Project& p) { p.layout["conv2"] = {5000, 5000}; });
    QVERIFY(f.item("conv2")->state().offscreen);
    f.act("conv2", QAccessibleActionInterface::pressAction());
    QVERIFY(!f.item("conv2")->state().offscreen);
  }

  void whatLiesOverTheCanvasIsThereToo() {
    Ears f;
    f.drawChain();
    f.canvas.select("conv1");
    f.key(Qt::Key_F2);
    auto* line = f.canvas.viewport()->findChild<QLineEdit*>();
    QAccessibleInterface* typed = QAccessible::queryAccessibleInterface(line);
    QCOMPARE(f.nameOf(typed), QString("Name of the layer"));
    QVERIFY(f.list()->indexOfChild(typed->parent()) >= 0);
    const QPoint middle = line->mapToGlobal(line->rect().center());
    QCOMPARE(f.list()->childAt(middle.x(), middle.y()), typed->parent());
    QAccessibleInterface* map = QAccessible::queryAccessibleInterface(f.canvas.findChild<Minimap*>());
    QVERIFY(f.list()->indexOfChild(map) >= 0);
  }

  void everythingAroundTheCanvasHasAName() {
    Ears f("resnet-vae");
    LayerPalette palette(f.editor.layers());
    QCOMPARE(palette.findChild<QLineEdit*>()->accessibleName(), QString("Search layers"));
    auto* tree = palette.findChild<QTreeWidget*>();
    QVERIFY(!tree->accessibleName().isEmpty());
    const QTreeWidgetItem* layer = tree->topLevelItem(0)->child(0);
    QVERIFY(!layer->data(0, Qt::AccessibleDescriptionRole).toString().isEmpty());

    f.canvas.openContainer("encoder");
    auto* path = f.canvas.findChild<QWidget*>("breadcrumb");
    QVERIFY(!path->accessibleName().isEmpty());
    for (QAbstractButton* step : path->findChildren<QAbstractButton*>())
      QVERIFY(!f.nameOf(QAccessible::queryAccessibleInterface(step)).isEmpty());

    f.key(Qt::Key_A, Qt::ShiftModifier);
    auto* menu = f.canvas.findChild<SearchMenu*>();
    auto* line = menu->findChild<QLineEdit*>();
    QCOMPARE(line->accessibleName(), QString("Add a layer"));
    QTest::keyClicks(line, "convolution");
    const QString first = line->accessibleDescription();
    QVERIFY2(first.startsWith("Convolution, "), qPrintable(first));
    QTest::keyClick(line, Qt::Key_Down);
    QVERIFY(line->accessibleDescription() != first);
    QTest::keyClicks(line, " of nothing");
    QCOMPARE(line->accessibleDescription(), QString("Nothing is called that"));
    menu->hide();
  }
};

QTEST_MAIN(TestCanvasAccessible)
#include "test_canvas_accessible.moc"
