// What a network loses with its blocks as a page: bars of each block, and the curve of many at random.
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

#include "figures.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/value_bars.h"
#include "gui/inspector/value_lines.h"
#include "gui/theme/theme.h"

using namespace bypath;

class TestLesionPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<LesionPage> page_;

  static LesionRow row(const std::vector<std::string>& blocks, double accuracy, double loss) {
    return {.blocks = blocks, .values = NamedNumbers{{"accuracy", accuracy}, {"loss", loss}}, .reason = {}};
  }
  static Lesions each() {
    Lesions found{.whole = {{"accuracy", 0.8}, {"loss", 0.5}}, .images = 100};
    found.rows = {row({"a"}, 0.7, 0.9), row({"b"}, 0.8, 0.5)};
    return found;
  }
  // One block: 0.7 and 0.5; two: 0.4 and 0.2.
  static Lesions random() {
    Lesions found{.whole = {{"accuracy", 0.8}, {"loss", 0.5}}, .images = 100, .removable = 9};
    found.random = true;
    found.rows = {row({"a"}, 0.7, 0.9), row({"b"}, 0.5, 1.1), row({"a", "c"}, 0.4, 2),
                  row({"b", "c"}, 0.2, 4)};
    return found;
  }
  void show(const Lesions& lesions) {
    page_->setLesions(lesions, "step 6 of 1");
    QCoreApplication::processEvents();
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<LesionPage>();
    page_->resize(870, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() { page_.reset(); }

  void asksForWhatIsChosen() {
    page_->setRuns({{"/runs/7", "7, this run"}});
    QVERIFY(!page_->mostBox()->isVisible() && !page_->drawsBox()->isVisible());
    QCOMPARE(page_->request().random, 0);
    QVERIFY(!page_->request().swap);
    QTest::keyClick(page_->kindBox(), Qt::Key_Down);
    QVERIFY(page_->request().swap);
    QCOMPARE(page_->request().random, 0);
    QTest::keyClick(page_->kindBox(), Qt::Key_Down);
    QVERIFY(page_->mostBox()->isVisible() && page_->drawsBox()->isVisible());
    QTest::keyClick(page_->mostBox(), Qt::Key_Up);
    QTest::keyClick(page_->drawsBox(), Qt::Key_Down);
    const LesionRequest request = page_->request();
    QVERIFY(!request.swap);
    QCOMPARE(request.from, 1);
    QCOMPARE(request.random, 11);
    QCOMPARE(request.draws, 4);
    // In a row of their own: the page needs no wider window.
    QVERIFY(page_->mostBox()->y() > page_->kindBox()->geometry().bottom());
  }

  void eachBlockIsABar() {
    show(each());
    QCOMPARE(page_->chart(), page_->bars());
    QSignalSpy asked(page_.get(), &LesionPage::nodeRequested);
    QTest::mouseClick(page_->bars(), Qt::LeftButton, {}, page_->bars()->column(1).center().toPoint());
    QCOMPARE(asked.last()[0].toString(), QStringLiteral("b"));
    QTest::keyClick(page_->bars(), Qt::Key_Left);
    QCOMPARE(page_->reading(), QStringLiteral("a: accuracy 70.0 %, −10.0 points"));
  }

  void randomBlocksAreACurveInABand() {
    show(random());
    QCOMPARE(page_->chart(), page_->lines());
    const ValueLine& line = page_->lines()->lines()[0];
    QCOMPARE(line.values.size(), size_t{3});
    QCOMPARE(line.values[0], 80.0);
    QVERIFY(std::abs(line.values[1] - 60) < 1e-9 && std::abs(line.values[2] - 30) < 1e-9);
    QCOMPARE(line.spread[0], 0.0);
    QVERIFY(std::abs(line.spread[1] - std::sqrt(200.0)) < 1e-9);
    QVERIFY2(page_->caption().startsWith(
                 "Without 2 of 9 blocks, drawn at random: accuracy 30.0 % on average over 2 draws"),
             qPrintable(page_->caption()));
    QTest::mouseMove(page_->lines(), page_->lines()->point(0, 1).toPoint());
    QTRY_COMPARE(page_->reading(), QStringLiteral("blocks removed 1. accuracy, %: 60 ± 14.14."));
    QTest::keyClick(page_->lines(), Qt::Key_Home);
    QCOMPARE(page_->reading(), QStringLiteral("blocks removed 0. accuracy, %: 80."));
    QTest::keyClick(page_->measureBox(), Qt::Key_Down);
    QVERIFY(std::abs(page_->lines()->lines()[0].values[2] - 3) < 1e-9);
    show(each());
    QCOMPARE(page_->chart(), page_->bars());
  }

  void theBandIsPainted() {
    show(random());
    const QImage image = page_->lines()->grab().toImage();
    const QPointF at = page_->lines()->point(0, 1);
    const QColor near = image.pixelColor(at.toPoint() + QPoint(0, 8)),
                 far = image.pixelColor(at.toPoint() + QPoint(0, 80));
    QVERIFY(near != far);
  }

  void figures() {
    show(random());
    const QByteArray csv = writtenFigure(
        "l.csv", [&](const QString& path) { return page_->chart()->exportTo(path, "Lesions"); });
    const QList<QByteArray> lines = csv.split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines[0], QByteArray("\"blocks removed\",\"accuracy, %\",\"accuracy, %, spread\""));
    QCOMPARE(lines[1], QByteArray("0,80,0"));
    for (const char* name : {"l.svg", "l.pdf", "l.png"})
      QVERIFY(!writtenFigure(name, [&](const QString& path) {
                 return page_->chart()->exportTo(path, "Lesions");
               }).isEmpty());
  }
};

QTEST_MAIN(TestLesionPage)
#include "test_lesion_page.moc"
