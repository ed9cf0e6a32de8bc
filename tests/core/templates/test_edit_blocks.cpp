// Edits of residual blocks against the templates that were written by hand.
#include <cmath>
#include <map>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/network/edit.h"
#include "core/network/edit_blocks.h"
#include "core/templates/catalog.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

NetworkSpec built(const std::string& id, const Attributes& parameters) {
  Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) qFatal("%s", network.error().message.c_str());
  return std::move(*network);
}

// Types, shapes and wiring of all ops, whatever the nodes are called.
std::string opsOf(const NetworkSpec& network) {
  const CheckedNetwork checked = check(network, layerCatalog());
  if (!checked.ok()) return summarise(checked.diagnostics);
  std::string text;
  std::map<ValueId, size_t> made;  // by which op
  for (size_t i = 0; i < checked.graph.nodes.size(); ++i) {
    const OpNode& node = checked.graph.nodes[i];
    text += node.type->id;
    for (const ValueId id : node.inputs)
      if (made.contains(id)) text += " " + std::to_string(made[id]);
    for (const ValueId id : node.outputs) made[id] = i;
    for (const ValueId id : node.outputs) text += " " + checked.graph.shape(id).text();
    text += "\n";
  }
  return text;
}

}  // namespace

class TestEditBlocks : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // The paper's pre-activation network, its first and last activation moved, out of the original one.
  void originalBecomesPreactivation() {
    NetworkSpec network = built("resnet", {{"depth", int64_t{20}}, {"shortcut", "B"s}});
    const std::string before = opsOf(network);
    // Any block of the row stands for all of it.
    QVERIFY(setBlockOrder(network, "", "stage2", "full-preactivation").ok());
    const NetworkSpec paper = built("preact-resnet", {{"depth", int64_t{20}}, {"branch", "basic"s}});
    QCOMPARE(opsOf(network), opsOf(paper));
    QVERIFY(setBlockOrder(network, "", "stage1", "original").ok());
    QCOMPARE(opsOf(network), before);
  }

  void preactivationBecomesOriginal() {
    NetworkSpec network = built("preact-resnet", {{"depth", int64_t{20}}, {"branch", "basic"s}});
    const std::string before = opsOf(network);
    QVERIFY(setBlockOrder(network, "", "stage3", "original").ok());
    QCOMPARE(opsOf(network), opsOf(built("resnet", {{"depth", int64_t{20}}, {"shortcut", "B"s}})));
    QVERIFY(setBlockOrder(network, "", "stage3", "full-preactivation").ok());
    QCOMPARE(opsOf(network), before);
  }

  // From every order to every other and back.
  void everyOrderToEveryOther() {
    const char* orders[] = {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation",
                            "full-preactivation"};
    for (const char* from : orders) {
      NetworkSpec start = built("resnet", {{"depth", int64_t{14}}, {"shortcut", "B"s}});
      QVERIFY(setBlockOrder(start, "", "stage1", from).ok());
      const std::string before = opsOf(start);
      for (const char* to : orders) {
        NetworkSpec network = start;
        QVERIFY(setBlockOrder(network, "", "stage2", to).ok());
        QVERIFY2((opsOf(network) == before) == (std::string(from) == to),
                 (std::string(from) + " to " + to + ": " + before).c_str());
        for (const char* stage : {"stage1", "stage2", "stage3"}) {
          const auto& attributes = network.graph.find(stage)->attributes;
          const auto order = attributes.find("order");
          QCOMPARE(order == attributes.end() ? "original"s : std::get<std::string>(order->second),
                   std::string(to));
        }
        QVERIFY(setBlockOrder(network, "", "stage3", from).ok());
        QCOMPARE(opsOf(network), before);
      }
    }
  }

  // Without normalisation the scalar bias moves with the ReLU.
  void fixupBecomesPreactivation() {
    const auto with = [](Attributes more) {
      more["depth"] = int64_t{20};
      more["init"] = "fixup"s;
      return more;
    };
    NetworkSpec network = built("resnet", with({{"shortcut", "B"s}}));
    const std::string before = opsOf(network);
    QVERIFY(setBlockOrder(network, "", "stage2", "full-preactivation").ok());
    QCOMPARE(opsOf(network), opsOf(built("preact-resnet", with({{"branch", "basic"s}}))));
    QVERIFY(before.find("batch_norm") == std::string::npos);
    QVERIFY(opsOf(network).find("batch_norm") == std::string::npos);
    QVERIFY(setBlockOrder(network, "", "stage1", "original").ok());
    QCOMPARE(opsOf(network), before);
  }

  // p = 1 - l / L (1 - p of the last), over all blocks of the network (Huang 2016); and each drawn copy keeps
  // its own.
  void survivalDecaysThroughTheNetwork() {
    const auto rates = [](const NetworkSpec& network) {
      std::vector<double> all;
      for (const OpNode& node : check(network, layerCatalog()).graph.nodes)
        if (node.type->id == "dropout") all.push_back(node.attributes.real("rate"));
      return all;
    };
    for (const char* id : {"resnet", "preact-resnet"}) {
      NetworkSpec network = built(id, {{"depth", int64_t{56}}, {"survival", 0.5}});
      const std::vector<double> before = rates(network);
      QCOMPARE(before.size(), id == "resnet"s ? size_t{27} : size_t{18});
      for (size_t l = 0; l < before.size(); ++l)
        QVERIFY(std::abs(before[l] - 0.5 * static_cast<double>(l + 1) / static_cast<double>(before.size())) <
                1e-12);
      const std::string ops = opsOf(network);
      QVERIFY(unroll(network, "", "stage2").ok());
      QCOMPARE(opsOf(network), ops);
      QVERIFY(rates(network) == before);
    }
  }

  // Fixup's factor stays when the copies it counted are drawn.
  void unrollingKeepsFixup() {
    NetworkSpec network = built("resnet", {{"depth", int64_t{20}}});
    network.graph.find("stage1")->attributes["init_scheme"] = "fixup"s;
    const auto gains = [&] {
      std::vector<double> all;
      for (const ParameterInfo& info : check(network, layerCatalog()).graph.parameters)
        all.push_back(info.initialiser.gain);
      return all;
    };
    const std::vector<double> before = gains();
    QVERIFY(unroll(network, "", "stage1").ok());
    QVERIFY(gains() == before);
  }

  // A row ends where another layer stands between two blocks, or where somebody else reads one.
  void onlyTheRowChanges() {
    NetworkSpec network = built("resnet", {{"depth", int64_t{14}}, {"shortcut", "B"s}});
    const Result<std::string> pool =
        addNode(network, "", "max_pool", {{"kernel", int64_t{1}}, {"stride", int64_t{1}}});
    QVERIFY(pool.ok());
    const Wire wire = *network.graph.wireInto("stage2", 0);
    QVERIFY(insertOnWire(network, "", *pool, wire).ok());
    QVERIFY(setBlockOrder(network, "", "stage3", "bn-after-add").ok());
    QVERIFY(!network.graph.find("stage1")->attributes.contains("order"));
    QVERIFY(network.graph.find("stage2")->attributes.contains("order"));
    QVERIFY(network.graph.find("stage3")->attributes.contains("order"));
    QVERIFY(!setBlockOrder(network, "", *pool, "original").ok());
    QVERIFY(!setBlockOrder(network, "", "nobody", "original").ok());
  }

  void plainTwin() {
    NetworkSpec network = built("resnet", {{"depth", int64_t{20}}});
    QCOMPARE(removeShortcuts(network), 3);
    QCOMPARE(opsOf(network), opsOf(built("plain", {{"depth", int64_t{20}}})));
    NetworkSpec deep = built("resnet", {{"depth", int64_t{20}}, {"survival", 0.5}, {"init", "skipinit"s}});
    QCOMPARE(removeShortcuts(deep), 3);
    QCOMPARE(opsOf(deep), opsOf(network));
    NetworkSpec vae = built("resnet-vae", {});
    QVERIFY(removeShortcuts(vae) > 4);  // those inside its parts, too
    QVERIFY(check(vae, layerCatalog()).ok());
    QCOMPARE(check(vae, layerCatalog()).graph.shortcuts.size(), size_t{0});
  }
};

QTEST_GUILESS_MAIN(TestEditBlocks)
#include "test_edit_blocks.moc"
