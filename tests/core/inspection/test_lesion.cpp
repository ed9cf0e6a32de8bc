// Blocks removed from a network, and swapped, against the same done by hand.
#include "core/inspection/lesion_points.h"
#include "models.h"

using namespace bypath;

namespace {

Node block(const std::string& name, Attributes attributes) {
  return {.name = name, .type = "residual_block", .attributes = std::move(attributes)};
}

// Three blocks of 32x32 images: two alike, then one of half the size.
NetworkSpec threeBlocks(const std::string& order, const std::string& shortcut) {
  Attributes alike = {{"order", order}, {"shortcut", shortcut}, {"gate_bias", -1.0}};
  Attributes smaller = alike;
  smaller["stride"] = int64_t{2};
  smaller["channels"] = int64_t{6};
  if (shortcut == "identity") smaller["shortcut"] = std::string("zero-pad");
  return withBlocks({block("a", alike), block("b", alike), block("c", smaller)}, "32x32x3");
}

Model muted(const Model& model, const std::vector<std::string>& blocks) {
  Model made = model;
  made.project.network = *withMuted(model.project.network, blocks, layerCatalog());
  return made;
}

Lesions lesionsOf(const Model& model, LesionRequest request) {
  request.data = pictures();
  const Result<Lesions> lesions = lesion(model, *makeCpuEngine(2), layerCatalog(), request);
  if (!lesions) qFatal("%s", lesions.error().message.c_str());
  return *lesions;
}

}  // namespace

class TestLesion : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isWhatMutingByHandGives_data();
  void isWhatMutingByHandGives();
  void copiesAreRemovedOneByOne();
  void manyAtOnce();
  void everyNumberFromOne();
  void spreadOverDraws();
  void aBlockWithoutAShortcutStays();
  void swappingByHand();
  void swappingTwiceChangesNothing();
  void onlyWhatIsAskedFor();
  void fewImages();
  void canBeStopped();
};

void TestLesion::isWhatMutingByHandGives_data() {
  QTest::addColumn<QString>("order");
  QTest::addColumn<QString>("shortcut");
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"})
    for (const char* shortcut : {"identity", "projection", "scaled", "exclusive-gating", "shortcut-gating",
                                 "convolution", "dropout"})
      QTest::addRow("%s, %s", order, shortcut) << order << shortcut;
}

void TestLesion::isWhatMutingByHandGives() {
  QFETCH(QString, order);
  QFETCH(QString, shortcut);
  const Model model = modelOf(threeBlocks(order.toStdString(), shortcut.toStdString()));
  const std::vector<float> before = valuesOf(*model.parameters);
  const Lesions lesions = lesionsOf(model, {});
  QCOMPARE(lesions.whole, evaluated(model));
  QCOMPARE(lesions.images, int64_t{40});
  QCOMPARE(lesions.rows.size(), size_t{3});
  for (const LesionRow& row : lesions.rows) {
    QCOMPARE(row.blocks.size(), size_t{1});
    QVERIFY(row.values);
    QCOMPARE(*row.values, evaluated(muted(model, row.blocks)));
    QVERIFY(*lesions.change(row, "loss") != 0);
    QCOMPARE(*lesions.change(row, "loss"), row.values->at("loss") - lesions.whole.at("loss"));
  }
  QVERIFY(valuesOf(*model.parameters) == before);
}

void TestLesion::copiesAreRemovedOneByOne() {
  const Model model = modelOf(withBlocks(
      {block("stage", {{"shortcut", std::string("identity")}, {"repeat", int64_t{3}}})}, "32x32x3"));
  const Lesions lesions = lesionsOf(model, {});
  std::vector<std::string> paths;
  for (const LesionRow& row : lesions.rows) paths.push_back(row.blocks.at(0));
  QCOMPARE(paths, (std::vector<std::string>{"stage[1]", "stage[2]", "stage[3]"}));
  QVERIFY(lesions.rows[0].values != lesions.rows[1].values);
  // All three at once are the muted node.
  const Lesions all = lesionsOf(model, {.random = 3});
  QCOMPARE(all.rows.size(), size_t{1});
  QCOMPARE(*all.rows[0].values, evaluated(muted(model, {"stage"})));
  const Lesions together = lesionsOf(model, {.only = {"stage"}, .together = true});
  QCOMPARE(together.rows.size(), size_t{1});
  QCOMPARE(together.rows[0].blocks.size(), size_t{3});
  QCOMPARE(together.rows[0].values, all.rows[0].values);
  const Lesions some = lesionsOf(model, {.only = {"stage[1]", "stage[3]"}, .together = true});
  QCOMPARE(some.rows[0].blocks, (std::vector<std::string>{"stage[1]", "stage[3]"}));
  QVERIFY(some.rows[0].values != all.rows[0].values);
}

void TestLesion::manyAtOnce() {
  const Model model = modelOf(threeBlocks("full-preactivation", "identity"));
  const Lesions lesions = lesionsOf(model, {.random = 2, .draws = 4, .seed = 9});
  QCOMPARE(lesions.rows.size(), size_t{4});
  for (const LesionRow& row : lesions.rows) {
    QCOMPARE(row.blocks.size(), size_t{2});
    QVERIFY(row.blocks[0] < row.blocks[1]);
    QCOMPARE(*row.values, evaluated(muted(model, row.blocks)));
  }
  const Lesions again = lesionsOf(model, {.random = 2, .draws = 4, .seed = 9});
  for (size_t i = 0; i < 4; ++i) QCOMPARE(again.rows[i].blocks, lesions.rows[i].blocks);
  const Result<Lesions> tooMany =
      lesion(model, *makeCpuEngine(1), layerCatalog(), {.data = pictures(), .random = 4});
  QVERIFY(!tooMany.ok());
  QCOMPARE(tooMany.error().kind, ErrorKind::usage);
}

// Each draw grows by one block, and of all blocks there are no more than there are.
void TestLesion::everyNumberFromOne() {
  const Model model = modelOf(threeBlocks("full-preactivation", "identity"));
  const Lesions lesions = lesionsOf(model, {.random = 10, .from = 1, .draws = 2, .seed = 9});
  QVERIFY(lesions.random && !lesions.swapped);
  QCOMPARE(lesions.removable, int64_t{3});
  QCOMPARE(lesions.rows.size(), size_t{6});
  for (size_t draw = 0; draw < 2; ++draw)
    for (size_t count = 1; count < 3; ++count) {
      const std::vector<std::string>&fewer = lesions.rows[(count - 1) * 2 + draw].blocks,
            &more = lesions.rows[count * 2 + draw].blocks;
      QCOMPARE(fewer.size(), count);
      QVERIFY(std::ranges::includes(more, fewer));
    }
  const Lesions two = lesionsOf(model, {.random = 2, .draws = 2, .seed = 9});
  QCOMPARE(two.rows[1].blocks, lesions.rows[3].blocks);
  const std::vector<LesionPoint> points = byCount(lesions);
  QCOMPARE(points.size(), size_t{3});
  QCOMPARE(points[2].count, int64_t{3});
  QCOMPARE(points[2].draws, int64_t{2});
  QCOMPARE(points[2].values.at("loss").mean, evaluated(muted(model, {"a", "b", "c"})).at("loss"));
  QCOMPARE(points[2].values.at("loss").deviation, 0.0);
}

void TestLesion::spreadOverDraws() {
  Lesions lesions;
  for (const double loss : {1.0, 2.0, 6.0})
    lesions.rows.push_back({.blocks = {"a", "b"}, .values = NamedNumbers{{"loss", loss}}, .reason = {}});
  lesions.rows.push_back({.blocks = {"a"}, .values = NamedNumbers{{"loss", 4.0}}, .reason = {}});
  lesions.rows.push_back({.blocks = {"c"}, .values = {}, .reason = "It cannot."});
  const std::vector<LesionPoint> points = byCount(lesions);
  QCOMPARE(points.size(), size_t{2});
  QCOMPARE(points[0].count, int64_t{1});
  QCOMPARE(points[0].values.at("loss").deviation, 0.0);
  const LesionSpread& two = points[1].values.at("loss");
  QCOMPARE(two.mean, 3.0);
  QVERIFY(std::abs(two.deviation - std::sqrt(7.0)) < 1e-12);
  QCOMPARE(two.least, 1.0);
  QCOMPARE(two.most, 6.0);
  lesions.swapped = true;
  QCOMPARE(byCount(lesions).back().count, int64_t{1});
}

void TestLesion::aBlockWithoutAShortcutStays() {
  const Model model = modelOf(
      withBlocks({block("plain", {{"shortcut", std::string("none")}}), block("residual", {})}, "32x32x3"));
  const Lesions lesions = lesionsOf(model, {});
  QCOMPARE(lesions.rows.size(), size_t{2});
  QCOMPARE(lesions.rows[0].blocks, (std::vector<std::string>{"plain"}));
  QVERIFY(!lesions.rows[0].values);
  QVERIFY(!lesions.rows[0].reason.empty());
  QVERIFY(!lesions.change(lesions.rows[0], "loss"));
  QVERIFY(lesions.rows[1].values);
  QVERIFY(lesions.rows[1].reason.empty());
}

void TestLesion::swappingByHand() {
  const Model model = modelOf(threeBlocks("original", "projection"));
  const std::vector<float> before = valuesOf(*model.parameters);
  const Lesions lesions = lesionsOf(model, {.swap = true});
  QCOMPARE(lesions.rows.size(), size_t{1});  // c has another shape
  QCOMPARE(lesions.rows[0].blocks, (std::vector<std::string>{"a", "b"}));
  Model other = model;
  other.parameters = std::make_shared<ParameterStore>(copyOf(*model.parameters));
  for (int p = 0; p < other.parameters->size(); ++p) {
    std::string name = other.parameters->info(p).name;
    if (name.starts_with("a/"))
      name[0] = 'b';
    else if (name.starts_with("b/"))
      name[0] = 'a';
    std::ranges::copy(model.parameters->values(model.parameters->find(name)),
                      other.parameters->values(p).begin());
  }
  QCOMPARE(*lesions.rows[0].values, evaluated(other));
  QVERIFY(*lesions.change(lesions.rows[0], "loss") != 0);
  QVERIFY(valuesOf(*model.parameters) == before);
}

void TestLesion::swappingTwiceChangesNothing() {
  const Model model = modelOf(threeBlocks("original", "projection"));
  ParameterStore store = copyOf(*model.parameters);
  swapBlocks(store, "a", "b");
  QVERIFY(valuesOf(store) != valuesOf(*model.parameters));
  swapBlocks(store, "b", "a");
  QVERIFY(valuesOf(store) == valuesOf(*model.parameters));
  // Two swaps of the only pair there is.
  const Lesions lesions = lesionsOf(model, {.swap = true, .random = 2});
  QCOMPARE(lesions.rows.at(0).blocks, (std::vector<std::string>{"a", "b", "a", "b"}));
  QCOMPARE(*lesions.rows[0].values, lesions.whole);
  QVERIFY(shapesOf(store, "a") == shapesOf(store, "b"));
  QVERIFY(shapesOf(store, "a") != shapesOf(store, "c"));
  QVERIFY(shapesOf(store, "nothing").empty());
}

void TestLesion::onlyWhatIsAskedFor() {
  const Model model = modelOf(threeBlocks("original", "projection"));
  const Lesions lesions = lesionsOf(model, {.only = {"c", "a"}});
  QCOMPARE(lesions.rows.size(), size_t{2});
  QCOMPARE(lesions.rows[0].blocks, (std::vector<std::string>{"a"}));
  QCOMPARE(lesions.rows[1].blocks, (std::vector<std::string>{"c"}));
  const Result<Lesions> unknown =
      lesion(model, *makeCpuEngine(1), layerCatalog(), {.data = pictures(), .only = {"d"}});
  QVERIFY(!unknown.ok());
  QCOMPARE(unknown.error().kind, ErrorKind::usage);
  QVERIFY(unknown.error().message.find("a, b, c") != std::string::npos);
}

void TestLesion::fewImages() {
  const Model model = modelOf(threeBlocks("original", "projection"));
  const Lesions few = lesionsOf(model, {.limit = 20}), all = lesionsOf(model, {});
  QCOMPARE(few.images, int64_t{20});
  QVERIFY(few.whole != all.whole);
}

void TestLesion::canBeStopped() {
  const Model model = modelOf(threeBlocks("original", "projection"));
  for (const double at : {0.0, 0.5}) {
    double seen = 0;
    LesionRequest request{.data = pictures()};
    request.progress = [&](double share) {
      if (share < seen || share > 1) qFatal("progress goes back");
      seen = share;
      return share < at;
    };
    const Result<Lesions> lesions = lesion(model, *makeCpuEngine(2), layerCatalog(), request);
    QVERIFY(!lesions.ok());
    QCOMPARE(lesions.error().kind, ErrorKind::interrupted);
  }
}

QTEST_GUILESS_MAIN(TestLesion)
#include "test_lesion.moc"
