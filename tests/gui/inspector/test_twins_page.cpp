// Two runs over depth and time: one scale, one cursor, the one over the other.
#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QtTest>

#include "gui/inspector/strip_chart.h"
#include "gui/inspector/twins_page.h"
#include "gui/theme/heat_scale.h"

using namespace bypath;

class TestTwinsPage : public QObject {
  Q_OBJECT

 private:
  static TwinsPage::Kept kept(const QString& title, double scale, const std::vector<int64_t>& steps) {
    TwinsPage::Kept one{.title = title, .records = {}};
    for (int64_t step : steps) {
      ProbeRecord record{.step = step};
      for (const char* path : {"a", "b", "c"}) {
        LayerGradient layer{.path = path};
        layer.norm = scale * static_cast<double>(step);
        record.layers.push_back(layer);
      }
      one.records.push_back(record);
    }
    return one;
  }

 private Q_SLOTS:
  void stripsShareScaleAndCursor() {
    TwinsPage page;
    page.resize(1200, 320);
    page.show();
    page.setRecords(kept("one", 1, {100, 200, 300}), kept("two", 0.01, {100, 205, 900}));
    QVERIFY(page.showsResult());
    for (int i = 0; i < 3; ++i) QVERIFY(page.chart(i)->isVisible());
    const auto colourAt = [](StripChart* chart, size_t column) {
      const QRectF cell = chart->cell(1, column);  // beside the cursor
      return chart->grab().toImage().pixel(
          QPointF(cell.left() + cell.width() / 4, cell.center().y()).toPoint());
    };
    QCOMPARE(colourAt(page.chart(0), 2), heatColor(1).rgb());
    QCOMPARE(colourAt(page.chart(1), 0), heatColor(0).rgb());
    // 300 has nothing near it in the second run.
    QCOMPARE(page.chart(2)->strip().steps, (std::vector<int64_t>{100, 200}));
    QVERIFY(std::abs(page.chart(2)->strip().at(0, 0) - 100) < 1e-9);
    QTest::mouseClick(page.chart(1), Qt::LeftButton, {}, page.chart(1)->cell(0, 1).center().toPoint());
    for (int i = 0; i < 3; ++i) QCOMPARE(page.chart(i)->cursorStep(), std::optional<int64_t>(205));
    QVERIFY2(page.reading().contains("a, step 205"), qPrintable(page.reading()));
    page.quantityBox()->setCurrentIndex(page.quantityBox()->findData("silent"));
    QVERIFY(page.chart(0)->strip().empty());
  }

  // The same cursor for whoever draws the networks, by slider and by strip.
  void networksFollowTheCursor() {
    TwinsPage page;
    auto* networks = new QWidget;
    page.setNetworks(networks);
    page.resize(1200, 320);
    page.show();
    QSignalSpy shown(&page, &TwinsPage::stepShown);
    page.setRecords(kept("one", 1, {100, 200, 300}), kept("two", 1, {100, 205, 900, 950}));
    QVERIFY(shown.count() > 0);
    QCOMPARE(page.step(), std::optional<int64_t>(950));  // as they ended
    QCOMPARE(page.seen(0).step, int64_t{300});
    QVERIFY(!networks->isVisible());
    QTest::keyClick(page.viewBox(), Qt::Key_Down);
    QVERIFY(networks->isVisible() && !page.chart(0)->isVisible() && !page.quantityBox()->isEnabled());
    QTest::keyClick(page.stepSlider(), Qt::Key_Home);
    QCOMPARE(page.step(), std::optional<int64_t>(100));
    QCOMPARE(page.seen(1).step, int64_t{100});
    QTest::keyClick(page.stepSlider(), Qt::Key_Right);
    QCOMPARE(page.seen(1).step, int64_t{205});
    QCOMPARE(page.seen(0).step, int64_t{200});
    QCOMPARE(page.chart(2)->cursorStep(), std::optional<int64_t>(205));
    QTest::keyClick(page.viewBox(), Qt::Key_Up);
    QTest::mouseClick(page.chart(0), Qt::LeftButton, {}, page.chart(0)->cell(0, 2).center().toPoint());
    QCOMPARE(page.stepSlider()->value(), 1);  // 205 is the second run's last look before 300
    QCOMPARE(page.seen(0).step, int64_t{300});
  }

  void oneRunAloneAndNoneAtAll() {
    TwinsPage page;
    page.resize(1200, 320);
    page.show();
    page.setRecords(kept("one", 1, {100}), {});
    QVERIFY(page.chart(0)->isVisible() && !page.chart(1)->isVisible() && !page.chart(2)->isVisible());
    page.setRecords({"none", {}}, {});
    QVERIFY(!page.showsResult());
  }
};

QTEST_MAIN(TestTwinsPage)
#include "test_twins_page.moc"
