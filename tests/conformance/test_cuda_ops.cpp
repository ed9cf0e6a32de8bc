// Every kernel of the CUDA engine on every example of its op, run on the stand-in for a GPU, against the
// double-precision reference; and every op has a kernel that takes all its examples. On a real GPU the same
// walk is `bypath selfcheck --engine cuda`.
#include <QtTest/QtTest>

#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/reference/op_check.h"
#include "core/ops/catalog.h"
#include "tests/fake_device/opened.h"

using namespace bypath;

Q_DECLARE_METATYPE(const bypath::OpType*)
Q_DECLARE_METATYPE(const bypath::Kernel*)
Q_DECLARE_METATYPE(bypath::OpExample)

class TestCudaOps : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    gpu_ = FakeGpu::open();
    kernels_ = makeCudaKernels(*gpu_.device);
  }

  void kernelsAgreeWithTheReference_data() {
    QTest::addColumn<const Kernel*>("kernel");
    QTest::addColumn<const OpType*>("type");
    QTest::addColumn<OpExample>("example");
    for (const auto& kernel : kernels_->list()) {
      const OpType* type = findOp(kernel->op());
      QVERIFY2(type, std::string(kernel->op()).c_str());
      for (const OpExample& example : type->examples())
        QTest::addRow("%s %s: %s", type->id.c_str(), std::string(kernel->id()).c_str(), example.name.c_str())
            << static_cast<const Kernel*>(kernel.get()) << type << example;
    }
  }
  void kernelsAgreeWithTheReference() {
    QFETCH(const Kernel*, kernel);
    QFETCH(const OpType*, type);
    QFETCH(OpExample, example);
    const OpCheck check = checkKernel(*kernel, *type, example, 1);
    QVERIFY2(check.passed, check.message.c_str());
  }

  void everyOpHasAKernelForItsExamples() {
    QStringList missing;
    for (const OpType* type : opCatalog())
      for (const OpExample& example : type->examples()) {
        if (example.attributes.flag("normalise")) continue;  // only made where the engine has such a kernel
        OpCall call{.attributes = example.attributes, .inputs = example.inputs};
        call.outputs = *type->shapes(call);
        const bool taken = std::ranges::any_of(kernels_->list(), [&](const auto& kernel) {
          return kernel->op() == type->id && kernel->accepts(call).empty();
        });
        if (!taken && !type->alias) missing << QString::fromStdString(type->id + ": " + example.name);
      }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join("\n")));
  }

 private:
  FakeGpu gpu_;
  std::unique_ptr<DeviceKernels> kernels_;
};

QTEST_GUILESS_MAIN(TestCudaOps)
#include "test_cuda_ops.moc"
