// Greedy layer-wise training: what each stage consists of, what it keeps, and what may not be grown.
#include <QTemporaryDir>
#include <QtTest>

#include "core/engines/engine.h"
#include "core/experiments/growth.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/checkpoint.h"

using namespace bypath;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

NetworkSpec resnet(const std::string& order = "original", int64_t depth = 14) {
  return *buildTemplate("resnet", {{"depth", depth}, {"width", int64_t{4}}, {"order", order}});
}

std::vector<std::string> addedIn(const std::vector<GrowthStage>& stages) {
  std::vector<std::string> names;
  for (const GrowthStage& stage : stages) names.push_back(stage.added);
  return names;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class TestGrowth : public QObject {
  Q_OBJECT
  QTemporaryDir place_;
  fs::path folder(const std::string& name) const { return fs::path(place_.path().toStdString()) / name; }

 private Q_SLOTS:
  void aStageForEveryCopyOfEveryBlock() {
    const Result<std::vector<GrowthStage>> stages = growthStages(resnet());
    QVERIFY2(stages.ok(), stages ? "" : stages.error().message.c_str());
    QCOMPARE(addedIn(*stages), (std::vector<std::string>{"stage1[1]", "stage1[2]", "stage2[1]", "stage2[2]",
                                                         "stage3[1]", "stage3[2]"}));
    QVERIFY(stages->back().network.graph == resnet().graph);
    QVERIFY(stages->front().frozen.empty());
    int64_t before = 0;
    for (const GrowthStage& stage : *stages) {
      const CheckedNetwork checked = check(stage.network, layerCatalog());
      QVERIFY(checked.ok());
      QVERIFY(checked.parameters > before);
      before = checked.parameters;
    }
  }

  // What is trained in a stage is the newest block and the head, and nothing else.
  void onlyTheNewestBlockAndTheHeadAreTrained_data() {
    QTest::addColumn<QString>("order");
    for (const char* order : {"original", "full-preactivation", "bn-after-add", "relu-only-preactivation"})
      QTest::newRow(order) << QString(order);
  }
  void onlyTheNewestBlockAndTheHeadAreTrained() {
    QFETCH(QString, order);
    const Result<std::vector<GrowthStage>> stages = growthStages(resnet(order.toStdString()));
    QVERIFY2(stages.ok(), stages ? "" : stages.error().message.c_str());
    for (size_t i = 1; i < stages->size(); ++i) {
      const GrowthStage& stage = (*stages)[i];
      const CheckedNetwork checked = check(stage.network, layerCatalog(), {.frozen = stage.frozen});
      QVERIFY(checked.ok());
      const std::string block = stage.added.substr(0, stage.added.find('['));
      const bool alone = stage.added.ends_with("[1]");  // it is not repeated yet
      int trained = 0, frozen = 0;
      for (const ParameterInfo& info : checked.graph.parameters) {
        const bool newest = info.name.starts_with((alone ? block : stage.added) + "/");
        const bool earlier = info.name.starts_with("stem") || (info.name.starts_with("stage") && !newest);
        QVERIFY2(info.frozen == earlier, (stage.added + ": " + info.name).c_str());
        (info.frozen ? frozen : trained) += 1;
      }
      QVERIFY(trained > 0 && frozen > 0);
    }
  }

  void thePlanIsAChainOfExperiments() {
    const Result<ResolvedNetwork> resolved =
        resolveNetwork("resnet", {{"depth", "8"}, {"width", "4"}, {"epochs", "3"}, {"freeze", "stem_conv"}});
    QVERIFY(resolved.ok());
    Result<Sweep> sweep = planGrowth(*resolved, {.stageEpochs = 2}, folder("chain"));
    QVERIFY2(sweep.ok(), sweep ? "" : sweep.error().message.c_str());
    QCOMPARE(sweep->experiments.size(), size_t{4});
    const Result<std::vector<PlannedRun>> plans = planAll(*sweep);
    QVERIFY2(plans.ok(), plans ? "" : plans.error().message.c_str());
    std::string before;
    for (size_t i = 0; i < plans->size(); ++i) {
      const Experiment& one = sweep->experiments[i];
      QCOMPARE(one.weights, before);
      before = one.name;
      const bool joint = i + 1 == plans->size();
      QCOMPARE(toText(plans->at(i).settings.at("epochs")), joint ? "3"s : "2"s);
      const std::string frozen = toText(plans->at(i).settings.at("freeze"));
      QVERIFY2(frozen.starts_with("stem_conv") && (contains(frozen, ",stage1") == (i == 1 || i == 2)),
               frozen.c_str());
    }
    QVERIFY(plans->back().project.network.graph == resolved->project.network.graph);
  }

  // A block that is repeated later is the first of the copies.
  void theFirstCopyTakesTheWeightsOfTheBlock() {
    const auto storeOf = [](int64_t repeat) {
      NetworkSpec network = resnet("original", 8);
      network.graph.find("stage1")->attributes["repeat"] = repeat;
      return ParameterStore(check(network, layerCatalog()).graph.parameters);
    };
    ParameterStore one = storeOf(1), two = storeOf(2);
    for (int p = 0; p < one.size(); ++p) std::ranges::fill(one.values(p), 7.0F);
    QVERIFY(writeCheckpoint(folder("one.safetensors"), {}, one, nullptr).ok());
    const CarryOver carried = carryOver(*readCheckpoint(folder("one.safetensors")), two);
    QVERIFY(carried.dropped.empty());
    for (int p = 0; p < two.size(); ++p) {
      const bool isNew = contains(two.info(p).name, "stage1[2]");
      QVERIFY2((two.values(p)[0] == 7.0F) == !isNew, two.info(p).name.c_str());
    }
    // And back.
    for (int p = 0; p < two.size(); ++p) std::ranges::fill(two.values(p), 9.0F);
    QVERIFY(writeCheckpoint(folder("two.safetensors"), {}, two, nullptr).ok());
    const CarryOver back = carryOver(*readCheckpoint(folder("two.safetensors")), one);
    QVERIFY(back.fresh.empty() && !back.dropped.empty());
    for (const std::string& layer : back.dropped) QVERIFY2(contains(layer, "stage1[2]"), layer.c_str());
  }

  void whatCannotBeGrownGetsASentence() {
    NetworkSpec none = resnet();
    std::erase_if(none.graph.nodes, [](const Node& node) { return node.type == "residual_block"; });
    const Result<std::vector<GrowthStage>> nothing = growthStages(none);
    QVERIFY(!nothing.ok() && contains(nothing.error().message, "no residual block"));
    const Result<std::vector<GrowthStage>> vae =
        growthStages(*buildTemplate("resnet-vae", {{"width_divisor", int64_t{16}}}));
    QVERIFY(!vae.ok() && contains(vae.error().message, "encoder"));
  }
};

QTEST_GUILESS_MAIN(TestGrowth)
#include "test_growth.moc"
