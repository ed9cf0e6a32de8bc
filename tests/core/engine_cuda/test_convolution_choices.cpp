// Which algorithm runs a convolution: tried once, kept as text, read back strictly.
#include "core/engines/cuda/convolution_choices.h"

#include "device_case.h"

using namespace bypath;

namespace {

ConvolutionCall sample() {
  return {.n = 2, .h = 6, .w = 5, .c = 4, .k = 3, .kh = 3, .kw = 3, .oh = 6, .ow = 5, .padH = 1, .padW = 1};
}

const OpAttributes padded{{"pad_top", 1}, {"pad_left", 1}, {"pad_bottom", 1}, {"pad_right", 1}};

// conv2d of that call, with bias.
DeviceCase caseOf(Device& device, const DeviceKernels& kernels) {
  std::mt19937 generator(5);
  DeviceCase c(device, *findKernel(kernels, "conv2d", "cudnn"), conv2dOp(), padded);
  for (const Shape& shape : {Shape{2, 6, 5, 4}, Shape{3, 3, 4, 3}, Shape{3}})
    c.addInput(shape, randomValues(shape, generator));
  return c;
}

}  // namespace

class TestConvolutionChoices : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { gpu_ = FakeGpu::open(); }
  void cleanup() { qunsetenv("BYPATH_FAKE_FASTEST"); }

  void aKeySaysAllThatMatters() {
    ConvolutionCall call = sample();
    QCOMPARE(ConvolutionChoices::key(call), std::string("forward float32 n2 h6 w5 c4 k3 3x3 s1x1 p1x1"));
    const float bias = 0;
    call.bias = &bias;
    call.relu = true;
    call.math = DeviceMath::bf16;
    QCOMPARE(ConvolutionChoices::key(call),
             std::string("forward bf16 n2 h6 w5 c4 k3 3x3 s1x1 p1x1 bias relu"));
    call = sample();
    call.part = ConvolutionPart::input;
    call.math = DeviceMath::tf32;
    call.addToResult = true;
    call.strideW = 2;
    QCOMPARE(ConvolutionChoices::key(call), std::string("input tf32 n2 h6 w5 c4 k3 3x3 s1x2 p1x1 add"));
  }

  void textIsReadBack() {
    const std::string text =
        "forward bf16 n128 h32 w32 c16 k16 3x3 s1x1 p1x1 bias relu = 7\n"
        "input tf32 n2 h6 w5 c4 k3 3x3 s1x2 p1x0 add = 0\n"
        "weights float32 n2 h6 w5 c4 k3 3x3 s1x1 p1x1 = 9999\n";
    const Result<ConvolutionChoices> choices = ConvolutionChoices::parse(text);
    QVERIFY(choices.ok());
    QCOMPARE(choices->text(), text);
    ConvolutionCall call = sample();
    call.part = ConvolutionPart::weights;
    QCOMPARE(choices->number(call), 9999);
    QCOMPARE(choices->number(sample()), -1);
    QVERIFY(ConvolutionChoices::parse("").ok());
  }

  void otherTextIsRefused_data() {
    QTest::addColumn<QString>("text");
    const QString good = "forward float32 n2 h6 w5 c4 k3 3x3 s1x1 p1x1 = 1";
    QTest::newRow("twice") << good + "\n" + good + "\n";
    QTest::newRow("an empty line") << good + "\n\n" + good;
    for (const auto& [what, from, to] :
         {std::tuple("no number", " = 1", ""), std::tuple("a negative number", "= 1", "= -1"),
          std::tuple("a large number", "= 1", "= 10000"), std::tuple("a number and more", "= 1", "= 1 "),
          std::tuple("a number with zeros", "= 1", "= 01"), std::tuple("another part", "forward", "back"),
          std::tuple("another arithmetic", "float32", "fp8"), std::tuple("no samples", "n2", "n0"),
          std::tuple("a negative size", "h6", "h-6"), std::tuple("a size beyond 2^31", "w5", "w2147483648"),
          std::tuple("a size with zeros", "c4", "c04"), std::tuple("a missing size", " k3", ""),
          std::tuple("negative padding", "p1x1", "p-1x1"), std::tuple("an unknown word", "p1x1", "p1x1 gelu"),
          std::tuple("words in another order", "p1x1", "p1x1 relu bias"),
          std::tuple("two spaces", "h6 ", "h6  ")})
      QTest::newRow(what) << QString(good).replace(from, to);
    QTest::newRow("too long") << QString(1 << 20, 'f') + "x";
  }
  void otherTextIsRefused() {
    QFETCH(QString, text);
    const Result<ConvolutionChoices> choices = ConvolutionChoices::parse(text.toStdString());
    QVERIFY(!choices.ok());
    QCOMPARE(choices.error().kind, ErrorKind::data);
    QVERIFY(choices.error().message.ends_with("."));
  }

  // Number 2 of the stand-in does not give the same bits every time.
  void theFastestIsChosen_data() {
    QTest::addColumn<QByteArray>("fastest");
    QTest::addColumn<bool>("fast");
    QTest::addColumn<int>("chosen");
    QTest::newRow("the first") << QByteArray("0") << false << 0;
    QTest::newRow("the second") << QByteArray("1") << false << 1;
    QTest::newRow("the fastest may not be") << QByteArray("2") << false << 1;
    QTest::newRow("the fastest may be") << QByteArray("2") << true << 2;
  }
  void theFastestIsChosen() {
    QFETCH(QByteArray, fastest);
    QFETCH(bool, fast);
    QFETCH(int, chosen);
    qputenv("BYPATH_FAKE_FASTEST", fastest);
    ConvolutionChoices choices;
    const auto kernels = makeCudaKernels(*gpu_.device, {.fast = fast}, &choices);
    DeviceCase c = caseOf(*gpu_.device, *kernels);
    QVERIFY(c.run());
    QCOMPARE(gpu_.control->timed, int64_t{0});
    QCOMPARE(choices.text(), std::string());
    QVERIFY(c.run({.tune = true}));
    QVERIFY(relativeDifference(c.output(), c.expected()[0]) < 1e-5);
    QCOMPARE(choices.text(),
             "forward float32 n2 h6 w5 c4 k3 3x3 s1x1 p1x1 bias = " + std::to_string(chosen) + "\n");
    QCOMPARE(gpu_.control->timed, int64_t{fast ? 9 : 6});
    QVERIFY(c.run({.tune = true}));
    QCOMPARE(gpu_.control->timed, int64_t{fast ? 9 : 6});
  }

  // A choice that another library or setting made is neither used nor kept.
  void aChoiceThatIsNoWayHereIsMadeAgain_data() {
    QTest::addColumn<int>("number");
    QTest::newRow("not the same bits every time") << 2;
    QTest::newRow("unknown") << 40;
  }
  void aChoiceThatIsNoWayHereIsMadeAgain() {
    QFETCH(int, number);
    const std::string key = "forward float32 n2 h6 w5 c4 k3 3x3 s1x1 p1x1 bias = ";
    Result<ConvolutionChoices> choices = ConvolutionChoices::parse(key + std::to_string(number));
    QVERIFY(choices.ok());
    const auto kernels = makeCudaKernels(*gpu_.device, {}, &*choices);
    DeviceCase c = caseOf(*gpu_.device, *kernels);
    QVERIFY(c.run());
    QVERIFY(relativeDifference(c.output(), c.expected()[0]) < 1e-5);
    QVERIFY(c.run({.tune = true}));
    QCOMPARE(choices->text(), key + "1\n");
  }

  void waysThatWantMoreMemoryAreNotTried() {
    const std::vector<float> memory(4096, 0.5F);
    std::vector<float> y(4096);
    ConvolutionCall call = sample();
    call.x = const_cast<float*>(memory.data());
    call.weights = const_cast<float*>(memory.data());
    call.y = y.data();
    std::vector<std::byte> workspace(8192);
    call.workspace = workspace.data();
    // Of the stand-in's, number 0 wants 4,096 bytes and number 1 half of that.
    call.workspaceBytes = 4095;
    qputenv("BYPATH_FAKE_FASTEST", "0");
    ConvolutionChoices choices;
    choices.tune(DeviceQueue(*gpu_.device), call, false);
    QCOMPARE(choices.number(call), 1);
    QCOMPARE(gpu_.control->timed, int64_t{3});
    call.c = 2;
    call.workspaceBytes = 0;
    choices.tune(DeviceQueue(*gpu_.device), call, false);
    QCOMPARE(choices.number(call), -1);
  }

  void aLostDeviceIsSaid() {
    ConvolutionChoices choices;
    const auto kernels = makeCudaKernels(*gpu_.device, {}, &choices);
    DeviceCase c = caseOf(*gpu_.device, *kernels);
    QVERIFY(c.run());
    gpu_.control->failAt = 0;
    QVERIFY_THROWS_EXCEPTION(EngineLost, c.run({.tune = true}));
  }

 private:
  FakeGpu gpu_;
};

QTEST_GUILESS_MAIN(TestConvolutionChoices)
#include "test_convolution_choices.moc"
