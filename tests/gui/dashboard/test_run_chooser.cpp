// Which run a page proposes to read.
#include <QtTest>

#include "gui/dashboard/run_chooser.h"

using namespace bypath;

class TestRunChooser : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void withoutRuns() {
    RunChooser chooser;
    QVERIFY(!chooser.isEnabled() && chooser.folder().isEmpty());
    chooser.setRuns({{"/runs/1", "one"}});
    QVERIFY(chooser.isEnabled());
    QCOMPARE(chooser.folder(), QString("/runs/1"));
  }

  // A page may be in sight before the run that trains can be read: then that comes first.
  void theRunOfTheWindowIsProposedOnceItIsThere() {
    RunChooser chooser;
    chooser.setRuns({{"/runs/1", "one"}});
    chooser.setRuns({{"/runs/2", "two, this run"}, {"/runs/1", "one"}});
    QCOMPARE(chooser.folder(), QString("/runs/2"));
  }

  void whatAPersonChoseStays() {
    RunChooser chooser;
    chooser.setRuns({{"/runs/2", "two"}, {"/runs/1", "one"}});
    chooser.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chooser));
    QTest::keyClick(&chooser, Qt::Key_Down);
    QCOMPARE(chooser.folder(), QString("/runs/1"));
    chooser.setRuns({{"/runs/3", "three, this run"}, {"/runs/2", "two"}, {"/runs/1", "one"}});
    QCOMPARE(chooser.folder(), QString("/runs/1"));
    chooser.setRuns({{"/runs/3", "three"}});
    QCOMPARE(chooser.folder(), QString("/runs/3"));
  }
};

QTEST_MAIN(TestRunChooser)
#include "test_run_chooser.moc"
