#include <QRegularExpression>
#include <QtTest>

#include "core/base/text.h"
#include "tests/core/plan/fake_engine.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

class TestExplain : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbersReadWell() {
    QCOMPARE(bytesText(512), std::string("512 B"));
    QCOMPARE(bytesText(1536), std::string("1.5 KiB"));
    QCOMPARE(bytesText(uint64_t{3} << 30), std::string("3.0 GiB"));
    QCOMPARE(shortCount(40600000), std::string("40.6 M"));
    QCOMPARE(shortCount(7), std::string("7"));
  }

  // The whole text of a small plan; only the times differ from run to run.
  void smallPlanAsText() {
    GraphMaker make;
    const ValueId x = make.graph.addInput("image", {2, 4}, InputRole::image);
    const ValueId h = make.op(matmulOp(), {x, make.parameter("stem/weight", {4, 4})}, {}, "stem");
    const ValueId sum = make.op(addOp(), {make.op(tanhOp(), {h}, {}, "branch"), h}, {}, "add");
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {sum}, {}, "loss"), 1});
    const FakeEngine engine;
    QString text = QString::fromStdString(explain(compiled(make.graph, engine, {.memoryLimit = 4096})));
    text.replace(QRegularExpression("[0-9.]+ ms"), "T ms");
    text.replace(QRegularExpression(" +T ms"), " T ms");
    const QString expected = R"(Plan for fake, 3 threads

Passes
  differentiate T ms  4 forward ops, 6 backward, gradients of 1 parameters
  prune T ms  0 ops dropped, 0 outputs left out
  fuse T ms  nothing to join
  normalise on read T ms  read by convolutions: 0, by sums: 0
  schedule T ms  0 ops moved forward
  recompute T ms  0 values made again instead of kept, 0 B in all; 0 steps for it
  choose kernels T ms  10 steps, 10 kernels refused
  place in memory T ms  arena 1.1 KiB (least possible 1.1 KiB, largest workspace of a step 600 B), 3 ops in place
  check memory T ms  1.2 KiB of 4.0 KiB

Totals
  arena          1.1 KiB (among it up to 600 B of workspace for a step)
  parameters     128 B (values and gradients)
  multiply-adds  64 a run

Memory map (18 largest of 18 ranges)
        offset         size  steps            values
             0        640 B  0-0              workspace of stem
             0        640 B  2-2              workspace of add
             0        640 B  6-6              workspace of loss
             0        640 B  7-7              workspace of branch
             0        640 B  8-8              workspace of stem:0
             0        640 B  9-9              workspace of stem
             0        320 B  1-1              workspace of branch
             0        320 B  3-3              workspace of loss
             0        320 B  4-4              workspace of objective
             0        320 B  5-5              workspace of objective
           640         64 B  input-end        image
           704         64 B  input-end        one
           768         64 B  0-9              stem:0, then add:0, then loss:0, then stem:0:0
           832         64 B  1-7              branch:0
           896         64 B  3-end            loss:0
           960         64 B  4-end            objective:0
          1024         64 B  5-6              objective:0
          1024         64 B  7-8              branch:0

Steps
     0  forward   stem  matmul(2x4, 4x4) -> 2x4  [fake]
          not fast: stride 2 is not 1
     1  forward   branch  tanh(2x4) -> 2x4  [fake]
          not fast: stride 2 is not 1
     2  forward   add  add(2x4, 2x4) -> 2x4  [fake]
          not fast: stride 2 is not 1
     3  forward   loss  squared_sum(2x4) -> 1  [fake]
          not fast: stride 2 is not 1
     4  forward   objective  objective(1) -> 1  [fake]
          not fast: stride 2 is not 1
     5  backward  objective  objective_backward(1) -> 1  [fake]
          not fast: stride 2 is not 1
     6  backward  loss  scale_by_scalar(2x4, 1) -> 2x4  [fake]
          not fast: stride 2 is not 1
     7  backward  branch  tanh_backward(2x4, 2x4) -> 2x4  [fake]
          not fast: stride 2 is not 1
     8  backward  stem:0  add(2x4, 2x4) -> 2x4  [fake]
          input 0 from add
          input 1 from branch
          not fast: stride 2 is not 1
     9  backward  stem  matmul(2x4, 2x4) -> 4x4  [fake]
          not fast: stride 2 is not 1
)";
    if (text != expected) qInfo("%s", qPrintable(text));
    QCOMPARE(text, expected);
  }

  // Every step, fused or not, has its line.
  void residualPlanNamesEveryStep() {
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(residualNetwork(2, 8, 3, 2), *engine, {.probes = {true, true}});
    const QString text = QString::fromStdString(explain(plan));
    for (const char* part : {"insert probes", "2 shortcuts, 19 parameters", "batch_norm + relu: 3",
                             "[plain reference]", "probe ", "input 1 from block[0]/branch/conv1"})
      QVERIFY2(text.contains(part), part);
    const qsizetype steps = text.mid(text.indexOf("\nSteps\n")).count(" -> ");
    QCOMPARE(steps, static_cast<qsizetype>(plan.program->steps.size()));
  }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "test_explain.moc"
