#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;

class TestLeavingModel : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aClassifierLeavesWithoutItsLoss();
  void theHalvesOfAnAutoencoder();
  void foldedIsTheSame();
  void whatIsNotFiniteIsRefused();
};

void TestLeavingModel::aClassifierLeavesWithoutItsLoss() {
  const TrainedNetwork net = trainedTemplate("resnet", {{"depth", int64_t{20}}});
  const Result<LeavingModel> model = leavingModel(net.source());
  QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
  QCOMPARE(model->inputs.size(), size_t{1});
  QCOMPARE(model->inputs[0].name, std::string("input"));
  QCOMPARE(model->outputs[0].name, std::string("output"));
  QCOMPARE(model->sampleShape(model->outputs[0]).text(), std::string("10"));
  for (const OpNode& node : model->graph.nodes) QVERIFY(node.type->id != "softmax_cross_entropy");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const auto answer = ownAnswer(*model, *engine, fixedBatch(*model, 3), 3);
  QVERIFY(answer.ok());
  QCOMPARE(answer->at(0).size(), size_t{30});
}

void TestLeavingModel::theHalvesOfAnAutoencoder() {
  const TrainedNetwork net = trainedTemplate("conv-vae", {});
  const auto half = [&](const std::string& part) { return leavingModel(net.source(), {.part = part}); };
  const Result<LeavingModel> encoder = half("encoder"), decoder = half("decoder"), whole = half("");
  QVERIFY(encoder.ok() && decoder.ok() && whole.ok());
  QCOMPARE(encoder->outputs[0].name, std::string("mu"));
  QCOMPARE(encoder->outputs[1].name, std::string("logvar"));
  QCOMPARE(decoder->inputs[0].name, std::string("z"));
  // The whole is the decoder at the encoder's mean.
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 1});
  const auto images = fixedBatch(*whole, 2);
  const auto codes = ownAnswer(*encoder, *engine, images, 2);
  QVERIFY(codes.ok());
  const auto decoded = ownAnswer(*decoder, *engine, {codes->at(0)}, 2);
  const auto straight = ownAnswer(*whole, *engine, images, 2);
  QVERIFY(decoded.ok() && straight.ok());
  QVERIFY(largestDifference(decoded->at(0), straight->at(0)) < 1e-5);
  QVERIFY(!half("nothing").ok());
}

void TestLeavingModel::foldedIsTheSame() {
  for (const auto& [id, parameters] : std::vector<std::pair<std::string, Attributes>>{
           {"resnet", {{"depth", int64_t{20}}}}, {"resnet-vae", {{"width_divisor", int64_t{16}}}}}) {
    const TrainedNetwork net = trainedTemplate(id, parameters);
    const auto plain = leavingModel(net.source());
    const auto folded = leavingModel(net.source(), {.foldNormalisation = true});
    QVERIFY(plain.ok() && folded.ok());
    QVERIFY(folded->graph.nodes.size() < plain->graph.nodes.size());
    QCOMPARE(folded->weights.size(), folded->graph.parameters.size());
    const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
    const auto images = fixedBatch(*plain, 2);
    const auto one = ownAnswer(*plain, *engine, images, 2), other = ownAnswer(*folded, *engine, images, 2);
    QVERIFY(one.ok() && other.ok());
    const auto [least, most] = std::ranges::minmax(one->at(0));
    QVERIFY(most - least > 1e-3F);  // there is something to compare
    Comparison comparison;
    comparison.add(one->at(0), other->at(0));
    QVERIFY2(withinBounds(comparison).ok(), qPrintable(QString::number(comparison.largest)));
  }
}

void TestLeavingModel::whatIsNotFiniteIsRefused() {
  TrainedNetwork net = trainedTemplate("starter", {});
  net.weights.values(net.weights.size() - 1)[0] = std::numeric_limits<float>::quiet_NaN();
  const auto model = leavingModel(net.source());
  QVERIFY(!model.ok());
  QVERIFY(model.error().message.find(net.weights.info(net.weights.size() - 1).name) != std::string::npos);
  Comparison nothing;
  nothing.add(std::vector<float>{1, 2}, std::vector<float>{1});
  QVERIFY(!withinBounds(nothing).ok());
}

QTEST_GUILESS_MAIN(TestLeavingModel)
#include "test_leaving_model.moc"
