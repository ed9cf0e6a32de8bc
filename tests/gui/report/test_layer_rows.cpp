// Copies that are alike are told of once, and nothing is lost by that.
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "gui/report/layer_rows.h"

using namespace bypath;

class TestLayerRows : public QObject {
  Q_OBJECT

  static CheckedNetwork checkedOf(const std::string& id, const Attributes& parameters) {
    const Result<NetworkSpec> network = buildTemplate(id, parameters);
    Q_ASSERT(network.ok());
    return check(*network, layerCatalog(), {.mode = Mode::evaluation});
  }

 private Q_SLOTS:
  void copiesAreToldOnce() {
    const CheckedNetwork network = checkedOf("resnet", {{"depth", int64_t{56}}});
    const std::vector<LayerRows> rows = condensedLayers(network);
    const auto more = std::ranges::find_if(rows, [](const LayerRows& one) { return one.more > 0; });
    QVERIFY(more != rows.end());
    // The first block of a stage of ResNet-56 is like the others where it keeps the shape.
    QCOMPARE(more->first, std::string("stage1[2]"));
    QCOMPARE(more->last, std::string("stage1[9]"));
    QCOMPARE(more->like, std::string("stage1[1]"));
    QCOMPARE(more->more, 8);
    const auto wider = std::find_if(more + 1, rows.end(), [](const LayerRows& one) { return one.more > 0; });
    QCOMPARE(wider->first, std::string("stage2[3]"));
    QCOMPARE(wider->like, std::string("stage2[2]"));
  }

  void nothingIsLost() {
    for (const auto& [id, parameters] : std::vector<std::pair<std::string, Attributes>>{
             {"resnet", {{"depth", int64_t{20}}}}, {"starter", {}}, {"conv-vae", {}}, {"resnet-vae", {}}}) {
      const CheckedNetwork network = checkedOf(id, parameters);
      int64_t parameterCount = 0;
      double multiplyAdds = 0;
      for (const LayerRows& rows : condensedLayers(network)) {
        parameterCount += rows.parameters;
        multiplyAdds += rows.multiplyAdds;
      }
      QCOMPARE(parameterCount, network.parameters);
      QVERIFY(std::abs(multiplyAdds - network.multiplyAdds) <= 1e-9 * network.multiplyAdds);
    }
  }
};

QTEST_GUILESS_MAIN(TestLayerRows)
#include "test_layer_rows.moc"
