// What a trained network can be asked: its scores, its predictions, the gradient that flows through it.
#include <cmath>

#include "core/network/check.h"
#include "core/tensor/safetensors.h"
#include "core/training/evaluation.h"
#include "core/training/flow.h"
#include "core/training/model.h"
#include "core/training/network_session.h"
#include "core/training/run_files.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;
using namespace std::string_literals;

class TestTrainedModel : public QObject, private TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }

  void evaluationAgreesWithTheLastValidation() {
    auto engine = makeCpuEngine(2);
    for (const NetworkSpec* network : {&small_, &vae_}) {
      const fs::path at = folder("evaluated" + network->name);
      Result<TrainingOutcome> outcome =
          train(job(*network, at, engine.get(),
                    {{"steps", whole(4)}, {"optimizer", "adam"s}, {"learning_rate", 0.001}}));
      QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
      const Result<Model> model = loadModel(at, layerCatalog());
      QVERIFY2(model.ok(), model ? "" : model.error().message.c_str());
      QVERIFY(loadModel(at / weightsName, layerCatalog()).ok());
      const CheckedNetwork checked = check(model->project.network, layerCatalog());
      const BatchLoader loader(data_, {.batch = 16, .normalisation = normalisationFor(checked.graph)});
      const auto values = evaluate(*model, *engine, layerCatalog(), loader, data_->test);
      QVERIFY2(values.ok(), values ? "" : values.error().message.c_str());
      for (const auto& [name, value] : *values) QCOMPARE(value, outcome->last.at("val_" + name));
    }
  }

  void evaluationTellsHowFarItIs() {
    auto engine = makeCpuEngine(1);
    ParameterStore store = std::move(*makeStore(small_, layerCatalog()));
    initialise(store, 1);
    Result<NetworkSession> session = NetworkSession::open({small_, layerCatalog(), *engine, store},
                                                          {.batch = 8, .mode = Mode::evaluation});
    QVERIFY(session.ok());
    const BatchLoader loader(data_, {.batch = 8});
    std::vector<double> told;
    const auto until = [&](size_t most) {
      told.clear();
      return evaluateSplit(*session, loader, data_->test, {.limit = 20}, [&, most](double share) {
        told.push_back(share);
        return told.size() >= most;
      });
    };
    QVERIFY(until(99).has_value());
    QCOMPARE(told, (std::vector{0.0, 0.4, 0.8}));
    QVERIFY(!until(2).has_value());
    QCOMPARE(told.size(), size_t{2});
  }

  void predictionPadsTheLastBatchAndTurnsChannels() {
    auto engine = makeCpuEngine(1);
    const fs::path at = folder("predicted");
    QVERIFY(train(job(vae_, at, engine.get(), {{"steps", whole(2)}, {"learning_rate", 0.001}})).ok());
    const Model model = *loadModel(at, layerCatalog());
    NpyArray latent{{70, 8}, std::vector<float>(560)};
    for (size_t i = 0; i < latent.values.size(); ++i) latent.values[i] = std::sin(static_cast<float>(i));
    const Result<NpyArray> images = predict(model, *engine, layerCatalog(), latent, "decoder");
    QVERIFY2(images.ok(), images ? "" : images.error().message.c_str());
    QVERIFY((images->shape == std::vector<int64_t>{70, 3, 32, 32}));
    NpyArray one{{1, 8}, {latent.values.begin() + 69 * 8, latent.values.end()}};
    const Result<NpyArray> last = predict(model, *engine, layerCatalog(), one, "decoder");
    for (size_t i = 0; i < last->values.size(); ++i)
      QVERIFY(std::abs(last->values[i] - images->values[69 * last->values.size() + i]) < 1e-5f);
    const Result<NpyArray> wrong =
        predict(model, *engine, layerCatalog(), {{2, 3}, std::vector<float>(6)}, "decoder");
    QVERIFY(!wrong.ok() && wrong.error().kind == ErrorKind::data);
    QVERIFY(!predict(model, *engine, layerCatalog(), one, "nonsense").ok());
    QVERIFY(!predict(model, *engine, layerCatalog(), {{}, {1}}, "decoder").ok());
  }

  void gradientFlowLeavesTheModelAlone() {
    auto engine = makeCpuEngine(1);
    const fs::path at = folder("flow");
    QVERIFY(train(job(small_, at, engine.get(), {{"steps", whole(2)}})).ok());
    const Model model = *loadModel(at, layerCatalog());
    const ParameterStore& store = *model.parameters;
    std::vector<std::vector<float>> before;
    for (int p = 0; p < store.size(); ++p)
      before.emplace_back(store.values(p).begin(), store.values(p).end());
    const fs::path target = folder("gradients.safetensors");
    const Result<GradientFlow> flow = gradientFlow(
        model, *engine, layerCatalog(), {.data = data_, .input = {}, .target = {}, .saveGradients = target});
    QVERIFY2(flow.ok(), flow ? "" : flow.error().message.c_str());
    QCOMPARE(flow->probes.shortcuts.size(), size_t{3});
    for (int p = 0; p < store.size(); ++p)
      QVERIFY(std::ranges::equal(store.values(p), before[static_cast<size_t>(p)]));
    const Result<SafetensorsFile> saved = readSafetensors(target);
    QVERIFY(saved.ok());
    for (const LayerGradient& layer : flow->probes.layers) {
      double square = 0;
      for (const auto& [name, tensor] : saved->tensors) {
        if (layerOfParameter(name) != layer.path) continue;
        const auto* values = reinterpret_cast<const float*>(tensor.bytes.data());
        for (int64_t i = 0; i < tensor.count(); ++i) square += static_cast<double>(values[i]) * values[i];
      }
      QVERIFY2(std::abs(std::sqrt(square) - layer.norm) <= 1e-4 * layer.norm + 1e-9, layer.path.c_str());
    }
    const NpyArray input{{2, 3, 32, 32}, std::vector<float>(2 * 3072, 0.5f)};
    QVERIFY(gradientFlow(model, *engine, layerCatalog(),
                         {.data = {}, .input = input, .target = NpyArray{{2}, {1, 9}}, .saveGradients = {}})
                .ok());
    for (const NpyArray& target2 : {NpyArray{{2}, {1, 10}}, NpyArray{{3}, {1, 2, 3}}})
      QVERIFY(!gradientFlow(model, *engine, layerCatalog(),
                            {.data = {}, .input = input, .target = target2, .saveGradients = {}})
                   .ok());
    QVERIFY(!gradientFlow(model, *engine, layerCatalog(),
                          {.data = {}, .input = input, .target = {}, .saveGradients = {}})
                 .ok());
  }

  // The weights of a muted block stay in the model's store.
  void gradientFlowOfANetworkWithAMutedBlock() {
    auto engine = makeCpuEngine(1);
    const fs::path at = folder("muted-flow");
    QVERIFY(train(job(small_, at, engine.get(), {{"steps", whole(1)}})).ok());
    Model model = *loadModel(at, layerCatalog());
    model.project.network = *withMuted(model.project.network, {"block2"}, layerCatalog());
    const Result<GradientFlow> flow = gradientFlow(
        model, *engine, layerCatalog(),
        {.data = data_, .input = {}, .target = {}, .saveGradients = folder("muted.safetensors")});
    QVERIFY2(flow.ok(), flow ? "" : flow.error().message.c_str());
    QCOMPARE(flow->probes.shortcuts.size(), size_t{2});
    for (const ShortcutFlow& block : flow->probes.shortcuts) QVERIFY(block.branchNorm > 0);
  }
};

QTEST_GUILESS_MAIN(TestTrainedModel)
#include "test_trained_model.moc"
