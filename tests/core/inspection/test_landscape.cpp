// The loss around a network's weights: directions by filter, the grid against plain arithmetic, and what
// stays the same.
#include "core/inspection/directions.h"
#include "core/inspection/landscape.h"
#include "models.h"

using namespace bypath;

namespace {

// Convolutions of both kinds, a block with batch normalisation and a dense layer.
Model mixedModel() {
  return modelOf(withBlocks({{.name = "block", .type = "residual_block"},
                             {.name = "up",
                              .type = "conv2d_transposed",
                              .attributes = {{"channels", int64_t{5}}, {"kernel", int64_t{3}}}}},
                            "32x32x3"));
}

Landscape landscapeOf(const Model& model, LandscapeRequest request, int threads = 2) {
  if (!request.data) request.data = pictures();
  const Result<Landscape> made = landscape(model, *makeCpuEngine(threads), layerCatalog(), request);
  if (!made) qFatal("%s", made.error().message.c_str());
  return *made;
}

Error refusalOf(const LandscapeRequest& request) {
  const Result<Landscape> made = landscape(mixedModel(), *makeCpuEngine(1), layerCatalog(), request);
  return made ? Error{.kind = ErrorKind::data, .message = "not refused"} : made.error();
}

// A dense layer in double precision, its weights moved along both directions.
struct PlainDense {
  const Model& model;
  const WeightDirection &delta, &eta;
  double alpha, beta;

  std::vector<double> operator()(const std::string& name, const std::vector<double>& x) const {
    const int w = model.parameters->find(name + "/weight"), b = model.parameters->find(name + "/bias");
    std::vector<double> y;
    const std::span<const float> bias = model.parameters->values(b), weight = model.parameters->values(w);
    const size_t units = bias.size();
    for (size_t u = 0; u < units; ++u) {
      y.push_back(static_cast<double>(bias[u]));
      for (size_t i = 0; i < x.size(); ++i) {
        const size_t at = i * units + u;
        const double d = static_cast<double>(delta[static_cast<size_t>(w)][at]),
                     e = static_cast<double>(eta[static_cast<size_t>(w)][at]);
        y[u] += x[i] * (static_cast<double>(weight[at]) + alpha * d + beta * e);
      }
    }
    return y;
  }
};

double plainLoss(const PlainDense& layer, const DataSet& data) {
  double sum = 0;
  for (int64_t n = 0; n < data.test.size(); ++n) {
    std::vector<double> x;
    for (size_t c = 0; c < 3; ++c)
      x.push_back((data.image(data.test, n)[c] / 255.0 - static_cast<double>(data.mean[c])) /
                  static_cast<double>(data.deviation[c]));
    std::vector<double> hidden = layer("hidden", x);
    for (double& value : hidden) value = std::tanh(value);
    const std::vector<double> scores = layer("scores", hidden);
    sum += std::log(std::exp(scores[0]) + std::exp(scores[1])) -
           scores[data.test.labels[static_cast<size_t>(n)]];
  }
  return sum / static_cast<double>(data.test.size());
}

}  // namespace

class TestLandscape : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void filtersOfADirectionAreAsLongAsTheNetworks();
  void biasesAndNormalisationStay();
  void theMiddleIsTheNetwork();
  void aLineIsTheMiddleRow();
  void isWhatPlainArithmeticGives();
  void theSameBitsOnAnyNumberOfThreads();
  void sharedLayersMoveAlike();
  void whatIsNotFiniteIsNoValue();
  void oneScaleForTwo();
  void asATable();
  void badRequestsAreRefused();
  void canBeStopped();
};

void TestLandscape::filtersOfADirectionAreAsLongAsTheNetworks() {
  const Model model = mixedModel();
  const OpGraph graph = check(model.project.network, layerCatalog()).graph;
  const ParameterStore& store = *model.parameters;
  const WeightDirection delta = filterDirection(graph, store, {.seed = 4});
  // By hand: the last axis is the output channel; of the transposed convolution, the one before it.
  const auto norm = [](std::span<const float> values, const std::function<bool(size_t)>& chosen) {
    double squares = 0;
    for (size_t i = 0; i < values.size(); ++i)
      if (chosen(i)) squares += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return std::sqrt(squares);
  };
  int filters = 0;
  for (int p = 0; p < store.size(); ++p) {
    if (store.info(p).role != ParameterRole::weight) continue;
    const Shape shape = store.info(p).shape;
    const bool up = store.info(p).name == "up/weight";
    const auto outputs = static_cast<size_t>(up ? shape[2] : shape.last());
    const auto inner = static_cast<size_t>(up ? shape[3] : 1);
    for (size_t f = 0; f < outputs; ++f) {
      const auto inFilter = [&](size_t i) { return i / inner % outputs == f; };
      const double wanted = norm(store.values(p), inFilter),
                   found = norm(delta[static_cast<size_t>(p)], inFilter);
      QVERIFY(wanted > 0);
      QVERIFY2(std::abs(found - wanted) < 1e-6 * wanted, store.info(p).name.c_str());
      ++filters;
    }
  }
  QCOMPARE(filters, 4 + 4 + 4 + 5 + 10);
  QVERIFY(filterDirection(graph, store, {.seed = 4}) == delta);
  QVERIFY(filterDirection(graph, store, {.seed = 5}) != delta);
  QVERIFY(filterDirection(graph, store, {.seed = 4, .number = 1}) != delta);
}

void TestLandscape::biasesAndNormalisationStay() {
  const Model model = mixedModel();
  const OpGraph graph = check(model.project.network, layerCatalog()).graph;
  const WeightDirection delta = filterDirection(graph, *model.parameters, {.seed = 4});
  ParameterStore moved = copyOf(*model.parameters);
  const std::vector<WeightStep> steps = {{.direction = &delta, .length = 0.5}};
  displace(moved, *model.parameters, steps);
  for (int p = 0; p < moved.size(); ++p)
    QCOMPARE(std::ranges::equal(moved.values(p), model.parameters->values(p)),
             moved.info(p).role != ParameterRole::weight);
}

void TestLandscape::theMiddleIsTheNetwork() {
  const Model model = mixedModel();
  const std::vector<float> before = valuesOf(*model.parameters);
  const Landscape map = landscapeOf(model, {.limit = 0, .points = 3});
  QCOMPARE(map.axis, (std::vector<double>{-1, 0, 1}));
  QCOMPARE(map.loss.size(), size_t{9});
  QCOMPARE(map.accuracy.size(), size_t{9});
  QCOMPARE(map.images, int64_t{40});
  QCOMPARE(map.whole, evaluated(model));
  QCOMPARE(map.at(map.loss, 1, 1), map.whole.at("loss"));
  QCOMPARE(map.at(map.accuracy, 1, 1), map.whole.at("accuracy"));
  for (const size_t other : {0, 1, 2, 3, 5, 6, 7, 8}) QVERIFY(map.loss[other] != map.loss[4]);
  QVERIFY(valuesOf(*model.parameters) == before);
}

void TestLandscape::aLineIsTheMiddleRow() {
  const Model model = mixedModel();
  const Landscape map = landscapeOf(model, {.limit = 20, .points = 5, .range = 0.5}),
                  line = landscapeOf(model, {.limit = 20, .points = 5, .range = 0.5, .line = true});
  QCOMPARE(line.rows(), size_t{1});
  QCOMPARE(line.images, int64_t{20});
  QCOMPARE(line.axis, (std::vector<double>{-0.5, -0.25, 0, 0.25, 0.5}));
  QCOMPARE(line.loss, std::vector<double>(map.loss.begin() + 10, map.loss.begin() + 15));
}

void TestLandscape::isWhatPlainArithmeticGives() {
  const Model model = denseModel();
  const OpGraph graph = check(model.project.network, layerCatalog()).graph;
  const WeightDirection delta = filterDirection(graph, *model.parameters, {.seed = 7}),
                        eta = filterDirection(graph, *model.parameters, {.seed = 7, .number = 1});
  const Result<Landscape> map = landscape(model, *makeReferenceEngine(), layerCatalog(),
                                          {.data = dots(), .points = 5, .range = 2, .seed = 7});
  if (!map) qFatal("%s", map.error().message.c_str());
  for (size_t row = 0; row < 5; ++row)
    for (size_t column = 0; column < 5; ++column) {
      const double wanted = plainLoss({model, delta, eta, map->axis[column], map->axis[row]}, *dots());
      QVERIFY(std::abs(map->at(map->loss, row, column) - wanted) < 2e-6 * (1 + wanted));
    }
}

void TestLandscape::theSameBitsOnAnyNumberOfThreads() {
  const Model model = mixedModel();
  const LandscapeRequest request{.limit = 32, .points = 3, .seed = 11};
  const Landscape one = landscapeOf(model, request, 1), two = landscapeOf(model, request, 2);
  QCOMPARE(one.loss, two.loss);
  QCOMPARE(one.accuracy, two.accuracy);
  LandscapeRequest other = request;
  other.seed = 12;
  QVERIFY(landscapeOf(model, other, 2).loss != two.loss);
}

void TestLandscape::sharedLayersMoveAlike() {
  // Of two networks with the stem in common, the stem is moved along the same line.
  const Model first = mixedModel(), second = modelOf(withBlocks({}, "32x32x3"));
  const auto stem = [](const Model& model) {
    const OpGraph graph = check(model.project.network, layerCatalog()).graph;
    return filterDirection(graph, *model.parameters,
                           {.seed = 1})[static_cast<size_t>(model.parameters->find("stem/weight"))];
  };
  QVERIFY(!stem(first).empty());
  QCOMPARE(stem(first), stem(second));
}

void TestLandscape::whatIsNotFiniteIsNoValue() {
  const Model model = mixedModel();
  const Landscape map = landscapeOf(model, {.limit = 16, .points = 3, .range = 1e30, .line = true});
  QVERIFY(std::isnan(map.loss[0]));
  QVERIFY(std::isfinite(map.loss[1]));
  const std::string csv = landscapeCsv({{"a", &map}});
  QVERIFY(csv.find("a,-1e+30,0,,") != std::string::npos);
  const std::optional<ValueRange> range = rangeOf({&map.loss});
  QVERIFY(range);
  QVERIFY(range->low <= map.loss[1] && map.loss[1] <= range->high && std::isfinite(range->high));
  QVERIFY(!rangeOf({}));
}

void TestLandscape::oneScaleForTwo() {
  const std::vector<double> a = {1, 10, NAN}, b = {100, 4};
  const std::optional<ValueRange> range = rangeOf({&a, &b});
  QVERIFY(range);
  QCOMPARE(range->low, 1.0);
  QCOMPARE(range->high, 100.0);
  QCOMPARE(range->share(10, true), 0.5);
  QCOMPARE(range->share(50.5, false), 0.5);
  QCOMPARE(range->share(1000, false), 1.0);
  QCOMPARE(range->value(0.5, true), 10.0);
  QCOMPARE(range->value(0.5, false), 50.5);
  // Without a logarithm of the smallest value, evenly.
  const ValueRange fromZero{.low = 0, .high = 4};
  QCOMPARE(fromZero.share(1, true), 0.25);
  QCOMPARE(fromZero.value(0.25, true), 1.0);
  const ValueRange flat{.low = 2, .high = 2};
  QCOMPARE(flat.share(2, true), 0.0);
}

void TestLandscape::asATable() {
  Landscape map{.axis = {-1, 0, 1}, .loss = std::vector<double>(9, 2.5), .whole = {}};
  map.loss[3] = 0.125;
  const std::string csv = landscapeCsv({{"with, comma", &map}});
  QVERIFY2(csv.starts_with("run,alpha,beta,loss,accuracy\n\"with, comma\",-1,-1,2.5,\n"), csv.c_str());
  QVERIFY(csv.find("\"with, comma\",-1,0,0.125,\n") != std::string::npos);
  QCOMPARE(std::ranges::count(csv, '\n'), 10);
}

void TestLandscape::badRequestsAreRefused() {
  QCOMPARE(refusalOf({.data = nullptr}).kind, ErrorKind::usage);
  QCOMPARE(refusalOf({.data = pictures(), .points = 2}).kind, ErrorKind::usage);
  QVERIFY(refusalOf({.data = pictures(), .points = 9999}).message.find("9999") != std::string::npos);
  for (const double range : {0.0, -1.0, static_cast<double>(INFINITY), static_cast<double>(NAN)})
    QCOMPARE(refusalOf({.data = pictures(), .range = range}).kind, ErrorKind::usage);
  QCOMPARE(refusalOf({.data = dots()}).kind, ErrorKind::data);  // pictures of another shape
}

void TestLandscape::canBeStopped() {
  for (const double at : {0.0, 0.5}) {
    double seen = 0;
    LandscapeRequest request{.data = pictures(), .points = 3};
    request.progress = [&](double share) {
      if (share < seen || share > 1) qFatal("progress goes back");
      seen = share;
      return share < at;
    };
    QCOMPARE(refusalOf(request).kind, ErrorKind::interrupted);
    QVERIFY(seen >= at && seen < at + 0.2);
  }
}

QTEST_GUILESS_MAIN(TestLandscape)
#include "test_landscape.moc"
