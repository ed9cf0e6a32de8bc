// Walks the catalog: every op has examples, its reference fills the shapes it announces, and its gradient
// rule agrees with finite differences.
#include <QtTest/QtTest>

#include "core/engines/reference/example_values.h"
#include "core/engines/reference/op_check.h"
#include "core/engines/reference/reference_engine.h"
#include "core/ops/catalog.h"

using namespace bypath;

namespace {

constexpr uint64_t seed = 1;

void addExampleRows() {
  QTest::addColumn<const OpType*>("type");
  QTest::addColumn<OpExample>("example");
  for (const OpType* type : opCatalog())
    for (const OpExample& example : type->examples())
      QTest::addRow("%s: %s", type->id.c_str(), example.name.c_str()) << type << example;
}

}  // namespace

Q_DECLARE_METATYPE(const bypath::OpType*)
Q_DECLARE_METATYPE(bypath::OpExample)

class TestOpGradients : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyOpHasExamples() {
    for (const OpType* type : opCatalog()) {
      QVERIFY2(type->examples && !type->examples().empty(), type->id.c_str());
      QVERIFY2(!type->summary.empty(), type->id.c_str());
    }
  }

  void referenceFillsItsShapes_data() { addExampleRows(); }
  void referenceFillsItsShapes() {
    QFETCH(const OpType*, type);
    QFETCH(OpExample, example);
    const OpCheck check = checkReference(*type, example, seed);
    QVERIFY2(check.passed, check.message.c_str());
  }

  void gradientRuleAgreesWithDifferences_data() { addExampleRows(); }
  void gradientRuleAgreesWithDifferences() {
    QFETCH(const OpType*, type);
    QFETCH(OpExample, example);
    const OpCheck check = checkGradient(*type, example, seed);
    if (!check.applies) return;
    QVERIFY2(check.passed, check.message.c_str());
    QVERIFY(check.worst <= check.allowed);
  }

  // A wrong rule must be caught: relu's derivative put in the place of tanh's.
  void aWrongRuleIsCaught() {
    OpType wrong = tanhOp();
    wrong.gradient = reluOp().gradient;
    const OpCheck check = checkGradient(wrong, wrong.examples()[0], seed);
    QVERIFY(!check.passed);
    QVERIFY(!check.message.empty());
  }

  // <y, A x> = <A' y, x> for the pairs of ops that are each other's adjoint.
  void adjointPairs_data() {
    QTest::addColumn<const OpType*>("forward");
    QTest::addColumn<const OpType*>("backward");
    QTest::addRow("conv2d") << &conv2dOp() << &conv2dTransposedOp();
    QTest::addRow("average_pool") << &averagePoolOp() << &averagePoolBackwardOp();
    QTest::addRow("global_average_pool") << &globalAveragePoolOp() << &globalAveragePoolBackwardOp();
    QTest::addRow("pad_channels") << &padChannelsOp() << &padChannelsBackwardOp();
  }
  void adjointPairs() {
    QFETCH(const OpType*, forward);
    QFETCH(const OpType*, backward);
    for (OpExample example : forward->examples()) {
      if (example.attributes.flag("relu") || example.inputs.size() > 2) continue;
      const std::vector<Shape> shapes =
          *forward->shapes({.attributes = example.attributes, .inputs = example.inputs});
      const std::vector<std::vector<double>> x = drawInputs(*forward, example, seed);
      const std::vector<Guarded<double>> ax = runReference(*forward, example, shapes, x);

      OpExample adjoint = example;
      adjoint.inputs[0] = shapes[0];
      const Shape sizes = example.inputs[0];
      adjoint.attributes.set("channels", static_cast<double>(sizes.last()));
      if (sizes.rank() == 4) {
        adjoint.attributes.set("height", static_cast<double>(sizes[1]));
        adjoint.attributes.set("width", static_cast<double>(sizes[2]));
      }
      std::vector<std::vector<double>> y = drawInputs(*backward, adjoint, seed);
      for (size_t i = 1; i < x.size(); ++i) y[i] = x[i];
      const std::vector<Guarded<double>> aty = runReference(*backward, adjoint, {sizes}, y);

      double left = 0, right = 0;
      for (size_t i = 0; i < y[0].size(); ++i) left += y[0][i] * ax[0].span()[i];
      for (size_t i = 0; i < x[0].size(); ++i) right += aty[0].span()[i] * x[0][i];
      QVERIFY2(std::abs(left - right) <= 1e-11 * std::max(1.0, std::abs(left)), example.name.c_str());
    }
  }
};

QTEST_GUILESS_MAIN(TestOpGradients)
#include "test_op_gradients.moc"
