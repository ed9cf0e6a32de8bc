// Every row of the canvas' gestures, by mouse and by keyboard, with real events: each does what it says, all
// of it can be undone to the identical document, and redone to the identical end. (Running and showing the
// keys belong to the window: test_window, test_key_sheet.)
#include <functional>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QLabel>
#include <QNativeGestureEvent>
#include <QPointingDevice>
#include <QToolButton>

#include "tests/gui/canvas/canvas_fixture.h"

using namespace bypath;

namespace {

using Step = std::function<bool(CanvasFixture&)>;

struct Row {
  const char* name;
  bool edits;    // the document; otherwise it must stay as it is
  Step gesture;  // true when it did what it says
};

QLineEdit* openLine(const CanvasFixture& f) {
  auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
  return line && f.canvas.isAncestorOf(line) ? line : nullptr;
}

bool type(const CanvasFixture& f, const char* text) {
  QLineEdit* line = openLine(f);
  if (!line) return false;
  line->selectAll();
  QTest::keyClicks(line, text);
  QTest::keyClick(line, Qt::Key_Return);
  return true;
}

QPoint wireMiddle(const CanvasFixture& f) {
  return (f.canvas.outputPosition("conv1", 0) + f.canvas.inputPosition("relu1", 0)) / 2;
}

bool selected(const CanvasFixture& f, QStringList names) {
  QStringList now = f.canvas.selection();
  now.sort();
  names.sort();
  return now == names;
}

bool said(const CanvasFixture& f, const char* word) {
  auto* hint = f.canvas.findChild<QLabel*>("canvasHint");
  return hint && hint->isVisible() && hint->text().contains(word);
}

// What the eye sees: where a node stands, and how far from another.
int apart(const CanvasFixture& f) {
  return f.canvas.nodePosition("relu1").y() - f.canvas.nodePosition("input").y();
}

void wheel(CanvasFixture& f, QPoint at, int turn) {
  QWheelEvent event(at, f.canvas.viewport()->mapToGlobal(at), {}, {0, turn}, Qt::NoButton, {},
                    Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(f.canvas.viewport(), &event);
}

void pinch(CanvasFixture& f, QPoint at, double by) {
  QNativeGestureEvent event(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2, at, at,
                            f.canvas.viewport()->mapToGlobal(at), by, {});
  QCoreApplication::sendEvent(f.canvas.viewport(), &event);
}

void rightClick(CanvasFixture& f, QPoint at) {
  QContextMenuEvent event(QContextMenuEvent::Mouse, at, f.canvas.viewport()->mapToGlobal(at));
  QCoreApplication::sendEvent(f.canvas.viewport(), &event);
}

std::vector<Row> addRows() {
  return {
      {"add: drag from the palette", true,
       [](auto& f) {
         return f.drop("dense", {700, 700}) && f.node("dense1");
       }},
      {"add: Shift+A", true,
       [](auto& f) {
         f.key(Qt::Key_A, Qt::ShiftModifier);
         return f.choose("dense") && f.node("dense1");
       }},
      {"add: Tab", true,
       [](auto& f) {
         f.key(Qt::Key_Tab);
         return f.choose("dense") && f.node("dense1");
       }},
      {"add: right click", true,
       [](auto& f) {
         rightClick(f, {700, 700});
         return f.choose("dense") && f.node("dense1");
       }},
      {"add: double click", true,
       [](auto& f) {
         QTest::mouseDClick(f.canvas.viewport(), Qt::LeftButton, {}, {700, 700});
         return f.choose("dense") && f.node("dense1");
       }},
      {"add connected: an output let go over the canvas", true,
       [](auto& f) {
         const QPoint port = f.canvas.outputPosition("relu1", 0);
         f.drag(port, port + QPoint(0, 120));
         return f.choose("dense") && f.wired({"relu1", 0, "dense1", 0});
       }},
      {"add connected: an input let go over the canvas", true,
       [](auto& f) {
         const QPoint port = f.canvas.inputPosition("conv2", 0);
         f.drag(port, port + QPoint(120, -60));
         return f.choose("relu") && f.wired({"relu2", 0, "conv2", 0});
       }},
      {"add connected: by keyboard, after the selected layer", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_A, Qt::ShiftModifier);
         return f.choose("batch norm") && f.wired({"conv1", 0, "batch_norm1", 0}) &&
                f.wired({"batch_norm1", 0, "relu1", 0});
       }},
      {"add connected: dropped on a wire, neighbours move aside", true,
       [](auto& f) {
         const double y = f.editor.project().layout.at("relu1").y;
         return f.drop("batch_norm", wireMiddle(f)) && f.wired({"batch_norm1", 0, "relu1", 0}) &&
                f.editor.project().layout.at("relu1").y > y;
       }},
      {"add connected: dropped on a wire with Alt, neighbours stay", true,
       [](auto& f) {
         const double y = f.editor.project().layout.at("relu1").y;
         return f.drop("batch_norm", wireMiddle(f), Qt::AltModifier) &&
                f.wired({"conv1", 0, "batch_norm1", 0}) && f.editor.project().layout.at("relu1").y == y;
       }},
  };
}

std::vector<Row> wireRows() {
  return {
      {"wire: port to port", true,
       [](auto& f) {
         f.drag(f.canvas.outputPosition("input", 0), f.canvas.inputPosition("conv2", 0));
         return f.wired({"input", 0, "conv2", 0}) && f.wired({"input", 0, "conv1", 0});
       }},
      {"wire: by keyboard", true,
       [](auto& f) {
         f.canvas.select("input");
         f.key(Qt::Key_C);
         return f.choose("conv2") && f.wired({"input", 0, "conv2", 0});
       }},
      {"wire: a new one replaces the old", true,
       [](auto& f) {
         f.drag(f.canvas.outputPosition("input", 0), f.canvas.inputPosition("relu1", 0));
         return f.wired({"input", 0, "relu1", 0}) && !f.wired({"conv1", 0, "relu1", 0});
       }},
      {"wire: an input end is grabbed and let go", true,
       [](auto& f) {
         const QPoint port = f.canvas.inputPosition("relu1", 0);
         f.drag(port, port + QPoint(260, 80));
         return !f.wired({"conv1", 0, "relu1", 0});
       }},
      {"wire: an input end is grabbed and moved", true,
       [](auto& f) {
         f.drag(f.canvas.inputPosition("relu1", 0), f.canvas.inputPosition("conv2", 0));
         return f.wired({"conv1", 0, "conv2", 0}) && !f.wired({"conv1", 0, "relu1", 0});
       }},
      {"wire: Alt and a click on a port break its wires", true,
       [](auto& f) {
         f.click(f.canvas.outputPosition("conv1", 0), Qt::AltModifier);
         return !f.wired({"conv1", 0, "relu1", 0});
       }},
      {"wire: selected and deleted", true,
       [](auto& f) {
         f.click(wireMiddle(f));
         f.key(Qt::Key_Delete);
         return !f.wired({"conv1", 0, "relu1", 0});
       }},
      {"wire: a cycle is refused with the reason", false,
       [](auto& f) {
         f.drag(f.canvas.outputPosition("relu1", 0), f.canvas.inputPosition("conv1", 0));
         return said(f, "cycle");
       }},
  };
}

std::vector<Row> changeRows() {
  return {
      {"remove: Delete", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_Delete);
         return !f.node("conv1");
       }},
      {"remove: Ctrl+Backspace dissolves", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_Backspace, Qt::ControlModifier);
         return !f.node("conv1") && f.wired({"input", 0, "relu1", 0});
       }},
      {"move: drag", true,
       [](auto& f) {
         const QPoint at = f.canvas.nodePosition("conv2");
         f.drag(at, at + QPoint(163, 101));
         return f.editor.project().layout.at("conv2").x != 320 && f.editor.undoStack().count() == 1;
       }},
      {"move: drag of several", true,
       [](auto& f) {
         f.click(f.canvas.nodePosition("conv1"));
         f.click(f.canvas.nodePosition("relu1"), Qt::ShiftModifier);
         const QPoint at = f.canvas.nodePosition("relu1");
         f.drag(at, at + QPoint(-150, 60));
         const auto& layout = f.editor.project().layout;
         return layout.at("relu1").x < 0 && layout.at("conv1").x == layout.at("relu1").x &&
                f.editor.undoStack().count() == 1;
       }},
      {"move: arrows", true,
       [](auto& f) {
         f.canvas.select("conv2");
         for (const int key : {Qt::Key_Left, Qt::Key_Up, Qt::Key_Right, Qt::Key_Down, Qt::Key_Down})
           f.key(key);
         return f.editor.project().layout.at("conv2") == Position{320, 130} &&
                f.editor.undoStack().count() == 1;
       }},
      {"copy: Ctrl+C and Ctrl+V", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_C, Qt::ControlModifier);
         f.key(Qt::Key_V, Qt::ControlModifier);
         return f.node("conv3") && f.node("conv1");
       }},
      {"copy: Ctrl+X and Ctrl+V", true,
       [](auto& f) {
         f.canvas.select("relu1");
         f.key(Qt::Key_X, Qt::ControlModifier);
         const bool gone = !f.node("relu1");
         f.key(Qt::Key_V, Qt::ControlModifier);
         return gone && f.node("relu1");
       }},
      {"copy: Ctrl+D", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_D, Qt::ControlModifier);
         return f.node("conv3") != nullptr;
       }},
      {"copy: Alt+drag", true,
       [](auto& f) {
         const QPoint at = f.canvas.nodePosition("conv2");
         f.drag(at, at + QPoint(0, 200), Qt::AltModifier);
         return f.node("conv3") != nullptr;
       }},
      {"group: Ctrl+G", true,
       [](auto& f) {
         f.click(f.canvas.nodePosition("conv1"));
         f.click(f.canvas.nodePosition("relu1"), Qt::ControlModifier);
         f.key(Qt::Key_G, Qt::ControlModifier);
         return f.node("part1") && !f.node("conv1");
       }},
      {"group: Ctrl+G, then Ctrl+Shift+G", true,
       [](auto& f) {
         f.click(f.canvas.nodePosition("conv1"));
         f.click(f.canvas.nodePosition("relu1"), Qt::ControlModifier);
         f.key(Qt::Key_G, Qt::ControlModifier);
         f.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
         return f.node("conv1") && !f.node("part1") && f.wired({"input", 0, "conv1", 0});
       }},
      {"group: F2 renames", true,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_F2);
         return type(f, "first") && f.node("first") && f.wired({"input", 0, "first", 0});
       }},
      {"layout: arranged when asked", true,
       [](auto& f) {
         f.canvas.autoLayout();
         return f.editor.project().layout.at("conv2") != Position{320, 120};
       }},
  };
}

std::vector<Row> selectRows() {
  return {
      {"select: click", false,
       [](auto& f) {
         f.click(f.canvas.nodePosition("conv1"));
         return selected(f, {"conv1"});
       }},
      {"select: Shift and Ctrl with a click", false,
       [](auto& f) {
         f.click(f.canvas.nodePosition("conv1"));
         f.click(f.canvas.nodePosition("relu1"), Qt::ShiftModifier);
         f.click(f.canvas.nodePosition("conv2"), Qt::ControlModifier);
         const bool three = selected(f, {"conv1", "relu1", "conv2"});
         f.click(f.canvas.nodePosition("relu1"), Qt::ControlModifier);
         return three && selected(f, {"conv1", "conv2"});
       }},
      {"select: marquee", false,
       [](auto& f) {
         f.drag(f.canvas.nodePosition("input") - QPoint(150, 60),
                f.canvas.nodePosition("conv1") + QPoint(20, 10));
         return selected(f, {"input", "conv1"});
       }},
      {"select: Ctrl+A, Esc", false,
       [](auto& f) {
         f.key(Qt::Key_A, Qt::ControlModifier);
         const bool all = f.canvas.selection().size() == 4;
         f.key(Qt::Key_Escape);
         return all && f.canvas.selection().isEmpty();
       }},
      {"select: L downstream", false,
       [](auto& f) {
         f.canvas.select("conv1");
         f.key(Qt::Key_L);
         return selected(f, {"conv1", "relu1"});
       }},
      {"select: Shift+L upstream", false,
       [](auto& f) {
         f.canvas.select("relu1");
         f.key(Qt::Key_L, Qt::ShiftModifier);
         return selected(f, {"input", "conv1", "relu1"});
       }},
      {"select: walking along the wires", false,
       [](auto& f) {
         f.canvas.select("input");
         f.key(Qt::Key_Down, Qt::ControlModifier);
         f.key(Qt::Key_Right, Qt::ControlModifier);
         return selected(f, {"conv2"});
       }},
      {"find: Ctrl+F", false,
       [](auto& f) {
         f.key(Qt::Key_F, Qt::ControlModifier);
         return f.choose("relu1") && selected(f, {"relu1"});
       }},
  };
}

std::vector<Row> viewRows() {
  return {
      {"view: the wheel zooms at the cursor", false,
       [](auto& f) {
         const QPoint at = f.canvas.nodePosition("relu1");
         const int before = apart(f);
         wheel(f, at, 240);
         return apart(f) > before * 1.2 && (f.canvas.nodePosition("relu1") - at).manhattanLength() <= 3;
       }},
      {"view: a pinch zooms at the fingers", false,
       [](auto& f) {
         const QPoint at = f.canvas.nodePosition("relu1");
         const int before = apart(f);
         pinch(f, at, 0.5);
         return apart(f) > before * 1.2 && (f.canvas.nodePosition("relu1") - at).manhattanLength() <= 3;
       }},
      {"view: two fingers on a screen zoom", false,
       [](auto& f) {
         QPointingDevice* screen = QTest::createTouchDevice();
         QWidget* viewport = f.canvas.viewport();
         const QPoint at = f.canvas.nodePosition("relu1");
         const int before = apart(f);
         const auto fingers = [&](int away) { return std::pair(at - QPoint(away, 0), at + QPoint(away, 0)); };
         QTest::touchEvent(viewport, screen).press(1, fingers(60).first).press(2, fingers(60).second);
         for (const int away : {70, 80, 90, 100, 110, 120})
           QTest::touchEvent(viewport, screen).move(1, fingers(away).first).move(2, fingers(away).second);
         QTest::touchEvent(viewport, screen).release(1, fingers(120).first).release(2, fingers(120).second);
         return apart(f) > before * 1.2;
       }},
      {"view: the middle button pans", false,
       [](auto& f) {
         const QPoint before = f.canvas.nodePosition("conv1");
         f.drag({500, 500}, {560, 540}, {}, Qt::MiddleButton);
         return f.canvas.nodePosition("conv1") == before + QPoint(60, 40);
       }},
      {"view: Space and a drag pan", false,
       [](auto& f) {
         const QPoint before = f.canvas.nodePosition("conv1");
         QTest::keyPress(f.canvas.focusProxy(), Qt::Key_Space);
         f.drag(before, before + QPoint(60, 40));
         QTest::keyRelease(f.canvas.focusProxy(), Qt::Key_Space);
         return f.canvas.nodePosition("conv1") == before + QPoint(60, 40);
       }},
      {"view: F shows the selection, Home all, Ctrl+0 the actual size", false,
       [](auto& f) {
         const int whole = apart(f);
         wheel(f, {10, 10}, 960);
         const bool nearer = apart(f) > whole * 1.5;
         f.key(Qt::Key_Home);
         const bool all = apart(f) == whole;
         wheel(f, {500, 400}, -960);
         f.key(Qt::Key_0, Qt::ControlModifier);
         const bool actual = std::abs(apart(f) - 260) <= 30;
         f.canvas.select("conv2");
         f.key(Qt::Key_F);
         const QPoint middle = f.canvas.viewport()->rect().center();
         return nearer && all && actual && (f.canvas.nodePosition("conv2") - middle).manhattanLength() < 40;
       }},
  };
}

// On the ResNet of the template, whose blocks stand in rows.
std::vector<Row> blockRows() {
  return {
      {"remove: M mutes a block", true,
       [](auto& f) {
         f.canvas.select("stage2");
         f.key(Qt::Key_M);
         return f.node("stage2")->attributes.contains("muted");
       }},
      {"group: the repeat count in place, by mouse", true,
       [](auto& f) {
         f.click(f.canvas.badgePosition("stage1"));
         return type(f, "18") && std::get<int64_t>(f.node("stage1")->attributes.at("repeat")) == 18;
       }},
      {"group: the repeat count in place, by R", true,
       [](auto& f) {
         f.canvas.select("stage1");
         f.key(Qt::Key_R);
         return type(f, "18") && std::get<int64_t>(f.node("stage1")->attributes.at("repeat")) == 18;
       }},
      {"group: unroll the copies", true,
       [](auto& f) {
         f.canvas.select("stage2");
         f.key(Qt::Key_U);
         return f.node("stage2_2") != nullptr;
       }},
      {"group: in by double click, changed, out by the breadcrumb", true,
       [](auto& f) {
         QTest::mouseDClick(f.canvas.viewport(), Qt::LeftButton, {}, f.canvas.nodePosition("stage1"));
         if (f.canvas.container() != "stage1" || !f.drop("dropout", {700, 700})) return false;
         auto* crumb = f.canvas.template findChild<QToolButton*>();
         if (!crumb) return false;
         QTest::mouseClick(crumb, Qt::LeftButton);
         return f.canvas.container().isEmpty() && !f.node("stage1")->body.empty();
       }},
      {"group: a residual block inside a residual block, and in there too", true,
       [](auto& f) {
         f.canvas.openContainer("stage1");
         const QPoint wire = (f.canvas.outputPosition("relu1", 0) + f.canvas.inputPosition("conv2", 0)) / 2;
         if (!f.drop("residual_block", wire)) return false;
         f.canvas.select("stage1/block1");
         f.key(Qt::Key_Return);
         const auto& checked = f.editor.checked();
         return f.canvas.container() == "stage1/block1" && f.canvas.dump().contains("node conv2") &&
                checked.ok() && checked.nodes.contains("stage1[2]/branch/block1/branch/conv1") &&
                checked.nodes.contains("stage1[2]/branch/block1/add");
       }},
      {"group: in by Enter, changed, out by Alt+Up", true,
       [](auto& f) {
         f.canvas.select("stage1");
         f.key(Qt::Key_Return);
         if (f.canvas.container() != "stage1") return false;
         f.canvas.select("stage1/conv2");
         f.key(Qt::Key_Delete);
         f.key(Qt::Key_Up, Qt::AltModifier);
         return f.canvas.container().isEmpty() && !f.node("stage1")->body.empty();
       }},
  };
}

}  // namespace

Q_DECLARE_METATYPE(Step)

class TestCanvasRows : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void everyRow_data() {
    QTest::addColumn<bool>("edits");
    QTest::addColumn<bool>("blocks");
    QTest::addColumn<Step>("gesture");
    for (const auto& rows : {addRows(), wireRows(), changeRows(), selectRows(), viewRows()})
      for (const Row& row : rows) QTest::addRow("%s", row.name) << row.edits << false << row.gesture;
    for (const Row& row : blockRows()) QTest::addRow("%s", row.name) << row.edits << true << row.gesture;
  }
  void everyRow() {
    QFETCH(bool, edits);
    QFETCH(bool, blocks);
    QFETCH(Step, gesture);
    CanvasFixture f(blocks ? "resnet" : nullptr);
    if (!blocks) f.drawChain();
    const Project before = f.editor.project();
    QVERIFY(gesture(f));
    const Project after = f.editor.project();
    QUndoStack& stack = f.editor.undoStack();
    QCOMPARE(!(after == before), edits);
    QCOMPARE(stack.count() > 0, edits);
    while (stack.canUndo()) stack.undo();
    QVERIFY(f.editor.project() == before);
    while (stack.canRedo()) stack.redo();
    QVERIFY(f.editor.project() == after);
  }
};

QTEST_MAIN(TestCanvasRows)
#include "test_canvas_rows.moc"
