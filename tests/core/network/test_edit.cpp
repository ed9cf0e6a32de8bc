#include <QtTest>
#include <random>

#include "core/network/edit.h"
#include "core/network/type_ids.h"

using namespace bypath;

namespace {

// a -> b -> c -> d, and a -> d on port 1.
NetworkSpec chain() {
  NetworkSpec spec;
  for (const char* name : {"a", "b", "c", "d"}) spec.graph.nodes.push_back({.name = name, .type = "relu"});
  spec.graph.wires = {{"a", 0, "b", 0}, {"b", 0, "c", 0}, {"c", 0, "d", 0}, {"a", 0, "d", 1}};
  return spec;
}

std::string wires(const NetworkSpec& spec, std::string_view container = {}) {
  std::vector<std::string> lines;
  for (const Wire& w : graphAt(spec, container)->wires)
    lines.push_back(w.from + ":" + std::to_string(w.fromPort) + ">" + w.to + ":" + std::to_string(w.toPort));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " ") + line;
  return text;
}

std::string names(const NetworkSpec& spec, std::string_view container = {}) {
  std::string text;
  for (const Node& node : graphAt(spec, container)->nodes) text += (text.empty() ? "" : " ") + node.name;
  return text;
}

LayerCatalog dropoutOnly() {
  static const LayerType type = [] {
    LayerType t{.id = "dropout", .title = "Dropout"};
    AttributeDescription rate;
    rate.key = "rate";
    rate.kind = AttributeKind::real;
    rate.fallback = 0.5;
    rate.maximum = 1;
    t.attributes = {rate};
    return t;
  }();
  return LayerCatalog({&type});
}

}  // namespace

class TestEdit : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void addsWithFreeNames() {
    NetworkSpec spec;
    QCOMPARE(*addNode(spec, "", "input"), std::string("input"));
    QCOMPARE(*addNode(spec, "", "input"), std::string("input1"));
    QCOMPARE(*addNode(spec, "", "conv2d"), std::string("conv1"));
    QCOMPARE(*addNode(spec, "", "conv2d"), std::string("conv2"));
    QCOMPARE(*addNode(spec, "", "residual_block", {{"repeat", int64_t{3}}}), std::string("block1"));
    QCOMPARE(*addNode(spec, "", "part", {}, "encoder"), std::string("encoder"));
    QCOMPARE(names(spec, "encoder"), std::string("x y"));
    QCOMPARE(*addNode(spec, "encoder", "relu"), std::string("relu1"));
    QCOMPARE(names(spec, "encoder[2]"), std::string("x y relu1"));
    QVERIFY(!addNode(spec, "", "relu", {}, "encoder"));
    QVERIFY(!addNode(spec, "", "relu", {}, "a/b"));
    QVERIFY(!addNode(spec, "decoder", "relu"));
    QVERIFY(!addNode(spec, "conv1", "relu"));
  }

  // A damaged file may give two nodes one name; somebody selects and deletes both.
  void removesNodesOfOneName() {
    NetworkSpec spec = chain();
    spec.graph.nodes.push_back({.name = "b", .type = "relu"});
    QVERIFY(removeNodes(spec, "", {"b", "c", "b"}).ok());
    QCOMPARE(names(spec), std::string("a d"));
    QCOMPARE(wires(spec), std::string("a:0>d:1"));
  }

  void removesWithWires() {
    NetworkSpec spec = chain();
    QVERIFY(removeNodes(spec, "", {"b", "c"}).ok());
    QCOMPARE(names(spec), std::string("a d"));
    QCOMPARE(wires(spec), std::string("a:0>d:1"));
    const NetworkSpec before = spec;
    QVERIFY(!removeNodes(spec, "", {"a", "z"}));
    QVERIFY(spec == before);
  }

  void dissolves() {
    NetworkSpec spec = chain();
    QVERIFY(dissolveNode(spec, "", "b").ok());
    QCOMPARE(wires(spec), std::string("a:0>c:0 a:0>d:1 c:0>d:0"));
    QVERIFY(dissolveNode(spec, "", "a").ok());
    QCOMPARE(wires(spec), std::string("c:0>d:0"));
    QVERIFY(!dissolveNode(spec, "", "a"));
  }

  void connectsOnceAndNotInACircle() {
    NetworkSpec spec = chain();
    QVERIFY(bypath::connect(spec, "", {"a", 0, "c", 0}).ok());
    QCOMPARE(wires(spec), std::string("a:0>b:0 a:0>c:0 a:0>d:1 c:0>d:0"));
    const NetworkSpec before = spec;
    const Result<void> circle = bypath::connect(spec, "", {"d", 0, "a", 0});
    QVERIFY(!circle);
    QVERIFY(circle.error().message.find("cycle") != std::string::npos);
    QVERIFY(!bypath::connect(spec, "", {"a", 0, "a", 1}));
    QVERIFY(!bypath::connect(spec, "", {"a", 0, "ghost", 0}));
    QVERIFY(!bypath::connect(spec, "", {"a", -1, "c", 0}));
    QVERIFY(spec == before);
    QVERIFY(bypath::disconnect(spec, "", "c", 0).ok());
    QVERIFY(!bypath::disconnect(spec, "", "c", 0));
  }

  void renames() {
    NetworkSpec spec = chain();
    QVERIFY(renameNode(spec, "", "a", "first").ok());
    QCOMPARE(wires(spec), std::string("b:0>c:0 c:0>d:0 first:0>b:0 first:0>d:1"));
    QVERIFY(renameNode(spec, "", "first", "first").ok());
    QVERIFY(!renameNode(spec, "", "first", "b"));
    QVERIFY(!renameNode(spec, "", "first", "b d"));
    QVERIFY(!renameNode(spec, "", "a", "z"));
  }

  void insertsOnAWire() {
    NetworkSpec spec = chain();
    const std::string name = *addNode(spec, "", "relu", {}, "new");
    QVERIFY(insertOnWire(spec, "", name, spec.graph.wires[1]).ok());
    QCOMPARE(wires(spec), std::string("a:0>b:0 a:0>d:1 b:0>new:0 c:0>d:0 new:0>c:0"));
    QVERIFY(!insertOnWire(spec, "", "a", {"c", 0, "d", 0}));
    QVERIFY(!insertOnWire(spec, "", "new", {"c", 0, "b", 0}));
  }

  void setsAttributes() {
    const LayerCatalog catalog = dropoutOnly();
    NetworkSpec spec;
    const std::string name = *addNode(spec, "", "dropout");
    Node& node = *spec.graph.find(name);
    QVERIFY(setAttribute(spec, "", name, "rate", 0.25, catalog).ok());
    QVERIFY(node.attributes.at("rate") == AttributeValue(0.25));
    QVERIFY(!setAttribute(spec, "", name, "rate", 2.0, catalog));
    QVERIFY(!setAttribute(spec, "", name, "colour", true, catalog));
    QVERIFY(node.attributes.at("rate") == AttributeValue(0.25));
    QVERIFY(setAttribute(spec, "", name, "rate", 0.5, catalog).ok());
    QVERIFY(node.attributes.empty());
    QVERIFY(setAttribute(spec, "", name, "rate", 0.1, catalog).ok());
    QVERIFY(setAttribute(spec, "", name, "rate", std::nullopt, catalog).ok());
    QVERIFY(node.attributes.empty());
  }

  void groupsAndUngroups() {
    NetworkSpec spec = chain();
    const Result<std::string> part = groupIntoPart(spec, "", {"b", "c"}, "middle");
    QVERIFY(part.ok());
    QCOMPARE(names(spec), std::string("a middle d"));
    QCOMPARE(wires(spec), std::string("a:0>d:1 a:0>middle:0 middle:0>d:0"));
    QCOMPARE(names(spec, "middle"), std::string("in b c out"));
    QCOMPARE(wires(spec, "middle"), std::string("b:0>c:0 c:0>out:0 in:0>b:0"));
    QVERIFY(ungroup(spec, "", "middle").ok());
    QCOMPARE(names(spec), std::string("a b c d"));
    QCOMPARE(wires(spec), wires(chain()));
  }

  void groupsWithSeveralPorts() {
    NetworkSpec spec = chain();
    QCOMPARE(*groupIntoPart(spec, "", {"d"}), std::string("part1"));
    QCOMPARE(wires(spec), std::string("a:0>b:0 a:0>part1:1 b:0>c:0 c:0>part1:0"));
    QCOMPARE(names(spec, "part1"), std::string("in in2 d"));
    // A port that goes takes its wire with it and the ports behind it move up.
    QVERIFY(removeNodes(spec, "part1", {"in"}).ok());
    QCOMPARE(wires(spec), std::string("a:0>b:0 a:0>part1:0 b:0>c:0"));
    QVERIFY(ungroup(spec, "", "part1").ok());
    QCOMPARE(wires(spec), std::string("a:0>b:0 a:0>d:1 b:0>c:0"));
  }

  void refusesGroupsThatCannotBe() {
    NetworkSpec spec = chain();
    const NetworkSpec before = spec;
    const Result<std::string> split = groupIntoPart(spec, "", {"a", "d"});
    QVERIFY(!split);
    QVERIFY(split.error().message.find("in again") != std::string::npos);
    QVERIFY(!groupIntoPart(spec, "", {}));
    QVERIFY(!groupIntoPart(spec, "", {"z"}));
    QVERIFY(!groupIntoPart(spec, "", {"b"}, "a"));
    QVERIFY(!ungroup(spec, "", "a"));
    QVERIFY(spec == before);
    QVERIFY(groupIntoPart(spec, "", {"b"}, "p").ok());
    spec.graph.find("p")->attributes["repeat"] = int64_t{2};
    QVERIFY(!ungroup(spec, "", "p"));
  }

  void ungroupKeepsNamesApart() {
    NetworkSpec spec = chain();
    QVERIFY(groupIntoPart(spec, "", {"b", "c"}, "p").ok());
    QVERIFY(renameNode(spec, "p", "b", "a").ok());
    QVERIFY(ungroup(spec, "", "p").ok());
    QCOMPARE(names(spec), std::string("a a_1 c d"));
    QCOMPARE(wires(spec), std::string("a:0>a_1:0 a:0>d:1 a_1:0>c:0 c:0>d:0"));
  }

  // Grouping and dissolving again is no edit at all, for any chosen nodes that can be grouped.
  void groupingIsUndoneByUngrouping() {
    const unsigned seed = 99;
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    int grouped = 0;
    for (int round = 0; round < 300; ++round) {
      NetworkSpec spec;
      const int count = 3 + static_cast<int>(random() % 8);
      for (int i = 0; i < count; ++i)
        spec.graph.nodes.push_back({.name = "n" + std::to_string(i), .type = "add"});
      for (int i = 1; i < count; ++i)
        for (int port = 0; port < 2; ++port)
          spec.graph.wires.push_back(
              {"n" + std::to_string(random() % static_cast<unsigned>(i)), 0, "n" + std::to_string(i), port});
      std::vector<std::string> chosen;
      for (const Node& node : spec.graph.nodes)
        if (random() % 2) chosen.push_back(node.name);
      const std::string before = wires(spec);
      const Result<std::string> part = groupIntoPart(spec, "", chosen);
      if (!part) continue;
      ++grouped;
      QVERIFY(ungroup(spec, "", *part).ok());
      QCOMPARE(wires(spec), before);
      QCOMPARE(static_cast<int>(spec.graph.nodes.size()), count);
    }
    QVERIFY(grouped > 20);
  }
};

QTEST_GUILESS_MAIN(TestEdit)
#include "test_edit.moc"
