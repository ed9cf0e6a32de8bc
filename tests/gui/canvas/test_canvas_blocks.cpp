// Residual blocks by hand: mute, repeat, unroll, order, the plain twin, fixes where a sum does not fit.
#include <QListWidget>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "gui/canvas/palette.h"
#include "gui/document/project_edits.h"
#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

// Undoes all, redoes all; true when both ends are the ones before.
bool undoesAndRedoes(DocumentEditor& editor, const Project& before) {
  const Project after = editor.project();
  while (editor.undoStack().canUndo()) editor.undoStack().undo();
  const bool back = editor.project() == before;
  while (editor.undoStack().canRedo()) editor.undoStack().redo();
  return back && editor.project() == after;
}

int64_t repeatOf(const Node* node) {
  const auto set = node->attributes.find("repeat");
  return set == node->attributes.end() ? 1 : std::get<int64_t>(set->second);
}

QLineEdit* openLine(const CanvasFixture& f) {
  auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  return line && f.canvas.isAncestorOf(line) ? line : nullptr;
}

int weightsOf(const DocumentEditor& editor) {
  int count = 0;
  for (const ParameterInfo& info : editor.checked().graph.parameters)
    count += info.role == ParameterRole::weight;
  return count;
}

}  // namespace

class TestCanvasBlocks : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_DATA_HOME", QFile::encodeName(home_.path()));  // before the palette looks for saved blocks
    applyTheme(*qApp, ThemeChoice::light);
  }

  void mutesAndUnmutes() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    f.click(f.canvas.nodePosition("stage2"));
    f.key(Qt::Key_M);
    QCOMPARE(f.node("stage2")->attributes.at("muted"), AttributeValue(true));
    QVERIFY(f.editor.checked().ok());
    QVERIFY(!f.editor.checked().nodes.contains("stage2[1]/branch"));
    QVERIFY(f.editor.checked().nodes.contains("stage2[1]/shortcut"));
    QVERIFY(undoesAndRedoes(f.editor, before));
    f.click(f.canvas.nodePosition("stage2"));
    f.key(Qt::Key_M);
    QVERIFY(!f.node("stage2")->attributes.contains("muted"));
    QVERIFY(f.editor.project().network == before.network);
    // A layer that is no block stays as it is.
    f.click(f.canvas.nodePosition("pool"));
    f.key(Qt::Key_M);
    QVERIFY(f.editor.project().network == before.network);
  }

  void repeatsInPlace() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    f.click(f.canvas.badgePosition("stage1"));
    QLineEdit* line = openLine(f);
    QVERIFY(line);
    QCOMPARE(line->text(), QString("3"));
    QTest::keyClicks(line, "18");
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(repeatOf(f.node("stage1")), int64_t{18});
    QVERIFY(undoesAndRedoes(f.editor, before));
    // By the keyboard, for several at once; Escape leaves all as it was, and nonsense too.
    f.key(Qt::Key_A, Qt::ControlModifier);
    f.key(Qt::Key_R);
    QVERIFY(openLine(f));
    QTest::keyClicks(openLine(f), "5");
    QTest::keyClick(openLine(f), Qt::Key_Escape);
    QCOMPARE(repeatOf(f.node("stage1")), int64_t{18});
    for (const char* nonsense : {"many", "0", "-3", "99999999"}) {
      f.key(Qt::Key_R);
      QTest::keyClicks(openLine(f), nonsense);
      QTest::keyClick(openLine(f), Qt::Key_Return);
      QCOMPARE(repeatOf(f.node("stage1")), int64_t{18});
    }
    f.key(Qt::Key_R);
    QTest::keyClicks(openLine(f), "2");
    QTest::keyClick(openLine(f), Qt::Key_Return);
    for (const char* stage : {"stage1", "stage2", "stage3"}) QCOMPARE(repeatOf(f.node(stage)), int64_t{2});
    QVERIFY(undoesAndRedoes(f.editor, before));
  }

  void unrollsTheCopies() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    const double parameters = double(f.editor.checked().parameters);
    f.click(f.canvas.nodePosition("stage2"));
    f.key(Qt::Key_U);
    QCOMPARE(repeatOf(f.node("stage2")), int64_t{1});
    QVERIFY(f.wired({"stage2", 0, "stage2_2", 0}));
    QVERIFY(f.wired({"stage2_2", 0, "stage2_3", 0}));
    QVERIFY(f.wired({"stage2_3", 0, "stage3", 0}));
    QVERIFY(f.editor.checked().ok());
    QCOMPARE(double(f.editor.checked().parameters), parameters);
    QCOMPARE(f.canvas.selection().size(), 3);
    // One below the other, and what follows below them.
    QVERIFY(f.canvas.nodePosition("stage2_2").y() > f.canvas.nodePosition("stage2").y());
    QVERIFY(f.canvas.nodePosition("stage3").y() > f.canvas.nodePosition("stage2_3").y());
    QVERIFY(undoesAndRedoes(f.editor, before));
  }

  // The first and last activation of the row move with the order.
  void theOrderIsSetForTheWholeRow() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    Project after = before;
    const ContainerView view = viewContainer(before.network, layerCatalog(), f.editor.checked(), "");
    QVERIFY(setInProject(after, view, "stage2", "order", "full-preactivation"s, layerCatalog()).ok());
    f.editor.apply("order", [&](Project& project) { project = after; });
    QVERIFY(!f.node("stem_relu"));
    QVERIFY(f.node("final_bn") && f.node("final_relu"));
    QCOMPARE(f.node("stage3")->attributes.at("order"), AttributeValue("full-preactivation"s));
    QVERIFY(f.editor.checked().ok());
    QVERIFY(undoesAndRedoes(f.editor, before));
    QVERIFY(!setInProject(after, view, "stage2", "order", "sideways"s, layerCatalog()).ok());
  }

  // By key or by a click on the arc, with arrows and Enter.
  void ordersAndShortcutsAreChosenInPlace() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    const auto pick = [&](const char* choice) {
      QWidget* menu = QApplication::activePopupWidget();
      QVERIFY(menu && menu->objectName() == "pictureMenu");
      auto* list = menu->findChild<QListWidget*>();
      for (int i = 0; i < list->count() && list->currentItem()->data(Qt::UserRole) != choice; ++i)
        QTest::keyClick(list, list->currentRow() + 1 < list->count() ? Qt::Key_Down : Qt::Key_Home);
      QTest::keyClick(list, Qt::Key_Return);
    };
    f.click(f.canvas.nodePosition("stage3"));
    f.key(Qt::Key_O);
    pick("relu-only-preactivation");
    QCOMPARE(f.node("stage1")->attributes.at("order"), AttributeValue("relu-only-preactivation"s));
    f.key(Qt::Key_S);
    pick("exclusive-gating");
    QCOMPARE(f.node("stage3")->attributes.at("shortcut"), AttributeValue("exclusive-gating"s));
    QVERIFY(f.editor.checked().ok());
    QVERIFY(undoesAndRedoes(f.editor, before));
    const QPoint card = f.canvas.nodePosition("stage1");
    f.click({f.canvas.arcPosition("stage1").x(), card.y()});
    pick("scaled");
    QCOMPARE(f.node("stage1")->attributes.at("shortcut"), AttributeValue("scaled"s));
    QVERIFY(undoesAndRedoes(f.editor, before));
  }

  void theTwinIsPlain() {
    CanvasFixture f("resnet");
    const Project before = f.editor.project();
    f.canvas.makePlainTwin();
    QVERIFY(f.editor.checked().ok());
    QCOMPARE(f.editor.checked().graph.shortcuts.size(), size_t{0});
    QVERIFY(f.editor.project().network.graph == buildTemplate("plain", {})->graph);
    QVERIFY(undoesAndRedoes(f.editor, before));
    const int steps = f.editor.undoStack().count();
    f.canvas.makePlainTwin();  // again: nothing changes
    QCOMPARE(f.editor.undoStack().count(), steps);
  }

  // A 20-layer network from an empty canvas, and 110 layers by one number.
  void assemblesAResidualNetworkInTwelveGestures() {
    CanvasFixture f;
    f.editor.start({});
    const Project before = f.editor.project();
    int gestures = 0;
    const auto add = [&](const char* typed) {  // Shift+A, a few letters, Enter: after what is selected
      f.key(Qt::Key_A, Qt::ShiftModifier);
      QVERIFY(f.choose(typed));
      ++gestures;
    };
    add("input");
    add("convolution");
    add("batch norm");
    add("relu");
    add("residual block");
    f.key(Qt::Key_R);
    QTest::keyClicks(openLine(f), "3");
    QTest::keyClick(openLine(f), Qt::Key_Return);
    ++gestures;
    add("residual block");
    add("residual block");
    add("global average");
    add("dense");
    add("softmax");
    QVERIFY2(gestures <= 12, qPrintable(QString::number(gestures)));
    QVERIFY2(f.editor.checked().ok(), summarise(f.editor.checked().diagnostics).c_str());
    QCOMPARE(f.node("block3")->attributes.at("channels"), AttributeValue(int64_t{64}));
    // 19 3x3 convolutions and the dense layer, beside two projections.
    QCOMPARE(weightsOf(f.editor), 20 + 2);

    f.key(Qt::Key_A, Qt::ControlModifier);
    f.key(Qt::Key_R);
    QTest::keyClicks(openLine(f), "18");
    QTest::keyClick(openLine(f), Qt::Key_Return);
    QCOMPARE(weightsOf(f.editor), 110 + 2);
    QVERIFY(undoesAndRedoes(f.editor, before));
  }

  // What is wrong at a sum is mended by one click, and undone by one step.
  void sumsThatDoNotFitAreMended_data() {
    QTest::addColumn<QString>("shape");
    QTest::addColumn<int>("stride");
    QTest::addColumn<int>("channels");
    QTest::addColumn<QString>("padding");
    QTest::addColumn<QString>("fix");
    QTest::newRow("projection") << "16x16x4" << 2 << 8 << "same"
                                << "1x1 projection";
    QTest::newRow("zero padding") << "16x16x4" << 2 << 8 << "same"
                                  << "zero-padded";
    QTest::newRow("pooling") << "16x16x4" << 2 << 4 << "same"
                             << "max pooling";
    QTest::newRow("crop") << "16x16x4" << 1 << 4 << "valid"
                          << "Crop 16x16 to 14x14";
  }
  void sumsThatDoNotFitAreMended() {
    QFETCH(QString, shape);
    QFETCH(int, stride);
    QFETCH(int, channels);
    QFETCH(QString, padding);
    QFETCH(QString, fix);
    Project project;
    (void)addNode(project.network, "", "input", {{"shape", shape.toStdString()}});
    (void)addNode(
        project.network, "", "conv2d",
        {{"stride", int64_t{stride}}, {"channels", int64_t{channels}}, {"padding", padding.toStdString()}});
    (void)addNode(project.network, "", "add");
    for (const Wire& wire :
         {Wire{"input", 0, "conv1", 0}, Wire{"conv1", 0, "add1", 0}, Wire{"input", 0, "add1", 1}})
      (void)bypath::connect(project.network, "", wire);
    CanvasFixture f;
    f.editor.start(project);
    const Project before = f.editor.project();
    QVERIFY(!f.editor.checked().ok());
    std::vector<Fix> fixes;
    for (const Diagnostic& d : f.editor.checked().diagnostics)
      if (d.path == "add1") fixes.insert(fixes.end(), d.fixes.begin(), d.fixes.end());
    const auto offered = std::ranges::find_if(
        fixes, [&](const Fix& one) { return QString::fromStdString(one.label).contains(fix); });
    QVERIFY2(offered != fixes.end(), qPrintable(fix));
    f.editor.apply("fix", [&](Project& p) { p.network = offered->apply(p.network); });
    QVERIFY(f.editor.checked().nodes.at("add1").known);
    QVERIFY(undoesAndRedoes(f.editor, before));
  }

  void ownBlocksLiveInThePalette() {
    CanvasFixture f("resnet");
    LayerPalette palette(layerCatalog());
    connect(&palette, &LayerPalette::insertRequested, &f.canvas, &CanvasWidget::insertLayer);
    f.click(f.canvas.nodePosition("stage2"));
    f.key(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(openLine(f));
    QTest::keyClicks(openLine(f), "my_stage");
    QTest::keyClick(openLine(f), Qt::Key_Return);
    QCOMPARE(palette.visibleLayers().front(), QString("own:my_stage"));

    // In another network: dropped on a wire, searched for, and from the palette behind what is selected.
    CanvasFixture other("plain");
    const Project before = other.editor.project();
    QVERIFY(other.drop("own:my_stage",
                       (other.canvas.outputPosition("pool", 0) + other.canvas.inputPosition("fc", 0)) / 2));
    QVERIFY(other.node("stage2_2") || other.node("stage1_2") ||
            other.editor.project().network != before.network);
    other.key(Qt::Key_Escape);
    other.key(Qt::Key_A, Qt::ShiftModifier);
    QVERIFY(other.choose("my_stage"));
    QVERIFY(undoesAndRedoes(other.editor, before));

    palette.resize(240, 900);
    palette.show();
    QVERIFY(QTest::qWaitForWindowExposed(&palette));
    f.click(f.canvas.nodePosition("stage3"));
    const size_t count = f.editor.project().network.graph.nodes.size();
    QCoreApplication::processEvents();  // the list lays out its rows
    QTest::mouseClick(palette.listViewport(), Qt::LeftButton, {}, palette.layerPosition("own:my_stage"));
    QSignalSpy inserted(&palette, &LayerPalette::insertRequested);
    QTest::keyClick(palette.listViewport()->parentWidget(), Qt::Key_Return);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted[0][0].toString(), QString("own:my_stage"));
    QCOMPARE(f.editor.project().network.graph.nodes.size(), count + 1);
    const std::string added = f.editor.project().network.graph.nodes.back().name;
    QVERIFY(f.wired({"stage3", 0, added, 0}));
    QTest::keyClick(palette.listViewport()->parentWidget(), Qt::Key_Delete);
    QVERIFY(!palette.visibleLayers().contains("own:my_stage"));
  }

 private:
  QTemporaryDir home_;
};

QTEST_MAIN(TestCanvasBlocks)
#include "test_canvas_blocks.moc"
