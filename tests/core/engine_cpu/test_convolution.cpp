// The convolution kernels on many random shapes, against plain loops in double, for every instruction set;
// and the same bits with 1, 2 and 4 threads.
#include "core/ops/window.h"
#include "run_kernel.h"

using namespace bypath;

namespace {

constexpr uint32_t seed = 20261120;

struct Problem {
  Window window;
  Shape x, w, y;

  std::string text() const {
    return "x " + x.text() + " w " + w.text() + " y " + y.text() + " stride " +
           std::to_string(window.strideH) + "x" + std::to_string(window.strideW) + " pad " +
           std::to_string(window.padTop) + "," + std::to_string(window.padLeft) + "," +
           std::to_string(window.padBottom) + "," + std::to_string(window.padRight);
  }
};

int64_t pick(std::mt19937& generator, std::initializer_list<int64_t> values) {
  return values.begin()[generator() % values.size()];
}

Problem randomProblem(std::mt19937& generator) {
  for (;;) {
    Problem p;
    Window& window = p.window;
    window.kernelH = pick(generator, {1, 2, 3, 3, 3, 5});
    window.kernelW = generator() % 4 ? window.kernelH : pick(generator, {1, 3, 4});
    window.strideH = pick(generator, {1, 1, 2, 2, 3});
    window.strideW = generator() % 4 ? window.strideH : pick(generator, {1, 2, 4});
    if (generator() % 4) {
      window.padTop = window.padBottom = window.kernelH / 2;
      window.padLeft = window.padRight = window.kernelW / 2;
    } else {
      window.padTop = pick(generator, {0, 1, 2});
      window.padLeft = pick(generator, {0, 1, 3});
      window.padBottom = pick(generator, {0, 1, 2});
      window.padRight = pick(generator, {0, 2});
    }
    p.x = {pick(generator, {1, 2, 3, 17}), pick(generator, {1, 2, 4, 7, 8, 13, 16}),
           pick(generator, {1, 3, 4, 8, 9, 16, 29}), pick(generator, {1, 3, 5, 8, 16, 17, 32, 40})};
    p.w = {window.kernelH, window.kernelW, p.x[3], pick(generator, {1, 3, 10, 16, 19, 32, 37, 48, 64, 100})};
    if (!window.problem(p.x[1], p.x[2]).empty()) continue;
    p.y = {p.x[0], window.outputHeight(p.x[1]), window.outputWidth(p.x[2]), p.w[3]};
    return p;
  }
}

// body(index in x, index in w, index in y) for every multiply-add.
template <class Body>
void forEachProduct(const Problem& p, Body&& body) {
  for (int64_t n = 0; n < p.y[0]; ++n)
    for (int64_t oh = 0; oh < p.y[1]; ++oh)
      for (int64_t ow = 0; ow < p.y[2]; ++ow)
        for (int64_t kh = 0; kh < p.w[0]; ++kh)
          for (int64_t kw = 0; kw < p.w[1]; ++kw) {
            const int64_t ih = oh * p.window.strideH - p.window.padTop + kh;
            const int64_t iw = ow * p.window.strideW - p.window.padLeft + kw;
            if (ih < 0 || iw < 0 || ih >= p.x[1] || iw >= p.x[2]) continue;
            const int64_t x = ((n * p.x[1] + ih) * p.x[2] + iw) * p.x[3];
            const int64_t y = ((n * p.y[1] + oh) * p.y[2] + ow) * p.y[3];
            const int64_t w = (kh * p.w[1] + kw) * p.w[2] * p.w[3];
            for (int64_t c = 0; c < p.x[3]; ++c)
              for (int64_t k = 0; k < p.y[3]; ++k) body(x + c, w + c * p.w[3] + k, y + k);
          }
}

struct Tensors {
  Values x, w, y, biasY, biasX;
};

Tensors randomTensors(const Problem& p, std::mt19937& generator) {
  return {randomValues(p.x, generator), randomValues(p.w, generator), randomValues(p.y, generator),
          randomValues({p.y[3]}, generator), randomValues({p.x[3]}, generator)};
}

std::vector<double> start(const Shape& shape, const Values& bias) {
  std::vector<double> values(static_cast<size_t>(shape.count()), 0.0);
  for (size_t i = 0; i < values.size() && !bias.empty(); ++i)
    values[i] = static_cast<double>(bias[i % bias.size()]);
  return values;
}

void clip(std::vector<double>& values) {
  for (double& value : values) value = std::max(value, 0.0);
}

struct Checked {
  KernelCase kernelCase;
  std::vector<double> expected;
};

Checked forwardCase(const Problem& p, const Tensors& t, std::string_view kernel, bool fused) {
  KernelCase c{"conv2d", kernel, p.window.attributes(), {p.x, p.w}, {t.x, t.w}};
  if (fused) {
    c.shapes.push_back({p.y[3]});
    c.inputs.push_back(t.biasY);
    c.attributes.set("relu", 1);
  }
  std::vector<double> expected = start(p.y, fused ? t.biasY : Values());
  forEachProduct(p, [&](int64_t x, int64_t w, int64_t y) {
    expected[static_cast<size_t>(y)] +=
        static_cast<double>(t.x[static_cast<size_t>(x)]) * static_cast<double>(t.w[static_cast<size_t>(w)]);
  });
  if (fused) clip(expected);
  return {c, expected};
}

Checked transposedCase(const Problem& p, const Tensors& t, std::string_view kernel, bool fused) {
  KernelCase c{"conv2d_transposed", kernel, p.window.attributes(), {p.y, p.w}, {t.y, t.w}};
  c.attributes.set("height", static_cast<double>(p.x[1]));
  c.attributes.set("width", static_cast<double>(p.x[2]));
  if (fused) {
    c.shapes.push_back({p.x[3]});
    c.inputs.push_back(t.biasX);
    c.attributes.set("relu", 1);
  }
  std::vector<double> expected = start(p.x, fused ? t.biasX : Values());
  forEachProduct(p, [&](int64_t x, int64_t w, int64_t y) {
    expected[static_cast<size_t>(x)] +=
        static_cast<double>(t.y[static_cast<size_t>(y)]) * static_cast<double>(t.w[static_cast<size_t>(w)]);
  });
  if (fused) clip(expected);
  return {c, expected};
}

Checked weightsCase(const Problem& p, const Tensors& t, std::string_view kernel) {
  const KernelCase c{"conv2d_weights", kernel, p.window.attributesWithKernel(), {p.x, p.y}, {t.x, t.y}};
  std::vector<double> expected = start(p.w, {});
  forEachProduct(p, [&](int64_t x, int64_t w, int64_t y) {
    expected[static_cast<size_t>(w)] +=
        static_cast<double>(t.x[static_cast<size_t>(x)]) * static_cast<double>(t.y[static_cast<size_t>(y)]);
  });
  return {c, expected};
}

// Empty when every kernel of the op that accepts the case agrees.
std::string verdict(Checked checked, const std::string& what) {
  for (const Kernel* kernel : cpuKernels()) {
    if (kernel->op() != checked.kernelCase.op || kernel->id() == "reference") continue;
    checked.kernelCase.kernel = kernel->id();
    if (!kernel->accepts(checked.kernelCase.call()).empty()) continue;
    const std::string where = std::string(kernel->op()) + " " + std::string(kernel->id()) + ": " + what;
    const std::vector<Values> one = runKernel(checked.kernelCase, 1);
    if (one.empty()) return where + ": wrote out of bounds";
    const double apart = relativeDifference(one[0], checked.expected);
    if (apart > (roundsToBf16(*kernel) ? 1e-2 : 2e-5))
      return where + ": relative difference " + std::to_string(apart);
    for (const int threads : {2, 4})
      if (runKernel(checked.kernelCase, threads) != one)
        return where + ": other bits with " + std::to_string(threads) + " threads";
  }
  return {};
}

}  // namespace

class TestConvolution : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void agreesWithPlainLoops_data() {
    QTest::addColumn<QString>("instructions");
    for (const std::string& name : cpuInstructionSets())
      QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void agreesWithPlainLoops() {
    QFETCH(QString, instructions);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    qInfo("seed %u", seed);
    std::mt19937 generator(seed);
    for (int i = 0; i < 60; ++i) {
      const Problem p = randomProblem(generator);
      const Tensors t = randomTensors(p, generator);
      const bool fused = i % 3 == 0;
      for (const Checked& checked : {forwardCase(p, t, "direct", fused),
                                     transposedCase(p, t, "direct", fused), weightsCase(p, t, "direct")}) {
        const std::string wrong = verdict(checked, p.text());
        QVERIFY2(wrong.empty(), wrong.c_str());
      }
    }
  }

  // Shapes large enough to be cut into several blocks, groups and chunks.
  void largeShapesAgree_data() {
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("outputs");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<int>("stride");
    QTest::newRow("3x3 64 channels") << 5 << 16 << 64 << 64 << 3 << 1;
    QTest::newRow("3x3 wide") << 2 << 4 << 256 << 160 << 3 << 1;
    QTest::newRow("3x3 strided") << 3 << 33 << 16 << 32 << 3 << 2;
    QTest::newRow("1x1 narrowing") << 2 << 9 << 700 << 72 << 1 << 1;
    QTest::newRow("1x1 widening") << 2 << 12 << 48 << 530 << 1 << 1;
    QTest::newRow("1x1 to colours") << 2 << 16 << 300 << 3 << 1 << 1;
    QTest::newRow("7x7 stem") << 1 << 64 << 3 << 64 << 7 << 2;
    QTest::newRow("tall image") << 1 << 96 << 8 << 16 << 3 << 1;
    QTest::newRow("3x3 odd image") << 5 << 13 << 16 << 48 << 3 << 1;
    QTest::newRow("3x3 tiny images") << 19 << 3 << 32 << 16 << 3 << 1;
    QTest::newRow("3x3 many weights") << 9 << 7 << 80 << 96 << 3 << 1;
    QTest::newRow("3x3 many tiles, many weights") << 40 << 8 << 64 << 80 << 3 << 1;
  }
  void largeShapesAgree() {
    QFETCH(int, batch);
    QFETCH(int, size);
    QFETCH(int, channels);
    QFETCH(int, outputs);
    QFETCH(int, kernel);
    QFETCH(int, stride);
    Problem p;
    p.window = {.kernelH = kernel,
                .kernelW = kernel,
                .strideH = stride,
                .strideW = stride,
                .padTop = kernel / 2,
                .padLeft = kernel / 2,
                .padBottom = kernel / 2,
                .padRight = kernel / 2};
    p.x = {batch, size, size, channels};
    p.w = {kernel, kernel, channels, outputs};
    p.y = {batch, p.window.outputHeight(size), p.window.outputWidth(size), outputs};
    std::mt19937 generator(seed);
    const Tensors t = randomTensors(p, generator);
    for (const Checked& checked : {forwardCase(p, t, "direct", true), transposedCase(p, t, "direct", false),
                                   weightsCase(p, t, "direct")}) {
      const std::string wrong = verdict(checked, p.text());
      QVERIFY2(wrong.empty(), wrong.c_str());
    }
  }

  // Tiles that hang over every edge by any amount, or by none.
  void winogradTakesAnyPadding() {
    std::mt19937 generator(seed);
    for (const std::string& instructions : cpuInstructionSets()) {
      QVERIFY(restrictCpuInstructionSet(instructions));
      for (int i = 0; i < 12; ++i) {
        Problem p;
        p.window = {.kernelH = 3,
                    .kernelW = 3,
                    .padTop = i % 3,
                    .padLeft = i / 3 % 3,
                    .padBottom = (i + 1) % 3,
                    .padRight = i % 2};
        p.x = {6, 7 + i % 5, 9 + i % 4, 16};
        p.w = {3, 3, 16, pick(generator, {16, 32, 64})};
        p.y = {6, p.window.outputHeight(p.x[1]), p.window.outputWidth(p.x[2]), p.w[3]};
        const Tensors t = randomTensors(p, generator);
        for (const Checked& checked :
             {forwardCase(p, t, "winograd-4x4", true), transposedCase(p, t, "winograd-4x4", true),
              weightsCase(p, t, "winograd-4x4")}) {
          QCOMPARE(findKernel(checked.kernelCase.op, "winograd-4x4")->accepts(checked.kernelCase.call()),
                   std::string());
          const std::string wrong = verdict(checked, p.text());
          QVERIFY2(wrong.empty(), wrong.c_str());
        }
      }
    }
  }

  void cleanup() { restrictCpuInstructionSet(""); }
};

QTEST_GUILESS_MAIN(TestConvolution)
#include "test_convolution.moc"
