#include <cmath>
#include <limits>
#include <QtTest>

#include "core/probes/probe.h"

using namespace bypath;

class TestProbe : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void normsAndCosine() {
    const ShortcutFlow flow = splitFlow("block", 9, 16, -6);
    QCOMPARE(flow.path, std::string("block"));
    QCOMPARE(flow.shortcutNorm, 3.0);
    QCOMPARE(flow.branchNorm, 4.0);
    QCOMPARE(flow.cosine, -0.5);
  }
  void cosineOfNothingIsZero() {
    QCOMPARE(splitFlow("block", 0, 16, 0).cosine, 0.0);
    QCOMPARE(splitFlow("block", 9, 0, 0).cosine, 0.0);
  }
  void roundingStaysInside() { QCOMPARE(splitFlow("block", 1, 1, 1.0000001).cosine, 1.0); }
  void notANumberIsNotHidden() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(std::isnan(splitFlow("block", nan, 1, nan).cosine));
    QVERIFY(std::isnan(splitFlow("block", nan, 1, nan).shortcutNorm));
  }
  void layerOfAParameter() {
    QCOMPARE(layerOfParameter("stage1/block[2]/conv1/weight"), std::string("stage1/block[2]/conv1"));
    QCOMPARE(layerOfParameter("weight"), std::string("weight"));
  }
};

QTEST_GUILESS_MAIN(TestProbe)
#include "test_probe.moc"
