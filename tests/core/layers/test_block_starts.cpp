// How a residual block's branch starts, and how often it is there: zero-last (Goyal 2017), Fixup (Zhang
// 2019), SkipInit (De & Smith 2020), stochastic depth (Huang 2016).
#include <algorithm>
#include <cmath>

#include "block_drawing.h"
#include "core/layers/residual_block.h"

using namespace bypath;

namespace {

Initialiser startOf(const CheckedNetwork& network, const std::string& parameter) {
  for (const ParameterInfo& info : network.graph.parameters)
    if (info.name == parameter) return info.initialiser;
  qFatal("no parameter %s", parameter.c_str());
}

const OpNode* coinOf(const CheckedNetwork& network, const std::string& path) {
  for (const OpNode& node : network.graph.nodes)
    if (node.path == path) return &node;
  return nullptr;
}

}  // namespace

class TestBlockStarts : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Written out, the defaults are the network without them: the same ops, parameters and initial values.
  void defaultsAddNothing() {
    const Attributes base{{"repeat", number(2)}, {"channels", number(32)}, {"stride", number(2)}};
    Attributes written = base;
    for (const AttributeDescription& d : layerCatalog().find("residual_block")->attributes.list())
      written.try_emplace(d.key, d.fallback);
    for (const Mode mode : {Mode::training, Mode::evaluation}) {
      const CheckedNetwork a = checked(around(base), {.mode = mode});
      const CheckedNetwork b = checked(around(written), {.mode = mode});
      VERIFY_OK(b);
      QCOMPARE(steps(a, ""), steps(b, ""));
      QCOMPARE(a.graph.nodes.size(), b.graph.nodes.size());
      QVERIFY(a.graph.parameters == b.graph.parameters);
    }
  }

  void zeroLast() {
    const CheckedNetwork normalised = checked(around({{"init_scheme", "zero-last"}}));
    VERIFY_OK(normalised);
    QVERIFY(startOf(normalised, "block/branch/bn2/scale").kind == InitialiserKind::zero);
    QVERIFY(startOf(normalised, "block/branch/bn1/scale").kind == InitialiserKind::one);
    QVERIFY(startOf(normalised, "block/branch/conv2/weight").kind == InitialiserKind::he);
    const CheckedNetwork full =
        checked(around({{"init_scheme", "zero-last"}, {"order", "full-preactivation"}}));
    VERIFY_OK(full);
    QVERIFY(startOf(full, "block/branch/conv2/weight").kind == InitialiserKind::zero);
    QVERIFY(startOf(full, "block/branch/bn2/scale").kind == InitialiserKind::one);
  }

  void fixup() {
    const CheckedNetwork net = checked(around({{"init_scheme", "fixup"}, {"fixup_depth", number(9)}}));
    VERIFY_OK(net);
    QCOMPARE(steps(net, "block/"),
             std::string("branch/before_conv1 branch/conv1 branch/before_relu1 branch/relu1 "
                         "branch/before_conv2 branch/conv2 branch/multiplier add before_relu relu"));
    QCOMPARE(startOf(net, "block/branch/conv1/weight").gain, std::pow(9, -0.5));
    QVERIFY(startOf(net, "block/branch/conv2/weight").kind == InitialiserKind::zero);
    QVERIFY(startOf(net, "block/branch/multiplier/scale").kind == InitialiserKind::one);
    QVERIFY(startOf(net, "block/branch/before_conv1/shift").kind == InitialiserKind::zero);
    // Three layers a branch; a block that is not told counts its copies.
    const CheckedNetwork deep =
        checked(around({{"init_scheme", "fixup"}, {"branch", "bottleneck"}, {"repeat", number(16)}}));
    VERIFY_OK(deep);
    for (const char* conv : {"conv1", "conv2"})
      QCOMPARE(startOf(deep, std::string("block[7]/branch/") + conv + "/weight").gain, std::pow(16, -0.25));
    const CheckedNetwork changing = checked(around({{"init_scheme", "fixup"},
                                                    {"order", "full-preactivation"},
                                                    {"channels", number(32)},
                                                    {"stride", number(2)}}));
    VERIFY_OK(changing);
    QCOMPARE(steps(changing, "block/shortcut/"), std::string("before_conv conv"));
    for (const OpNode& node : changing.graph.nodes) QVERIFY(!node.type->id.starts_with("batch_norm"));
  }

  // New channels that zero-padding makes have only the branch to come alive by.
  void newChannelsAreNotSilent() {
    const Attributes growing{
        {"shortcut", "zero-pad"}, {"channels", number(32)}, {"stride", number(2)}, {"repeat", number(2)}};
    Attributes attributes = growing;
    attributes["init_scheme"] = "zero-last";
    const CheckedNetwork normalised = checked(around(attributes));
    VERIFY_OK(normalised);
    QVERIFY(startOf(normalised, "block[1]/branch/bn2/scale").kind == InitialiserKind::one);
    QVERIFY(startOf(normalised, "block[2]/branch/bn2/scale").kind == InitialiserKind::zero);
    attributes["init_scheme"] = "fixup";
    attributes["fixup_depth"] = number(9);
    const CheckedNetwork fixup = checked(around(attributes));
    VERIFY_OK(fixup);
    QVERIFY(startOf(fixup, "block[1]/branch/conv2/weight").kind == InitialiserKind::he);
    QCOMPARE(startOf(fixup, "block[1]/branch/conv2/weight").gain, std::pow(9, -0.5));
    QVERIFY(startOf(fixup, "block[2]/branch/conv2/weight").kind == InitialiserKind::zero);
    // A projection gives them values of its own, and where the number stays nothing is new.
    for (const auto& [key, value] : {std::pair<const char*, AttributeValue>{"shortcut", "projection"},
                                     std::pair<const char*, AttributeValue>{"channels", number(0)}}) {
      Attributes other = growing;
      other["init_scheme"] = "zero-last";
      other[key] = value;
      const CheckedNetwork net = checked(around(other));
      VERIFY_OK(net);
      QVERIFY(startOf(net, "block[1]/branch/bn2/scale").kind == InitialiserKind::zero);
    }
  }

  void skipinit() {
    const CheckedNetwork net = checked(around({{"init_scheme", "skipinit"}, {"repeat", number(2)}}));
    VERIFY_OK(net);
    QVERIFY(startOf(net, "block[2]/alpha/scale").kind == InitialiserKind::zero);
    QCOMPARE(net.parameters, checked(around({{"repeat", number(2)}})).parameters + 2);
    QCOMPARE(net.graph.value(net.graph.shortcuts.at(1).branchEnd).name, std::string("block[2]/alpha:0"));
  }

  // A person who opens a block finds what it was made of.
  void openedBranchesStartAlike() {
    for (const char* scheme : {"zero-last", "fixup", "skipinit"})
      for (const char* order : {"original", "full-preactivation"}) {
        const Attributes attributes = {{"init_scheme", scheme}, {"order", order}, {"survival", 0.7}};
        const NetworkSpec closed = around(attributes);
        NetworkSpec open = closed;
        Node& block = *open.graph.find("block");
        block.body = {
            residualBranch({layerCatalog().find("residual_block")->attributes, attributes}, {8, 8, 16}, 0)};
        block.attributes["branch"] = "free";
        const CheckedNetwork a = checked(closed), b = checked(open);
        VERIFY_OK(b);
        QVERIFY(a.graph.parameters == b.graph.parameters);
        QCOMPARE(steps(a, ""), steps(b, ""));
      }
  }

  void survivalDecaysOverTheCopies() {
    const NetworkSpec spec = around({{"survival", 0.9}, {"survival_last", 0.5}, {"repeat", number(3)}});
    const CheckedNetwork net = checked(spec), used = checked(spec, {.mode = Mode::evaluation});
    VERIFY_OK(net);
    const double expected[] = {0.9, 0.7, 0.5};
    for (int copy = 0; copy < 3; ++copy) {
      const std::string path = "block[" + std::to_string(copy + 1) + "]/survival";
      QVERIFY(std::abs(coinOf(net, path)->attributes.real("rate") - (1 - expected[copy])) < 1e-12);
      QCOMPARE(coinOf(net, path)->type->id, std::string("dropout"));
      QVERIFY(std::abs(coinOf(used, path)->attributes.real("factor") - expected[copy]) < 1e-12);
      QCOMPARE(coinOf(used, path)->type->id, std::string("scale"));
    }
    QVERIFY(coinOf(net, "block[1]/survival")->attributes.integer("stream") !=
            coinOf(net, "block[2]/survival")->attributes.integer("stream"));
    QCOMPARE(net.parameters, checked(around({{"repeat", number(3)}})).parameters);
    QCOMPARE(net.graph.value(net.graph.shortcuts.at(0).branchEnd).name, std::string("block[1]/survival:0"));
    QVERIFY(!coinOf(checked(around({{"muted", true}, {"survival", 0.5}})), "block/survival"));
  }

  void whatCannotWorkGetsASentence() {
    VERIFY_SAYS(checked(around({{"shortcut", "none"}, {"survival", 0.5}})), Severity::error,
                "Without a shortcut nothing goes on where the branch is left out");
    VERIFY_SAYS(checked(around({{"shortcut", "none"}, {"init_scheme", "skipinit"}})), Severity::error,
                "Without a shortcut a block whose branch starts at zero lets nothing through");
    for (const char* scheme : {"zero-last", "fixup"})
      VERIFY_SAYS(checked(around({{"order", "relu-before-add"}, {"init_scheme", scheme}})), Severity::error,
                  "passes no gradient back");
    VERIFY_OK(checked(around({{"order", "relu-before-add"}, {"init_scheme", "skipinit"}})));
  }

  void droppedWeightsAreThoseOfTraining() {
    const NetworkSpec spec = Drawing()
                                 .add("input", "input", {{"shape", "8x8x3"}})
                                 .add("conv", "conv2d", {{"drop_connect", 0.2}})
                                 .add("pool", "global_average_pool")
                                 .add("fc", "dense", {{"drop_connect", 0.5}})
                                 .add("loss", "softmax_loss")
                                 .spec();
    const CheckedNetwork training = checked(spec), use = checked(spec, {.mode = Mode::evaluation});
    VERIFY_OK(training);
    const auto dropouts = [](const CheckedNetwork& net) {
      return std::ranges::count(net.graph.nodes, std::string("dropout"),
                                [](const OpNode& n) { return n.type->id; });
    };
    QCOMPARE(dropouts(training), 2);
    QCOMPARE(dropouts(use), 0);
  }
};

QTEST_GUILESS_MAIN(TestBlockStarts)
#include "test_block_starts.moc"
