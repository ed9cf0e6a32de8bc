// Ops that do one thing a channel: batch norm, bias and channel sums, on channel counts that fit no vector,
// against plain loops in double.
#include <cmath>

#include "run_kernel.h"

using namespace bypath;

namespace {

constexpr uint32_t seed = 3;
constexpr double epsilon = 1e-5;

const Shape shapes[] = {{128, 10},        {2, 3, 5, 1},   {4, 7, 7, 3},    {3, 8, 8, 16},  {2, 5, 9, 17},
                        {16, 16, 16, 24}, {5, 4, 4, 100}, {8, 32, 32, 16}, {64, 9, 11, 5}, {3, 2, 2, 513}};

struct Statistics {
  std::vector<double> mean, inverseStd;
};

Statistics statisticsOf(const Values& x, size_t channels) {
  Statistics s{std::vector<double>(channels, 0.0), std::vector<double>(channels, 0.0)};
  const auto count = static_cast<double>(x.size() / channels);
  for (size_t i = 0; i < x.size(); ++i) s.mean[i % channels] += static_cast<double>(x[i]) / count;
  for (size_t i = 0; i < x.size(); ++i)
    s.inverseStd[i % channels] += std::pow(static_cast<double>(x[i]) - s.mean[i % channels], 2) / count;
  for (double& value : s.inverseStd) value = 1 / std::sqrt(value + epsilon);
  return s;
}

Values toFloat(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

std::string checkAll(const KernelCase& c, const std::vector<std::vector<double>>& expected,
                     double tolerance) {
  const std::vector<Values> one = runKernel(c, 1);
  if (one.empty()) return "wrote out of bounds";
  for (size_t o = 0; o < expected.size(); ++o) {
    const double apart = relativeDifference(one[o], expected[o]);
    if (apart > tolerance)
      return c.shapes[0].text() + " output " + std::to_string(o) + " is " + std::to_string(apart) + " apart";
  }
  for (const int threads : {2, 4})
    if (runKernel(c, threads) != one) return "other bits with " + std::to_string(threads) + " threads";
  return {};
}

}  // namespace

class TestChannels : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { qInfo("seed %u", seed); }

  void batchNorm_data() {
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<float>("offset");
    for (const std::string& name : cpuInstructionSets())
      for (const float offset : {0.0f, 1000.0f})
        QTest::addRow("%s, offset %g", name.c_str(), static_cast<double>(offset))
            << QString::fromStdString(name) << offset;
  }
  void batchNorm() {
    QFETCH(QString, instructions);
    QFETCH(float, offset);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    std::mt19937 generator(seed);
    for (const Shape& shape : shapes)
      for (const bool relu : {false, true}) {
        const Shape channels{shape.last()};
        KernelCase c{"batch_norm",
                     "spans",
                     {{"epsilon", epsilon}, {"relu", relu}},
                     {shape, channels, channels},
                     {randomValues(shape, generator, offset - 2, offset + 1),
                      randomValues(channels, generator), randomValues(channels, generator)}};
        const auto n = static_cast<size_t>(shape.last());
        const Statistics s = statisticsOf(c.inputs[0], n);
        std::vector<double> y;
        for (size_t i = 0; i < c.inputs[0].size(); ++i) {
          const double value = (static_cast<double>(c.inputs[0][i]) - s.mean[i % n]) * s.inverseStd[i % n] *
                                   static_cast<double>(c.inputs[1][i % n]) +
                               static_cast<double>(c.inputs[2][i % n]);
          y.push_back(relu ? std::max(value, 0.0) : value);
        }
        // A mean near 1000 is itself only known to half a unit in its last place.
        const std::string wrong = checkAll(c, {y, s.mean, s.inverseStd}, offset > 0 ? 2e-4 : 1e-5);
        QVERIFY2(wrong.empty(), wrong.c_str());
      }
  }

  void batchNormBackward_data() {
    QTest::addColumn<QString>("instructions");
    for (const std::string& name : cpuInstructionSets())
      QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void batchNormBackward() {
    QFETCH(QString, instructions);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    std::mt19937 generator(seed);
    for (const Shape& shape : shapes)
      for (const bool relu : {false, true}) {
        const Shape channels{shape.last()};
        const auto n = static_cast<size_t>(shape.last());
        const Values x = randomValues(shape, generator), dy = randomValues(shape, generator);
        const Values scale = randomValues(channels, generator), shift = randomValues(channels, generator);
        const Statistics s = statisticsOf(x, n);
        KernelCase c{"batch_norm_backward",
                     "spans",
                     {{"relu", relu}},
                     {shape, channels, channels, channels, shape},
                     {x, scale, toFloat(s.mean), toFloat(s.inverseStd), dy}};
        if (relu) {
          c.shapes.push_back(channels);
          c.inputs.push_back(shift);
        }
        const auto count = static_cast<double>(x.size() / n);
        const auto normal = [&](size_t i) {
          return (static_cast<double>(x[i]) - s.mean[i % n]) * s.inverseStd[i % n];
        };
        const auto incoming = [&](size_t i) {
          const double y = static_cast<double>(scale[i % n]) * normal(i) + static_cast<double>(shift[i % n]);
          return relu && y <= 0 ? 0.0 : static_cast<double>(dy[i]);
        };
        std::vector<double> dx, dscale(n, 0.0), dshift(n, 0.0);
        for (size_t i = 0; i < x.size(); ++i) {
          dshift[i % n] += incoming(i);
          dscale[i % n] += incoming(i) * normal(i);
        }
        for (size_t i = 0; i < x.size(); ++i)
          dx.push_back(static_cast<double>(scale[i % n]) * s.inverseStd[i % n] *
                       (incoming(i) - dshift[i % n] / count - normal(i) * dscale[i % n] / count));
        const std::string wrong = checkAll(c, {dx, dscale, dshift}, 2e-5);
        QVERIFY2(wrong.empty(), wrong.c_str());
      }
  }

  void biasAndSums() {
    std::mt19937 generator(seed);
    for (const Shape& shape : shapes) {
      const Shape channels{shape.last()};
      const auto n = static_cast<size_t>(shape.last());
      const Values x = randomValues(shape, generator), bias = randomValues(channels, generator);
      std::vector<double> y, sums(n, 0.0);
      for (size_t i = 0; i < x.size(); ++i) {
        y.push_back(static_cast<double>(x[i]) + static_cast<double>(bias[i % n]));
        sums[i % n] += static_cast<double>(x[i]);
      }
      const std::string wrongBias =
          checkAll({"bias_add", "spans", {}, {shape, channels}, {x, bias}}, {y}, 1e-6);
      QVERIFY2(wrongBias.empty(), wrongBias.c_str());
      const std::string wrongSum = checkAll({"sum_to_channels", "spans", {}, {shape}, {x}}, {sums}, 1e-5);
      QVERIFY2(wrongSum.empty(), wrongSum.c_str());
    }
  }

  void cleanup() { restrictCpuInstructionSet(""); }
};

QTEST_GUILESS_MAIN(TestChannels)
#include "test_channels.moc"
