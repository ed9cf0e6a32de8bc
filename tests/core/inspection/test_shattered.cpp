// How gradients decorrelate along a line of inputs, against plain arithmetic and between a plain network and
// its residual twin.
#include "core/inspection/shattered.h"
#include "models.h"

using namespace bypath;

namespace {

Shattered shatteredOf(const Model& model, ShatteredRequest request, int threads = 2) {
  if (!request.data) request.data = pictures();
  const Result<Shattered> made = shatteredGradients(model, *makeCpuEngine(threads), layerCatalog(), request);
  if (!made) qFatal("%s", made.error().message.c_str());
  return *made;
}

Model stackOf(const std::string& shortcut, int64_t blocks) {
  return modelOf(withBlocks({{.name = "stage",
                              .type = "residual_block",
                              .attributes = {{"shortcut", shortcut}, {"repeat", blocks}}}},
                            "32x32x3"));
}

// The gradient of one score of denseModel() with respect to its three pixels, in double precision.
std::vector<double> plainGradient(const Model& model, const std::vector<double>& x, size_t unit) {
  const auto parameter = [&](const char* name) {
    return model.parameters->values(model.parameters->find(name));
  };
  const std::span<float> weight = parameter("hidden/weight"), bias = parameter("hidden/bias"),
                         scores = parameter("scores/weight");
  std::vector<double> gradient(3, 0);
  for (size_t h = 0; h < 4; ++h) {
    double sum = static_cast<double>(bias[h]);
    for (size_t i = 0; i < 3; ++i) sum += x[i] * static_cast<double>(weight[i * 4 + h]);
    const double slope = (1 - std::tanh(sum) * std::tanh(sum)) * static_cast<double>(scores[h * 2 + unit]);
    for (size_t i = 0; i < 3; ++i) gradient[i] += slope * static_cast<double>(weight[i * 4 + h]);
  }
  return gradient;
}

// R(k) as the header writes it.
double plainCorrelation(const std::vector<std::vector<double>>& gradients, size_t lag) {
  std::vector<double> mean(3, 0);
  for (const auto& g : gradients)
    for (size_t i = 0; i < 3; ++i) mean[i] += g[i] / static_cast<double>(gradients.size());
  double above = 0, below = 0;
  for (size_t t = 0; t < gradients.size(); ++t)
    for (size_t i = 0; i < 3; ++i) {
      const double here = gradients[t][i] - mean[i];
      below += here * here;
      if (t + lag < gradients.size()) above += here * (gradients[t + lag][i] - mean[i]);
    }
  return above / below;
}

}  // namespace

class TestShattered : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isWhatPlainArithmeticGives();
  void aLinearNetworkHasOneGradient();
  void plainNetworksShatterSooner();
  void theModelStaysAndSoDoTheBits();
  void latentVectorsAreLookedAtByTheirMean();
  void badRequestsAreRefused();
  void canBeStopped();
};

void TestShattered::isWhatPlainArithmeticGives() {
  const Model model = denseModel();
  auto two = std::make_shared<DataSet>(*dots());  // the line can only be the one between these
  two->test = {.pixels = {0, 10, 250, 255, 200, 3}, .labels = {0, 1}};
  const int64_t points = 32;
  const Shattered found = shatteredOf(model, {.data = two, .points = points, .lines = 1, .units = 2});
  QCOMPARE(found.correlation.size(), size_t{9});
  QCOMPARE(found.units, int64_t{2});
  std::vector<double> wanted(9, 0);
  double cosine = 0;
  for (const size_t unit : {0, 1}) {
    std::vector<std::vector<double>> gradients;
    for (int64_t p = 0; p < points; ++p) {
      std::vector<double> x;
      for (size_t c = 0; c < 3; ++c) {
        const double t = static_cast<double>(p) / static_cast<double>(points - 1);
        const double pixel = (1 - t) * two->image(two->test, 0)[c] + t * two->image(two->test, 1)[c];
        x.push_back((pixel / 255 - static_cast<double>(two->mean[c])) /
                    static_cast<double>(two->deviation[c]));
      }
      gradients.push_back(plainGradient(model, x, unit));
    }
    for (size_t k = 0; k < 9; ++k) wanted[k] += plainCorrelation(gradients, k) / 2;
    for (size_t t = 0; t + 1 < gradients.size(); ++t) {
      double product = 0, a = 0, b = 0;
      for (size_t i = 0; i < 3; ++i) {
        product += gradients[t][i] * gradients[t + 1][i];
        a += gradients[t][i] * gradients[t][i];
        b += gradients[t + 1][i] * gradients[t + 1][i];
      }
      cosine += product / std::sqrt(a * b) / (2 * static_cast<double>(points - 1));
    }
  }
  for (size_t k = 0; k < 9; ++k)
    QVERIFY2(std::abs(found.correlation[k] - wanted[k]) < 1e-5, qPrintable(QString::number(k)));
  QVERIFY(std::abs(found.neighbours - cosine) < 1e-6);
  QCOMPARE(found.correlation[0], 1.0);
  QVERIFY(found.correlation[8] < 0.7);
}

void TestShattered::aLinearNetworkHasOneGradient() {
  const Model model = modelOf(chainOf({{.name = "image", .type = "input", .attributes = {{"shape", "1x1x3"}}},
                                       {.name = "row", .type = "flatten"},
                                       dense("scores", 2),
                                       {.name = "loss", .type = "softmax_loss"}}));
  const Shattered found = shatteredOf(model, {.data = dots(), .points = 16, .lines = 2});
  for (const double one : found.correlation) QCOMPARE(one, 1.0);
  QVERIFY(found.neighbours > 0.999999);
}

void TestShattered::plainNetworksShatterSooner() {
  const ShatteredRequest request{.points = 64, .lines = 3, .batchStatistics = true};
  const Shattered plain = shatteredOf(stackOf("none", 10), request),
                  residual = shatteredOf(stackOf("identity", 10), request),
                  shallow = shatteredOf(stackOf("none", 1), request);
  for (const size_t lag : {1, 2, 4})
    QVERIFY2(plain.correlation[lag] < residual.correlation[lag] - 0.05,
             qPrintable(QStringLiteral("lag %1: %2, %3")
                            .arg(lag)
                            .arg(plain.correlation[lag])
                            .arg(residual.correlation[lag])));
  QVERIFY(plain.neighbours < residual.neighbours);
  QVERIFY(plain.neighbours < shallow.neighbours);  // it is the depth
}

void TestShattered::theModelStaysAndSoDoTheBits() {
  const Model model = stackOf("identity", 2);
  const std::vector<float> before = valuesOf(*model.parameters);
  for (const bool own : {false, true}) {
    const ShatteredRequest request{.points = 16, .lines = 2, .batchStatistics = own};
    const Shattered one = shatteredOf(model, request, 1), two = shatteredOf(model, request, 2);
    QCOMPARE(one.correlation, two.correlation);
    QCOMPARE(one.neighbours, two.neighbours);
    ShatteredRequest other = request;
    other.seed = 2;
    QVERIFY(shatteredOf(model, other).correlation != two.correlation);
  }
  QVERIFY(valuesOf(*model.parameters) == before);
  for (int p = 0; p < model.parameters->size(); ++p)
    for (const float gradient : model.parameters->gradients(p)) QCOMPARE(gradient, 0.0F);
}

void TestShattered::latentVectorsAreLookedAtByTheirMean() {
  NetworkSpec spec = chainOf({{.name = "image", .type = "input", .attributes = {{"shape", "1x1x3"}}},
                              {.name = "row", .type = "flatten"},
                              dense("mu", 2)});
  const auto add = [&](const Node& node, const std::vector<std::string>& from) {
    spec.graph.nodes.push_back(node);
    for (size_t port = 0; port < from.size(); ++port)
      spec.graph.wires.push_back({.from = from[port], .to = node.name, .toPort = static_cast<int>(port)});
  };
  add(dense("s", 2), {"row"});
  add({.name = "z", .type = "gaussian_sample"}, {"mu", "s"});
  add(dense("scores", 2), {"z"});
  add({.name = "loss", .type = "softmax_loss"}, {"scores"});
  const Shattered found = shatteredOf(modelOf(spec), {.data = dots(), .points = 16});
  QCOMPARE(found.correlation[4], 1.0);  // linear up to there; noise would show
}

void TestShattered::badRequestsAreRefused() {
  const auto refusal = [](ShatteredRequest request) {
    const Result<Shattered> made =
        shatteredGradients(stackOf("identity", 1), *makeCpuEngine(1), layerCatalog(), request);
    return made ? Error{.kind = ErrorKind::diverged, .message = "not refused"} : made.error();
  };
  QCOMPARE(refusal({.data = nullptr}).kind, ErrorKind::usage);
  QCOMPARE(refusal({.data = pictures(), .points = 2}).kind, ErrorKind::usage);
  QCOMPARE(refusal({.data = pictures(), .lines = 0}).kind, ErrorKind::usage);
  QCOMPARE(refusal({.data = dots()}).kind, ErrorKind::data);
}

void TestShattered::canBeStopped() {
  const Result<Shattered> made = shatteredGradients(
      stackOf("identity", 1), *makeCpuEngine(1), layerCatalog(),
      {.data = pictures(), .points = 8, .progress = [](double share) { return share < 0.5; }});
  QVERIFY(!made.ok());
  QCOMPARE(made.error().kind, ErrorKind::interrupted);
}

QTEST_GUILESS_MAIN(TestShattered)
#include "test_shattered.moc"
