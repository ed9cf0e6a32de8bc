// What an assistive technology is told while one works on the canvas.
#include <algorithm>
#include <limits>
#include <QElapsedTimer>

#include "tests/gui/canvas/canvas_ears.h"

using namespace bypath;

class TestCanvasAnnouncer : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { accessibleListener = note; }
  void cleanup() {
    QAccessible::setActive(false);
    told.clear();
  }

  void theWalkTakesTheFocusAlong() {
    Ears f;
    f.drawChain();
    f.listen();
    QVERIFY(f.canvas.focusProxy()->hasFocus());
    f.key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(f.heard(), QStringList({"Selection input", "Focus input"}));
    f.key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(f.heard(), QStringList({"SelectionRemove input", "Selection conv1", "Focus conv1"}));
    QVERIFY(f.item("conv1")->state().focused && !f.item("input")->state().focused);
    QCOMPARE(f.list()->focusChild(), f.item("conv1"));
    f.key(Qt::Key_A, Qt::ControlModifier);
    QVERIFY(f.heard().endsWith("Focus Network canvas"));
    QVERIFY(!f.item("conv1")->state().focused && f.item("conv1")->state().selected);
    f.key(Qt::Key_Escape);
    QCOMPARE(f.heard().filter("SelectionRemove").size(), 4);
  }

  void noFocusIsTakenFromElsewhere() {
    Ears f;
    QLineEdit other(&f.canvas);
    other.show();
    f.drawChain();
    f.listen();
    other.setFocus();
    QTRY_VERIFY(other.hasFocus());
    told.clear();
    f.canvas.select("relu1");
    QCOMPARE(f.heard(), QStringList({"Selection relu1"}));
    QVERIFY(!f.item("relu1")->state().focused);
    f.act("relu1", QAccessibleActionInterface::setFocusAction());
    QTRY_VERIFY(told.contains("Focus relu1"));
    other.setFocus();
    told.clear();
    f.canvas.setFocus();
    QTRY_COMPARE(told, QStringList{"Focus relu1"});
  }

  void nodesThatComeAndGoAreTold() {
    Ears f;
    f.drawChain();
    f.listen();
    (void)f.item("relu1");
    f.canvas.select("relu1");
    (void)f.heard();
    f.canvas.deleteSelection();
    QStringList events = f.heard();
    QVERIFY2(events.filter("Destroyed").size() == 1 && events.contains("Focus Network canvas"),
             qPrintable(events.join("; ")));
    f.editor.undoStack().undo();
    events = f.heard();
    QVERIFY2(events.contains("ObjectCreated relu1"), qPrintable(events.join("; ")));
    f.editor.start(chainOf(100));
    events = f.heard();
    QVERIFY2(events.contains("ObjectReorder Network canvas") && events.filter("ObjectCreated").empty(),
             qPrintable(events.join("; ")));
    f.editor.start(*wholeProject());
    (void)f.heard();
    f.canvas.openContainer("stage1");
    events = f.heard();
    QVERIFY2(events.contains("ObjectReorder Network canvas") && events.contains("NameChanged Network canvas"),
             qPrintable(events.join("; ")));
  }

  void problemsThatComeAndGoAreTold() {
    Ears f;
    f.editor.start(misfit());
    f.listen();
    const auto channels = [&](int64_t count) {
      f.editor.apply("channels",
                     [&](Project& p) { p.network.graph.find("conv2")->attributes["channels"] = count; });
    };
    channels(16);
    QCOMPARE(f.heard(), QStringList({"DescriptionChanged add1", "DescriptionChanged Network canvas"}));
    f.editor.apply("elsewhere", [](Project& p) { p.layout["conv2"] = {40, 40}; });
    QCOMPARE(f.heard(), QStringList());
    channels(8);
    QCOMPARE(f.heard(), QStringList({"DescriptionChanged add1", "DescriptionChanged Network canvas"}));
  }

  void nothingIsToldWhileNobodyListens() {
    Ears f;
    f.drawChain();
    told.clear();
    f.canvas.select("relu1");
    f.canvas.deleteSelection();
    f.editor.undoStack().undo();
    QCOMPARE(f.heard(), QStringList());
  }

  // Against itself, so that a slow machine does not fail it: what a listener costs is not paid without one.
  void manyNodesStayQuick() {
    Ears f;
    f.editor.start(chainOf(2000));
    const auto selecting = [&] {
      qint64 best = std::numeric_limits<qint64>::max();
      for (int round = 0; round < 5; ++round) {
        QElapsedTimer clock;
        clock.start();
        for (int i = 1; i <= 20; ++i) f.canvas.select("relu" + QString::number(i));
        best = std::min(best, clock.nsecsElapsed());
      }
      return best;
    };
    const qint64 quiet = selecting();
    f.listen();
    const qint64 heard = selecting();
    QVERIFY2(5 * quiet < heard, qPrintable(QString("%1 ns, %2 ns").arg(quiet).arg(heard)));
    QVERIFY2(heard < 1'000'000'000, qPrintable(QString("%1 ns for 20").arg(heard)));
    told.clear();
    f.canvas.select("relu1");
    told.clear();
    f.key(Qt::Key_A, Qt::ControlModifier);
    const QStringList events = f.heard();
    QVERIFY2(events.contains("SelectionWithin Network canvas") && events.size() < 10,
             qPrintable(events.join("; ")));
  }

  void theCanvasMayGoWhileSomebodyListens() {
    auto f = std::make_unique<Ears>();
    f->drawChain();
    f->listen();
    f->canvas.select("conv1");
    const QAccessible::Id conv = QAccessible::uniqueId(f->item("conv1"));
    f.reset();
    QVERIFY(!QAccessible::accessibleInterface(conv));
    QTest::qWait(0);
  }

  void refusalsAreHeard() {
    Ears f;
    f.drawChain();
    f.listen();
    f.key(Qt::Key_C);
    QCOMPARE(f.heard(), QStringList{"Alert Select one layer with an output first."});
  }
};

QTEST_MAIN(TestCanvasAnnouncer)
#include "test_canvas_announcer.moc"
