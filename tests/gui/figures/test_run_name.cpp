// A figure knows its run from whatever widget around says it.
#include <QtTest>
#include <QWidget>

#include "gui/figures/run_name.h"

using namespace bypath;

class TestRunName : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theNearestSaysIt() {
    QWidget window, *page = new QWidget(&window), *chart = new QWidget(page);
    QCOMPARE(titleWithRun("Loss", *chart), QStringLiteral("Loss"));
    setRunOf(window, "run 7");
    QCOMPARE(titleWithRun("Loss", *chart), QStringLiteral("Loss\nrun 7"));
    setRunOf(*page, "run 8");
    QCOMPARE(titleWithRun("Loss", *chart), QStringLiteral("Loss\nrun 8"));
    setRunOf(*page, {});
    QCOMPARE(titleWithRun("Loss", *chart), QStringLiteral("Loss\nrun 7"));
  }
};

QTEST_MAIN(TestRunName)
#include "test_run_name.moc"
