// Both matrix product kernels in all four transpositions, against plain loops in double.
#include "run_kernel.h"

using namespace bypath;

namespace {

constexpr uint32_t seed = 7;

std::vector<double> product(const Values& a, const Values& b, int64_t m, int64_t k, int64_t n,
                            bool transposeA, bool transposeB) {
  std::vector<double> y(static_cast<size_t>(m * n), 0.0);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j)
      for (int64_t l = 0; l < k; ++l) {
        const auto left = static_cast<size_t>(transposeA ? l * m + i : i * k + l);
        const auto right = static_cast<size_t>(transposeB ? j * k + l : l * n + j);
        y[static_cast<size_t>(i * n + j)] += static_cast<double>(a[left]) * static_cast<double>(b[right]);
      }
  return y;
}

}  // namespace

class TestMatmul : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void agreesWithPlainLoops() {
    qInfo("seed %u", seed);
    std::mt19937 generator(seed);
    for (const std::string& instructions : cpuInstructionSets()) {
      QVERIFY(restrictCpuInstructionSet(instructions));
      for (int i = 0; i < 48; ++i) {
        const auto size = [&] { return static_cast<int64_t>(generator() % (i % 4 == 0 ? 300 : 40)) + 1; };
        const int64_t m = size(), k = size(), n = size();
        const bool transposeA = i & 1, transposeB = i & 2;
        const Shape a = transposeA ? Shape{k, m} : Shape{m, k}, b = transposeB ? Shape{n, k} : Shape{k, n};
        KernelCase c{"matmul",
                     "",
                     {{"transpose_a", transposeA}, {"transpose_b", transposeB}},
                     {a, b},
                     {randomValues(a, generator), randomValues(b, generator)}};
        const std::vector<double> expected =
            product(c.inputs[0], c.inputs[1], m, k, n, transposeA, transposeB);
        for (const char* kernel : {"packed", "eigen"}) {
          c.kernel = kernel;
          if (!findKernel("matmul", kernel)->accepts(c.call()).empty()) continue;
          const std::vector<Values> one = runKernel(c, 1);
          QVERIFY(!one.empty());
          const double apart = relativeDifference(one[0], expected);
          QVERIFY2(apart < 1e-5,
                   (a.text() + " " + b.text() + " " + kernel + " " + std::to_string(apart)).c_str());
          QVERIFY(runKernel(c, 2) == one);
          QVERIFY(runKernel(c, 4) == one);
        }
      }
    }
  }

  void refusalsSayWhy() {
    const OpCall both{.attributes = {{"transpose_a", 1}, {"transpose_b", 1}},
                      .inputs = {{4, 5}, {6, 4}},
                      .outputs = {{5, 6}}};
    const OpCall short_{.attributes = {}, .inputs = {{1, 5}, {5, 6}}, .outputs = {{1, 6}}};
    QCOMPARE(findKernel("matmul", "packed")->accepts(both), std::string("both sides are transposed"));
    QVERIFY(!findKernel("matmul", "packed")->accepts(short_).empty());
    QVERIFY(findKernel("matmul", "eigen")->accepts(both).empty());
  }

  void cleanup() { restrictCpuInstructionSet(""); }
};

QTEST_GUILESS_MAIN(TestMatmul)
#include "test_matmul.moc"
