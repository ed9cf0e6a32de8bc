// A quantity over depth and time: what is drawn where, read out, scrubbed to and saved.
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/inspector/strip_chart.h"
#include "gui/inspector/strip_page.h"
#include "gui/theme/heat_scale.h"
#include "tests/gui/stored_files.h"

using namespace bypath;

namespace {

ProbeRecord recordAt(int64_t step, int layers) {
  ProbeRecord record{.step = step};
  for (int i = 0; i < layers; ++i) {
    LayerGradient layer{.path = "conv" + std::to_string(i)};
    layer.norm = std::pow(10.0, -i) * static_cast<double>(step);
    layer.weightNorm = 2;
    layer.updateNorm = 0.002;
    record.layers.push_back(layer);
  }
  return record;
}

std::vector<FrameHistory::Frame> framesAt(const std::vector<int64_t>& steps, int layers = 3) {
  std::vector<FrameHistory::Frame> frames;
  for (int64_t step : steps) {
    auto frame = std::make_shared<InspectionFrame>();
    frame->step = step;
    frame->probes = recordAt(step, layers);
    if (step == 30) frame->probes.activities = {{.path = "relu", .zeros = 0.5, .silent = 0.25}};
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace

class TestStripPage : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<StripPage> page_;

  QRgb colourAt(const QPointF& point) { return page_->chart()->grab().toImage().pixel(point.toPoint()); }

 private Q_SLOTS:
  void init() {
    QSettings().clear();
    page_ = std::make_unique<StripPage>();
    page_->resize(900, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }

  void quantitiesOfARecord() {
    const auto frames = framesAt({10, 20, 30});
    std::vector<const ProbeRecord*> records;
    for (const auto& frame : frames) records.push_back(&frame->probes);
    const auto quantities = stripQuantities();
    const auto named = [&](const QString& id) {
      return *std::ranges::find_if(quantities, [&](const StripQuantity& one) { return id == one.id; });
    };
    const Strip gradient = stripOf(named("gradient"), records);
    QCOMPARE(gradient.steps, (std::vector<int64_t>{10, 20, 30}));
    QCOMPARE(gradient.paths.size(), size_t{3});
    QCOMPARE(gradient.at(1, 2), 3.0);
    QCOMPARE(stripOf(named("update"), records).at(0, 0), 0.001);
    const Strip dead = stripOf(named("silent"), records);
    QCOMPARE(dead.steps, std::vector<int64_t>{30});
    QCOMPARE(dead.at(0, 0), 0.25);
    QVERIFY(stripOf(named("split"), records).empty());
    const Strip ratio = ratioOf(gradient, gradient);
    QCOMPARE(ratio.values, std::vector<double>(9, 1.0));
  }

  void coloursStandWhereTheyBelong() {
    page_->setFrames(framesAt({10, 20, 30}));
    StripChart* chart = page_->chart();
    QCOMPARE(chart->strip().paths.size(), size_t{3});
    QCOMPARE(colourAt(chart->cell(0, 2).center()), heatColor(1).rgb());  // 30, the greatest
    QCOMPARE(colourAt(chart->cell(2, 0).center()), heatColor(0).rgb());  // 0.1, the least
    QVERIFY(page_->caption().contains("vanished"));
  }

  void whatIsPointedAtIsReadOutAndScrubbedTo() {
    page_->setFrames(framesAt({10, 20, 30}));
    StripChart* chart = page_->chart();
    QSignalSpy scrubbed(page_.get(), &StripPage::scrubbed);
    QTest::mouseMove(chart, chart->cell(1, 1).center().toPoint());
    QTRY_VERIFY2(page_->reading().contains("conv1, step 20: 2"), qPrintable(page_->reading()));
    QTest::mouseClick(chart, Qt::LeftButton, {}, chart->cell(1, 1).center().toPoint());
    QCOMPARE(scrubbed.last().first().toLongLong(), 20);
    QTest::mousePress(chart, Qt::LeftButton, {}, chart->cell(1, 1).center().toPoint());
    QMouseEvent drag(QEvent::MouseMove, chart->cell(1, 0).center(),
                     chart->mapToGlobal(chart->cell(1, 0).center()), Qt::NoButton, Qt::LeftButton, {});
    QCoreApplication::sendEvent(chart, &drag);
    QTest::mouseRelease(chart, Qt::LeftButton, {}, chart->cell(1, 0).center().toPoint());
    QCOMPARE(scrubbed.last().first().toLongLong(), 10);
    QTest::keyClick(chart, Qt::Key_End);
    QTest::keyClick(chart, Qt::Key_Return);
    QCOMPARE(scrubbed.last().first().toLongLong(), 30);
    QSignalSpy asked(page_.get(), &StripPage::nodeRequested);
    QTest::mouseDClick(chart, Qt::LeftButton, {}, chart->cell(2, 1).center().toPoint());
    QCOMPARE(asked.last().first().toString(), QStringLiteral("conv2"));
  }

  void theCursorIsLeftByAButton() {
    page_->setFrames(framesAt({10, 20, 30}));
    QVERIFY(!page_->followButton()->isVisible());
    page_->setCursorStep(20);
    QVERIFY(page_->followButton()->isVisible());
    QSignalSpy released(page_.get(), &StripPage::released);
    QTest::mouseClick(page_->followButton(), Qt::LeftButton);
    QCOMPARE(released.size(), 1);
  }

  void thinRowsScroll() {
    page_->setFrames(framesAt({1, 2, 3, 4}, 1202));
    StripChart* chart = page_->chart();
    QVERIFY(chart->rowsInSight() < 1202);
    QCOMPARE(chart->firstRow(), 0);
    const QPointF middle = QRectF(chart->rect()).center();
    QWheelEvent wheel(middle, chart->mapToGlobal(middle), {}, {0, -240}, {}, {}, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(chart, &wheel);
    QVERIFY(chart->firstRow() > 0);
    QTest::keyClick(chart, Qt::Key_End);
    for (int i = 0; i < 3; ++i) QTest::keyClick(chart, Qt::Key_Down);
    QVERIFY(chart->firstRow() <= 3 && chart->selected() % 4 == 3);
  }

  void anotherQuantityIsRemembered() {
    page_->setFrames(framesAt({10, 20, 30}));
    page_->quantityBox()->setCurrentIndex(page_->quantityBox()->findData("silent"));
    QCOMPARE(page_->chart()->strip().paths, std::vector<std::string>{"relu"});
    page_->quantityBox()->setCurrentIndex(page_->quantityBox()->findData("drift"));
    QVERIFY(page_->caption().contains("Nothing of this"));
    StripPage again;
    QCOMPARE(again.quantityBox()->currentData().toString(), QStringLiteral("drift"));
  }

  void figuresAreSaved() {
    page_->setFrames(framesAt({10, 20, 30}));
    QTemporaryDir folder;
    for (const char* ending : {"png", "svg", "pdf", "csv"})
      QVERIFY(page_->chart()->exportTo(folder.filePath(QStringLiteral("strip.") + ending), "Strip").ok());
    QFile csv(folder.filePath("strip.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readLine().trimmed(), QByteArray("path,10,20,30"));
    QCOMPARE(csv.readLine().trimmed(), QByteArray("\"conv0\",10,20,30"));
  }
};

QTEST_MAIN(TestStripPage)
#include "test_strip_page.moc"
