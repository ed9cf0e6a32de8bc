// The engine around the kernels: sessions, choices with reasons, failures that say what to do, and the same
// random numbers and bits whatever the threads.
#include <cmath>

#include "core/base/random.h"
#include "run_kernel.h"

using namespace bypath;

namespace {

// image -> conv2d (weights) -> relu -> squared_sum, every value at its own place.
struct SmallProgram {
  std::shared_ptr<Program> program = std::make_shared<Program>();
  ValueId image = noValue, relu = noValue, sum = noValue;
  ParameterStore store;

  explicit SmallProgram(const Engine& engine) {
    OpGraph& graph = program->graph;
    image = graph.addInput("image", {4, 6, 6, 3}, InputRole::image);
    const ValueId weights = graph.addParameter({.name = "conv/weight",
                                                .shape = {3, 3, 3, 8},
                                                .role = ParameterRole::weight,
                                                .initialiser = {InitialiserKind::he, 27, 8}});
    const ValueId conv = (*graph.add(conv2dOp(), {image, weights},
                                     {{"stride_h", 1},
                                      {"stride_w", 1},
                                      {"pad_top", 1},
                                      {"pad_left", 1},
                                      {"pad_bottom", 1},
                                      {"pad_right", 1}},
                                     "conv"))[0];
    relu = (*graph.add(reluOp(), {conv}, {}, "relu"))[0];
    sum = (*graph.add(squaredSumOp(), {relu}, {}, "penalty"))[0];
    size_t offset = 0;
    for (const Value& value : graph.values) {
      if (value.kind == ValueKind::parameter) {
        program->places.push_back({.kind = PlaceKind::parameter, .offset = 0, .parameter = value.parameter});
        continue;
      }
      const PlaceKind kind = value.kind == ValueKind::input ? PlaceKind::input : PlaceKind::arena;
      program->places.push_back({.kind = kind, .offset = offset, .parameter = -1});
      offset += (static_cast<size_t>(value.shape.count()) * sizeof(float) + 63) / 64 * 64;
    }
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      const OpCall call = graph.call(graph.nodes[n]);
      const Kernel* kernel = engine.choose(*graph.nodes[n].type, call).kernel;
      program->steps.push_back(
          {.node = static_cast<int>(n), .kernel = kernel, .workspaceBytes = 0, .workspaceOffset = offset});
      program->workspaceBytes =
          std::max(program->workspaceBytes, kernel->workspaceBytes(call, engine.threads()));
    }
    program->arenaBytes = offset + program->workspaceBytes;
    program->threads = engine.threads();
    store = ParameterStore(graph.parameters);
    initialise(store, 11);
  }

  Values run(Engine& engine, const Values& pixels, double* total = nullptr) {
    auto session = engine.open(program, store);
    (*session)->setInput(image, pixels);
    (*session)->run({.seed = 1, .step = 0});
    Values result(static_cast<size_t>(program->graph.shape(relu).count()));
    (*session)->read(relu, result);
    if (total) *total = (*session)->scalar(sum);
    return result;
  }
};

}  // namespace

class TestCpuEngine : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void winogradCanBeSwitchedOff() {
    const OpCall call{.attributes = {{"stride_h", 1},
                                     {"stride_w", 1},
                                     {"pad_top", 1},
                                     {"pad_left", 1},
                                     {"pad_bottom", 1},
                                     {"pad_right", 1}},
                      .inputs = {{8, 16, 16, 16}, {3, 3, 16, 16}},
                      .outputs = {{8, 16, 16, 16}}};
    QVERIFY(makeCpuEngine(1)->choose(conv2dOp(), call).kernel->id().starts_with("winograd"));
    const auto engine = makeCpuEngine(CpuOptions{.threads = 1, .winograd = WinogradUse::off});
    const KernelChoice choice = engine->choose(conv2dOp(), call);
    QCOMPARE(choice.kernel->id(), std::string_view("direct"));
    QVERIFY(std::ranges::any_of(choice.refused, [](const KernelRefusal& refusal) {
      return refusal.kernel == "winograd-4x4" && refusal.reason == "Winograd is switched off";
    }));
    QVERIFY(engine->description().ends_with("without Winograd"));
  }

  void bf16IsOfferedWhereItIsAskedFor() {
    const OpCall call{.attributes = {{"stride_h", 2}, {"stride_w", 2}},
                      .inputs = {{8, 32, 32, 16}, {1, 1, 16, 32}},
                      .outputs = {{8, 16, 16, 32}}};
    const KernelChoice usual = makeCpuEngine(1)->choose(conv2dOp(), call);
    QCOMPARE(usual.kernel->id(), std::string_view("direct"));
    QVERIFY(std::ranges::any_of(usual.refused, [](const KernelRefusal& refusal) {
      return refusal.kernel == "direct-bf16" && refusal.reason == "the precision is float32";
    }));
    const auto engine = makeCpuEngine(CpuOptions{.threads = 1, .bf16 = true});
    QVERIFY(engine->description().ends_with("bfloat16"));
    const bool available = bf16Problem().empty();
    QCOMPARE(engine->choose(conv2dOp(), call).kernel->id() == "direct-bf16", available);
    // Lesser instructions do not have it.
    for (const std::string& set : cpuInstructionSets()) {
      if (set.starts_with("AVX3")) continue;
      QVERIFY(restrictCpuInstructionSet(set));
      QVERIFY(bf16Problem().find("AVX512-BF16") != std::string::npos);
      QCOMPARE(engine->choose(conv2dOp(), call).kernel->id(), std::string_view("direct"));
      restrictCpuInstructionSet("");
    }
  }

  void sessionRunsAProgram() {
    const std::unique_ptr<Engine> one = makeCpuEngine(1), four = makeCpuEngine(4);
    SmallProgram small(*one), parallel(*four);
    std::mt19937 generator(5);
    const Values pixels = randomValues({4, 6, 6, 3}, generator);
    double total = 0;
    const Values result = small.run(*one, pixels, &total);
    double expected = 0;
    for (const float value : result) {
      QVERIFY(value >= 0);
      expected += static_cast<double>(value) * static_cast<double>(value);
    }
    QVERIFY(expected > 0);
    QVERIFY(std::abs(total - expected) < 1e-5 * expected);
    QVERIFY(parallel.run(*four, pixels) == result);
  }

  void missingWeightsAreRefused() {
    const std::unique_ptr<Engine> engine = makeCpuEngine(1);
    SmallProgram small(*engine);
    ParameterStore empty;
    const auto session = engine->open(small.program, empty);
    QVERIFY(!session.ok());
    QCOMPARE(session.error().kind, ErrorKind::data);
    QVERIFY(session.error().message.find("conv/weight") != std::string::npos);
  }

  void tooMuchMemoryIsRefused() {
    const std::unique_ptr<Engine> engine = makeCpuEngine(1);
    SmallProgram small(*engine);
    small.program->arenaBytes = size_t{1} << 60;
    const auto session = engine->open(small.program, small.store);
    QVERIFY(!session.ok());
    QCOMPARE(session.error().kind, ErrorKind::resources);
  }

  void choicesNameWhatRefused() {
    const std::unique_ptr<Engine> engine = makeCpuEngine(2);
    const OpCall call{.attributes = {{"transpose_a", 1}, {"transpose_b", 1}},
                      .inputs = {{4, 5}, {6, 4}},
                      .outputs = {{5, 6}}};
    const KernelChoice choice = engine->choose(matmulOp(), call);
    QVERIFY(choice.kernel);
    QCOMPARE(std::string(choice.kernel->id()), std::string("eigen"));
    QCOMPARE(choice.refused.size(), size_t{1});
    QCOMPARE(choice.refused[0].kernel, std::string("packed"));
    QVERIFY(engine->description().find("2 threads") != std::string::npos);
  }

  void everyOpEndsWithItsReference() {
    for (const OpType* type : opCatalog()) {
      std::string_view last;
      for (const Kernel* kernel : cpuKernels())
        if (kernel->op() == type->id) last = kernel->id();
      QCOMPARE(std::string(last), std::string("reference"));
    }
  }

  void instructionSetsCanBeRestricted() {
    for (const std::string& name : cpuInstructionSets()) QVERIFY(restrictCpuInstructionSet(name));
    QVERIFY(!restrictCpuInstructionSet("no such set"));
    QVERIFY(restrictCpuInstructionSet(""));
  }

  void dropoutFollowsTheKey() {
    const Shape shape{3, 5, 7, 11};
    const StepKey key{.seed = 99, .step = 4, .firstSample = 20};
    KernelCase c{"dropout",
                 "plain",
                 {{"rate", 0.3}, {"stream", 5}},
                 {shape},
                 {Values(static_cast<size_t>(shape.count()), 1.0f)}};
    const std::vector<Values> one = runKernel(c, 1, key);
    QVERIFY(runKernel(c, 4, key) == one);
    const auto perSample = static_cast<size_t>(shape.perSample().count());
    for (size_t i = 0; i < one[0].size(); ++i) {
      const RandomKey sample{
          .seed = 99, .stream = 5, .step = 4, .sample = 20 + static_cast<uint32_t>(i / perSample)};
      const bool kept = uniform(sample, static_cast<uint32_t>(i % perSample)) >= 0.3f;
      QCOMPARE(one[0][i] != 0, kept);
    }
  }
};

QTEST_GUILESS_MAIN(TestCpuEngine)
#include "test_cpu_engine.moc"
