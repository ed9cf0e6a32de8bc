// The dashboard fed by hand with what a trainer would push.
#include <cmath>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/curve_view.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/depth_bars.h"
#include "gui/dashboard/gradient_page.h"
#include "gui/dashboard/image_grid.h"
#include "gui/dashboard/pictures_page.h"
#include "gui/dashboard/predictions_view.h"
#include "gui/dashboard/shortcut_page.h"
#include "gui/dashboard/training_status.h"
#include "gui/figures/run_name.h"
#include "gui/theme/theme.h"

using namespace bypath;

namespace {

FeedEvent stepEvent(int64_t step, std::map<std::string, double> values) {
  FeedEvent event;
  event.kind = FeedEventKind::step;
  event.step = step;
  event.steps = 1000;
  event.epoch = 1;
  event.epochs = 10;
  event.seconds = 0.1 * static_cast<double>(step);
  event.values = std::move(values);
  return event;
}

FeedEvent stateEvent(TrainerState state) {
  FeedEvent event;
  event.kind = FeedEventKind::state;
  event.state = state;
  return event;
}

std::shared_ptr<InspectionFrame> frameWith(int layers, int blocks) {
  auto frame = std::make_shared<InspectionFrame>();
  frame->step = 40;
  frame->probes.step = 40;
  for (int i = 0; i < layers; ++i)
    frame->probes.layers.push_back({"layer" + std::to_string(i), std::pow(10.0, -4 + 3.0 * i / layers), 1});
  for (int i = 0; i < blocks; ++i)
    frame->probes.shortcuts.push_back({"block" + std::to_string(i), 0.5, 0.05, -0.25, 0.2, 0.8});
  return frame;
}

FrameImage picture(int size) {
  FrameImage image{size, size, 3, {}};
  image.pixels.assign(static_cast<size_t>(size * size * 3), 120);
  return image;
}

}  // namespace

class TestDashboard : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { applyTheme(*qApp, ThemeChoice::light); }
  void init();
  void cleanup() { dashboard_.reset(); }
  void emptyStateSaysWhatToDo();
  void pointsArrive();
  void statusTellsProgress();
  void epochMeansDoNotMixWithSteps();
  void goingBackDropsPoints();
  void marksAndReadout();
  void logarithmicAxisLeavesOutZeros();
  void longRunsAreDecimated();
  void gradientBars_data();
  void gradientBars();
  void silentLayersAreNamed();
  void shortcutTable();
  void networkWithoutShortcutSaysSo();
  void predictionsAndPictures();
  void overlaysAreDrawn();
  void exports();
  void aNewRunStartsEmpty();

 private:
  std::unique_ptr<Dashboard> dashboard_;
  std::shared_ptr<TrainingFeed> feed_;
};

void TestDashboard::init() {
  feed_ = std::make_shared<TrainingFeed>();
  dashboard_ = std::make_unique<Dashboard>();
  dashboard_->resize(1100, 320);
  dashboard_->show();
}

void TestDashboard::emptyStateSaysWhatToDo() {
  QSignalSpy spy(dashboard_.get(), &Dashboard::trainRequested);
  const QList<QPushButton*> buttons = dashboard_->findChildren<QPushButton*>();
  const auto shown = std::ranges::find_if(buttons, [](const QPushButton* b) { return b->isVisible(); });
  QVERIFY(shown != buttons.end());
  (*shown)->click();
  QCOMPARE(spy.count(), 1);
}

void TestDashboard::pointsArrive() {
  dashboard_->watch(feed_);
  feed_->push(stateEvent(TrainerState::running));
  for (int i = 1; i <= 30; ++i)
    feed_->push(stepEvent(10 * i, {{"loss", 2.0 / i}, {"accuracy", 1 - 1.0 / i}}));
  QTRY_COMPARE(dashboard_->curves().points("loss").size(), size_t{30});  // by the timer
  QCOMPARE(dashboard_->primaryChart()->quantity(), std::string("loss"));
  QCOMPARE(dashboard_->secondaryChart()->quantity(), std::string("accuracy"));
  QCOMPARE(dashboard_->primaryChart()->view()->drawn().size(), size_t{1});
  QVERIFY(dashboard_->secondaryChart()->isVisible());
}

void TestDashboard::statusTellsProgress() {
  dashboard_->watch(feed_);
  feed_->push(stateEvent(TrainerState::preparing));
  dashboard_->drain();
  QVERIFY(dashboard_->status()->text().contains(QStringLiteral("Preparing")));
  FeedEvent reading = stateEvent(TrainerState::preparing);
  reading.text = "reading the images";
  reading.values["share"] = 0.42;
  feed_->push(reading);
  dashboard_->drain();
  QVERIFY2(dashboard_->status()->text().contains(QStringLiteral("reading the images, 42 %")),
           qPrintable(dashboard_->status()->text()));
  feed_->push(stateEvent(TrainerState::running));
  dashboard_->drain();
  QVERIFY2(!dashboard_->status()->text().contains(QStringLiteral("images,")),
           qPrintable(dashboard_->status()->text()));
  feed_->push(stepEvent(250, {{"loss", 1}, {"images_per_second", 812.4}}));
  dashboard_->drain();
  const QString text = dashboard_->status()->text();
  for (const char* part : {"Training", "step 250 of 1,000", "812 images/s", "epoch 1 of 10", "1:15 min left"})
    QVERIFY2(text.contains(QLatin1String(part)), qPrintable(text));
  FeedEvent validating = stateEvent(TrainerState::validating);
  validating.values["share"] = 0.7;
  feed_->push(validating);
  dashboard_->drain();
  QVERIFY(dashboard_->status()->text().contains(QStringLiteral("Validating, 70 %")));
  QCOMPARE(durationText(9.2), QStringLiteral("10 s"));
  QCOMPARE(durationText(3720), QStringLiteral("1:02 h"));
}

void TestDashboard::epochMeansDoNotMixWithSteps() {
  RunCurves curves;
  curves.add(stepEvent(10, {{"loss", 2}}));
  FeedEvent epoch = stepEvent(15, {{"loss", 99}, {"val_loss", 1.5}});
  epoch.kind = FeedEventKind::epoch;
  curves.add(epoch);
  QCOMPARE(curves.points("loss").size(), size_t{1});
  QCOMPARE(curves.points("val_loss").size(), size_t{1});
  QCOMPARE(curves.quantities(), std::vector<std::string>{"loss"});
}

void TestDashboard::goingBackDropsPoints() {
  RunCurves curves;
  for (int i = 1; i <= 10; ++i) curves.add(stepEvent(i * 10, {{"loss", i}}));
  curves.add(stepEvent(50, {{"loss", 0.5}}));
  QCOMPARE(curves.points("loss").size(), size_t{5});
  QCOMPARE(curves.points("loss").back().y(), 0.5);
  curves.add(stepEvent(60, {{"loss", NAN}}));
  QCOMPARE(curves.points("loss").size(), size_t{5});
}

void TestDashboard::marksAndReadout() {
  dashboard_->watch(feed_);
  feed_->push(stepEvent(10, {{"loss", 2}}));
  feed_->push(stepEvent(20, {{"loss", 1}}));
  FeedEvent mark;
  mark.kind = FeedEventKind::mark;
  mark.step = 15;
  mark.text = "Learning rate set to 0.01";
  feed_->push(mark);
  dashboard_->drain();
  QCOMPARE(dashboard_->curves().marks().size(), size_t{1});
  const QStringList lines = dashboard_->primaryChart()->view()->readout(17);
  QCOMPARE(lines.size(), 1);
  QVERIFY2(lines.front().endsWith(QStringLiteral("2")), qPrintable(lines.front()));
}

void TestDashboard::logarithmicAxisLeavesOutZeros() {
  dashboard_->watch(feed_);
  for (int i = 1; i <= 5; ++i) feed_->push(stepEvent(i, {{"loss", i == 3 ? 0.0 : std::pow(10.0, i)}}));
  dashboard_->drain();
  dashboard_->primaryChart()->setLogarithmic(true);
  const CurveView* view = dashboard_->primaryChart()->view();
  QCOMPARE(view->drawn().front().points.size(), size_t{4});
  QVERIFY(view->range().high <= 5.0 && view->range().low >= 1.0);
}

void TestDashboard::longRunsAreDecimated() {
  dashboard_->watch(feed_);
  for (int i = 1; i <= 60000; ++i) feed_->push(stepEvent(i, {{"loss", std::sin(i)}}));
  dashboard_->drain();
  QElapsedTimer timer;
  timer.start();
  dashboard_->grab();
  qInfo() << "one picture of 60,000 points took" << timer.elapsed() << "ms";
  int drawn = 0;
  for (const QAbstractSeries* series : dashboard_->primaryChart()->view()->chart()->series())
    drawn += static_cast<int>(qobject_cast<const QLineSeries*>(series)->count());
  QVERIFY2(drawn > 500 && drawn < 3000, qPrintable(QString::number(drawn)));
}

void TestDashboard::gradientBars_data() {
  QTest::addColumn<int>("layers");
  for (int n : {1, 6, 20, 110, 1202}) QTest::addRow("%d layers", n) << n;
}

void TestDashboard::gradientBars() {
  QFETCH(int, layers);
  dashboard_->watch(feed_);
  dashboard_->tabs()->setCurrentWidget(dashboard_->gradients());
  feed_->publish(frameWith(layers, 0));
  dashboard_->drain();
  const DepthBars* bars = dashboard_->gradients()->bars();
  QCOMPARE(bars->paths().size(), layers);
  for (int i = 0; i < layers; ++i) QVERIFY(bars->barHeight(i, 0) > 0);
  QVERIFY(layers == 1 || bars->barHeight(layers - 1, 0) > bars->barHeight(0, 0));
  // At the right end is the last layer, or one of those that share its pixel.
  const QString text = bars->textAt(QPoint(bars->width() - 9, bars->height() / 2));
  const int shown = text.section(QLatin1Char('\n'), 0, 0).mid(5).toInt();
  QVERIFY2(shown < layers && shown >= layers - 1 - layers / 500, qPrintable(text));
  QVERIFY(bars->textAt(QPoint(2, 2)).isEmpty());
  QVERIFY(!dashboard_->grab().isNull());
}

void TestDashboard::silentLayersAreNamed() {
  auto frame = frameWith(6, 0);
  frame->probes.layers[2].norm = 0;
  dashboard_->gradients()->setRecord(frame->probes);
  bool said = false;
  for (const QLabel* label : dashboard_->gradients()->findChildren<QLabel*>())
    said |= label->text().contains(QStringLiteral("no gradient at all"));
  QVERIFY(said);
  QCOMPARE(dashboard_->gradients()->bars()->barHeight(2, 0), 0.0);
}

void TestDashboard::shortcutTable() {
  dashboard_->watch(feed_);
  dashboard_->tabs()->setCurrentWidget(dashboard_->shortcuts());
  feed_->publish(frameWith(6, 3));
  dashboard_->drain();
  const QTableWidget* table = dashboard_->shortcuts()->table();
  QCOMPARE(table->rowCount(), 3);
  QCOMPARE(table->item(1, 0)->text(), QStringLiteral("block1"));
  QCOMPARE(table->item(1, 3)->text(), QStringLiteral("-0.25"));
  QCOMPARE(table->item(1, 4)->text(), QStringLiteral("0.25"));
  QSignalSpy spy(dashboard_.get(), &Dashboard::nodeRequested);
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualItemRect(table->item(2, 0)).center());
  QCOMPARE(spy.count(), 1);
  QCOMPARE(spy.front().front().toString(), QStringLiteral("block2"));
}

void TestDashboard::networkWithoutShortcutSaysSo() {
  dashboard_->shortcuts()->setRecord(frameWith(6, 0)->probes);
  bool said = false;
  for (const QLabel* label : dashboard_->shortcuts()->findChildren<QLabel*>())
    said |= label->text().contains(QStringLiteral("no shortcut"));
  QVERIFY(said);
}

void TestDashboard::predictionsAndPictures() {
  dashboard_->watch(feed_);
  dashboard_->tabs()->setCurrentWidget(dashboard_->pictures());
  auto frame = frameWith(6, 3);
  frame->classes = {"circle", "square"};
  for (int i = 0; i < 8; ++i) frame->predictions.push_back({picture(32), i % 2, 0, {0.9F, 0.1F}});
  feed_->publish(frame);
  dashboard_->drain();
  QCOMPARE(dashboard_->pictures()->predictions()->count(), 8);
  QCOMPARE(dashboard_->pictures()->predictions()->correct(), 4);

  auto generated = frameWith(6, 3);
  for (int i = 0; i < 4; ++i) {
    generated->originals.push_back(picture(32));
    generated->reconstructions.push_back(picture(32));
    generated->samples.push_back(picture(32));
  }
  generated->samples.push_back({32, 32, 3, {1, 2, 3}});  // not that many bytes: left blank, not read beyond
  feed_->publish(generated);
  dashboard_->drain();
  QCOMPARE(dashboard_->pictures()->grid()->rows().size(), size_t{3});
  QVERIFY(dashboard_->pictures()->grid()->rows()[2].images.back().isNull());
  QVERIFY(!dashboard_->grab().isNull());
}

void TestDashboard::overlaysAreDrawn() {
  std::vector<RunRow> rows;
  for (int i = 1; i <= 5; ++i) rows.push_back({i * 10, 1, false, 1.0 * i, {{"loss", 3.0 / i}}});
  rows.push_back({50, 1, true, 5, {{"val_loss", 0.7}}});
  dashboard_->setOverlays({{QStringLiteral("earlier"), RunCurves::fromRecord(rows, {})}});
  const auto& drawn = dashboard_->primaryChart()->view()->drawn();
  QCOMPARE(drawn.size(), size_t{2});
  QVERIFY(drawn[0].name.contains(QStringLiteral("earlier")));
}

void TestDashboard::exports() {
  dashboard_->watch(feed_);
  for (int i = 1; i <= 5; ++i) feed_->push(stepEvent(i * 10, {{"loss", 1.0 / i}}));
  dashboard_->drain();
  const QTemporaryDir folder;
  for (const char* ending : {"png", "svg", "pdf", "csv"}) {
    const QString path = folder.filePath(QStringLiteral("loss.") + QLatin1String(ending));
    const Result<void> done = dashboard_->primaryChart()->exportTo(path);
    QVERIFY2(done.ok(), done ? "" : done.error().message.c_str());
    QVERIFY(QFileInfo(path).size() > 50);
  }
  QFile csv(folder.filePath(QStringLiteral("loss.csv")));
  QVERIFY(csv.open(QIODevice::ReadOnly));
  QCOMPARE(csv.readLine().trimmed(), QByteArray("step,\"Loss\""));
  QCOMPARE(csv.readLine().trimmed(), QByteArray("10,1"));
  QVERIFY(QImage(folder.filePath(QStringLiteral("loss.png"))).width() > 400);
  QVERIFY(!dashboard_->primaryChart()->exportTo(folder.filePath(QStringLiteral("loss.doc"))).ok());
  QVERIFY(!dashboard_->primaryChart()->exportTo(folder.filePath(QStringLiteral("none/loss.png"))).ok());

  // Bars too, and every figure says of which run it is.
  ProbeRecord record{.step = 20};
  for (const char* layer : {"conv", "fc"}) {
    record.layers.push_back({.path = layer});
    record.layers.back().norm = 0.25;
  }
  dashboard_->gradients()->setRecord(record);
  setRunOf(*dashboard_, QStringLiteral("run 7"));
  const auto written = [&](const char* name) {
    const QString path = folder.filePath(QLatin1String(name));
    if (!dashboard_->gradients()->bars()->exportTo(path)) return QByteArray();
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  };
  QCOMPARE(written("bars.csv").split('\n').value(1), QByteArray("\"conv\",0.25"));
  const QByteArray svg = written("bars.svg");
  QVERIFY(svg.contains("Gradient norm of every layer") && svg.contains("run 7") && svg.contains("conv"));
  QVERIFY(dashboard_->primaryChart()->exportTo(folder.filePath(QStringLiteral("of.svg"))).ok());
  QFile of(folder.filePath(QStringLiteral("of.svg")));
  QVERIFY(of.open(QIODevice::ReadOnly) && of.readAll().contains("run 7"));
}

void TestDashboard::aNewRunStartsEmpty() {
  dashboard_->watch(feed_);
  feed_->push(stepEvent(10, {{"loss", 1}}));
  feed_->publish(frameWith(6, 1));
  dashboard_->drain();
  dashboard_->watch(std::make_shared<TrainingFeed>());
  QVERIFY(dashboard_->curves().empty());
  QVERIFY(!dashboard_->frame());
  QVERIFY(dashboard_->gradients()->bars()->paths().isEmpty());
}

QTEST_MAIN(TestDashboard)
#include "test_dashboard.moc"
