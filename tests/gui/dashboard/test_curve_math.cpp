#include <cmath>
#include <QtTest>
#include <random>

#include "gui/dashboard/curve_math.h"

using namespace bypath;

class TestCurveMath : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void decimationKeepsExtremes();
  void fewPointsStayAsTheyAre();
  void smoothingKeepsAConstant();
  void spikesDoNotFlattenTheRest();
  void anOrdinaryCurveIsWhole();
  void stepsAreRound();
};

void TestCurveMath::decimationKeepsExtremes() {
  const unsigned seed = std::random_device{}();
  qInfo() << "seed" << seed;
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  CurvePoints points;
  for (int i = 0; i < 100000; ++i) points.emplace_back(i, noise(random));
  points[54321].setY(40);
  points[12345].setY(-40);
  const CurvePoints few = decimated(points, 500);
  QVERIFY(few.size() <= 1002);
  QVERIFY(std::is_sorted(few.begin(), few.end(),
                         [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
  const auto byY = [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); };
  QCOMPARE(std::max_element(few.begin(), few.end(), byY)->x(), 54321.0);
  QCOMPARE(std::min_element(few.begin(), few.end(), byY)->x(), 12345.0);
  // Every point that is left was measured.
  for (const QPointF& p : few) QCOMPARE(points[static_cast<size_t>(p.x())], p);
}

void TestCurveMath::fewPointsStayAsTheyAre() {
  const CurvePoints points{{1, 2}, {2, 3}, {3, 1}};
  QCOMPARE(decimated(points, 500), points);
  QCOMPARE(decimated({}, 500).size(), size_t{0});
  QCOMPARE(decimated(CurvePoints(5000, QPointF(1, 1)), 100).size(), size_t{5000});
}

void TestCurveMath::smoothingKeepsAConstant() {
  const CurvePoints points(50, QPointF(0, 3));
  for (const QPointF& p : smoothed(points, 0.9)) QVERIFY(std::abs(p.y() - 3) < 1e-12);
  QCOMPARE(smoothed(points, 0), points);
}

void TestCurveMath::spikesDoNotFlattenTheRest() {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(1800 + 50 * std::sin(i));
  values[1] = 6.3e8;
  values[3] = 1.5e4;
  const CurveRange range = robustRange(values);
  QVERIFY2(range.high < 2500, qPrintable(QString::number(range.high)));
  QCOMPARE(range.above, 2);
  QCOMPARE(range.below, 0);
}

void TestCurveMath::anOrdinaryCurveIsWhole() {
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) values.push_back(0.1 + 2.2 * std::exp(-i / 120.0));
  const CurveRange range = robustRange(values);
  QCOMPARE(range.above, 0);
  QCOMPARE(range.high, values.front());
  QCOMPARE(robustRange({NAN, INFINITY}).high, 1.0);
  QCOMPARE(robustRange({2.0, 2.0, 2.0}).low, 2.0);
}

void TestCurveMath::stepsAreRound() {
  QCOMPARE(niceStep(10, 5), 2.0);
  QCOMPARE(niceStep(780, 8), 100.0);
  QCOMPARE(niceStep(0.9, 4), 0.2);
  QCOMPARE(niceStep(0, 4), 1.0);
}

QTEST_GUILESS_MAIN(TestCurveMath)
#include "test_curve_math.moc"
