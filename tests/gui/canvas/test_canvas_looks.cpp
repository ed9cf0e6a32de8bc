// Every row of the canvas' gestures that only looks: selecting, finding, zooming and panning leave the
// document alone.
#include <QNativeGestureEvent>
#include <QPointingDevice>

#include "tests/gui/canvas/canvas_rows.h"

using namespace bypath;

namespace {

bool selected(const CanvasFixture& f, QStringList names) {
  QStringList now = f.canvas.selection();
  now.sort();
  names.sort();
  return now == names;
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

}  // namespace

class TestCanvasLooks : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void everyRow_data() {
    addRowColumns();
    addRows(selectRows(), false);
    addRows(viewRows(), false);
  }
  void everyRow() { checkRow(); }
};

QTEST_MAIN(TestCanvasLooks)
#include "test_canvas_looks.moc"
