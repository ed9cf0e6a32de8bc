// The convolution kernels of the CUDA engine on the stand-in for a GPU: windows of every kind, bfloat16
// images, filters that are there already.
#include "core/engines/cuda/convolution_plan.h"
#include "core/engines/reference/op_check.h"
#include "device_case.h"
#include "random_convolution.h"

using namespace bypath;

Q_DECLARE_METATYPE(bool (*)(const bypath::ConvolutionCall&))

namespace {

constexpr uint32_t seed = 20261122;

struct OpUse {
  const OpType& type;
  OpExample example;
};

std::vector<OpUse> usesOf(const RandomConvolution& p, std::mt19937& generator) {
  std::vector<OpUse> uses{
      {conv2dOp(), p.forward()}, {conv2dTransposedOp(), p.transposed()}, {conv2dWeightsOp(), p.weights()}};
  addExtras(uses[0].example, p.y, generator);
  addExtras(uses[1].example, p.x, generator);
  return uses;
}

std::string extrasText(const OpExample& example) {
  std::string text = std::to_string(example.inputs.size()) + " inputs";
  for (const char* flag : {"relu", "plus", "mask", "split"})
    if (example.attributes.flag(flag)) text += std::string(" ") + flag;
  return text;
}

ConvolutionPlan planOf(Device& device, const Window& window, const Shape& x, const Shape& w) {
  OpCall call{.attributes = window.attributes(), .inputs = {x, w}};
  call.outputs = *conv2dOp().shapes(call);
  ConvolutionWays ways(device, false);
  return *planConvolution(ConvolutionCase::of(ConvolutionPart::forward, call), DeviceMath::float32, {}, ways);
}

}  // namespace

class TestConvolution : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { qInfo("seed %u", seed); }
  void init() { gpu_ = FakeGpu::open(); }

  void anyWindowAgreesWithTheReference() {
    std::mt19937 generator(seed);
    const auto kernels = makeCudaKernels(*gpu_.device);
    for (int i = 0; i < 150; ++i) {
      const RandomConvolution p = RandomConvolution::draw(generator);
      for (const OpUse& use : usesOf(p, generator))
        for (const char* id : {"cudnn", "direct"}) {
          const OpCheck check = checkKernel(*findKernel(*kernels, use.type.id, id), use.type, use.example, 1);
          const std::string what = use.type.id + " " + id + ", " + p.text() + ", " + extrasText(use.example) +
                                   ": " + check.message;
          QVERIFY2(check.applies && check.passed, what.c_str());
        }
    }
  }

  // The library's padding is the same on both sides; a copy is made only where that reads other pixels.
  void unevenPaddingIsEvenWhereNothingElseIsRead() {
    const auto padded = [&](const Window& window, const Shape& x) {
      return planOf(*gpu_.device, window, x, {window.kernelH, window.kernelW, x[3], 8}).padded;
    };
    Window window{.kernelH = 3,
                  .kernelW = 3,
                  .strideH = 2,
                  .strideW = 2,
                  .padTop = 1,
                  .padLeft = 1,
                  .padBottom = 0,
                  .padRight = 0};
    QVERIFY(!padded(window, {2, 8, 8, 4}));  // the last window ends at the edge either way
    QVERIFY(padded(window, {2, 7, 8, 4}));
    window.padTop = window.padLeft = 0, window.padBottom = window.padRight = 1;
    QVERIFY(padded(window, {2, 8, 8, 4}));
    QVERIFY(!padded(window, {2, 7, 7, 4}));
    window.strideH = window.strideW = 1, window.padTop = window.padLeft = 1;
    QVERIFY(!padded(window, {2, 8, 8, 4}));
  }

  // Every image in either type, in an engine that computes with bfloat16 and in one that does not.
  void halfImagesAgreeWithTheReference_data() {
    QTest::addColumn<int>("math");
    QTest::addColumn<QString>("kernel");
    for (const char* kernel : {"cudnn", "direct"}) {
      QTest::addRow("bf16 %s", kernel) << static_cast<int>(DeviceMath::bf16) << QString(kernel);
      QTest::addRow("tf32 %s", kernel) << static_cast<int>(DeviceMath::tf32) << QString(kernel);
    }
  }
  void halfImagesAgreeWithTheReference() {
    QFETCH(int, math);
    QFETCH(QString, kernel);
    std::mt19937 generator(seed);
    const auto kernels = makeCudaKernels(*gpu_.device, {.math = static_cast<DeviceMath>(math)});
    for (int i = 0; i < 150; ++i) {
      const RandomConvolution p = RandomConvolution::draw(generator);
      for (const OpUse& use : usesOf(p, generator)) {
        const DeviceKernel* one = findKernel(*kernels, use.type.id, kernel.toStdString());
        DeviceCase c(*gpu_.device, *one, use.type, use.example.attributes);
        bool anyHalf = false;
        for (const Shape& shape : use.example.inputs) {
          const bool half = shape != p.w && generator() % 2;
          c.addInput(shape, randomValues(shape, generator), half);
          anyHalf = anyHalf || half;
        }
        const bool halfOutput = &use.type != &conv2dWeightsOp() && generator() % 2;
        QVERIFY(c.run({.halfOutput = halfOutput}));
        const double allowed = anyHalf || halfOutput ? 1e-2 : 2e-5;
        const std::vector<Values> expected = c.expected();
        for (size_t o = 0; o < expected.size(); ++o) {
          const double apart = relativeDifference(c.output(o), expected[o]);
          const std::string what = use.type.id + ", " + p.text() + ", " + extrasText(use.example) +
                                   ", output " + std::to_string(o) + ": off by " + std::to_string(apart);
          QVERIFY2(apart <= allowed, what.c_str());
        }
      }
    }
  }

  // plus and mask give their memory to a bfloat16 result, too.
  void halfImagesWorkInPlace() {
    std::mt19937 generator(seed);
    const auto kernels = makeCudaKernels(*gpu_.device, {.math = DeviceMath::bf16});
    for (int i = 0; i < 60; ++i) {
      const RandomConvolution p = RandomConvolution::draw(generator);
      const std::vector<OpUse> uses = usesOf(p, generator);
      for (const OpUse& use : {uses[0], uses[1]})
        for (const int place :
             ConvolutionExtras::workPlaces(use.example.attributes, use.example.inputs.size())) {
          DeviceCase c(*gpu_.device, *findKernel(*kernels, use.type.id, "cudnn"), use.type,
                       use.example.attributes);
          for (const Shape& shape : use.example.inputs)
            c.addInput(shape, randomValues(shape, generator), shape.rank() == 4 && shape != p.w);
          QVERIFY(c.run({.halfOutput = true}));
          const Values apart = c.output();
          QVERIFY(c.run({.halfOutput = true, .inPlace = place}));
          QVERIFY2(c.output() == apart,
                   (use.type.id + ", " + p.text() + ", " + extrasText(use.example)).c_str());
        }
    }
  }

  void filtersAreTakenAsTheyAre() {
    std::mt19937 generator(seed);
    for (const DeviceMath math : {DeviceMath::float32, DeviceMath::bf16})
      for (int i = 0; i < 20; ++i) {
        const bool half = math == DeviceMath::bf16;
        const auto kernels = makeCudaKernels(*gpu_.device, {.math = math});
        const RandomConvolution p = RandomConvolution::draw(generator);
        for (const OpUse& use :
             {OpUse{conv2dOp(), p.forward()}, OpUse{conv2dTransposedOp(), p.transposed()}}) {
          DeviceCase c(*gpu_.device, *findKernel(*kernels, use.type.id, "cudnn"), use.type,
                       use.example.attributes);
          const Values weights = randomValues(p.w, generator);
          c.addInput(use.example.inputs[0], randomValues(use.example.inputs[0], generator), half);
          c.addInput(p.w, weights);
          // One in the wrong type is left alone.
          c.setFilter(1, Values(weights.size(), NAN), !half);
          QVERIFY(c.run({.halfOutput = half}));
          QVERIFY(relativeDifference(c.output(), c.expected()[0]) <= (half ? 1e-2 : 2e-5));
          c.setFilter(1, asFilter(p.w, weights), half);
          c.spoilInput(1);
          QVERIFY(c.run({.halfOutput = half}));
          QVERIFY(relativeDifference(c.output(), c.expected()[0]) <= (half ? 1e-2 : 2e-5));
        }
      }
  }

  void weightGradientsGoToTheirFilter_data() {
    QTest::addColumn<QString>("kernel");
    QTest::addColumn<bool>("halfImages");
    QTest::addColumn<bool>("halfFilter");
    for (const char* kernel : {"cudnn", "direct"})
      for (const bool images : {false, true})
        for (const bool filter : {false, true})
          QTest::addRow("%s %d %d", kernel, images, filter) << QString(kernel) << images << filter;
  }
  void weightGradientsGoToTheirFilter() {
    QFETCH(QString, kernel);
    QFETCH(bool, halfImages);
    QFETCH(bool, halfFilter);
    std::mt19937 generator(seed);
    const auto kernels = makeCudaKernels(*gpu_.device, {.math = DeviceMath::bf16});
    for (int i = 0; i < 20; ++i) {
      const RandomConvolution p = RandomConvolution::draw(generator);
      DeviceCase c(*gpu_.device, *findKernel(*kernels, "conv2d_weights", kernel.toStdString()),
                   conv2dWeightsOp(), p.weights().attributes);
      for (const Shape& shape : {p.x, p.y}) c.addInput(shape, randomValues(shape, generator), halfImages);
      QVERIFY(c.run({.filterOutput = true, .halfFilter = halfFilter}));
      const Values expected = asFilter(p.w, c.expected()[0]);
      QVERIFY2(relativeDifference(c.outputFilter(), expected) <= (halfImages || halfFilter ? 1e-2 : 2e-5),
               p.text().c_str());
      const Values array = c.output();
      QVERIFY(std::ranges::all_of(array, [](float value) { return std::isnan(value); }));
    }
  }

  // What the library has no way to do is done after it, in float32, or by our own kernels.
  void whatTheLibraryRefusesIsDoneOtherwise_data() {
    using Refuses = bool (*)(const ConvolutionCall&);
    QTest::addColumn<Refuses>("refuses");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("adding") << Refuses([](const ConvolutionCall& call) { return call.addToResult; }) << true;
    QTest::newRow("a bias") << Refuses([](const ConvolutionCall& call) { return call.bias != nullptr; })
                            << true;
    QTest::newRow("bfloat16") << Refuses([](const ConvolutionCall& call) {
      return call.math == DeviceMath::bf16;
    }) << true;
    QTest::newRow("its first way, once it is run")
        << Refuses([](const ConvolutionCall& call) { return call.algorithm == 0; }) << true;
    QTest::newRow("every way, once it is run")
        << Refuses([](const ConvolutionCall& call) { return call.algorithm >= 0; }) << true;
    QTest::newRow("everything") << Refuses([](const ConvolutionCall&) { return true; }) << false;
  }
  void whatTheLibraryRefusesIsDoneOtherwise() {
    using Refuses = bool (*)(const ConvolutionCall&);
    QFETCH(Refuses, refuses);
    QFETCH(bool, accepted);
    gpu_.control->refuses = refuses;
    std::mt19937 generator(seed);
    const auto kernels = makeCudaKernels(*gpu_.device, {.math = DeviceMath::bf16});
    for (int i = 0; i < 40; ++i) {
      const RandomConvolution p = RandomConvolution::draw(generator);
      for (const OpUse& use : usesOf(p, generator)) {
        const DeviceKernel* kernel = findKernel(*kernels, use.type.id, "cudnn");
        const OpCheck check = checkKernel(*kernel, use.type, use.example, 1);
        QCOMPARE(check.applies, accepted);
        QVERIFY2(check.passed, (use.type.id + ", " + p.text() + ": " + check.message).c_str());
        DeviceCase c(*gpu_.device, *kernel, use.type, use.example.attributes);
        for (const Shape& shape : use.example.inputs)
          c.addInput(shape, randomValues(shape, generator), shape.rank() == 4 && shape != p.w);
        QVERIFY(c.run({.halfOutput = &use.type != &conv2dWeightsOp()}));
        QVERIFY(relativeDifference(c.output(), c.expected()[0]) <= 1e-2);
      }
    }
  }

  void aNormalisedInputIsRefused() {
    const auto kernels = makeCudaKernels(*gpu_.device);
    for (const OpType* type : {&conv2dOp(), &conv2dWeightsOp()})
      for (const OpExample& example : type->examples()) {
        OpCall call{.attributes = example.attributes, .inputs = example.inputs};
        call.outputs = *type->shapes(call);
        for (const char* id : {"cudnn", "direct"})
          QCOMPARE(findKernel(*kernels, type->id, id)->accepts(call),
                   Refusal(InputNorm::isIn(call.attributes) ? "the input is not normalised yet" : ""));
      }
  }

 private:
  FakeGpu gpu_;
};

QTEST_GUILESS_MAIN(TestConvolution)
#include "test_convolution.moc"
