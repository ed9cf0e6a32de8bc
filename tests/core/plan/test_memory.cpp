#include <ctime>
#include <QtTest>

#include "core/plan/arena.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 3;

// Runs a program by the ops' references, but in the plan's own arena, with a double where a float will lie:
// what the arena clobbers here, it clobbers everywhere.
class ArenaInterpreter {
 public:
  ArenaInterpreter(const Program& program, const ParameterStore& store)
      : program_(program), arena_(program.arenaBytes / sizeof(float), std::nan("")) {
    for (int p = 0; p < store.size(); ++p) {
      parameters_.emplace_back(store.values(p).begin(), store.values(p).end());
      gradients_.emplace_back(store.values(p).size(), std::nan(""));
    }
    for (ValueId id : program.graph.inputs)
      if (program.graph.value(id).role == InputRole::seed) *values(id).data() = 1;
  }

  std::span<double> values(ValueId id) {
    const Place& place = program_.places[static_cast<size_t>(id)];
    const auto count = static_cast<size_t>(program_.graph.shape(id).count());
    switch (place.kind) {
      case PlaceKind::parameter:
        return parameters_[static_cast<size_t>(place.parameter)];
      case PlaceKind::gradient:
        return gradients_[static_cast<size_t>(place.parameter)];
      case PlaceKind::unused:
        return {};
      case PlaceKind::arena:
      case PlaceKind::input:
        break;
    }
    return std::span<double>(arena_).subspan(place.offset / sizeof(float), count);
  }

  void run(const StepKey& key) {
    for (const Step& step : program_.steps)
      runNode(program_.graph.nodes[static_cast<size_t>(step.node)], key);
  }

 private:
  void runNode(const OpNode& node, const StepKey& key) {
    if (node.type->alias) return;
    const OpCall call = program_.graph.call(node);
    std::vector<std::vector<double>> in, out;
    for (ValueId id : node.inputs) in.push_back(copyOf(values(id)));
    for (size_t o = 0; o < node.outputs.size(); ++o) {
      out.emplace_back(static_cast<size_t>(call.outputs[o].count()), 0.0);
      if (isState(node.outputs[o])) out.back() = copyOf(values(node.outputs[o]));
    }
    std::vector<ReferenceTensor> inputs, outputs;
    for (size_t i = 0; i < in.size(); ++i) inputs.push_back({in[i], call.inputs[i]});
    for (size_t o = 0; o < out.size(); ++o) outputs.push_back({out[o], call.outputs[o]});
    for (const auto& [o, i] : node.type->stateOutputs)
      inputs[static_cast<size_t>(i)].data = outputs[static_cast<size_t>(o)].data;
    node.type->reference({node.attributes, inputs, outputs, key});
    for (size_t o = 0; o < out.size(); ++o)
      if (node.outputs[o] != noValue)
        std::copy(out[o].begin(), out[o].end(), values(node.outputs[o]).begin());
  }
  bool isState(ValueId id) const {
    return id != noValue && program_.graph.value(id).kind == ValueKind::state;
  }

  const Program& program_;
  std::vector<double> arena_;
  std::vector<std::vector<double>> parameters_, gradients_;
};

void checkAgainstReference(const OpGraph& graph, const PlanOptions& options) {
  const auto engine = makeReferenceEngine();
  const ExecutionPlan plan = compiled(graph, *engine, options);
  ParameterStore store = randomStore(graph, seed);
  ArenaInterpreter arena(*plan.program, store);
  const auto session = openedReference(plan, store, seed);
  for (const auto& [id, values] : randomInputs(plan.program->graph, seed, 4))
    std::copy(values.begin(), values.end(), arena.values(id).begin());
  const StepKey key{.seed = seed, .step = 5};
  session->run(key);
  arena.run(key);

  std::vector<ValueId> readable{plan.objective};
  for (const NamedValue& output : plan.outputs) readable.push_back(output.value);
  for (const NamedValue& input : plan.inputGradients) readable.push_back(input.value);
  for (const LossTerm& loss : plan.losses) readable.push_back(loss.value);
  for (const ShortcutProbe& probe : plan.shortcutProbes)
    for (ValueId id : {probe.shortcutSquare, probe.branchSquare, probe.product, probe.branchMoments})
      if (id != noValue) readable.push_back(id);
  for (size_t id = 0; id < plan.program->places.size(); ++id)
    if (plan.program->places[id].kind == PlaceKind::gradient) readable.push_back(static_cast<ValueId>(id));
  for (ValueId id : readable) {
    const std::vector<double> seen = copyOf(arena.values(id)), right = copyOf(session->values(id));
    QVERIFY2(seen == right, plan.program->graph.value(id).name.c_str());
  }
}

}  // namespace

class TestMemory : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nothingIsClobbered_data() {
    QTest::addColumn<bool>("fuse");
    QTest::addColumn<bool>("probes");
    QTest::newRow("plain") << false << false;
    QTest::newRow("fused") << true << false;
    QTest::newRow("watched") << false << true;
    QTest::newRow("fused, watched") << true << true;
  }
  void nothingIsClobbered() {
    QFETCH(bool, fuse);
    QFETCH(bool, probes);
    checkAgainstReference(
        residualNetwork(2, 8, 3, 4),
        {.fuse = fuse, .inputGradients = probes, .probes = {probes, probes}, .keep = {"logits"}});
  }

  // Every element-wise op, an alias in the middle, a value read by several.
  void nothingIsClobberedInPlace() {
    GraphMaker make;
    ValueId x = make.graph.addInput("image", {2, 2, 2, 4}, InputRole::image);
    x = make.op(reshapeOp(), {x}, {{"rank", 2}, {"d1", 16}}, "flat");
    x = make.dense(x, 6, "stem");
    const ValueId kept = make.op(tanhOp(), {x}, {}, "tanh");
    const ValueId a = make.op(scaleOp(), {kept}, {{"factor", 3}}, "a");
    const ValueId b = make.op(sigmoidOp(), {a}, {}, "b");
    const ValueId shaped =
        make.op(reshapeOp(), {a}, {{"rank", 4}, {"d1", 1}, {"d2", 3}, {"d3", 2}}, "shaped");
    const ValueId c = make.op(eluOp(), {shaped}, {{"alpha", 1}}, "c");
    const ValueId back = make.op(reshapeOp(), {c}, {{"rank", 2}, {"d1", 6}}, "back");
    const ValueId sum = make.op(addOp(), {b, back, kept, kept}, {}, "sum");
    const ValueId dropped = make.op(dropoutOp(), {sum}, {{"rate", 0.3}, {"stream", 9}}, "dropout");
    make.graph.outputs = {{"back", back}, {"kept", kept}};
    make.graph.losses.push_back({"size", make.op(squaredSumOp(), {dropped}, {}, "loss"), 1});
    checkAgainstReference(make.graph, {.inputGradients = true, .keep = {"back"}});
    checkAgainstReference(make.graph, {.training = false, .keep = {"back", "kept"}});
    checkAgainstReference(make.graph, {.training = false});
  }

  void arenaIsSmallerThanAllValues() {
    const auto engine = makeReferenceEngine();
    const ExecutionPlan plan = compiled(residualNetwork(8, 16, 8, 9), *engine);
    const Program& program = *plan.program;
    size_t all = 0;
    for (size_t id = 0; id < program.places.size(); ++id)
      if (program.places[id].kind == PlaceKind::arena || program.places[id].kind == PlaceKind::input)
        all += sizeof(float) * static_cast<size_t>(program.graph.values[id].shape.count());
    QVERIFY2(plan.arenaBytes < all * 2 / 3,
             (std::to_string(plan.arenaBytes) + " of " + std::to_string(all)).c_str());
    QVERIFY(findOverlap(plan.memory).first < 0);
    QVERIFY(plan.arenaBytes <= leastArenaBytes(plan.memory) * 11 / 10);
    for (const MemoryRange& range : plan.memory)
      for (ValueId id : range.values) QCOMPARE(program.places[static_cast<size_t>(id)].offset, range.offset);
    // Forward only, activations die at once.
    const ExecutionPlan keeping = compiled(residualNetwork(8, 16, 8, 9), *engine, {.recompute = false});
    const ExecutionPlan forward = compiled(residualNetwork(8, 16, 8, 9), *engine, {.training = false});
    QVERIFY(forward.arenaBytes < keeping.arenaBytes / 3);
  }

  void whatIsMadeAgainTakesNoMemory() {
    const auto engine = makeReferenceEngine();
    const OpGraph graph = residualNetwork(8, 16, 8, 24);
    const ExecutionPlan plain = compiled(graph, *engine, {.fuse = false, .recompute = false});
    const ExecutionPlan again = compiled(graph, *engine);
    QVERIFY2(again.arenaBytes < plain.arenaBytes * 6 / 10,
             (std::to_string(again.arenaBytes) + " of " + std::to_string(plain.arenaBytes)).c_str());
    checkAgainstReference(graph, {.keep = {"logits"}});
    checkAgainstReference(wideAtTheEnd(), {.largeMemory = 0});
  }

  void probesCostLittleMemory() {
    const auto engine = makeReferenceEngine();
    const OpGraph graph = residualNetwork(8, 16, 8, 9);
    const ExecutionPlan plain = compiled(graph, *engine);
    const ExecutionPlan watched = compiled(graph, *engine, {.probes = {true, true}});
    QVERIFY2(watched.arenaBytes <= plain.arenaBytes * 21 / 20,
             (std::to_string(watched.arenaBytes) + " against " + std::to_string(plain.arenaBytes)).c_str());
  }

  void whatDoesNotFitIsRefused() {
    const auto engine = makeReferenceEngine();
    const OpGraph graph = residualNetwork(8, 16, 8, 3);
    const ExecutionPlan plan = compiled(graph, *engine);
    const uint64_t needed = plan.arenaBytes + plan.parameterBytes;
    QVERIFY(compile(graph, *engine, {.memoryLimit = needed}).ok());
    const Result<ExecutionPlan> refused = compile(graph, *engine, {.memoryLimit = needed - 1});
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, ErrorKind::resources);
    const Result<ExecutionPlan> tiny = compile(graph, *engine, {.memoryLimit = 1000});
    QVERIFY(tiny.error().message.find("1000 B") != std::string::npos);
    QVERIFY(tiny.error().message.find("MiB") != std::string::npos ||
            tiny.error().message.find("KiB") != std::string::npos);
    QVERIFY(tiny.error().message.find("smaller batch") != std::string::npos);
    QVERIFY(availableMemory() > (1u << 20));

    // Far more than any machine has: refused without being allocated.
    const Result<ExecutionPlan> huge = compile(residualNetwork(100000, 256, 64, 2), *engine);
    QVERIFY(!huge.ok());
    QCOMPARE(huge.error().kind, ErrorKind::resources);
    QVERIFY(huge.error().message.find("TiB") != std::string::npos);
  }

  void aThousandBlocksCompileWithinASecond() {
    const OpGraph graph = residualNetwork(32, 16, 8, 1000);
    const auto engine = makeReferenceEngine();
    const std::clock_t start = std::clock();  // of the processor: other programs do not count
    const Result<ExecutionPlan> plan =
        compile(graph, *engine, {.probes = {true, true}, .memoryLimit = uint64_t{1} << 50});
    const double took = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    QVERIFY(plan.ok());
    for (const PassReport& pass : plan->passes)
      qInfo("%-16s %8.2f ms  %s", pass.name.c_str(), pass.milliseconds, pass.summary.c_str());
    qInfo("%zu forward ops, %zu steps: %.2f s", graph.nodes.size(), plan->program->steps.size(), took);
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    QVERIFY(took < 1);
#endif
  }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "test_memory.moc"
