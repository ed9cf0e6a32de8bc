// Watching the gradient at every shortcut while training: in all orders and with all shortcuts the numbers
// are those of the reference engine in double, and not a bit of what is computed changes.
#include "core/engines/cpu/cpu_engine.h"
#include "core/plan/plan.h"
#include "tests/core/inspection/networks.h"

using namespace bypath;

namespace {

constexpr const char* orders[] = {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation",
                                  "full-preactivation"};
constexpr const char* shortcuts[] = {"identity",          "zero-pad",    "projection",
                                     "projection-always", "scaled",      "exclusive-gating",
                                     "shortcut-gating",   "convolution", "dropout"};

// Two stages of two blocks, wide enough for the fast kernels.
NetworkSpec wide(const std::string& order, const std::string& shortcut, const std::string& branch) {
  NetworkSpec spec = twoStages(order, shortcut, shortcut != "identity");
  spec.graph.find("image")->attributes["shape"] = std::string("12x12x3");
  spec.graph.find("stem")->attributes["channels"] = int64_t{16};
  for (const char* name : {"first", "second"}) spec.graph.find(name)->attributes["branch"] = branch;
  if (shortcut != "identity") spec.graph.find("second")->attributes["channels"] = int64_t{32};
  if (branch == "bottleneck")
    for (const char* name : {"first", "second"})
      spec.graph.find(name)->attributes["mid_channels"] = int64_t{16};
  return spec;
}

struct Watched {
  ProbeRecord record;
  std::vector<std::vector<float>> gradients;
};

Watched run(SmallCase& small, Engine& engine, const PlanOptions& options) {
  Result<ExecutionPlan> plan = compile(small.checked.graph, engine, options);
  if (!plan) qFatal("%s", plan.error().message.c_str());
  auto session = engine.open(plan->program, small.store);
  if (!session) qFatal("%s", session.error().message.c_str());
  for (const ValueId id : small.checked.graph.inputs)
    (*session)->setInput(
        id, small.checked.graph.value(id).role == InputRole::image ? small.images : small.labels);
  (*session)->run(small.batch().key);
  Watched seen{.record = readProbes(*plan, **session, small.store, 1), .gradients = {}};
  for (int p = 0; p < small.store.size(); ++p)
    seen.gradients.emplace_back(small.store.gradients(p).begin(), small.store.gradients(p).end());
  return seen;
}

}  // namespace

class TestWatching : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyOrderAndShortcut_data() {
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("shortcut");
    QTest::addColumn<QString>("branch");
    QTest::addColumn<QString>("instructions");
    for (const std::string& instructions : cpuInstructionSets())
      for (const char* order : orders)
        for (const char* shortcut : shortcuts)
          for (const char* branch : {"basic", "bottleneck"})
            QTest::addRow("%s, %s, %s, %s", instructions.c_str(), order, shortcut, branch)
                << order << shortcut << branch << QString::fromStdString(instructions);
  }
  void everyOrderAndShortcut() {
    QFETCH(QString, order);
    QFETCH(QString, shortcut);
    QFETCH(QString, branch);
    QFETCH(QString, instructions);
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    SmallCase small(wide(order.toStdString(), shortcut.toStdString(), branch.toStdString()), 4);
    const auto reference = makeReferenceEngine();
    const auto cpu = makeCpuEngine(2);
    const Watched right = run(small, *reference, {.probes = {.layerGradients = true, .shortcutSplit = true}});
    const Watched plain = run(small, *cpu, {});
    const Watched seen =
        run(small, *cpu, {.probes = {.layerGradients = true, .shortcutSplit = true, .inPassing = true}});
    QVERIFY(plain.gradients == seen.gradients);

    // A gate reads the fork too: three ways lead back to it, and one sum of them all cannot be told apart.
    const bool gated = shortcut.endsWith(QStringLiteral("gating"));
    if (!gated) QCOMPARE(seen.record.shortcuts.size(), right.record.shortcuts.size());
    for (const ShortcutFlow& flow : seen.record.shortcuts) {
      const auto same = std::ranges::find(right.record.shortcuts, flow.path, &ShortcutFlow::path);
      QVERIFY(same != right.record.shortcuts.end());
      const auto close = [&](double a, double b, const char* what) {
        // A batch that lies on a ReLU's corner sends a little of it elsewhere, in any implementation.
        const bool is = std::abs(a - b) <= 2e-3 * std::max(std::abs(b), 0.05);
        if (!is) qWarning("%s: %s %g, not %g", flow.path.c_str(), what, a, b);
        return is;
      };
      QVERIFY(close(flow.shortcutNorm, same->shortcutNorm, "shortcut"));
      QVERIFY(close(flow.branchNorm, same->branchNorm, "branch"));
      QVERIFY(close(flow.cosine, same->cosine, "cosine"));
    }
    QCOMPARE(seen.record.layers.size(), right.record.layers.size());
  }

  void cleanup() { restrictCpuInstructionSet(""); }
};

QTEST_GUILESS_MAIN(TestWatching)
#include "test_watching.moc"
