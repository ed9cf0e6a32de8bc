// Lines to read a chart by: which of them the axis makes room for, what is said of the others, and that they
// reach the screen and the exported figure.
#include <cmath>
#include <QChart>
#include <QPainter>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/curve_view.h"
#include "gui/dashboard/dashboard.h"
#include "gui/theme/theme.h"

using namespace bypath;

namespace {

double same(double y) {
  return y;
}

// Rows of the picture in which the line's colour stands at most of a quarter of the width.
std::vector<int> lineRows(const QImage& image) {
  std::vector<int> rows;
  const QColor wanted = theme().textMuted;
  for (int y = 0; y < image.height(); ++y) {
    int matches = 0;
    for (int x = image.width() / 4; x < image.width() / 2; ++x) {
      const QColor c = image.pixelColor(x, y);
      matches += std::abs(c.red() - wanted.red()) + std::abs(c.green() - wanted.green()) +
                     std::abs(c.blue() - wanted.blue()) <
                 60;
    }
    if (matches > image.width() / 16) rows.push_back(y);
  }
  return rows;
}

}  // namespace

class TestLevelLines : public QObject {
  Q_OBJECT

 private:
  RunCurves curves_;
  const std::vector<CurveOverlay> none_;

  void fill(double from, double to) {
    curves_ = {};
    for (int i = 0; i <= 20; ++i)
      curves_.add({.kind = FeedEventKind::step,
                   .step = i * 10,
                   .values = {{"loss", from + (to - from) * i / 20}},
                   .text = {}});
  }

 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }

  void theAxisMakesRoomForWhatIsNear() {
    const LevelLines near{{"floor", 90}}, far{{"floor", 90}, {"mean", 900}};
    LevelScale scale = scaleWith(100, 200, near, same);
    QVERIFY(scale.low < 90 && scale.low > 70 && scale.high == 200);
    scale = scaleWith(100, 200, far, same);  // the far one does not keep the near one out
    QVERIFY(scale.low < 90 && scale.high == 200);
    scale = scaleWith(100, 200, {{"inside", 150}}, same);
    QVERIFY(scale.low == 100 && scale.high == 200);
    // One that has no place on a logarithmic axis is passed over.
    scale = scaleWith(1, 2, {{"zero", 0}, {"seven", 7}}, [](double y) { return std::log10(y); });
    QVERIFY(scale.low < 0.85 && scale.high == 2);
  }

  void whatIsOutsideIsSaidSo() {
    QVERIFY(levelSentence({}, 0, 1).isEmpty());
    QCOMPARE(levelSentence({{"perfect copy", 1685.04}, {"mean image", 2117.8}}, 1600, 2000),
             QStringLiteral("To compare: perfect copy 1,685.0, mean image 2,117.8 (above the frame)."));
    QCOMPARE(levelSentence({{"commonest class", 0.1031}}, 0.5, 1),
             QStringLiteral("To compare: commonest class 0.103 (below the frame)."));
  }

  void linesAreDrawnWhereTheAxisHasThem() {
    CurveChart chart;
    chart.setQuantity("loss");
    fill(2100, 1800);
    chart.setCurves(curves_, none_);
    chart.resize(600, 300);
    QVERIFY(lineRows(chart.view()->grab().toImage()).empty());
    chart.setLevels({{"loss", {{"perfect copy", 1750}, {"mean image", 2117}}}});
    chart.view()->grab();
    const std::vector<int> rows = lineRows(chart.view()->grab().toImage());
    QVERIFY2(rows.size() >= 2 && rows.back() - rows.front() > 80, qPrintable(QString::number(rows.size())));
    // Beside the axis that Qt draws: the same value has the same height.
    const double wanted = chart.view()->chart()->mapToPosition({0, 1750}).y();
    QVERIFY2(std::abs(rows.back() - wanted) <= 2, qPrintable(QString::number(wanted)));
    // Another quantity has none.
    chart.setQuantity("accuracy");
    QVERIFY(chart.view()->levelText().isEmpty());
  }

  void labelsKeepClearOfEachOther() {
    QImage canvas(400, 200, QImage::Format_RGB32);
    std::vector<QRectF> asked;
    const auto draw = [&](const LevelLines& levels, const std::function<bool(QRectF)>& busy) {
      canvas.fill(Qt::white);
      QPainter painter(&canvas);
      drawLevels(painter, QRectF(0, 0, 400, 200), levels, same, busy);
      return canvas;
    };
    const auto free = [&](const QRectF& place) {
      asked.push_back(place);
      return false;
    };
    draw({{"one", 100}, {"two", 102}}, free);
    QCOMPARE(asked.size(), size_t{2});
    QVERIFY(!asked[0].intersects(asked[1]));
    for (const QRectF& place : asked) QVERIFY(place.right() <= 400);
    // At the upper edge below its line; where a curve runs, elsewhere.
    asked.clear();
    draw({{"one", 3}}, free);
    QVERIFY(asked.front().top() > 3);
    asked.clear();
    draw({{"one", 100}}, [&](const QRectF& place) {
      asked.push_back(place);
      return asked.size() < 3;
    });
    QCOMPARE(asked.size(), size_t{3});
    QVERIFY(asked[2].right() < asked[0].left());
    // A line outside is not drawn at all.
    asked.clear();
    draw({{"one", 300}}, free);
    QVERIFY(asked.empty());
  }

  void theyComeIntoFiguresAndGoWithTheRun() {
    Dashboard dashboard;
    dashboard.resize(1100, 360);
    auto feed = std::make_shared<TrainingFeed>();
    dashboard.watch(feed);
    for (int i = 1; i <= 10; ++i)
      feed->push({.kind = FeedEventKind::step, .step = i, .values = {{"loss", 2000.0 - i}}, .text = {}});
    dashboard.drain();
    dashboard.setLevels({{"loss", {{"perfect copy", 1991}}}});
    dashboard.grab();
    const QTemporaryDir folder;
    const QString path = folder.filePath("loss.svg");
    QVERIFY(dashboard.primaryChart()->exportTo(path).ok());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("perfect copy"));
    QVERIFY(!dashboard.primaryChart()->view()->levelText().isEmpty());
    dashboard.watch(std::make_shared<TrainingFeed>());
    QVERIFY(dashboard.primaryChart()->view()->levelText().isEmpty());
  }
};

QTEST_MAIN(TestLevelLines)
#include "test_level_lines.moc"
