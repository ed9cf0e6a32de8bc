// Matrix products of the CUDA engine on the stand-in for a GPU, each side in either type.
#include "device_case.h"

using namespace bypath;

class TestMatmul : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySideMayBeHalf_data() {
    QTest::addColumn<int>("math");
    QTest::addColumn<QString>("kernel");
    QTest::newRow("float32") << static_cast<int>(DeviceMath::float32) << "cublas";
    QTest::newRow("bf16") << static_cast<int>(DeviceMath::bf16) << "cublas-bf16";
    QTest::newRow("direct") << static_cast<int>(DeviceMath::bf16) << "direct";
  }
  void everySideMayBeHalf() {
    QFETCH(int, math);
    QFETCH(QString, kernel);
    const FakeGpu gpu = FakeGpu::open();
    const auto kernels = makeCudaKernels(*gpu.device, {.math = static_cast<DeviceMath>(math)});
    std::mt19937 generator(7);
    for (int halves = 0; halves < 8; ++halves)
      for (int transposes = 0; transposes < 4; ++transposes) {
        const bool turnA = transposes % 2, turnB = transposes / 2;
        const Shape a = turnA ? Shape{9, 5} : Shape{5, 9}, b = turnB ? Shape{7, 9} : Shape{9, 7};
        DeviceCase c(*gpu.device, *findKernel(*kernels, "matmul", kernel.toStdString()), matmulOp(),
                     {{"transpose_a", turnA}, {"transpose_b", turnB}});
        c.addInput(a, randomValues(a, generator), halves & 1);
        c.addInput(b, randomValues(b, generator), halves & 2);
        QVERIFY(c.run({.halfOutput = (halves & 4) != 0}));
        const double allowed = halves & 4 ? 4e-3 : 1e-6;  // these inputs are bfloat16 numbers as they are
        QVERIFY(relativeDifference(c.output(), c.expected()[0]) <= allowed);
      }
  }
};

QTEST_GUILESS_MAIN(TestMatmul)
#include "test_matmul.moc"
