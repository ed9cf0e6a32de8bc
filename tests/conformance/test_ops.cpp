// Every kernel of the CPU engine on every example of its op and every instruction set of this processor,
// against the double-precision reference; and every op has a kernel that takes all its examples.
#include <QtTest/QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/reference/op_check.h"
#include "core/ops/catalog.h"

using namespace bypath;

namespace {

constexpr uint64_t seed = 1;

}  // namespace

Q_DECLARE_METATYPE(const bypath::OpType*)
Q_DECLARE_METATYPE(const bypath::Kernel*)
Q_DECLARE_METATYPE(bypath::OpExample)

class TestOps : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void kernelsNameOpsOfTheCatalog() {
    for (const Kernel* kernel : cpuKernels())
      QVERIFY2(findOp(kernel->op()), std::string(kernel->id()).c_str());
  }

  void kernelsAgreeWithTheReference_data() {
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<const Kernel*>("kernel");
    QTest::addColumn<const OpType*>("type");
    QTest::addColumn<OpExample>("example");
    for (const std::string& instructions : cpuInstructionSets())
      for (const Kernel* kernel : cpuKernels()) {
        const OpType* type = findOp(kernel->op());
        if (!type) continue;
        for (const OpExample& example : type->examples())
          QTest::addRow("%s, %s %s: %s", instructions.c_str(), type->id.c_str(),
                        std::string(kernel->id()).c_str(), example.name.c_str())
              << QString::fromStdString(instructions) << kernel << type << example;
      }
  }
  void kernelsAgreeWithTheReference() {
    QFETCH(QString, instructions);
    QFETCH(const Kernel*, kernel);
    QFETCH(const OpType*, type);
    QFETCH(OpExample, example);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    const OpCheck check = checkKernel(*kernel, *type, example, seed);
    QVERIFY2(check.passed, check.message.c_str());
  }

  void everyOpHasAKernelForItsExamples() {
    for (const OpType* type : opCatalog())
      for (const OpExample& example : type->examples()) {
        OpCall call{.attributes = example.attributes, .inputs = example.inputs};
        call.outputs = *type->shapes(call);
        const bool taken = std::ranges::any_of(cpuKernels(), [&](const Kernel* kernel) {
          return kernel->op() == type->id && kernel->accepts(call).empty();
        });
        QVERIFY2(taken || type->alias, (type->id + ": " + example.name).c_str());
      }
  }

  // Every accepting rule must really be met by some example, or the walk above proves nothing about that
  // kernel.
  void everyKernelIsTriedByAnExample() {
    for (const Kernel* kernel : cpuKernels()) {
      const OpType* type = findOp(kernel->op());
      const std::vector<OpExample> examples = type->examples();
      const bool tried = std::ranges::any_of(examples, [&](const OpExample& example) {
        OpCall call{.attributes = example.attributes, .inputs = example.inputs};
        call.outputs = *type->shapes(call);
        return kernel->accepts(call).empty();
      });
      QVERIFY2(tried, (std::string(kernel->op()) + " " + std::string(kernel->id())).c_str());
    }
  }

  void cleanup() { restrictCpuInstructionSet(""); }
};

QTEST_GUILESS_MAIN(TestOps)
#include "test_ops.moc"
