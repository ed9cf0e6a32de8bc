// Latent means along their principal axes, against the codes themselves.
#include <numeric>

#include "core/inspection/latent_points.h"
#include "core/training/autoencoder.h"
#include "models.h"

using namespace bypath;

namespace {

LatentPoints pointsOf(const Model& model, LatentRequest request = {}) {
  request.data = pictures();
  Result<LatentPoints> points = latentPoints(model, *makeCpuEngine(2), layerCatalog(), request);
  if (!points) qFatal("%s", points.error().message.c_str());
  return std::move(*points);
}

std::vector<float> codesOf(const Model& model) {
  const auto engine = makeCpuEngine(2);
  Result<Autoencoder> vae =
      Autoencoder::open({model.project.network, layerCatalog(), *engine, *model.parameters}, 8);
  if (!vae) qFatal("%s", vae.error().message.c_str());
  return encodeMeans(*vae, *pictures(), pictures()->test, 40);
}

}  // namespace

class TestLatentPoints : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void allAxesKeepEveryDistance();
  void axesByFallingVariance();
  void labelsAreThoseOfTheImages();
  void fewImagesAndFewAxes();
  void noAutoencoder();
  void canBeStopped();
};

// A rotation about the mean changes no distance between two codes.
void TestLatentPoints::allAxesKeepEveryDistance() {
  const Model model = modelOf(autoencoderNetwork());
  const LatentPoints points = pointsOf(model, {.axes = 100});
  const std::vector<float> codes = codesOf(model);
  QCOMPARE(points.axes, latentSize);
  QCOMPARE(points.latentSize, latentSize);
  QCOMPARE(points.coordinates.size(), codes.size());
  for (int64_t a = 0; a < 40; a += 3)
    for (int64_t b = 1; b < 40; b += 5) {
      double seen = 0, meant = 0;
      for (int64_t i = 0; i < latentSize; ++i) {
        seen += std::pow(static_cast<double>(points.at(a, i) - points.at(b, i)), 2);
        meant += std::pow(static_cast<double>(codes[static_cast<size_t>(a * latentSize + i)] -
                                              codes[static_cast<size_t>(b * latentSize + i)]),
                          2);
      }
      QVERIFY(std::abs(std::sqrt(seen) - std::sqrt(meant)) < 1e-4 * (1 + std::sqrt(meant)));
    }
}

void TestLatentPoints::axesByFallingVariance() {
  const LatentPoints points = pointsOf(modelOf(autoencoderNetwork()), {.axes = 100});
  QVERIFY(std::abs(std::accumulate(points.share.begin(), points.share.end(), 0.0) - 1) < 1e-9);
  for (int64_t axis = 0; axis < points.axes; ++axis) {
    double sum = 0, squares = 0;
    for (int64_t n = 0; n < points.images; ++n) {
      const auto at = static_cast<double>(points.at(n, axis));
      sum += at / 40;
      squares += at * at / 40;
    }
    const double deviation = points.deviation[static_cast<size_t>(axis)];
    QVERIFY(std::abs(sum) < 1e-4);
    QVERIFY(std::abs(std::sqrt(squares) - deviation) < 1e-4 * (1 + deviation));
    if (axis > 0) QVERIFY(deviation <= points.deviation[static_cast<size_t>(axis) - 1]);
  }
  QVERIFY(points.deviation[0] > 0);
}

void TestLatentPoints::labelsAreThoseOfTheImages() {
  const LatentPoints points = pointsOf(modelOf(autoencoderNetwork()));
  QCOMPARE(points.images, int64_t{40});
  QCOMPARE(points.classes, pictures()->classes);
  for (size_t n = 0; n < 40; ++n) QCOMPARE(points.labels[n], int{pictures()->test.labels[n]});
}

void TestLatentPoints::fewImagesAndFewAxes() {
  const LatentPoints points = pointsOf(modelOf(autoencoderNetwork()), {.limit = 10, .axes = 2});
  QCOMPARE(points.images, int64_t{10});
  QCOMPARE(points.axes, int64_t{2});
  QCOMPARE(points.coordinates.size(), size_t{20});
  QCOMPARE(points.share.size(), size_t{2});
}

void TestLatentPoints::noAutoencoder() {
  const Result<LatentPoints> points = latentPoints(modelOf(withBlocks({}, "32x32x3")), *makeCpuEngine(1),
                                                   layerCatalog(), {.data = pictures()});
  QVERIFY(!points.ok());
  QVERIFY(points.error().message.find("no variational autoencoder") != std::string::npos);
}

void TestLatentPoints::canBeStopped() {
  LatentRequest request{.data = pictures()};
  request.progress = [](double) { return false; };
  const Result<LatentPoints> points =
      latentPoints(modelOf(autoencoderNetwork()), *makeCpuEngine(2), layerCatalog(), request);
  QVERIFY(!points.ok());
  QCOMPARE(points.error().kind, ErrorKind::interrupted);
}

QTEST_GUILESS_MAIN(TestLatentPoints)
#include "test_latent_points.moc"
