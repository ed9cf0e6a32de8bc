// Autocorrelations of gradients as a page: its curves, how they are read out, and what it measures.
#include <QCheckBox>
#include <QFile>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/inspector/shattered_page.h"
#include "gui/inspector/value_lines.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestShatteredPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ShatteredPage> page_;

  ValueLines* lines() { return page_->lines(); }
  void showBoth() {
    page_->setShattered(
        {{"residual", {.correlation = {1, 0.9, 0.8}, .neighbours = 0.91, .lines = 4, .units = 2}},
         {"plain", {.correlation = {1, 0.3, -0.1}, .neighbours = -0.02, .lines = 4, .units = 2}}});
    QCoreApplication::processEvents();
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<ShatteredPage>();
    page_->resize(700, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() { page_.reset(); }

  void asksForWhatIsChosen() {
    page_->setRuns({{"/runs/7", "7, this run"}});
    QVERIFY(page_->minimumSizeHint().width() <= 620);  // what a window of 1280 has for it
    QVERIFY(!page_->request().batchStatistics);
    QTest::mouseClick(page_->statisticsBox(), Qt::LeftButton, {},
                      QPoint(8, page_->statisticsBox()->height() / 2));
    QVERIFY(page_->request().batchStatistics);
    QTest::keyClick(page_->countBox(), Qt::Key_Up);
    QCOMPARE(page_->request().lines, 5);
  }

  void aLagIsReadByMouseAndKeys() {
    showBoth();
    QVERIFY(lines()->point(0, 2).y() < lines()->point(1, 2).y());
    QCOMPARE(lines()->point(0, 0), lines()->point(1, 0));
    QTest::mouseMove(lines(), lines()->point(0, 1).toPoint());
    QTRY_COMPARE(page_->reading(), QStringLiteral("lag 1. residual: 0.9; plain: 0.3."));
    QTest::keyClick(lines(), Qt::Key_Right);
    QCOMPARE(page_->reading(), QStringLiteral("lag 2. residual: 0.8; plain: −0.1."));
    QTest::keyClick(lines(), Qt::Key_Right);
    QCOMPARE(lines()->selected(), 2);
    QCOMPARE(page_->verdict(), QStringLiteral("Mean cosine of neighbouring gradients: 0.91; beside it −0.02. "
                                              "Lines of 256 points: 4."));
    QVERIFY(page_->caption().contains("Balduzzi 2017"));
  }

  void numbersGoIntoAFile() {
    showBoth();
    const QTemporaryDir folder;
    const QString path = folder.filePath("lags.csv");
    QVERIFY(lines()->exportTo(path, "Lags").ok());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("\"lag\",\"residual\",\"plain\"\n0,1,1\n1,0.9"));
    QVERIFY(lines()->exportTo(folder.filePath("lags.svg"), "Lags").ok());
  }
};

QTEST_MAIN(TestShatteredPage)
#include "test_shattered_page.moc"
