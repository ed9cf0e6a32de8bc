// Runs side by side in the dashboard, and the cursor that its charts share.
#include <algorithm>
#include <QAction>
#include <QClipboard>
#include <QMenu>
#include <QPushButton>
#include <QTableWidget>
#include <QTabWidget>
#include <QtTest>

#include "core/training/settings.h"
#include "gui/dashboard/compare_page.h"
#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/curve_view.h"
#include "gui/dashboard/dashboard.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestComparePage : public QObject {
  Q_OBJECT

  static ComparedRun run(const std::string& name, double rate, double loss) {
    ComparedRun one;
    one.header = {.id = "2026-11-21-" + name, .network = "resnet", .state = "finished", .name = name};
    one.settings = completeSettings({{"learning_rate", rate}});
    one.parameters = 269722;
    one.summary = {
        .steps = 20, .epochs = 2, .seconds = 65, .best = {{"val_loss", loss}}, .last = {{"val_loss", loss}}};
    return one;
  }
  static CurveOverlay curve(const QString& name, double loss, int64_t every) {
    std::vector<RunRow> rows;
    for (int64_t step = every; step <= 100; step += every)
      rows.push_back({step, 1, false, 1, {{"loss", loss / static_cast<double>(step)}}});
    return {name, RunCurves::fromRecord(rows, {{40, "Learning rate 0.01"}})};
  }
  static int rowOf(const QTableWidget* table, const QString& title) {
    for (int r = 0; r < table->rowCount(); ++r)
      if (table->verticalHeaderItem(r)->text() == title) return r;
    return -1;
  }
  static void fill(ComparePage* page) {
    page->setRuns({run("slow", 0.01, 0.5), run("fast", 0.1, 0.25)},
                  {curve(QStringLiteral("slow"), 2, 10), curve(QStringLiteral("fast"), 1, 20)});
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void aColumnARun() {
    ComparePage page;
    fill(&page);
    const QTableWidget* table = page.table();
    QCOMPARE(table->columnCount(), 2);
    QCOMPARE(table->horizontalHeaderItem(1)->text(), QStringLiteral("fast"));
    const int rate = rowOf(table, QStringLiteral("Learning rate"));
    QVERIFY(rate >= 0);
    QCOMPARE(table->item(rate, 0)->text(), QStringLiteral("0.01"));
    QVERIFY(rowOf(table, QStringLiteral("Momentum")) < 0);
    QVERIFY(rowOf(table, QStringLiteral("Network")) < 0);  // it is the same
    const int best = rowOf(table, QStringLiteral("Best validation loss"));
    QVERIFY(best >= 0);
    QVERIFY(table->item(best, 1)->font().bold() || table->item(best, 1)->font().weight() > QFont::Normal);
    QVERIFY(table->item(best, 1)->toolTip().contains(QStringLiteral("best")));
    QVERIFY(!table->item(best, 0)->toolTip().contains(QStringLiteral("best")));
    QCOMPARE(table->item(rowOf(table, QStringLiteral("Parameters")), 0)->text(), QStringLiteral("269,722"));
    QCOMPARE(page.chart()->view()->drawn().size(), size_t{2});
  }

  void copiesForOtherPrograms() {
    ComparePage page;
    fill(&page);
    const QList<QAction*> ways = page.copyButton()->menu()->actions();
    QCOMPARE(ways.size(), 2);
    ways[0]->trigger();
    const QString markdown = QGuiApplication::clipboard()->text();
    QVERIFY2(markdown.contains(QStringLiteral("| name")) && markdown.contains(QStringLiteral("---")),
             qPrintable(markdown));
    ways[1]->trigger();
    const QString csv = QGuiApplication::clipboard()->text();
    QVERIFY2(csv.contains(QStringLiteral("learning_rate,0.01,0.1")), qPrintable(csv));
  }

  void aSingleRunShowsItsMarks() {
    ComparePage page;
    page.setRuns({run("slow", 0.03, 0.5)}, {curve(QStringLiteral("slow"), 2, 10)});
    const int rate = rowOf(page.table(), QStringLiteral("Learning rate"));
    QCOMPARE(page.table()->item(rate, 0)->text(), QStringLiteral("0.03"));
    QCOMPARE(page.chart()->view()->drawn().size(), size_t{1});
    page.setRuns({}, {});
    QVERIFY(!page.table()->isVisible());
  }

  void noTwoOfManyRunsShareAColour() {
    std::vector<QColor> colors;
    for (size_t i = 0; i < 10; ++i) {
      QVERIFY(std::find(colors.begin(), colors.end(), overlayColor(i)) == colors.end());
      colors.push_back(overlayColor(i));
    }
  }

  void pastRunsAloneFillBothCharts() {
    Dashboard dashboard;
    std::vector<RunRow> rows = {{10, 1, false, 1, {{"loss", 2}, {"accuracy", 0.5}}}};
    dashboard.setOverlays({{QStringLiteral("old"), RunCurves::fromRecord(rows, {})}});
    QCOMPARE(dashboard.primaryChart()->quantity(), std::string("loss"));
    QCOMPARE(dashboard.secondaryChart()->quantity(), std::string("accuracy"));
  }

  void oneCursorForAllCharts() {
    Dashboard dashboard;
    dashboard.resize(1000, 320);
    dashboard.show();
    dashboard.setOverlays({curve(QStringLiteral("slow"), 2, 10), curve(QStringLiteral("fast"), 1, 20)});
    dashboard.secondaryChart()->setQuantity("loss");
    dashboard.secondaryChart()->show();
    QVERIFY(QTest::qWaitForWindowExposed(&dashboard));
    CurveView *one = dashboard.primaryChart()->view(), *other = dashboard.secondaryChart()->view();
    const QRectF plot = one->chart()->plotArea();
    const QPoint middle = one->mapFromScene(QPointF(plot.left() + plot.width() * 0.52, plot.center().y()));
    QTest::mouseMove(one->viewport(), middle - QPoint(30, 0));
    QTest::mouseMove(one->viewport(), middle);
    QTRY_COMPARE(one->cursor(), 50.0);
    QCOMPARE(other->cursor(), 50.0);
    QCOMPARE(other->readout(50), one->readout(50));
    QVERIFY(other->readout(50).join(QLatin1Char(' ')).contains(QStringLiteral("0.04")));   // slow, at step 50
    QVERIFY(other->readout(50).join(QLatin1Char(' ')).contains(QStringLiteral("0.025")));  // fast, since 40
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(one, &leave);
    QVERIFY(other->cursor() < 0);
  }
};

QTEST_MAIN(TestComparePage)
#include "test_compare_page.moc"
