// How a layer's values are spread through time: what is drawn where, read out, scrubbed to and saved.
#include <QComboBox>
#include <QSettings>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "core/ops/histogram.h"
#include "figures.h"
#include "gui/inspector/histogram_chart.h"
#include "gui/inspector/histogram_panel.h"
#include "gui/inspector/strip_chart.h"
#include "gui/inspector/strip_page.h"
#include "gui/theme/heat_scale.h"
#include "gui/theme/theme.h"

using namespace bypath;

namespace {

// All values in two bins: ten at the bottom, thirty at the top.
Histogram twoHeaps(float low, float high) {
  Histogram made{.low = low, .high = high, .counts = std::vector<uint32_t>(histogramBins, 0)};
  made.counts.front() = 10;
  made.counts.back() = 30;
  return made;
}

std::vector<FrameHistory::Frame> framesAt(const std::vector<int64_t>& steps) {
  std::vector<FrameHistory::Frame> frames;
  std::shared_ptr<const HistogramRecord> last;
  for (const int64_t step : steps) {
    auto frame = std::make_shared<InspectionFrame>();
    frame->step = step;
    frame->probes.step = step;
    for (const char* path : {"conv", "fc"}) frame->probes.layers.push_back({path, 1, 2, 0.01});
    // Every second frame shows those of the one before.
    if (step % 20 != 0 || !last) {
      auto seen = std::make_shared<HistogramRecord>();
      seen->step = step;
      const auto half = static_cast<float>(step) / 10;
      seen->layers = {
          {.path = "conv", .weights = twoHeaps(-half, half), .gradient = twoHeaps(-1, 1), .output = {}},
          {.path = "relu", .weights = {}, .gradient = {}, .output = twoHeaps(0, half)}};
      last = seen;
    }
    frame->probes.histograms = last;
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace

class TestHistogramPanel : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<StripPage> page_;

  HistogramPanel& panel() { return *page_->histogram(); }
  HistogramChart* chart() { return panel().chart(); }
  void open() {
    QTest::mouseClick(page_->histogramButton(), Qt::LeftButton);
    QTRY_VERIFY(!panel().isVisible() || panel().width() > 200);  // laid out
    QCoreApplication::processEvents();
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init() {
    QSettings().clear();
    page_ = std::make_unique<StripPage>();
    page_->resize(1000, 300);
    page_->show();
    QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
  }
  void cleanup() { page_.reset(); }

  void aRowOpensItsHistogram() {
    page_->setFrames(framesAt({10, 20, 30, 40, 50}));
    QVERIFY(!panel().isVisible());
    open();
    QVERIFY(panel().isVisible());
    QCOMPARE(panel().layer(), std::string("conv"));  // the first row, until one is clicked
    QCOMPARE(chart()->series().size(), size_t{3});   // 10, 30, 50: each once
    StripChart* strip = page_->chart();
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->cell(1, 2).center().toPoint());
    QCOMPARE(panel().layer(), std::string("fc"));
    QVERIFY2(panel().emptyText().startsWith("fc has none of these"), qPrintable(panel().emptyText()));
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->cell(0, 2).center().toPoint());
    QVERIFY(panel().emptyText().isEmpty());
    StripPage again;
    QVERIFY(again.histogramButton()->isChecked());
    open();
    QVERIFY(!panel().isVisible());
  }

  void withoutLooksItSaysWhatToDo() {
    auto frames = framesAt({10});
    auto bare = std::make_shared<InspectionFrame>(*frames[0]);
    bare->probes.histograms = nullptr;
    page_->setFrames({bare});
    open();
    QVERIFY2(panel().emptyText().contains("watched"), qPrintable(panel().emptyText()));
  }

  void coloursStandWhereValuesAre() {
    page_->setFrames(framesAt({10, 30, 50}));
    open();
    const QImage image = chart()->grab().toImage();
    // Away from the line of the upper bound: the heap at the top is brightest, the other half as much.
    const QRectF last = chart()->column(2);
    const QPointF side(last.right() - 3, 0);
    const auto at = [&](double value) {
      return image.pixelColor(QPointF(side.x(), chart()->point(2, value).y()).toPoint());
    };
    QCOMPARE(at(4.93), heatColor(1));
    QCOMPARE(at(-4.93), heatColor(std::sqrt(1.0 / 3)));
    QVERIFY(at(2.5) != heatColor(1) && at(2.5) != heatColor(std::sqrt(1.0 / 3)));
    // At step 10 nothing lies beyond 1.
    const QColor outside =
        image.pixelColor(QPointF(chart()->column(0).left() + 3, chart()->point(0, 4.93).y()).toPoint());
    QVERIFY(outside != heatColor(1));
  }

  void aStepIsReadAndScrubbedTo() {
    page_->setFrames(framesAt({10, 30, 50}));
    open();
    QSignalSpy scrubbed(page_.get(), &StripPage::scrubbed);
    QTest::mouseMove(chart(), chart()->column(1).center().toPoint());
    QTRY_VERIFY2(panel().reading().startsWith("Step 30: 40 values from −3 to 3;"),
                 qPrintable(panel().reading()));
    QTest::mouseClick(chart(), Qt::LeftButton, {}, chart()->column(1).center().toPoint());
    QCOMPARE(scrubbed.last()[0].toLongLong(), 30);
    QTest::keyClick(chart(), Qt::Key_End);
    QTest::keyClick(chart(), Qt::Key_Return);
    QCOMPARE(scrubbed.last()[0].toLongLong(), 50);
    // The cursor of the page stands in this picture, too.
    const QPoint middle = chart()->column(0).center().toPoint();
    const QColor before = chart()->grab().toImage().pixelColor(middle);
    page_->setCursorStep(20);
    QVERIFY(chart()->grab().toImage().pixelColor(middle) != before);
  }

  void otherValuesOfTheLayer() {
    page_->setFrames(framesAt({10, 30, 50}));
    open();
    QTest::keyClick(chart(), Qt::Key_End);
    QVERIFY2(panel().reading().startsWith("Step 50: 40 values from −5 to 5;"), qPrintable(panel().reading()));
    QTest::keyClick(panel().valuesBox(), Qt::Key_Down);
    QCOMPARE(chart()->series()[2].spread.low, -1.0F);
    QVERIFY2(panel().reading().startsWith("Step 50: 40 values from −1 to 1;"), qPrintable(panel().reading()));
    QTest::keyClick(panel().valuesBox(), Qt::Key_Down);
    QVERIFY(!panel().emptyText().isEmpty());  // a record without outputs of it
    panel().showLayer("relu");
    QCOMPARE(chart()->series()[2].spread.high, 5.0F);
    const HistogramPanel again;
    QCOMPARE(again.valuesBox()->currentText(), QStringLiteral("Output"));
  }

  void figures() {
    page_->setFrames(framesAt({10, 30, 50}));
    open();
    const auto written = [&](const QString& name) {
      return writtenFigure(name, [&](const QString& path) { return chart()->exportTo(path, "Weights"); });
    };
    const QList<QByteArray> lines = written("h.csv").split('\n');
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines[0].startsWith("step,least,greatest,bin1,") && lines[0].endsWith(",bin48"));
    QVERIFY2(lines[2].startsWith("30,-3,3,10,0,") && lines[2].endsWith(",0,30"), lines[2].constData());
    QVERIFY(written("h.svg").contains("<svg"));
    QVERIFY(written("h.pdf").startsWith("%PDF"));
    const QImage picture = QImage::fromData(written("h.png"));
    QCOMPARE(picture.width(), chart()->width() * 2);
    QVERIFY(picture.height() > chart()->height() * 2 + 40);  // the title stands above
  }
};

QTEST_MAIN(TestHistogramPanel)
#include "test_histogram_panel.moc"
