// The built-in set: the same bits everywhere, balanced, no colour or place that gives a class away.
#include <cmath>
#include <QtTest>
#include <set>

#include "core/base/hash.h"
#include "core/data/data_set.h"
#include "core/data/shape_outlines.h"

using namespace bypath;

class TestShapes : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameBitsEverywhere();
  void classesTakeTurns();
  void smallerSetIsAPrefix();
  void trainAndTestDiffer();
  void meanColourDoesNotTellTheClass();
  void outlinesAreAsLargeAsTheyClaim();
  void openedByName();
};

// Changing this hash changes what everybody's runs were trained on: do it knowingly.
void TestShapes::sameBitsEverywhere() {
  const auto set = makeShapes(200, 100);
  QCOMPARE(sha256(std::as_bytes(std::span(set->train.pixels))),
           std::string("ebe60c27b8bca5a9ec9c369c584d1cd1d6df57e45a046642135eb3482588572b"));
  QCOMPARE(sha256(std::as_bytes(std::span(set->test.pixels))),
           std::string("750218b40ea0ab52e7ad984f2e47b8f9e9d55b8f0c6caecfbb1c098d2c8c5c09"));
}

void TestShapes::classesTakeTurns() {
  const auto set = makeShapes(25, 10);
  QCOMPARE(set->classes.size(), size_t{10});
  QVERIFY(set->imageShape == Shape({32, 32, 3}));
  for (size_t i = 0; i < 25; ++i) QCOMPARE(set->train.labels[i], static_cast<uint8_t>(i % 10));
  QCOMPARE(set->test.size(), int64_t{10});
}

void TestShapes::smallerSetIsAPrefix() {
  const auto large = makeShapes(600, 0), small = makeShapes(37, 0);
  QVERIFY(std::equal(small->train.pixels.begin(), small->train.pixels.end(), large->train.pixels.begin()));
}

void TestShapes::trainAndTestDiffer() {
  const auto set = makeShapes(1000, 1000);
  std::set<std::string> images;
  for (const Split* split : {&set->train, &set->test})
    for (int64_t i = 0; i < split->size(); ++i) images.insert(sha256(std::as_bytes(set->image(*split, i))));
  QCOMPARE(images.size(), size_t{2000});
}

// Nearest class mean over raw pixels is the simplest linear classifier; it must stay near chance (10 %).
void TestShapes::meanColourDoesNotTellTheClass() {
  const auto set = makeShapes(4000, 1000);
  const auto size = static_cast<size_t>(set->imageShape.count());
  std::vector<std::vector<double>> means(10, std::vector<double>(size));
  for (int64_t i = 0; i < set->train.size(); ++i) {
    const auto image = set->image(set->train, i);
    auto& mean = means[set->train.labels[static_cast<size_t>(i)]];
    for (size_t p = 0; p < size; ++p) mean[p] += image[p] / 400.0;
  }
  int right = 0;
  for (int64_t i = 0; i < set->test.size(); ++i) {
    const auto image = set->image(set->test, i);
    size_t best = 0;
    double least = 1e300;
    for (size_t c = 0; c < 10; ++c) {
      double distance = 0;
      for (size_t p = 0; p < size; ++p) distance += (image[p] - means[c][p]) * (image[p] - means[c][p]);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    right += best == set->test.labels[static_cast<size_t>(i)];
  }
  QVERIFY2(right < 250, qPrintable(QString::number(right)));
}

// Every class is inside somewhere near its middle third, outside beyond 1.3 radii, and covers a fair area.
void TestShapes::outlinesAreAsLargeAsTheyClaim() {
  constexpr int32_t radius = 10 * unitsAPixel;
  for (const ShapeClass& shape : shapeClasses()) {
    int inside = 0;
    for (int32_t y = -20; y <= 20; ++y) {
      for (int32_t x = -20; x <= 20; ++x) {
        const ShapePoint point{x * unitsAPixel, y * unitsAPixel};
        const bool within = shape.distance(point, radius) < 0;
        inside += within;
        QVERIFY2(!within || lengthOf(point) < radius * 14 / 10, shape.name);
      }
    }
    QVERIFY2(inside > 100 && inside < 330, qPrintable(QString("%1 %2").arg(shape.name).arg(inside)));
  }
}

void TestShapes::openedByName() {
  std::vector<double> progress;
  const auto opened = openDataSet("shapes", "", [&](double done) { progress.push_back(done); });
  QVERIFY(opened.ok());
  QCOMPARE((*opened)->train.size(), int64_t{10'000});
  QCOMPARE((*opened)->test.size(), int64_t{2'000});
  QVERIFY(progress.size() > 10 && std::is_sorted(progress.begin(), progress.end()));
  QCOMPARE(progress.back(), 1.0);
  for (size_t c = 0; c < 3; ++c) QVERIFY((*opened)->mean[c] > 0.3f && (*opened)->deviation[c] > 0.1f);
}

QTEST_GUILESS_MAIN(TestShapes)
#include "test_shapes.moc"
