// Each ailment is found where it is, with its numbers, and nothing is found where nothing ails.
#include "core/inspection/doctor.h"
#include "networks.h"

using namespace bypath;

namespace {

LayerGradient layerOf(int number, double norm) {
  LayerGradient layer{.path = "conv" + std::to_string(number)};
  layer.norm = norm;
  layer.weightNorm = 1;
  return layer;
}

// As a healthy net looks: norms within a factor of four, a tenth of the channels silent.
ProbeRecord healthy() {
  ProbeRecord record;
  for (int i = 0; i < 12; ++i) record.layers.push_back(layerOf(i, 0.1 + 0.02 * i));
  record.activities = {{.path = "relu", .zeros = 0.5, .silent = 0.1}};
  return record;
}

struct Case {
  SmallCase small{twoStages("original", "identity", false)};
  Patient patient{.graph = small.checked.graph, .seen = healthy(), .steps = 1000, .classes = 10};

  Case() {
    for (int epoch = 0; epoch < 6; ++epoch)
      patient.epochs.push_back(
          {{"loss", 2 - 0.2 * epoch}, {"cross_entropy", 2 - 0.2 * epoch}, {"val_loss", 2.1 - 0.15 * epoch}});
    for (int step = 0; step < 12; ++step) {
      ProbeRecord record = healthy();
      for (LayerGradient& layer : record.layers) layer.updateNorm = 1e-3;
      patient.past.push_back(record);
    }
  }
  const Finding* found(const std::string& id) {
    findings = examine(patient);
    const auto one = std::ranges::find(findings, id, &Finding::id);
    return one == findings.end() ? nullptr : &*one;
  }
  std::vector<Finding> findings;
};

}  // namespace

class TestDoctor : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void nothingIsFoundWhereNothingAils() {
    Case one;
    one.findings = examine(one.patient);
    QVERIFY2(one.findings.empty(), one.findings.empty() ? "" : one.findings[0].evidence.c_str());
  }

  void gradientsThroughDepth() {
    Case one;
    for (int i = 0; i < 12; ++i)
      one.patient.seen.layers[static_cast<size_t>(i)].norm = std::pow(10, 0.5 * i - 6);
    const Finding* found = one.found("vanishing");
    QVERIFY(found);
    QCOMPARE(found->path, std::string("conv0"));
    QVERIFY(!found->evidence.empty() && !found->reason.empty() && !found->experiment.empty() &&
            !found->source.empty());
    for (int i = 0; i < 12; ++i)
      one.patient.seen.layers[static_cast<size_t>(i)].norm = std::pow(10, -0.5 * i);
    QVERIFY(one.found("exploding") && !one.found("vanishing"));
    one.patient.seen.layers[3].norm = NAN;
    QCOMPARE(one.found("diverged")->path, std::string("conv3"));
  }

  void deadReLUs() {
    Case one;
    one.patient.seen.activities.push_back({.path = "block/relu", .zeros = 0.9, .silent = 0.75});
    const Finding* found = one.found("dead-relu");
    QVERIFY(found && found->path == "block/relu");
    QVERIFY2(found->evidence.find("75 %") != std::string::npos, found->evidence.c_str());
  }

  void sizesOfUpdates() {
    Case one;
    const auto setUpdates = [&](const char* path, double size) {
      one.patient.seen.layers[2].path = path;
      for (ProbeRecord& record : one.patient.past) {
        record.layers[2].path = path;
        record.layers[2].updateNorm = size;
      }
    };
    setUpdates("stem", 0.5);
    QCOMPARE(one.found("large-updates")->path, std::string("stem"));
    setUpdates("stem", 1e-9);
    QCOMPARE(one.found("small-updates")->path, std::string("stem"));
    setUpdates("first/branch/bn1", 0.5);  // scales and shifts have no usual size
    QVERIFY(!one.found("large-updates"));
    setUpdates("stem", 0.5);
    for (size_t i = 0; i < one.patient.past.size(); ++i)
      one.patient.past[i].layers[2].weightNorm = 0.1 * static_cast<double>(i + 1);  // began at zero
    QVERIFY(!one.found("large-updates"));
    setUpdates("stem", 1e-9);
    one.patient.past.resize(9);
    QVERIFY(!one.found("small-updates"));  // a few steps say little
  }

  void overfittingAndGuessing() {
    Case one;
    for (size_t i = 2; i < one.patient.epochs.size(); ++i)
      one.patient.epochs[i]["val_loss"] = 2 + 0.2 * static_cast<double>(i);
    const Finding* found = one.found("overfitting");
    QVERIFY(found && found->path.empty());
    QVERIFY2(found->evidence.find("after epoch 2") != std::string::npos, found->evidence.c_str());
    one.patient.epochs = {{{"loss", 2.301}, {"cross_entropy", 2.301}, {"val_loss", 2.302}}};
    QVERIFY(!one.found("does-not-learn"));  // a first epoch has its start in it
    one.patient.epochs.push_back(one.patient.epochs[0]);
    QVERIFY(one.found("does-not-learn") && !one.found("overfitting"));
    one.patient.steps = 100;
    QVERIFY(!one.found("does-not-learn"));  // too early to say
  }

  void collapsedCode() {
    Case one;
    one.patient.epochs.back()["val_kl"] = 0.2;
    QVERIFY(one.found("posterior-collapse"));
    one.patient.epochs.back()["val_kl"] = 25;
    QVERIFY(!one.found("posterior-collapse"));
  }

  void inputsFarFromZero() {
    Case one;
    one.patient.inputMean = 127;
    one.patient.inputDeviation = 60;
    QCOMPARE(one.found("unnormalised-input")->path, std::string("image"));
    one.patient.inputMean = 0.47;
    one.patient.inputDeviation = 0.25;
    QVERIFY(!one.found("unnormalised-input"));
  }

  void branchesOfOneLayer() {
    NetworkSpec spec = twoStages("original", "identity", false);
    SmallCase usual(spec);
    QVERIFY(examine({.graph = usual.checked.graph}).empty());
    thinFirstBlock(spec);
    SmallCase thin(spec);
    const std::vector<Finding> findings = examine({.graph = thin.checked.graph});
    QVERIFY(!findings.empty());
    QCOMPARE(findings[0].id, std::string("one-layer-branch"));
    QVERIFY2(findings[0].path.starts_with("first"), findings[0].path.c_str());
  }

 private:
  // The first block's branch becomes one convolution, drawn by hand.
  static void thinFirstBlock(NetworkSpec& spec) {
    Node* block = spec.graph.find("first");
    block->attributes["branch"] = std::string("free");
    block->attributes["repeat"] = int64_t{1};
    Graph branch;
    branch.nodes = {{.name = "in", .type = "part_input"},
                    {.name = "conv", .type = "conv2d", .attributes = {{"channels", int64_t{4}}}},
                    {.name = "out", .type = "part_output"}};
    branch.wires = {{.from = "in", .to = "conv"}, {.from = "conv", .to = "out"}};
    block->body = {branch};
  }
};

QTEST_GUILESS_MAIN(TestDoctor)
#include "test_doctor.moc"
