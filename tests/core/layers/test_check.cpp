#include <QElapsedTimer>

#include "drawing.h"

using namespace bypath;

class TestCheck : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void classifierIsWhole() {
    const CheckedNetwork net = checked(classifier().spec(), {.batch = 2});
    VERIFY_OK(net);
    QVERIFY(net.diagnostics.empty());
    QCOMPARE(net.parameters, int64_t{3 * 3 * 3 * 4 + 2 * 4 + 4 * 5 + 5});
    QCOMPARE(net.parametersTotal, net.parameters + 8);
    QCOMPARE(net.nodes.at("conv").outputs[0].text(), std::string("8x8x4"));
    QCOMPARE(net.nodes.at("pool").outputs[0].text(), std::string("4"));
    QCOMPARE(net.nodes.at("conv").multiplyAdds, 8.0 * 8 * 9 * 3 * 4);
    QCOMPARE(net.multiplyAdds, 8.0 * 8 * 9 * 3 * 4 + 20);
    QCOMPARE(net.graph.losses.size(), size_t{1});
    QCOMPARE(net.graph.losses[0].name, std::string("cross_entropy"));
    QCOMPARE(net.graph.metrics[0].name, std::string("accuracy"));
    QCOMPARE(net.graph.outputs[0].name, std::string("logits"));
    QCOMPARE(net.graph.inputs.size(), size_t{2});
    const std::vector<std::string> order = {"input", "conv", "bn", "relu", "pool", "fc", "loss"};
    QVERIFY(net.order == order);
  }

  void costsDoNotDependOnTheBatch() {
    QCOMPARE(checked(resnet(3), {.batch = 16}).multiplyAdds, checked(resnet(3)).multiplyAdds);
  }

  void evaluationUsesRunningStatistics() {
    const CheckedNetwork net = checked(classifier().spec(), {.mode = Mode::evaluation});
    VERIFY_OK(net);
    const auto uses = [&](const char* id) {
      return std::count_if(net.graph.nodes.begin(), net.graph.nodes.end(),
                           [&](const OpNode& n) { return n.type->id == id; });
    };
    QCOMPARE(uses("batch_norm"), 0);
    QCOMPARE(uses("batch_norm_inference"), 1);
    QCOMPARE(net.parametersTotal, checked(classifier().spec()).parametersTotal);
  }

  // He 2015, table 6, and exact counts: facts of the paper.
  void residualNetworksHaveTheCountsOfThePaper() {
    const std::vector<std::pair<int64_t, int64_t>> counts = {
        {3, 269'722}, {5, 464'154}, {7, 658'586}, {9, 853'018}, {18, 1'727'962}};
    for (const auto& [n, parameters] : counts) {
      const CheckedNetwork net = checked(resnet(n));
      VERIFY_OK(net);
      QCOMPARE(net.parameters, parameters);
      QCOMPARE(net.graph.shortcuts.size(), static_cast<size_t>(3 * n));
    }
    QVERIFY(std::abs(checked(resnet(3)).multiplyAdds - 40.6e6) < 0.3e6);
  }

  void containersSumWhatIsInside() {
    const CheckedNetwork net = checked(resnet(3));
    const NodeFacts& stage = net.nodes.at("stage2");
    QVERIFY(stage.container && stage.known);
    QCOMPARE(stage.inputs[0].text(), std::string("32x32x16"));
    QCOMPARE(stage.outputs[0].text(), std::string("16x16x32"));
    int64_t copies = 0;
    for (int copy = 1; copy <= 3; ++copy)
      copies += net.nodes.at("stage2[" + std::to_string(copy) + "]").parameters;
    QCOMPARE(stage.parameters, copies);
    QCOMPARE(net.nodes.at("stage2[1]/branch").parameters, int64_t{9 * 16 * 32 + 9 * 32 * 32 + 4 * 32});
    const auto position = [&](const std::string& path) {
      return std::find(net.order.begin(), net.order.end(), path) - net.order.begin();
    };
    QVERIFY(position("stage2") < position("stage2[1]"));
    QVERIFY(position("stage2[1]") < position("stage2[1]/branch"));
    QVERIFY(position("stage2[1]/branch/conv2") < position("stage2[1]/add"));
    QVERIFY(position("stage2[3]/relu") < static_cast<long>(net.order.size()));
  }

  void veryDeep() {
    const NetworkSpec spec = resnet(200);
    QElapsedTimer timer;
    timer.start();
    const CheckedNetwork net = checked(spec);
    qInfo("check of 1,202 layers: %.1f ms, %zu ops", static_cast<double>(timer.nsecsElapsed()) / 1e6,
          net.graph.nodes.size());
    VERIFY_OK(net);
    QCOMPARE(net.parameters, int64_t{19'421'274});
  }

  void partAlone() {
    const Graph body = Drawing()
                           .place("in", "part_input")
                           .add("conv", "conv2d", {{"channels", number(6)}})
                           .add("relu", "relu")
                           .add("out", "part_output")
                           .graph();
    Drawing d;
    d.add("input", "input", {{"shape", "4x4x3"}})
        .add("stem", "conv2d")
        .add("middle", "part", {{"repeat", number(2)}})
        .body(body);
    d.add("pool", "global_average_pool").add("fc", "dense").add("loss", "softmax_loss");
    const CheckedNetwork whole = checked(d.spec());
    VERIFY_OK(whole);
    const CheckedNetwork part = checked(d.spec(), {.batch = 3, .part = "middle"});
    VERIFY_OK(part);
    QCOMPARE(part.graph.inputs.size(), size_t{1});
    const Value& in = part.graph.value(part.graph.inputs[0]);
    QCOMPARE(in.name, std::string("in"));
    QCOMPARE(in.shape.text(), std::string("3x4x4x16"));
    QCOMPARE(part.graph.outputs.size(), size_t{1});
    QCOMPARE(part.graph.outputs[0].name, std::string("out"));
    QCOMPARE(part.graph.shape(part.graph.outputs[0].value).text(), std::string("3x4x4x6"));
    QCOMPARE(part.parameters, whole.nodes.at("middle").parameters);
    QCOMPARE(part.graph.parameters[0].name, std::string("middle[1]/conv/weight"));
    const CheckedNetwork copy = checked(d.spec(), {.part = "middle[2]"});
    VERIFY_OK(copy);
    QCOMPARE(copy.parameters, whole.nodes.at("middle[2]").parameters);
    VERIFY_SAYS(checked(d.spec(), {.part = "tail"}), Severity::error, "There is no part 'tail'");
    VERIFY_SAYS(checked(d.spec(), {.part = "tail"}), Severity::error, "middle");
  }

  void partsWithinGeneratedBlocks() {
    const CheckedNetwork branch = checked(resnet(2), {.part = "stage2[1]/branch"});
    VERIFY_OK(branch);
    QCOMPARE(branch.graph.shape(branch.graph.outputs[0].value).text(), std::string("1x16x16x32"));
    const CheckedNetwork block = checked(resnet(2), {.part = "stage3"});
    VERIFY_OK(block);
    QCOMPARE(block.graph.shortcuts.size(), size_t{2});
  }

  void lossesOfOneNameAreOneTerm() {
    Drawing d;
    d.add("input", "input", {{"shape", "6"}});
    d.add("a", "dense", {{"units", number(4)}, {"l2", 0.01}})
        .add("b", "dense", {{"units", number(3)}, {"l2", 0.1}})
        .add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_OK(net);
    QCOMPARE(net.graph.losses.size(), size_t{2});
    QCOMPARE(net.graph.losses[0].name, std::string("penalty"));
    QCOMPARE(net.graph.shape(net.graph.losses[0].value).text(), std::string("1"));
  }
};

QTEST_GUILESS_MAIN(TestCheck)
#include "test_check.moc"
