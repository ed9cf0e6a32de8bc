// Gradients by path length against all 2^n paths walked one by one.
#include <bit>

#include "core/engines/cpu/cpu_engine.h"
#include "core/inspection/sampled_paths.h"
#include "core/templates/catalog.h"
#include "every_path.h"

using namespace bypath;

namespace {

PathLengths pathsOf(SmallCase& small, const PathOptions& options = {}) {
  Result<PathLengths> paths =
      gradientByPathLength(small.checked, *makeReferenceEngine(), small.store, small.batch(), options);
  if (!paths) qFatal("%s", paths.error().message.c_str());
  return std::move(*paths);
}

}  // namespace

class TestPathLengths : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void agreesWithEveryPath_data();
  void agreesWithEveryPath();
  void aPlainChainHasTheLongestPathAlone();
  void aClosedShortcutIsAPlainChain();
  void lossesThatLeaveOnTheWay();
  void blocksInsideABranchBelongToIt();
  void anAddDrawnByHand();
  void aNetworkWithoutBlocks();
  void theFastEngineAgrees();
  void nothingInTheStoreChanges();
  void samplesAreMeansOverDraws();
  void canBeStopped();
};

void TestPathLengths::agreesWithEveryPath_data() {
  QTest::addColumn<QString>("order");
  QTest::addColumn<QString>("shortcut");
  QTest::addColumn<bool>("changes");
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"})
    for (const char* shortcut : {"identity", "zero-pad", "projection", "projection-always", "scaled",
                                 "exclusive-gating", "shortcut-gating", "convolution", "dropout"})
      QTest::addRow("%s, %s", order, shortcut) << order << shortcut << (qstrcmp(shortcut, "identity") != 0);
}

void TestPathLengths::agreesWithEveryPath() {
  QFETCH(QString, order);
  QFETCH(QString, shortcut);
  QFETCH(bool, changes);
  SmallCase small(twoStages(order.toStdString(), shortcut.toStdString(), changes));
  const std::vector<ShortcutSite>& sites = small.checked.graph.shortcuts;
  QCOMPARE(sites.size(), size_t{4});
  const PathLengths paths = pathsOf(small, {.keepSums = true});
  QCOMPARE(paths.blocks.size(), size_t{4});
  QCOMPARE(paths.lengths.size(), size_t{5});
  QVERIFY2(paths.sumRelativeError < 1e-5, qPrintable(QString::number(paths.sumRelativeError)));

  const auto values = forward(small);
  std::vector<std::vector<float>> sums(5);
  for (unsigned branches = 0; branches < 16; ++branches)
    addTo(sums[static_cast<size_t>(std::popcount(branches))],
          gradientOf(masked(small.checked.graph, sites, branches), values, small));
  for (size_t k = 0; k <= 4; ++k) {
    QVERIFY(vectorNorm(sums[k]) > 0);
    const double error = relativeDistance(paths.sums[k], sums[k]);
    QVERIFY2(error < 1e-5, qPrintable(QString("length %1: %2").arg(k).arg(error)));
    QCOMPARE(paths.lengths[k].paths, (std::vector<double>{1, 4, 6, 4, 1}[k]));
  }
}

void TestPathLengths::aPlainChainHasTheLongestPathAlone() {
  for (const char* order : {"original", "full-preactivation"}) {
    SmallCase small(twoStages(order, "none", true));
    const PathLengths paths = pathsOf(small);
    QCOMPARE(paths.blocks, (std::vector<std::string>{"first[1]", "first[2]", "second[1]", "second[2]"}));
    for (const PathLength& one : paths.lengths) QCOMPARE(one.norm > 0, one.length == 4);
    QCOMPARE(paths.lengths[4].share, 1.0);
    QVERIFY(paths.sumRelativeError < 1e-5);
  }
}

void TestPathLengths::aClosedShortcutIsAPlainChain() {
  NetworkSpec spec = twoStages("full-preactivation", "scaled", true);
  for (const char* block : {"first", "second"}) spec.graph.find(block)->attributes["shortcut_factor"] = 0.0;
  SmallCase small(spec);
  const PathLengths paths = pathsOf(small);
  for (const PathLength& one : paths.lengths) QCOMPARE(one.norm > 0, one.length == 4);
}

// The divergence of a VAE's code leaves between encoder and decoder: it has passed the encoder's blocks only.
void TestPathLengths::lossesThatLeaveOnTheWay() {
  const Result<NetworkSpec> spec = buildTemplate("resnet-vae", {{"depth", std::string("28")},
                                                                {"width_divisor", int64_t{16}},
                                                                {"latent", int64_t{4}},
                                                                {"intermediate", int64_t{16}}});
  QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
  SmallCase small(*spec, 2);
  Result<PathLengths> paths =
      gradientByPathLength(small.checked, *makeCpuEngine(2), small.store, small.batch(), {.samples = 1});
  QVERIFY2(paths.ok(), paths ? "" : paths.error().message.c_str());
  QCOMPARE(paths->blocks.size() + static_cast<size_t>(paths->aside), small.checked.graph.shortcuts.size());
  QCOMPARE(paths->aside, 0);
  QVERIFY(paths->blocks.front().starts_with("encoder"));
  QVERIFY(paths->blocks.back().starts_with("decoder"));
  // Through the shortcuts alone goes but one path of either loss.
  QVERIFY(paths->lengths[0].norm > 0);
  QVERIFY(std::abs(paths->lengths[0].pathNorm / paths->lengths[0].norm - 1) < 1e-5);
  QVERIFY2(paths->sumRelativeError < 1e-5, qPrintable(QString::number(paths->sumRelativeError)));
}

void TestPathLengths::blocksInsideABranchBelongToIt() {
  Node inner{.name = "inner", .type = "residual_block", .attributes = {{"repeat", int64_t{2}}}};
  Graph body;
  body.nodes = {{.name = "x", .type = "part_input"}, inner, {.name = "y", .type = "part_output"}};
  body.wires = {{.from = "x", .to = "inner"}, {.from = "inner", .to = "y"}};
  SmallCase small(withBlocks({{.name = "outer",
                               .type = "residual_block",
                               .attributes = {{"branch", std::string("free")}},
                               .body = {body}},
                              {.name = "last", .type = "residual_block"}}));
  const PathLengths paths = pathsOf(small);
  QCOMPARE(paths.blocks, (std::vector<std::string>{"outer", "last"}));
  QCOMPARE(paths.aside, 2);
  QVERIFY(paths.sumRelativeError < 1e-5);
}

void TestPathLengths::anAddDrawnByHand() {
  NetworkSpec spec = withBlocks({{.name = "relu", .type = "relu"},
                                 {.name = "conv", .type = "conv2d", .attributes = {{"channels", int64_t{4}}}},
                                 {.name = "sum", .type = "add"},
                                 {.name = "block", .type = "residual_block"}});
  spec.graph.wires.push_back({.from = "relu", .to = "sum", .toPort = 1});
  SmallCase small(spec);
  const PathLengths paths = pathsOf(small, {.keepSums = true});
  QCOMPARE(paths.blocks, (std::vector<std::string>{"sum", "block"}));
  QVERIFY(paths.sumRelativeError < 1e-5);
  const auto values = forward(small);
  for (const unsigned branches : {0u, 3u})
    QVERIFY(relativeDistance(paths.sums[branches == 0 ? 0 : 2],
                             gradientOf(masked(small.checked.graph, small.checked.graph.shortcuts, branches),
                                        values, small)) < 1e-5);
}

void TestPathLengths::aNetworkWithoutBlocks() {
  SmallCase small(withBlocks({{.name = "relu", .type = "relu"}}));
  const PathLengths paths = pathsOf(small);
  QVERIFY(paths.blocks.empty());
  QVERIFY(paths.lengths.empty());
}

void TestPathLengths::theFastEngineAgrees() {
  for (const char* name : {"resnet", "preact-resnet"}) {
    const Result<NetworkSpec> spec = buildTemplate(name, {{"depth", int64_t{20}}, {"width", int64_t{8}}});
    SmallCase small(*spec, 4);
    Result<PathLengths> fast =
        gradientByPathLength(small.checked, *makeCpuEngine(2), small.store, small.batch());
    QVERIFY2(fast.ok(), fast ? "" : fast.error().message.c_str());
    QVERIFY(fast->blocks.size() >= 6);
    QVERIFY2(fast->sumRelativeError < 1e-5, qPrintable(QString::number(fast->sumRelativeError)));
  }
}

void TestPathLengths::nothingInTheStoreChanges() {
  SmallCase small(twoStages("original", "projection", true));
  std::vector<std::vector<float>> before;
  for (int p = 0; p < small.store.size(); ++p)
    before.emplace_back(small.store.values(p).begin(), small.store.values(p).end());
  for (int p = 0; p < small.store.size(); ++p) std::ranges::fill(small.store.gradients(p), 3.0f);
  pathsOf(small, {.samples = 2});
  for (int p = 0; p < small.store.size(); ++p) {
    QVERIFY(std::ranges::equal(small.store.values(p), before[static_cast<size_t>(p)]));
    QVERIFY(std::ranges::all_of(small.store.gradients(p), [](float value) { return value == 3.0f; }));
  }
}

// Of the shortest and the longest there is one path: one draw is the exact norm. In between, the mean of the
// norms of the paths drawn.
void TestPathLengths::samplesAreMeansOverDraws() {
  SmallCase small(twoStages("original", "projection", true));
  constexpr int64_t draws = 5;
  const PathLengths paths = pathsOf(small, {.samples = draws, .seed = 3});
  const auto values = forward(small);
  for (size_t k = 0; k <= 4; ++k) {
    double mean = 0;
    const int64_t count = k == 0 || k == 4 ? 1 : draws;
    for (int64_t m = 0; m < count; ++m) {
      unsigned branches = 0;
      const std::vector<bool> drawn = drawnBlocks(4, k, 3, m);
      QCOMPARE(std::ranges::count(drawn, true), static_cast<ptrdiff_t>(k));
      for (unsigned i = 0; i < 4; ++i) branches |= drawn[i] ? 1u << i : 0u;
      mean += vectorNorm(gradientOf(masked(small.checked.graph, small.checked.graph.shortcuts, branches),
                                    values, small)) /
              static_cast<double>(count);
    }
    QVERIFY(std::abs(paths.lengths[k].pathNorm - mean) < 1e-5 * mean);
    QCOMPARE(paths.lengths[k].sampledNorm, paths.lengths[k].pathNorm * paths.lengths[k].paths);
  }
  QVERIFY(std::abs(paths.lengths[4].sampledNorm / paths.lengths[4].norm - 1) < 1e-5);

  // One gradient on its way at once gives the same numbers.
  const PathLengths single = pathsOf(small, {.samples = draws, .seed = 3, .sampleMemory = 1});
  for (size_t k = 0; k <= 4; ++k) QCOMPARE(single.lengths[k].pathNorm, paths.lengths[k].pathNorm);
}

void TestPathLengths::canBeStopped() {
  SmallCase small(twoStages("original", "projection", true));
  for (const double at : {0.0, 0.3, 0.8}) {
    double seen = 0;
    PathOptions options{.samples = 3};
    options.progress = [&](double share) {
      if (share < seen || share > 1) qFatal("progress goes back");
      seen = share;
      return share < at;
    };
    const Result<PathLengths> paths =
        gradientByPathLength(small.checked, *makeReferenceEngine(), small.store, small.batch(), options);
    QVERIFY(!paths.ok());
    QCOMPARE(paths.error().kind, ErrorKind::interrupted);
  }
}

QTEST_GUILESS_MAIN(TestPathLengths)
#include "test_path_lengths.moc"
