// How exact the convolution kernels are on data of unit variance, against the double-precision reference, for
// the layers of the residual networks: root mean square error over root mean square value at most 2e-6 for
// the direct kernels and 1e-5 for Winograd's F(4x4), in all three passes and on every instruction set.
#include <cmath>

#include "run_kernel.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 20261121;

Values normalValues(const Shape& shape, std::mt19937& generator) {
  std::normal_distribution<float> draw;
  Values values(static_cast<size_t>(shape.count()));
  for (float& value : values) value = draw(generator);
  return values;
}

std::vector<double> referenceOf(const KernelCase& c) {
  const OpCall call = c.call();
  std::vector<std::vector<double>> data;
  for (const Values& input : c.inputs) data.emplace_back(input.begin(), input.end());
  std::vector<double> result(static_cast<size_t>(call.outputs[0].count()), 0.0);
  std::vector<ReferenceTensor> inputs;
  for (size_t i = 0; i < data.size(); ++i) inputs.push_back({data[i], c.shapes[i]});
  const ReferenceTensor output{result, call.outputs[0]};
  findOp(c.op)->reference({.attributes = c.attributes, .inputs = inputs, .outputs = {&output, 1}, .key = {}});
  return result;
}

double relativeRootMeanSquare(const Values& seen, const std::vector<double>& right) {
  double error = 0, size = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    error += std::pow(static_cast<double>(seen[i]) - right[i], 2);
    size += right[i] * right[i];
  }
  return std::sqrt(error / size);
}

}  // namespace

class TestErrorBounds : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void kernels_data() {
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("side");
    for (const auto& [channels, side] : {std::pair{16, 32}, {32, 16}, {64, 8}, {128, 8}, {256, 4}})
      QTest::addRow("%d channels at %dx%d", channels, side, side) << channels << side;
  }

  void kernels() {
    QFETCH(int, channels);
    QFETCH(int, side);
    const std::vector<std::string> sets = cpuInstructionSets();
    std::mt19937 generator(seed);
    const Shape image{channels <= 64 ? 4 : 8, side, side, channels}, weights{3, 3, channels, channels};
    const Values x = normalValues(image, generator), dy = normalValues(image, generator),
                 w = normalValues(weights, generator);
    const OpAttributes window{{"stride_h", 1}, {"stride_w", 1},   {"pad_top", 1},
                              {"pad_left", 1}, {"pad_bottom", 1}, {"pad_right", 1}};
    OpAttributes back = window, taps = window;
    back.set("height", side);
    back.set("width", side);
    taps.set("kernel_h", 3);
    taps.set("kernel_w", 3);
    for (KernelCase c : {KernelCase{"conv2d", "", window, {image, weights}, {x, w}},
                         KernelCase{"conv2d_transposed", "", back, {image, weights}, {dy, w}},
                         KernelCase{"conv2d_weights", "", taps, {image, image}, {x, dy}}}) {
      const std::vector<double> right = referenceOf(c);
      for (const std::string& set : sets) {
        QVERIFY(restrictCpuInstructionSet(set));
        for (const auto& [kernel, bound] : {std::pair("direct", 2e-6),
                                            {"gathered", 2e-6},
                                            {"winograd-2x2", 2e-6},
                                            {"winograd-4x4", 1e-5},
                                            {"direct-bf16", 4e-3}}) {
          c.kernel = kernel;
          const Kernel* found = findKernel(c.op, kernel);
          if (!found || !found->accepts(c.call()).empty()) continue;
          const double error = relativeRootMeanSquare(runKernel(c, 2).at(0), right);
          const std::string what = std::string(c.op) + " " + kernel + " on " + set;
          qInfo("%s: %.2g", what.c_str(), error);
          QVERIFY2(error <= bound, what.c_str());
        }
      }
    }
    restrictCpuInstructionSet("");
  }
};

QTEST_GUILESS_MAIN(TestErrorBounds)
#include "test_error_bounds.moc"
