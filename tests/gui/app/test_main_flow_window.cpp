// The same way on an X display, with layers dragged from the palette by the mouse.
#include <QTimer>

#include "gui/canvas/palette.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestMainFlowWindow : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void drawTrainLook();
};

namespace {

// The drag runs an event loop of its own inside the move that begins it: what follows comes from timers, with
// an Escape at the end for a drag that nobody takes.
void dragFromPalette(MainWindow& window, const QString& type, const QPoint& at) {
  QWidget* list = window.layers()->listViewport();
  QWidget* viewport = window.canvas()->viewport();
  const QPoint start = window.layers()->layerPosition(type);
  // The X server tells drags apart by its clock, which the moves of a test do not advance; a changed title
  // does.
  window.setWindowTitle(type);
  QTest::qWait(50);
  bool dropped = false;
  QTimer::singleShot(50, &window, [&] { QTest::mouseMove(viewport, at - QPoint(20, 0)); });
  QTimer::singleShot(100, &window, [&] { QTest::mouseMove(viewport, at); });
  QTimer::singleShot(150, &window, [&] {
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, at);
    dropped = true;
  });
  QTimer watchdog;
  watchdog.setSingleShot(true);
  QObject::connect(&watchdog, &QTimer::timeout, &window, [&] { QTest::keyClick(&window, Qt::Key_Escape); });
  watchdog.start(5000);
  QTest::mousePress(list, Qt::LeftButton, {}, start);
  QTest::mouseMove(list, start + QPoint(QApplication::startDragDistance() + 2, 0));
  QTest::mouseMove(list, start + QPoint(QApplication::startDragDistance() + 12, 4));
  QTRY_VERIFY(dropped);
}

}  // namespace

void TestMainFlowWindow::drawTrainLook() {
  const OwnHome home;
  MainWindow window;
  MainFlow flow(window, [&](const QString& type, const QPoint& at) { dragFromPalette(window, type, at); });
  for (void (MainFlow::*part)() : {&MainFlow::begin, &MainFlow::draw}) {
    (flow.*part)();
    if (QTest::currentTestFailed()) return;
  }
  flow.typeChannels(8);
  if (QTest::currentTestFailed()) return;
  flow.trainAndStop();
  if (QTest::currentTestFailed()) return;
  flow.lookAtGradients();
}

QTEST_MAIN(TestMainFlowWindow)
#include "test_main_flow_window.moc"
