// Counting by plain counting, and what is read from counts.
#include <cmath>
#include <QtTest>

#include "core/probes/histograms.h"

using namespace bypath;

class TestHistograms : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void countsWhatLiesInEachBin() {
    // 0, 1, ... 48: one a bin, and the greatest beside the last.
    std::vector<float> first, second;
    for (int i = 0; i <= 48; ++i) (i % 2 ? first : second).push_back(static_cast<float>(i));
    const Histogram seen = histogramOf({first, second});
    QCOMPARE(seen.low, 0.0F);
    QCOMPARE(seen.high, 48.0F);
    QCOMPARE(seen.counts.size(), size_t{48});
    for (size_t bin = 0; bin < 47; ++bin) QCOMPARE(seen.counts[bin], 1U);
    QCOMPARE(seen.counts[47], 2U);
    QCOMPARE(seen.total(), uint64_t{49});
    QCOMPARE(seen.edge(0), 0.0);
    QCOMPARE(seen.edge(12), 12.0);
    QCOMPARE(seen.edge(48), 48.0);
  }

  void whatIsNotFiniteIsLeftOut() {
    const std::vector<float> values = {NAN, 1, INFINITY, 2, -INFINITY};
    const Histogram seen = histogramOf({values});
    QCOMPARE(seen.total(), uint64_t{2});
    QCOMPARE(seen.low, 1.0F);
    QCOMPARE(seen.high, 2.0F);
    const std::vector<float> broken = {NAN, INFINITY};
    QCOMPARE(histogramOf({broken}).total(), uint64_t{0});
    QVERIFY(!histogramOf({broken}).empty());  // looked at, nothing to count
    QVERIFY(histogramOf({}).empty());
  }

  void allAlikeAreOneBin() {
    const std::vector<float> values(7, -0.25F);
    const Histogram seen = histogramOf({values});
    QCOMPARE(seen.counts[0], 7U);
    QCOMPARE(seen.low, seen.high);
    QCOMPARE(seen.quantile(0.5), -0.25);
  }

  void quantilesLieBetween() {
    std::vector<float> values;
    for (int i = 0; i < 4800; ++i) values.push_back(static_cast<float>(i) / 4800);
    const Histogram seen = histogramOf({values});
    for (const double share : {0.0, 0.05, 0.5, 0.95, 1.0})
      QVERIFY2(std::abs(seen.quantile(share) - share) < 0.5 / 48,
               qPrintable(QString::number(seen.quantile(share))));
  }
};

QTEST_GUILESS_MAIN(TestHistograms)
#include "test_histograms.moc"
