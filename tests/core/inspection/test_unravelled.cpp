// Every single path of the gradient against the whole network walked with the other ways held constant.
#include <bit>

#include "core/engines/cpu/cpu_engine.h"
#include "core/inspection/sampled_paths.h"
#include "core/inspection/unravelled.h"
#include "core/templates/catalog.h"
#include "core/training/network_session.h"
#include "every_path.h"

using namespace bypath;

namespace {

Unravelled unravelled(SmallCase& small, const UnravelOptions& options = {}) {
  Result<Unravelled> found =
      unravel(small.checked, *makeReferenceEngine(), small.store, small.batch(), options);
  if (!found) qFatal("%s", found.error().message.c_str());
  return std::move(*found);
}

double sumOfShares(const Unravelled& found) {
  double sum = 0;
  for (const GradientPath& path : found.paths) sum += path.share;
  return sum;
}

NetworkSpec row(int64_t blocks) {
  return withBlocks({{.name = "stage", .type = "residual_block", .attributes = {{"repeat", blocks}}}});
}

}  // namespace

class TestUnravelled : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isEveryPathByItself_data();
  void isEveryPathByItself();
  void lengthsAreThoseOfTheSums();
  void aPlainChainHasOnePath();
  void lossesThatLeaveOnTheWay();
  void sixBlocksAndNotSeven();
  void aNetworkWithoutBlocks();
  void sameBitsOnOneAndTwoThreads();
  void nothingInTheStoreChanges();
  void canBeStopped();
};

void TestUnravelled::isEveryPathByItself_data() {
  QTest::addColumn<QString>("order");
  QTest::addColumn<QString>("shortcut");
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"})
    for (const char* shortcut : {"identity", "projection", "scaled", "shortcut-gating", "convolution"})
      QTest::addRow("%s, %s", order, shortcut) << order << shortcut;
}

void TestUnravelled::isEveryPathByItself() {
  QFETCH(QString, order);
  QFETCH(QString, shortcut);
  SmallCase small(twoStages(order.toStdString(), shortcut.toStdString(), shortcut != "identity"));
  const std::vector<ShortcutSite>& sites = small.checked.graph.shortcuts;
  const Unravelled found = unravelled(small, {.keepGradients = true});
  QCOMPARE(found.blocks, (std::vector<std::string>{"first[1]", "first[2]", "second[1]", "second[2]"}));
  QCOMPARE(found.paths.size(), size_t{16});
  QVERIFY2(found.sumRelativeError < 1e-5, qPrintable(QString::number(found.sumRelativeError)));
  QVERIFY(std::abs(sumOfShares(found) - 1) < 1e-5);

  const auto values = forward(small);
  for (unsigned branches = 0; branches < 16; ++branches) {
    const GradientPath& path = found.paths[branches];
    QCOMPARE(path.branches, branches);
    QCOMPARE(path.length, std::popcount(branches));
    const std::vector<float> right = gradientOf(masked(small.checked.graph, sites, branches), values, small);
    const double error = relativeDistance(found.gradients[branches], right);
    QVERIFY2(error < 1e-5, qPrintable(QString("path %1: %2").arg(branches).arg(error)));
    QVERIFY(std::abs(path.norm / vectorNorm(right) - 1) < 1e-5);
  }
}

void TestUnravelled::lengthsAreThoseOfTheSums() {
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"}) {
    for (const char* shortcut :
         {"identity", "zero-pad", "projection-always", "exclusive-gating", "dropout"}) {
      SmallCase small(twoStages(order, shortcut, qstrcmp(shortcut, "identity") != 0));
      const Unravelled found = unravelled(small, {.keepGradients = true});
      const Result<PathLengths> lengths = gradientByPathLength(
          small.checked, *makeReferenceEngine(), small.store, small.batch(), {.keepSums = true});
      QVERIFY(lengths.ok());
      QCOMPARE(found.norm, lengths->norm);
      std::vector<std::vector<float>> sums(5);
      for (const GradientPath& path : found.paths)
        addTo(sums[static_cast<size_t>(path.length)], found.gradients[path.branches]);
      for (size_t k = 0; k <= 4; ++k) {
        const double error = relativeDistance(sums[k], lengths->sums[k]);
        QVERIFY2(error < 1e-5,
                 qPrintable(QString("%1, %2, length %3: %4").arg(order, shortcut).arg(k).arg(error)));
      }
    }
  }
}

void TestUnravelled::aPlainChainHasOnePath() {
  SmallCase small(twoStages("full-preactivation", "none", true));
  const Unravelled found = unravelled(small);
  for (const GradientPath& path : found.paths) QCOMPARE(path.norm > 0, path.length == 4);
  QVERIFY(std::abs(found.paths.back().share - 1) < 1e-5);
}

// The divergence of a VAE's code has passed the encoder's blocks only.
void TestUnravelled::lossesThatLeaveOnTheWay() {
  Result<NetworkSpec> spec = buildTemplate("resnet-vae", {{"depth", std::string("28")},
                                                          {"width_divisor", int64_t{16}},
                                                          {"latent", int64_t{4}},
                                                          {"intermediate", int64_t{16}}});
  QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
  const std::vector<TrunkBlock> all = findBlocks(check(*spec, layerCatalog(), {.batch = 2}));
  std::vector<std::string> muted;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string drawn = all[i].path.substr(0, all[i].path.find('['));
    const bool ends = drawn == all.front().path.substr(0, all.front().path.find('[')) ||
                      drawn == all.back().path.substr(0, all.back().path.find('['));
    if (!ends && !std::ranges::count(muted, drawn)) muted.push_back(drawn);
  }
  spec = withMuted(*spec, muted, layerCatalog());
  QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
  SmallCase small(*spec, 2);
  const Unravelled found = unravelled(small);
  QVERIFY2(found.blocks.size() >= 2, qPrintable(QString::number(found.blocks.size())));
  QVERIFY(found.blocks.front().starts_with("encoder") && found.blocks.back().starts_with("decoder"));
  QVERIFY2(found.sumRelativeError < 1e-5, qPrintable(QString::number(found.sumRelativeError)));
  QVERIFY(std::abs(sumOfShares(found) - 1) < 1e-5);
  const Result<PathLengths> lengths =
      gradientByPathLength(small.checked, *makeReferenceEngine(), small.store, small.batch());
  QVERIFY(std::abs(found.paths[0].norm / lengths->lengths[0].norm - 1) < 1e-5);
}

void TestUnravelled::sixBlocksAndNotSeven() {
  SmallCase six(row(6));
  const Result<Unravelled> found = unravel(six.checked, *makeCpuEngine(2), six.store, six.batch());
  QVERIFY2(found.ok(), found ? "" : found.error().message.c_str());
  QCOMPARE(found->paths.size(), size_t{64});
  QVERIFY(found->sumRelativeError < 1e-5);
  SmallCase seven(row(7));
  const Result<Unravelled> refused = unravel(seven.checked, *makeCpuEngine(2), seven.store, seven.batch());
  QVERIFY(!refused.ok());
  QCOMPARE(refused.error().kind, ErrorKind::usage);
  QVERIFY2(refused.error().message.find("up to 6 blocks") != std::string::npos &&
               refused.error().message.find("has 7") != std::string::npos,
           refused.error().message.c_str());
}

void TestUnravelled::aNetworkWithoutBlocks() {
  SmallCase small(withBlocks({{.name = "relu", .type = "relu"}}));
  const Unravelled found = unravelled(small);
  QVERIFY(found.blocks.empty());
  QVERIFY(found.paths.empty());
}

void TestUnravelled::sameBitsOnOneAndTwoThreads() {
  SmallCase small(twoStages("original", "projection", true));
  const auto on = [&](int threads) {
    Result<Unravelled> found =
        unravel(small.checked, *makeCpuEngine(threads), small.store, small.batch(), {.keepGradients = true});
    if (!found) qFatal("%s", found.error().message.c_str());
    return std::move(found->gradients);
  };
  QVERIFY(on(1) == on(2));
}

void TestUnravelled::nothingInTheStoreChanges() {
  SmallCase small(twoStages("original", "projection", true));
  std::vector<std::vector<float>> before;
  for (int p = 0; p < small.store.size(); ++p)
    before.emplace_back(small.store.values(p).begin(), small.store.values(p).end());
  for (int p = 0; p < small.store.size(); ++p) std::ranges::fill(small.store.gradients(p), 3.0f);
  unravelled(small);
  for (int p = 0; p < small.store.size(); ++p) {
    QVERIFY(std::ranges::equal(small.store.values(p), before[static_cast<size_t>(p)]));
    QVERIFY(std::ranges::all_of(small.store.gradients(p), [](float value) { return value == 3.0f; }));
  }
}

void TestUnravelled::canBeStopped() {
  SmallCase small(twoStages("original", "projection", true));
  for (const double at : {0.0, 0.4, 0.9}) {
    double seen = 0;
    UnravelOptions options;
    options.progress = [&](double share) {
      if (share < seen || share > 1) qFatal("progress goes back");
      seen = share;
      return share < at;
    };
    const Result<Unravelled> found =
        unravel(small.checked, *makeReferenceEngine(), small.store, small.batch(), options);
    QVERIFY(!found.ok());
    QCOMPARE(found.error().kind, ErrorKind::interrupted);
  }
}

QTEST_GUILESS_MAIN(TestUnravelled)
#include "test_unravelled.moc"
