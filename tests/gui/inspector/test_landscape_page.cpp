// The loss landscape as a page: maps and curves, how they are read out, one scale for two networks, and what
// is written to a file.
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/inspector/contours.h"
#include "gui/inspector/landscape_page.h"
#include "gui/inspector/value_lines.h"
#include "gui/theme/heat_scale.h"
#include "gui/theme/theme.h"

using namespace bypath;

namespace {

// A bowl around the middle: floor + steepness * (alpha^2 + beta^2).
Landscape bowl(double floor, double steepness, bool line = false) {
  Landscape made{.axis = {-1, -0.5, 0, 0.5, 1}, .line = line, .whole = {{"loss", floor}}, .images = 40};
  for (size_t row = 0; row < made.rows(); ++row)
    for (const double alpha : made.axis) {
      const double beta = line ? 0 : made.axis[row];
      made.loss.push_back(floor + steepness * (alpha * alpha + beta * beta));
      made.accuracy.push_back(0.5);
    }
  return made;
}

}  // namespace

class TestLandscapePage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<LandscapePage> page_;

  LandscapeMap* map() { return page_->map(); }
  void show(const std::vector<MapPicture>& maps) {
    page_->setLandscapes(maps);
    QCoreApplication::processEvents();
  }
  QColor painted(size_t of, size_t row, size_t column) {
    const QRectF cell = map()->cell(of, row, column);
    return map()->grab().toImage().pixelColor((cell.topLeft() + QPointF(1, 1)).toPoint());
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    page_ = std::make_unique<LandscapePage>();
    page_->resize(870, 340);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() { page_.reset(); }

  void saysWhatToDoAndWhatToMeasure() {
    QVERIFY(!page_->showsResult());
    QVERIFY(!page_->twinBox()->isEnabled());
    page_->setRuns({{"/runs/7", "7, this run"}, {"/runs/8", "8"}});
    QVERIFY(page_->beginButton()->isVisible());
    QCOMPARE(page_->twin(), QString());
    QTest::keyClick(page_->twinBox(), Qt::Key_Down);
    QTest::keyClick(page_->twinBox(), Qt::Key_Down);
    QCOMPARE(page_->twin(), QStringLiteral("/runs/8"));
    page_->setRuns({{"/runs/9", "9, this run"}, {"/runs/8", "8"}});
    QCOMPARE(page_->twin(), QStringLiteral("/runs/8"));
    QCOMPARE(page_->request().points, 15);
    QVERIFY(!page_->request().line);
    QTest::keyClick(page_->kindBox(), Qt::Key_End);
    QVERIFY(page_->request().line);
    page_->limitBox()->setValue(64);
    QCOMPARE(page_->request().limit, 64);
  }

  void aPointIsReadByMouseAndKeys() {
    show({{"step 2 of 7", bowl(1, 4)}});
    QTest::mouseMove(map(), map()->cell(0, 4, 0).center().toPoint());
    QTRY_COMPARE(page_->reading(),
                 QStringLiteral("step 2 of 7, alpha −1, beta 1: loss 9, accuracy 50.0\u00a0%."));
    QTest::keyClick(map(), Qt::Key_Right);
    QTest::keyClick(map(), Qt::Key_Down);
    QVERIFY2(page_->reading().contains("alpha −0.5, beta 0.5: loss 3"), qPrintable(page_->reading()));
    QTest::keyClick(map(), Qt::Key_Home);
    QVERIFY2(page_->reading().contains("alpha 0, beta 0: loss 1,"), qPrintable(page_->reading()));
    for (int i = 0; i < 9; ++i) QTest::keyClick(map(), Qt::Key_Up);
    QVERIFY2(page_->reading().contains("alpha 0, beta 1: loss 5,"), qPrintable(page_->reading()));
    QCOMPARE(map()->accessibleDescription(), page_->reading());
  }

  void twoMapsShareOneScale() {
    show({{"residual", bowl(1, 1)}, {"plain", bowl(2, 7)}});
    QVERIFY(page_->minimumSizeHint().width() <= 620);  // what a window of 1280 has for it
    QVERIFY(map()->cell(1, 0, 0).left() > map()->cell(0, 0, 4).right());
    QCOMPARE(map()->colorOf(1), heatColor(0));
    QCOMPARE(map()->colorOf(16), heatColor(1));
    QCOMPARE(map()->colorOf(4), heatColor(0.5));
    QCOMPARE(painted(1, 4, 4), heatColor(1));
    QVERIFY(painted(0, 4, 4) != heatColor(1));
    QTest::mouseClick(page_->logarithmicBox(), Qt::LeftButton, {},
                      QPoint(8, page_->logarithmicBox()->height() / 2));
    QCOMPARE(map()->colorOf(8.5), heatColor(0.5));
    // From the last column of the one into the first of the other, and back.
    QTest::mouseMove(map(), map()->cell(0, 2, 4).center().toPoint());
    QTRY_VERIFY(page_->reading().startsWith("residual, alpha 1,"));
    QTest::keyClick(map(), Qt::Key_Right);
    QVERIFY2(page_->reading().startsWith("plain, alpha −1, beta 0"), qPrintable(page_->reading()));
    QTest::keyClick(map(), Qt::Key_Left);
    QVERIFY(page_->reading().startsWith("residual, alpha 1,"));
    QCOMPARE(page_->verdict(),
             QStringLiteral("Loss: 1 in the middle, up to 3; beside it 2 in the middle, up to "
                            "16; on 40 validation images."));
  }

  void whatIsNoValueIsHatched() {
    Landscape broken = bowl(1, 1);
    broken.loss[0] = NAN;
    show({{"a", broken}});
    QCOMPARE(map()->colorOf(NAN), noHeatColor());
    QTest::mouseMove(map(), map()->cell(0, 0, 0).center().toPoint());
    QTRY_VERIFY2(page_->reading().contains("no finite loss"), qPrintable(page_->reading()));
    std::ranges::fill(broken.loss, NAN);
    show({{"a", broken}});
    QVERIFY2(page_->verdict().contains("no finite value"), qPrintable(page_->verdict()));
    QVERIFY(!map()->grab().isNull());
  }

  void aLineIsACurve() {
    show({{"residual", bowl(1, 1, true)}, {"plain", bowl(2, 7, true)}});
    ValueLines* curves = page_->curves();
    QVERIFY(curves->isVisible() && !map()->isVisible());
    QVERIFY(curves->point(1, 4).y() < curves->point(0, 4).y());
    QCOMPARE(curves->point(0, 0).y(), curves->point(0, 4).y());
    QTest::mouseMove(curves, curves->point(0, 3).toPoint());
    QTRY_COMPARE(page_->reading(), QStringLiteral("alpha 0.5. residual: 1.25; plain: 3.75."));
    QTest::keyClick(curves, Qt::Key_End);
    QCOMPARE(page_->reading(), QStringLiteral("alpha 1. residual: 2; plain: 9."));
    show({{"residual", bowl(1, 1)}});
    QVERIFY(map()->isVisible() && page_->reading().contains("arrow keys"));
  }

  void filesHaveEveryPoint() {
    show({{"a", bowl(1, 1)}, {"b", bowl(2, 7)}});
    const QTemporaryDir folder;
    for (const char* ending : {"png", "svg", "pdf", "csv"}) {
      const QString path = folder.filePath(QStringLiteral("map.") + ending);
      const Result<void> done = map()->exportTo(path, "Landscape");
      QVERIFY2(done.ok(), done ? "" : done.error().message.c_str());
      QFile file(path);
      QVERIFY(file.open(QIODevice::ReadOnly) && file.size() > 100);
      if (path.endsWith("csv")) QCOMPARE(file.readAll().count('\n'), 1 + 2 * 25);
    }
  }

  void contoursGoWhereTheHeightIs() {
    // A slope to the right: every line of height h stands at column h.
    std::vector<double> slope;
    for (int i = 0; i < 12; ++i) slope.push_back(i % 4);
    for (const QLineF& piece : contourLines({slope, 4}, 1.25)) {
      QCOMPARE(piece.p1().x(), 1.25);
      QCOMPARE(piece.p2().x(), 1.25);
    }
    QCOMPARE(contourLines({slope, 4}, 1.25).size(), size_t{2});
    QVERIFY(contourLines({slope, 4}, 9).empty());
    slope[5] = NAN;
    QVERIFY(contourLines({slope, 4}, 0.5).empty());
    // A saddle has two lines, which do not cross.
    const std::vector<double> saddle = {1, 0, 0, 1};
    const std::vector<QLineF> pieces = contourLines({saddle, 2}, 0.4);
    QCOMPARE(pieces.size(), size_t{2});
    QVERIFY(pieces[0].intersects(pieces[1], nullptr) != QLineF::BoundedIntersection);
    QCOMPARE(pieces[0].center().x() > 0.5, pieces[0].center().y() < 0.5);  // the high corners are connected
  }
};

QTEST_MAIN(TestLandscapePage)
#include "test_landscape_page.moc"
