// Every row of the canvas' gestures that changes the document, by mouse and by keyboard. (Running and showing
// the keys belong to the window: test_window, test_key_sheet.)
#include <QContextMenuEvent>
#include <QLabel>
#include <QToolButton>

#include "tests/gui/canvas/canvas_rows.h"

using namespace bypath;

namespace {

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

bool said(const CanvasFixture& f, const char* word) {
  auto* hint = f.canvas.findChild<QLabel*>("canvasHint");
  return hint && hint->isVisible() && hint->text().contains(word);
}

void rightClick(CanvasFixture& f, QPoint at) {
  QContextMenuEvent event(QContextMenuEvent::Mouse, at, f.canvas.viewport()->mapToGlobal(at));
  QCoreApplication::sendEvent(f.canvas.viewport(), &event);
}

std::vector<Row> insertRows() {
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

class TestCanvasRows : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void everyRow_data() {
    addRowColumns();
    addRows(insertRows(), false);
    addRows(wireRows(), false);
    addRows(changeRows(), false);
    addRows(blockRows(), true);
  }
  void everyRow() { checkRow(); }
};

QTEST_MAIN(TestCanvasRows)
#include "test_canvas_rows.moc"
