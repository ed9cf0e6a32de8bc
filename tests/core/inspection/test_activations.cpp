// What layers make of images, against the reference engine running the whole network; and filters, against
// the weights they come from.
#include "core/inspection/activations.h"
#include "models.h"

using namespace bypath;

namespace {

LayerMaps mapsOf(const Model& model, const std::string& path, std::vector<int64_t> images = {0}) {
  Result<LayerMaps> maps = layerMaps(model, *makeCpuEngine(2), layerCatalog(),
                                     {.data = pictures(), .path = path, .images = std::move(images)});
  if (!maps) qFatal("%s", maps.error().message.c_str());
  return std::move(*maps);
}

std::vector<LookPlace> placesOf(const NetworkSpec& network) {
  return placesToLook(network, check(network, layerCatalog(), {.mode = Mode::evaluation}));
}

QStringList pathsOf(const std::vector<LookPlace>& places) {
  QStringList paths;
  for (const LookPlace& place : places) paths << QString::fromStdString(place.path);
  return paths;
}

NetworkSpec smallNetwork() {
  return withBlocks({{.name = "a",
                      .type = "residual_block",
                      .attributes = {{"repeat", int64_t{2}}, {"shortcut", std::string("identity")}}},
                     {.name = "drop", .type = "dropout"}},
                    "32x32x3");
}

// The same value of the same network, unfused and without any of this room's help.
std::vector<float> referenceValue(const Model& model, const std::string& path, std::vector<int64_t> images) {
  const auto count = static_cast<int64_t>(images.size());
  const CheckedNetwork checked =
      check(model.project.network, layerCatalog(), {.batch = count, .mode = Mode::evaluation});
  OpGraph graph = checked.graph;
  ValueId value = noValue;
  for (const LookPlace& place : placesToLook(model.project.network, checked))
    if (place.path == path) value = place.value;
  graph.outputs.push_back({"wanted", value});
  const auto engine = makeReferenceEngine();
  const Result<ExecutionPlan> plan =
      compile(graph, *engine, {.training = false, .fuse = false, .keep = {"wanted"}});
  if (!plan) qFatal("%s", plan.error().message.c_str());
  auto session = engine->open(plan->program, *model.parameters);
  if (!session) qFatal("%s", session.error().message.c_str());
  const BatchLoader loader(pictures(), {.batch = count, .normalisation = normalisationFor(checked.graph)});
  Batch batch;
  loader.gather(pictures()->test, images, batch);
  for (const ValueId id : plan->program->graph.inputs)
    (*session)->setInput(
        id, plan->program->graph.value(id).role == InputRole::image ? batch.images : batch.labels);
  (*session)->run({.seed = 1, .step = 3});
  std::vector<float> values(static_cast<size_t>(checked.graph.shape(value).count()));
  (*session)->read(plan->outputs.at(0).value, values);
  return values;
}

}  // namespace

class TestActivations : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void placesOfANetwork();
  void everyPlaceOfEveryOrder_data();
  void everyPlaceOfEveryOrder();
  void aBlockGivesWhatItsLastCopyGives();
  void theInputIsTheImage();
  void rowsOfNumbers();
  void factsOfAChannel();
  void whatIsNoNumberIsCountedApart();
  void severalImages();
  void insideAnAutoencoder();
  void filtersOfTheStem();
  void filtersInside();
  void filtersOfATransposedConvolution();
  void scales();
  void whatCannotBeLookedAt();
};

void TestActivations::placesOfANetwork() {
  const std::vector<LookPlace> places = placesOf(smallNetwork());
  const QStringList paths = pathsOf(places);
  for (const char* path : {"image", "stem", "a", "a[1]", "a[2]", "pool", "fc"})
    QVERIFY2(paths.contains(path), qPrintable(paths.join(' ')));
  QVERIFY(!paths.contains("drop") && !paths.contains("loss"));
  for (const LookPlace& place : places) {
    QCOMPARE(place.hasFilters, place.type == "conv2d");
    if (place.path.starts_with("a")) QCOMPARE(place.drawn, std::string("a"));
  }
}

void TestActivations::everyPlaceOfEveryOrder_data() {
  QTest::addColumn<QString>("order");
  for (const char* order :
       {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"})
    QTest::newRow(order) << order;
}

void TestActivations::everyPlaceOfEveryOrder() {
  QFETCH(QString, order);
  const NetworkSpec network =
      withBlocks({{.name = "a",
                   .type = "residual_block",
                   .attributes = {{"order", order.toStdString()},
                                  {"stride", int64_t{2}},
                                  {"channels", int64_t{6}},
                                  {"shortcut", std::string("projection")}}},
                  {.name = "b", .type = "residual_block", .attributes = {{"order", order.toStdString()}}}},
                 "32x32x3");
  const Model model = modelOf(network);
  const std::vector<LookPlace> places = placesOf(network);
  QVERIFY(places.size() > 12);
  for (const LookPlace& place : places) {
    if (place.type == "input") continue;
    const LayerMaps maps = mapsOf(model, place.path, {3, 1});
    const double distance = relativeDistance(maps.values, referenceValue(model, place.path, {3, 1}));
    QVERIFY2(distance < 1e-4, (place.path + ": " + std::to_string(distance)).c_str());
    QCOMPARE(maps.values.size(), static_cast<size_t>(2 * maps.height * maps.width) * maps.channels.size());
  }
}

void TestActivations::aBlockGivesWhatItsLastCopyGives() {
  const Model model = modelOf(smallNetwork());
  QCOMPARE(mapsOf(model, "a").values, mapsOf(model, "a[2]").values);
  QVERIFY(mapsOf(model, "a").values != mapsOf(model, "a[1]").values);
}

void TestActivations::theInputIsTheImage() {
  const LayerMaps maps = mapsOf(modelOf(smallNetwork()), "image", {7});
  QCOMPARE(maps.height, int64_t{32});
  QCOMPARE(maps.channels.size(), size_t{3});
  const DataSet& data = *pictures();
  const auto level = static_cast<float>(data.image(data.test, 7)[3 * 33]) / 255;  // red at (1, 1)
  QVERIFY(std::abs(maps.map(0, 0)[33] - (level - data.mean[0]) / data.deviation[0]) < 1e-5f);
}

void TestActivations::rowsOfNumbers() {
  const LayerMaps maps = mapsOf(modelOf(smallNetwork()), "fc");
  QCOMPARE(maps.height * maps.width, int64_t{1});
  QCOMPARE(maps.channels.size(), size_t{10});
  for (int64_t c = 0; c < 10; ++c)
    QCOMPARE(static_cast<double>(maps.map(0, c)[0]), maps.channels[static_cast<size_t>(c)].mean);
}

void TestActivations::factsOfAChannel() {
  const LayerMaps maps = mapsOf(modelOf(smallNetwork()), "a");
  bool closed = false;
  for (size_t c = 0; c < maps.channels.size(); ++c) {
    const std::vector<float> map = maps.map(0, static_cast<int64_t>(c));
    double sum = 0, squares = 0, zeros = 0;
    for (const float value : map) {
      sum += static_cast<double>(value);
      squares += static_cast<double>(value) * static_cast<double>(value);
      zeros += value == 0 ? 1 : 0;
    }
    const double mean = sum / 1024, deviation = std::sqrt(std::max(0.0, squares / 1024 - mean * mean));
    QVERIFY(std::abs(maps.channels[c].mean - mean) < 1e-9);
    QVERIFY(std::abs(maps.channels[c].deviation - deviation) < 1e-6);
    QCOMPARE(maps.channels[c].zeros, zeros / 1024);
    QCOMPARE(maps.channels[c].high, static_cast<double>(*std::ranges::max_element(map)));
    closed = closed || zeros > 0;
  }
  QVERIFY(closed);                   // behind a ReLU
  QVERIFY(!maps.scale.diverging());  // and so never negative
  QVERIFY(mapsOf(modelOf(smallNetwork()), "stem").scale.diverging());
}

void TestActivations::whatIsNoNumberIsCountedApart() {
  const Model model = modelOf(smallNetwork());
  const LayerMaps before = mapsOf(model, "stem");
  model.parameters->values(model.parameters->find("stem/bias"))[1] = NAN;
  const LayerMaps after = mapsOf(model, "stem");
  QCOMPARE(after.channels[1].broken, 1.0);
  QCOMPARE(after.channels[1].mean, 0.0);
  QCOMPARE(after.channels[0].broken, 0.0);
  QCOMPARE(after.channels[0].mean, before.channels[0].mean);
  QVERIFY(std::isfinite(after.scale.reach()) && after.scale.reach() > 0);
}

void TestActivations::severalImages() {
  const Model model = modelOf(smallNetwork());
  const LayerMaps both = mapsOf(model, "a", {5, 2});
  QCOMPARE(both.images, int64_t{2});
  QVERIFY(relativeDistance(both.map(0, 1), mapsOf(model, "a", {5}).map(0, 1)) < 1e-5);
  QVERIFY(relativeDistance(both.map(1, 1), mapsOf(model, "a", {2}).map(0, 1)) < 1e-5);
}

void TestActivations::insideAnAutoencoder() {
  const Model model = modelOf(autoencoderNetwork());
  const std::vector<LookPlace> places = placesOf(model.project.network);
  const QStringList paths = pathsOf(places);
  QVERIFY2(paths.contains("encoder") && paths.contains("decoder"), qPrintable(paths.join(' ')));
  const LayerMaps picture = mapsOf(model, "decoder");
  QCOMPARE(picture.channels.size(), size_t{3});
  QCOMPARE(picture.height, int64_t{32});
  int looked = 0;
  for (const LookPlace& place : places)
    if (place.path.starts_with("encoder/") && ++looked % 5 == 0)
      QVERIFY(relativeDistance(mapsOf(model, place.path).values, referenceValue(model, place.path, {0})) <
              1e-4);
  QVERIFY(looked > 10);
}

void TestActivations::filtersOfTheStem() {
  const Model model = modelOf(smallNetwork());
  const Result<LayerFilters> filters = layerFilters(model, layerCatalog(), "stem");
  QVERIFY(filters.ok());
  QVERIFY(filters->ofColours);
  QCOMPARE(filters->height * 10 + filters->width, int64_t{33});
  QCOMPARE(filters->outputs, int64_t{4});
  const auto weights = model.parameters->values(model.parameters->find("stem/weight"));
  // Row 1, column 2, of input channel 2 to output channel 3.
  QCOMPARE(filters->slice(3, 2)[5], weights[((1 * 3 + 2) * 3 + 2) * 4 + 3]);
  const auto picture =
      colourPlanes(filters->slice(0, 0), filters->slice(0, 1), filters->slice(0, 2), filters->scale);
  QCOMPARE(picture.size(), size_t{27});
  QCOMPARE(picture[0] > 127, filters->slice(0, 0)[0] > 0);
}

void TestActivations::filtersInside() {
  const Model model = modelOf(smallNetwork());
  for (const LookPlace& place : placesOf(model.project.network)) {
    const Result<LayerFilters> filters = layerFilters(model, layerCatalog(), place.path);
    QCOMPARE(filters.ok(), place.hasFilters);
    if (!filters) {
      QCOMPARE(filters.error().kind, ErrorKind::usage);
      QVERIFY(filters.error().message.find("no convolution") != std::string::npos);
    } else if (place.path != "stem") {
      QVERIFY(!filters->ofColours);
      QCOMPARE(filters->inputs, int64_t{4});
    }
  }
}

void TestActivations::filtersOfATransposedConvolution() {
  const Model model =
      modelOf(chainOf({{.name = "image", .type = "input", .attributes = {{"shape", "32x32x3"}}},
                       {.name = "up",
                        .type = "conv2d_transposed",
                        .attributes = {{"channels", int64_t{2}}, {"stride", int64_t{2}}}},
                       {.name = "pool", .type = "global_average_pool"},
                       {.name = "fc", .type = "dense", .attributes = {{"units", int64_t{10}}}},
                       {.name = "loss", .type = "softmax_loss"}}));
  const Result<LayerFilters> filters = layerFilters(model, layerCatalog(), "up");
  QVERIFY(filters.ok());
  QCOMPARE(filters->inputs, int64_t{3});
  QCOMPARE(filters->outputs, int64_t{2});
  const auto weights = model.parameters->values(model.parameters->find("up/weight"));
  const int64_t width = filters->width;
  QCOMPARE(filters->slice(1, 2)[static_cast<size_t>(width) + 1],
           weights[static_cast<size_t>(((width + 1) * 2 + 1) * 3 + 2)]);
}

void TestActivations::scales() {
  const std::vector<float> positive = {0, 1, 4, NAN}, both = {-2, 0, 1};
  const MapScale grey = MapScale::of(positive), diverging = MapScale::of(both);
  QVERIFY(!grey.diverging() && diverging.diverging());
  QCOMPARE(grey.high, 4.0);
  QCOMPARE(grey.colour(0), (Rgb{0, 0, 0}));
  QCOMPARE(grey.colour(4), (Rgb{255, 255, 255}));
  QCOMPARE(grey.colour(NAN), (Rgb{255, 0, 255}));
  QCOMPARE(diverging.reach(), 2.0);
  QCOMPARE(diverging.colour(0), (Rgb{255, 255, 255}));
  QVERIFY(diverging.colour(-2)[2] > diverging.colour(-2)[0]);  // blue
  QVERIFY(diverging.colour(2)[0] > diverging.colour(2)[2]);    // red
  QCOMPARE(MapScale{}.colour(0), (Rgb{0, 0, 0}));
  QCOMPARE(colours(both, diverging).size(), size_t{9});
}

void TestActivations::whatCannotBeLookedAt() {
  const Model model = modelOf(smallNetwork());
  const auto engine = makeCpuEngine(1);
  const auto refused = [&](const LookRequest& request) {
    const Result<LayerMaps> maps = layerMaps(model, *engine, layerCatalog(), request);
    return maps ? std::string() : maps.error().message;
  };
  QVERIFY(refused({.data = pictures(), .path = "nowhere"}).find("stem") != std::string::npos);
  QVERIFY(refused({.data = pictures(), .path = "drop"}).find("of its own") != std::string::npos);
  QVERIFY(refused({.data = pictures(), .path = "stem", .images = {40}}).find("no test image 40") !=
          std::string::npos);
  QVERIFY(!refused({.data = pictures(), .path = "stem", .images = {}}).empty());
}

QTEST_GUILESS_MAIN(TestActivations)
#include "test_activations.moc"
