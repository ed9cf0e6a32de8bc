// The way of a first-time user through the whole program, on the offscreen platform: layers arrive by drop
// events.
#include <QDropEvent>
#include <QMimeData>

#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestMainFlow : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void drawTrainLook();
};

void TestMainFlow::drawTrainLook() {
  const OwnHome home;
  MainWindow window;
  MainFlow flow(window, [&](const QString& type, const QPoint& at) {
    QWidget* viewport = window.canvas()->viewport();
    QMimeData data;
    data.setData(QLatin1String(layerMimeType), type.toUtf8());
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewport, &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewport, &move);
    QVERIFY(move.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(viewport, &drop);
    QVERIFY(drop.isAccepted());
  });
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

QTEST_MAIN(TestMainFlow)
#include "test_main_flow.moc"
