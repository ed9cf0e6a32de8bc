// Edits of residual blocks against the templates that were written by hand.
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
    const char* orders[] = {"original", "bn-after-add", "relu-before-add", "relu-preactivation",
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
    NetworkSpec vae = built("resnet-vae", {});
    QVERIFY(removeShortcuts(vae) > 4);  // those inside its parts, too
    QVERIFY(check(vae, layerCatalog()).ok());
    QCOMPARE(check(vae, layerCatalog()).graph.shortcuts.size(), size_t{0});
  }
};

QTEST_GUILESS_MAIN(TestEditBlocks)
#include "test_edit_blocks.moc"
