// The learning rate range test.
#include <cmath>

#include "core/training/rate_finder.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;

class TestRateFinder : public QObject {
  Q_OBJECT

 private:
  TrainingFixture f_;

 private Q_SLOTS:
  void initTestCase() { f_.build(); }

  void findsARateThatTrains() {
    const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
    const TrainingJob job = f_.job(f_.small_, {}, engine.get(), {});
    double told = 0;
    const Result<RateRange> range = findRate(job, {.from = 1e-5, .to = 1e3, .steps = 80}, [&](double share) {
      told = share;
      return true;
    });
    QVERIFY2(range.ok(), range ? "" : range.error().message.c_str());
    QVERIFY(told > 0.2);
    const std::vector<RatePoint>& points = range->points;
    QVERIFY(points.size() > 20 && points.size() < 80);  // the loss turned before the last rate
    QVERIFY(std::abs(points[0].rate - 1e-5) < 1e-15);
    const double factor = points[1].rate / points[0].rate;
    for (size_t i = 1; i < points.size(); ++i)
      QVERIFY(std::abs(points[i].rate / points[i - 1].rate - factor) < 1e-9);
    QVERIFY(std::abs(points[0].smoothed - points[0].loss) < 1e-12);
    QVERIFY(range->suggestion > 1e-4 && range->suggestion < 1);
    QVERIFY(range->steepest <= range->lowest);
    // The same again, to the last bit.
    const Result<RateRange> again = findRate(job, {.from = 1e-5, .to = 1e3, .steps = 80});
    QVERIFY(again.ok() && again->points.size() == points.size() &&
            again->points.back().loss == points.back().loss);
  }

  void canBeEndedEarly() {
    const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 1});
    int asked = 0;
    const Result<RateRange> range =
        findRate(f_.job(f_.small_, {}, engine.get(), {}), {}, [&](double) { return ++asked <= 7; });
    QVERIFY(range.ok());
    QCOMPARE(range->points.size(), size_t{7});
  }

  void badRangesAreRefused() {
    const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 1});
    const TrainingJob job = f_.job(f_.small_, {}, engine.get(), {});
    for (const RateTest& test :
         {RateTest{0, 1, 10}, RateTest{1, 0.1, 10}, RateTest{0.1, 1, 1}, RateTest{std::nan(""), 1, 10}}) {
      const Result<RateRange> range = findRate(job, test);
      QVERIFY(!range && range.error().kind == ErrorKind::usage);
    }
  }
};

QTEST_APPLESS_MAIN(TestRateFinder)
#include "test_rate_finder.moc"
