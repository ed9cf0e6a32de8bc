// The five orders and the shortcuts of He 2016 (tables 1 and 2), and muted blocks.
#include <algorithm>

#include "block_drawing.h"

using namespace bypath;

namespace {

const ShortcutSite& site(const CheckedNetwork& network) {
  return network.graph.shortcuts.at(0);
}

std::string nameOf(const CheckedNetwork& network, ValueId id) {
  return network.graph.value(id).name;
}

using Names = std::vector<std::string>;

}  // namespace

class TestBlockVariants : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void orders_data() {
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a") << "original"
                       << "branch/conv1 branch/bn1 branch/relu1 branch/conv2 branch/bn2 add relu";
    QTest::newRow("b") << "bn-after-add"
                       << "branch/conv1 branch/bn1 branch/relu1 branch/conv2 add bn relu";
    QTest::newRow("c") << "relu-before-add"
                       << "branch/conv1 branch/bn1 branch/relu1 branch/conv2 branch/bn2 branch/relu2 add";
    QTest::newRow("d") << "relu-only-preactivation"
                       << "branch/relu1 branch/conv1 branch/bn1 branch/relu2 branch/conv2 branch/bn2 add";
    QTest::newRow("e") << "full-preactivation"
                       << "branch/bn1 branch/relu1 branch/conv1 branch/bn2 branch/relu2 branch/conv2 add";
  }
  void orders() {
    QFETCH(QString, order);
    QFETCH(QString, expected);
    const CheckedNetwork net = checked(around({{"order", order.toStdString()}}));
    VERIFY_OK(net);
    QCOMPARE(QString::fromStdString(steps(net, "block/")), expected);
  }

  // Projections read the activated signal, and end in a normalisation where the branch does.
  void ordersWhereTheShapeChanges_data() {
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("shortcut");
    QTest::addColumn<QString>("fork");
    QTest::newRow("a") << "original"
                       << "conv bn"
                       << "image";
    QTest::newRow("b") << "bn-after-add"
                       << "conv"
                       << "image";
    QTest::newRow("c") << "relu-before-add"
                       << "conv bn"
                       << "image";
    QTest::newRow("d") << "relu-only-preactivation"
                       << "conv bn"
                       << "block/relu1:0";
    QTest::newRow("e") << "full-preactivation"
                       << "conv"
                       << "block/relu1:0";
  }
  void ordersWhereTheShapeChanges() {
    QFETCH(QString, order);
    QFETCH(QString, shortcut);
    QFETCH(QString, fork);
    const CheckedNetwork net =
        checked(around({{"order", order.toStdString()}, {"stride", number(2)}, {"channels", number(32)}}));
    VERIFY_OK(net);
    QCOMPARE(QString::fromStdString(steps(net, "block/shortcut/")), shortcut);
    QCOMPARE(QString::fromStdString(nameOf(net, site(net).fork)), fork);
  }

  void bottlenecksInEveryOrder() {
    for (const char* order :
         {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"}) {
      const CheckedNetwork net =
          checked(around({{"order", order}, {"branch", "bottleneck"}, {"repeat", number(3)}}));
      VERIFY_OK(net);
      QCOMPARE(net.graph.shortcuts.size(), size_t{3});
      // The orders move layers; all but b have as many normalisations.
      QVERIFY(net.nodes.contains("block[3]/branch/conv3"));
    }
  }

  void constantFactors() {
    const CheckedNetwork net = checked(around({{"shortcut", "scaled"}, {"branch_factor", 0.5}}));
    VERIFY_OK(net);
    QCOMPARE(nameOf(net, site(net).shortcutEnd), std::string("block/shortcut/scale:0"));
    QCOMPARE(nameOf(net, site(net).branchEnd), std::string("block/branch_scale:0"));
    QCOMPARE(nameOf(net, site(net).fork), std::string("image"));
    QVERIFY(!checked(around({{"shortcut", "scaled"}})).nodes.contains("block/branch_scale"));
    QVERIFY(!checked(around({{"branch_factor", 0.5}})).nodes.contains("block/branch_scale"));
  }

  // g = sigmoid(1x1 convolution); the shortcut is multiplied by 1 - g, the branch by g or not at all.
  void gates() {
    const CheckedNetwork both = checked(around({{"shortcut", "exclusive-gating"}}));
    VERIFY_OK(both);
    QCOMPARE(nameOf(both, site(both).shortcutEnd), std::string("block/shortcut/carry:0"));
    QCOMPARE(nameOf(both, site(both).branchEnd), std::string("block/transform:0"));
    QCOMPARE(nameOf(both, site(both).fork), std::string("image"));
    // The gate reads the fork for both sides, and counts as the shortcut's.
    QVERIFY(site(both).branchConsumers == Names{"block/branch/conv1"});
    QCOMPARE(std::ranges::count(site(both).shortcutConsumers, std::string("block/shortcut/gate")), 1);

    const CheckedNetwork one = checked(around({{"shortcut", "shortcut-gating"}, {"gate_bias", -3.0}}));
    VERIFY_OK(one);
    QCOMPARE(nameOf(one, site(one).branchEnd), std::string("block/branch/bn2:0"));
    QVERIFY(!one.nodes.contains("block/transform"));
    const auto bias = std::ranges::find(one.graph.parameters, std::string("block/shortcut/gate/bias"),
                                        &ParameterInfo::name);
    QVERIFY(bias != one.graph.parameters.end());
    ParameterStore store(one.graph.parameters);
    initialise(store, 1);
    for (const float value : store.values(store.find("block/shortcut/gate/bias"))) QCOMPARE(value, -3.0f);

    const CheckedNetwork smaller =
        checked(around({{"shortcut", "exclusive-gating"}, {"stride", number(2)}, {"channels", number(24)}}));
    VERIFY_OK(smaller);
    QCOMPARE(smaller.nodes.at("block").outputs.at(0).text(), std::string("4x4x24"));
    QVERIFY(smaller.nodes.contains("block/shortcut/conv"));
  }

  void convolutionAndDropoutOnTheShortcut() {
    const CheckedNetwork net = checked(around({{"shortcut", "convolution"}, {"repeat", number(2)}}));
    VERIFY_OK(net);
    QCOMPARE(steps(net, "block[2]/shortcut/"), std::string("conv"));
    const CheckedNetwork dropped = checked(around({{"shortcut", "dropout"}, {"shortcut_dropout", 0.25}}));
    VERIFY_OK(dropped);
    QCOMPARE(steps(dropped, "block/shortcut/"), std::string("dropout"));
    // Off when it only runs: the shortcut is the identity then.
    const CheckedNetwork runs = checked(around({{"shortcut", "dropout"}}), {.mode = Mode::evaluation});
    VERIFY_OK(runs);
    QCOMPARE(site(runs).shortcutEnd, site(runs).fork);
  }

  void mutedBlocksKeepTheirShortcut() {
    const CheckedNetwork net = checked(around({{"muted", true}, {"repeat", number(2)}}));
    VERIFY_OK(net);
    QCOMPARE(steps(net, "block[1]/"), std::string("relu"));
    QCOMPARE(net.graph.shortcuts.size(), size_t{0});
    const CheckedNetwork smaller =
        checked(around({{"muted", true}, {"stride", number(2)}, {"channels", number(32)}}));
    VERIFY_OK(smaller);
    QCOMPARE(steps(smaller, "block/"), std::string("shortcut/conv shortcut/bn relu"));
    // Its gate for the branch goes with the branch: nothing is left over.
    const CheckedNetwork gated = checked(around({{"muted", true}, {"shortcut", "exclusive-gating"}}));
    VERIFY_OK(gated);
    QVERIFY2(gated.diagnostics.empty(), summarise(gated.diagnostics).c_str());
    QVERIFY(!gated.nodes.contains("block/shortcut/open"));
    VERIFY_SAYS(checked(around({{"muted", true}, {"shortcut", "none"}})), Severity::error,
                "A muted block without a shortcut lets nothing through");
  }
};

QTEST_GUILESS_MAIN(TestBlockVariants)
#include "test_block_variants.moc"
