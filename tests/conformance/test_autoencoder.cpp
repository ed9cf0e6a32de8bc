// The two halves of a variational autoencoder alone, and the importance-sampled bound of its likelihood.
#include <cmath>

#include "core/training/importance_bound.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;

class TestAutoencoder : public QObject {
  Q_OBJECT

 private:
  static constexpr int64_t latent = 8;

  struct Vae {
    NetworkSpec network;
    std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
    ParameterStore store;
    std::optional<Autoencoder> halves;

    explicit Vae(const std::string& sampling = "correct") {
      network = *buildTemplate("resnet-vae", {{"width_divisor", int64_t{32}},
                                              {"depth", std::string("28")},
                                              {"latent", latent},
                                              {"intermediate", int64_t{64}},
                                              {"sampling", sampling}});
      store = std::move(*makeStore(network, layerCatalog()));
      initialise(store, 7);
    }
    void fill(const char* parameter, float value) {
      const int p = store.find(parameter);
      QVERIFY2(p >= 0, parameter);
      std::ranges::fill(store.values(p), value);
    }
    Autoencoder& open(int64_t batch) {
      Result<Autoencoder> opened = Autoencoder::open({network, layerCatalog(), *engine, store}, batch);
      if (!opened) qFatal("%s", opened.error().message.c_str());
      halves.emplace(std::move(*opened));
      return *halves;
    }
  };

  std::shared_ptr<const DataSet> data_ = makeShapes(64, 16);

 private Q_SLOTS:
  void shapes() {
    Vae vae;
    Autoencoder& halves = vae.open(4);
    QCOMPARE(halves.latentSize(), latent);
    QVERIFY(halves.imageShape() == (Shape{32, 32, 3}));
    const std::vector<float> means = encodeMeans(halves, *data_, data_->test, 10);
    QCOMPARE(means.size(), size_t{10 * latent});
    // Whatever the batch, an image has one code.
    const std::vector<float> alone = encodeMeans(vae.open(1), *data_, data_->test, 2);
    for (size_t i = 0; i < alone.size(); ++i) QVERIFY(std::abs(alone[i] - means[i]) < 1e-4f);
    // One image alone is the same, and numbers that the split has not are named.
    const Result<std::vector<float>> second = codeOf(vae.open(4), *data_, data_->test, 1);
    QVERIFY(second.ok());
    for (size_t i = 0; i < second->size(); ++i) QVERIFY(std::abs((*second)[i] - means[latent + i]) < 1e-4f);
    const Result<std::vector<float>> none = codeOf(*vae.halves, *data_, data_->test, 16);
    QVERIFY(!none && none.error().message.find("no test image 16") != std::string::npos);
    for (const float value : vae.open(3).decode(normalCodes(1, 3, latent))) QVERIFY(value >= 0 && value <= 1);
  }

  void manyCodesAreDecodedBatchByBatch() {
    Vae vae;
    const std::vector<float> codes = normalCodes(1, 10, latent);
    std::vector<double> told;
    const std::vector<float> parts = decodeAll(vae.open(4), codes, [&](double share) {
      told.push_back(share);
      return true;
    });
    const std::vector<float> whole = vae.open(10).decode(codes);
    QCOMPARE(parts.size(), whole.size());
    for (size_t i = 0; i < whole.size(); ++i) QVERIFY(std::abs(parts[i] - whole[i]) < 1e-4f);
    QCOMPARE(told, (std::vector{0.0, 0.4, 0.8}));
    // Ended early, what was done stays.
    const auto once = [asked = 0](double) mutable { return asked++ < 1; };
    QCOMPARE(decodeAll(vae.open(4), codes, once).size(), size_t{4 * 3072});
    QCOMPARE(encodeMeans(*vae.halves, *data_, data_->test, 10, once).size(), size_t{4 * latent});
  }

  // A decoder that ignores its code and an encoder that says nothing: then log p(x) is the decoder's own.
  void theBoundIsExactWhereNothingIsEncoded() {
    Vae vae;
    for (const char* parameter : {"decoder/dense/weight", "encoder/z_mean/weight", "encoder/z_mean/bias",
                                  "encoder/z_log_sigma/weight", "encoder/z_log_sigma/bias"})
      vae.fill(parameter, 0);
    Autoencoder& halves = vae.open(4);
    const std::vector<float> picture = halves.decode(std::vector<float>(4 * latent, 0.5f));
    double wanted = 0;
    for (int64_t i = 0; i < 3; ++i)
      for (size_t p = 0; p < 3072; ++p) {
        const double x = data_->image(data_->test, i)[p] / 255.0, q = static_cast<double>(picture[p]);
        wanted += (x * std::log(q) + (1 - x) * std::log(1 - q)) / 3;
      }
    const ImportanceBound bound = importanceBound(halves, *data_, data_->test, 3, 6, 1);
    QCOMPARE(bound.images, int64_t{3});
    QVERIFY2(std::abs(bound.bound - wanted) < 1e-3, qPrintable(QString::number(bound.bound - wanted)));
    QVERIFY(std::abs(bound.elbo - wanted) < 1e-3);
  }

  // An encoder whose Gaussian is not the prior costs the bound its divergence, and the importance weights win
  // it back: the mean of p(z)/q(z) is 1.
  void importanceSamplingWinsTheDivergenceBack() {
    Vae vae;
    for (const char* parameter : {"decoder/dense/weight", "encoder/z_mean/weight",
                                  "encoder/z_log_sigma/weight", "encoder/z_log_sigma/bias"})
      vae.fill(parameter, 0);
    vae.fill("encoder/z_mean/bias", 0.25f);
    const ImportanceBound bound = importanceBound(vae.open(64), *data_, data_->test, 2, 4096, 1);
    const double divergence = latent * 0.25 * 0.25 / 2;
    // The mean of 4,096 draws of log p/q has a deviation of 0.011; that of the weights is smaller.
    QVERIFY2(std::abs(bound.bound - bound.elbo - divergence) < 0.06,
             qPrintable(QString::number(bound.bound - bound.elbo)));
  }

  void moreDrawsTightenTheBound() {
    for (const char* sampling : {"correct", "faithful"}) {
      Vae vae(sampling);
      Autoencoder& halves = vae.open(32);
      const ImportanceBound one = importanceBound(halves, *data_, data_->test, 4, 1, 3);
      const ImportanceBound many = importanceBound(halves, *data_, data_->test, 4, 64, 3);
      QVERIFY(std::abs(one.bound - one.elbo) < 1e-9);
      QVERIFY(many.bound > many.elbo);
      const ImportanceBound again = importanceBound(halves, *data_, data_->test, 4, 64, 3);
      QVERIFY(again.bound == many.bound);
    }
  }

  void axesAreThoseOfTheCodes() {
    // Codes on a line through (1, 2) along (3, 4)/5.
    std::vector<float> codes;
    for (const float t : {-2.0f, -1.0f, 0.0f, 1.0f, 2.0f}) codes.insert(codes.end(), {1 + 3 * t, 2 + 4 * t});
    const PrincipalAxes axes = principalAxes(codes, 2, 2);
    QVERIFY(std::abs(axes.deviation[0] - 5 * std::sqrt(2.0)) < 1e-6 && axes.deviation[1] < 1e-6);
    QVERIFY(std::abs(axes.share[0] - 1) < 1e-9 && axes.share[1] < 1e-9);
    QVERIFY(std::abs(std::abs(axes.direction[0][0]) - 0.6) < 1e-9);
    const std::vector<float> way = traversal(axes, 0, 3, 1);
    QVERIFY(std::abs(way[2] - 1) < 1e-5f && std::abs(way[3] - 2) < 1e-5f);
    QVERIFY(std::abs(std::abs(way[0] - 1) - 0.6f * 5 * std::sqrt(2.0f)) < 1e-4f);
    QCOMPARE(interpolated(std::vector{0.f, 2.f}, std::vector{1.f, 0.f}, 3),
             (std::vector{0.f, 2.f, 0.5f, 1.f, 1.f, 0.f}));
  }

  void otherNetworksAreNone() {
    Vae vae;
    QVERIFY(isAutoencoder(vae.network));
    vae.network = *buildTemplate("starter", {});
    QVERIFY(!isAutoencoder(vae.network));
    vae.store = std::move(*makeStore(vae.network, layerCatalog()));
    const Result<Autoencoder> opened =
        Autoencoder::open({vae.network, layerCatalog(), *vae.engine, vae.store}, 4);
    QVERIFY(!opened && opened.error().message.find("no variational autoencoder") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(TestAutoencoder)
#include "test_autoencoder.moc"
