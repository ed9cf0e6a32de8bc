#include "block_drawing.h"
#include "core/layers/residual_block.h"
#include "core/network/paths.h"

using namespace bypath;

namespace {

std::string shapeAfter(const CheckedNetwork& net) {
  return net.nodes.at("block").outputs.at(0).text();
}

std::vector<std::string> namesOf(const CheckedNetwork& net) {
  std::vector<std::string> names;
  for (const ParameterInfo& info : net.graph.parameters)
    if (info.trainable() && info.name.starts_with("block")) names.push_back(info.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

class TestResidualBlock : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void identity() {
    const CheckedNetwork net = checked(around({{"repeat", number(2)}}));
    VERIFY_OK(net);
    QCOMPARE(net.graph.shortcuts.size(), size_t{2});
    const ShortcutSite& first = net.graph.shortcuts[0];
    QCOMPARE(first.path, std::string("block[1]"));
    QCOMPARE(net.graph.value(first.fork).name, std::string("image"));
    QCOMPARE(first.shortcutEnd, first.fork);
    QVERIFY(first.shortcutConsumers == Names{"block[1]/add"});
    QVERIFY(first.branchConsumers == Names{"block[1]/branch/conv1"});
    QCOMPARE(net.graph.value(first.branchEnd).name, std::string("block[1]/branch/bn2:0"));
    QCOMPARE(net.graph.value(net.graph.shortcuts[1].fork).name, std::string("block[1]/relu:0"));
  }

  void projection() {
    const CheckedNetwork net =
        checked(around({{"channels", number(32)}, {"stride", number(2)}, {"shortcut", "projection"}}));
    VERIFY_OK(net);
    QCOMPARE(shapeAfter(net), std::string("4x4x32"));
    QVERIFY((namesOf(net) ==
             Names{"block/branch/conv1/weight", "block/branch/bn1/scale", "block/branch/bn1/shift",
                   "block/branch/conv2/weight", "block/branch/bn2/scale", "block/branch/bn2/shift",
                   "block/shortcut/conv/weight", "block/shortcut/bn/scale", "block/shortcut/bn/shift"}));
    const ShortcutSite& site = net.graph.shortcuts.at(0);
    QCOMPARE(site.path, std::string("block"));
    QVERIFY(site.shortcutConsumers == Names{"block/shortcut/conv"});
    QVERIFY(site.branchConsumers == Names{"block/branch/conv1"});
    QCOMPARE(net.graph.value(site.shortcutEnd).name, std::string("block/shortcut/bn:0"));
  }

  void projectionOnlyWhereTheShapeChanges() {
    const Attributes attributes = {
        {"shortcut", "projection"}, {"channels", number(32)}, {"repeat", number(3)}};
    const CheckedNetwork net = checked(around(attributes));
    VERIFY_OK(net);
    QVERIFY(net.nodes.contains("block[1]/shortcut/conv"));
    QVERIFY(!net.nodes.contains("block[2]/shortcut"));
    Attributes always = attributes;
    always["shortcut"] = "projection-always";
    QVERIFY(checked(around(always)).nodes.contains("block[3]/shortcut/conv"));
  }

  // A new block works whatever it is set to change.
  void projectionIsTheDefault() {
    const CheckedNetwork net = checked(around({{"channels", number(32)}, {"stride", number(2)}}));
    VERIFY_OK(net);
    QVERIFY(net.nodes.contains("block/shortcut/conv"));
    QVERIFY(!checked(around({})).nodes.contains("block/shortcut"));
  }

  void zeroPadHasNoParameters() {
    const CheckedNetwork padded =
        checked(around({{"channels", number(32)}, {"stride", number(2)}, {"shortcut", "zero-pad"}}));
    VERIFY_OK(padded);
    const CheckedNetwork plain =
        checked(around({{"channels", number(32)}, {"stride", number(2)}, {"shortcut", "none"}}));
    VERIFY_OK(plain);
    QCOMPARE(padded.parameters, plain.parameters);
    QVERIFY(namesOf(padded) == namesOf(plain));
    QCOMPARE(plain.graph.shortcuts.size(), size_t{0});
    QVERIFY(padded.graph.shortcuts.at(0).shortcutConsumers == Names{"block/shortcut/pad"});
  }

  // He 2015: a 64-64-256 bottleneck has 69,632 convolution weights.
  void bottleneck() {
    const CheckedNetwork net = checked(around({{"branch", "bottleneck"}}, "8x8x256"));
    VERIFY_OK(net);
    int64_t weights = 0;
    for (const ParameterInfo& info : net.graph.parameters)
      if (info.role == ParameterRole::weight && info.name.starts_with("block")) weights += info.shape.count();
    QCOMPARE(weights, int64_t{69'632});
  }

  void strideOfABottleneck() {
    const Attributes base = {{"branch", "bottleneck"},
                             {"stride", number(2)},
                             {"channels", number(32)},
                             {"shortcut", "projection"}};
    const CheckedNetwork first = checked(around(base));
    QCOMPARE(first.nodes.at("block/branch/conv1").outputs[0].text(), std::string("4x4x8"));
    Attributes onMiddle = base;
    onMiddle["stride_on"] = "middle";
    const CheckedNetwork middle = checked(around(onMiddle));
    QCOMPARE(middle.nodes.at("block/branch/conv1").outputs[0].text(), std::string("8x8x8"));
    QCOMPARE(shapeAfter(first), shapeAfter(middle));
  }

  void preactivation() {
    const Attributes base = {{"order", "full-preactivation"}, {"repeat", number(2)}};
    const CheckedNetwork same = checked(around(base));
    VERIFY_OK(same);
    QVERIFY(same.nodes.contains("block[1]/branch/bn1"));
    QVERIFY(!same.nodes.contains("block[1]/relu"));
    QCOMPARE(same.graph.value(same.graph.shortcuts[0].fork).name, std::string("image"));
    QCOMPARE(same.graph.value(same.graph.shortcuts[1].fork).name, std::string("block[1]/add:0"));
    QVERIFY((same.graph.shortcuts[1].branchConsumers == Names{"block[2]/branch/bn1"}));

    Attributes changing = base;
    changing["channels"] = number(32);
    changing["stride"] = number(2);
    changing["shortcut"] = "projection";
    const CheckedNetwork net = checked(around(changing));
    VERIFY_OK(net);
    const ShortcutSite& site = net.graph.shortcuts[0];
    QCOMPARE(net.graph.value(site.fork).name, std::string("block[1]/relu1:0"));
    QVERIFY(site.branchConsumers == Names{"block[1]/branch/conv1"});
    QVERIFY(site.shortcutConsumers == Names{"block[1]/shortcut/conv"});
    QVERIFY(!net.nodes.contains("block[1]/shortcut/bn"));

    Attributes shared = base;
    shared["shared_preactivation"] = true;
    const CheckedNetwork first = checked(around(shared));
    QVERIFY(first.nodes.contains("block[1]/bn1"));
    QVERIFY(first.nodes.contains("block[2]/branch/bn1"));
    QCOMPARE(first.parameters, same.parameters);
  }

  // The blog post's decoder: only the strided 1x1 convolutions are transposed.
  void up() {
    const CheckedNetwork net = checked(around({{"branch", "bottleneck"},
                                               {"direction", "up"},
                                               {"stride", number(2)},
                                               {"channels", number(8)},
                                               {"shortcut", "projection"},
                                               {"repeat", number(2)},
                                               {"bias", true}},
                                              "4x4x16"));
    VERIFY_OK(net);
    QCOMPARE(shapeAfter(net), std::string("8x8x8"));
    QCOMPARE(net.nodes.at("block[1]/branch/conv1").type, std::string("conv2d_transposed"));
    QCOMPARE(net.nodes.at("block[1]/branch/conv2").type, std::string("conv2d"));
    QCOMPARE(net.nodes.at("block[1]/shortcut/conv").type, std::string("conv2d_transposed"));
    QCOMPARE(net.nodes.at("block[2]/branch/conv1").type, std::string("conv2d"));
    const Attributes basic = {{"direction", "up"}, {"stride", number(2)}, {"shortcut", "projection"}};
    QCOMPARE(shapeAfter(checked(around(basic))), std::string("16x16x16"));
    Attributes padded = basic;
    padded["shortcut"] = "zero-pad";
    VERIFY_SAYS(checked(around(padded)), Severity::error, "cannot make an image larger");
  }

  void identityOfAnotherShapeOffersShortcuts() {
    const NetworkSpec spec =
        around({{"shortcut", "identity"}, {"channels", number(32)}, {"stride", number(2)}});
    const CheckedNetwork net = checked(spec);
    VERIFY_SAYS(net, Severity::error,
                "block: The shortcut is the identity, but the block turns 16 channels into 32 and shrinks "
                "8x8 pixels by 2");
    const std::vector<Fix>& fixes = net.diagnostics[0].fixes;
    QCOMPARE(fixes.size(), size_t{2});
    QCOMPARE(fixes[0].label, std::string("Use a projection shortcut"));
    for (const Fix& fix : fixes) VERIFY_OK(checked(fix.apply(spec)));
    const CheckedNetwork narrower = checked(around({{"shortcut", "identity"}, {"channels", number(4)}}));
    QCOMPARE(narrower.diagnostics[0].fixes.size(), size_t{1});
  }

  void freeBranch() {
    const Graph branch = Drawing()
                             .place("x", "part_input")
                             .add("conv1", "conv2d", {{"channels", number(8)}})
                             .add("elu", "elu")
                             .add("conv2", "conv2d", {{"channels", number(16)}})
                             .add("y", "part_output")
                             .graph();
    const CheckedNetwork net =
        checked(around({{"branch", "free"}, {"repeat", number(2)}}, "8x8x16", {branch}));
    VERIFY_OK(net);
    QVERIFY(net.nodes.contains("block[2]/branch/elu"));
    QCOMPARE(net.graph.shortcuts.size(), size_t{2});
    VERIFY_SAYS(checked(around({{"branch", "free"}})), Severity::error, "The branch is free but empty");
    const Graph noEnd = Drawing().place("x", "part_input").graph();
    VERIFY_SAYS(checked(around({{"branch", "free"}}, "8x8x16", {noEnd})), Severity::error,
                "one Part input and one Part output");
  }

  void freeBranchThatChangesTheShapeOffersAShortcut() {
    const Graph branch = Drawing()
                             .place("x", "part_input")
                             .add("conv1", "conv2d", {{"channels", number(32)}, {"stride", number(2)}})
                             .add("conv2", "conv2d", {{"channels", number(32)}})
                             .add("y", "part_output")
                             .graph();
    const NetworkSpec spec = around({{"branch", "free"}}, "8x8x16", {branch});
    const CheckedNetwork net = checked(spec);
    QVERIFY(!net.ok());
    QCOMPARE(net.diagnostics[0].path, std::string("block/add"));
    QCOMPARE(net.diagnostics[0].fixes.size(), size_t{2});
    for (const Fix& fix : net.diagnostics[0].fixes) VERIFY_OK(checked(fix.apply(spec)));
  }

  void openedBranchIsTheSameNetwork() {
    for (const char* kind : {"basic", "bottleneck"})
      for (const char* order :
           {"original", "bn-after-add", "relu-before-add", "relu-only-preactivation", "full-preactivation"})
        for (const int64_t stride : {1, 2}) {
          const Attributes attributes = {{"branch", kind},
                                         {"order", order},
                                         {"stride", stride},
                                         {"channels", number(32)},
                                         {"shortcut", "projection"}};
          const NetworkSpec closed = around(attributes);
          NetworkSpec open = closed;
          Node& block = *open.graph.find("block");
          block.body = {
              residualBranch({layerCatalog().find("residual_block")->attributes, attributes}, {8, 8, 16}, 0)};
          block.attributes["branch"] = "free";
          const CheckedNetwork a = checked(closed), b = checked(open);
          VERIFY_OK(a);
          VERIFY_OK(b);
          QVERIFY(a.graph.parameters == b.graph.parameters);
          QCOMPARE(a.graph.nodes.size(), b.graph.nodes.size());
          QCOMPARE(drawnPath(open, "block/branch/conv1"), std::string("block/conv1"));
          QCOMPARE(drawnPath(closed, "block/branch/conv1"), std::string("block"));
          QVERIFY(factsOf(b, "block/conv1") == &b.nodes.at("block/branch/conv1"));
        }
  }

  void oneLayerBranchIsNoted() {
    const Graph branch =
        Drawing().place("x", "part_input").add("conv", "conv2d").add("y", "part_output").graph();
    const CheckedNetwork net =
        checked(around({{"branch", "free"}, {"repeat", number(3)}}, "8x8x16", {branch}));
    VERIFY_OK(net);
    VERIFY_SAYS(net, Severity::note, "block[1]: The branch has one layer with weights");
    QCOMPARE(net.diagnostics.size(), size_t{1});
  }

  void handDrawnShortcut() {
    Drawing d;
    d.add("input", "input", {{"shape", "8x8x4"}})
        .add("stem", "conv2d")
        .add("conv1", "conv2d")
        .add("relu", "relu")
        .add("conv2", "conv2d")
        .add("add", "add");
    d.wire("stem", "add", 1)
        .add("pool", "global_average_pool")
        .add("fc", "dense")
        .add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    VERIFY_OK(net);
    const ShortcutSite& site = net.graph.shortcuts.at(0);
    QCOMPARE(site.path, std::string("add"));
    QCOMPARE(net.graph.value(site.fork).name, std::string("stem:0"));
    QVERIFY(site.branchConsumers == Names{"conv1"});
    QVERIFY(site.shortcutConsumers == Names{"add"});
    QCOMPARE(site.shortcutEnd, site.fork);
  }

  void handDrawnShortcutOnTheFirstPort() {
    Drawing d;
    d.add("input", "input", {{"shape", "8x8x4"}})
        .add("conv1", "conv2d")
        .add("conv2", "conv2d", {{"channels", number(4)}});
    d.place("add", "add")
        .wire("input", "add", 0)
        .wire("conv2", "add", 1)
        .add("pool", "global_average_pool")
        .add("fc", "dense")
        .add("loss", "softmax_loss");
    const ShortcutSite site = checked(d.spec()).graph.shortcuts.at(0);
    QVERIFY(site.shortcutConsumers == Names{"add"});
    QVERIFY(site.branchConsumers == Names{"conv1"});
  }

  void mismatchAtAHandDrawnAddIsMended() {
    Drawing d;
    d.add("input", "input", {{"shape", "8x8x16"}})
        .add("conv1", "conv2d", {{"channels", number(32)}, {"stride", number(2)}})
        .add("relu", "relu");
    d.add("conv2", "conv2d", {{"channels", number(32)}}).add("add", "add").wire("input", "add", 1);
    d.add("pool", "global_average_pool").add("fc", "dense").add("loss", "softmax_loss");
    const CheckedNetwork net = checked(d.spec());
    QVERIFY(!net.ok());
    QCOMPARE(net.diagnostics[0].path, std::string("add"));
    const std::vector<Fix>& fixes = net.diagnostics[0].fixes;
    QCOMPARE(fixes.at(0).label, std::string("Insert a 1x1 projection (stride 2, 32 channels) after input"));
    QCOMPARE(fixes.at(1).label,
             std::string("Insert a zero-padded shortcut (stride 2, 32 channels) after input"));
    for (const Fix& fix : fixes) VERIFY_OK(checked(fix.apply(d.spec())));
  }

  // Stages of the blog post's autoencoder, narrowed: facts of its notebooks in small.
  void autoencoder() {
    Drawing d;
    const auto stage = [&](const std::string& name, const char* direction, int64_t middle, int64_t channels,
                           int64_t stride) {
      d.add(name, "residual_block",
            {{"branch", "bottleneck"},
             {"direction", direction},
             {"mid_channels", middle},
             {"channels", channels},
             {"stride", stride},
             {"shortcut", "projection"},
             {"bias", true},
             {"repeat", number(2)},
             {"init", "glorot"}});
    };
    d.add("image", "input", {{"shape", "16x16x3"}});
    stage("enc2", "down", 4, 16, 1);
    stage("enc3", "down", 8, 32, 2);
    stage("enc4", "down", 16, 64, 2);
    d.add("flat", "flatten").add("mu", "dense", {{"units", number(8)}, {"l2", 0.01}});
    d.place("s", "dense", {{"units", number(8)}, {"l2", 0.1}}).wire("flat", "s");
    d.place("z", "gaussian_sample").wire("mu", "z").wire("s", "z", 1);
    d.add("dense", "dense", {{"units", number(4 * 4 * 8)}}).add("reshape", "reshape", {{"shape", "4x4x8"}});
    stage("dec3", "up", 8, 32, 2);
    stage("dec4", "up", 16, 64, 2);
    d.add("out", "conv2d_transposed", {{"channels", number(3)}, {"kernel", number(1)}, {"stride", number(1)}})
        .add("sigmoid", "sigmoid");
    d.add("loss", "bernoulli_loss").wire("image", "loss", 1);
    d.place("kl", "kl_loss").wire("mu", "kl").wire("s", "kl", 1);
    for (const Mode mode : {Mode::training, Mode::evaluation}) {
      const CheckedNetwork net = checked(d.spec(), {.batch = 2, .mode = mode});
      VERIFY_OK(net);
      QCOMPARE(net.nodes.at("dec4").outputs[0].text(), std::string("16x16x64"));
      QCOMPARE(net.graph.shortcuts.size(), size_t{10});
      QCOMPARE(net.graph.losses.size(), size_t{3});
      const auto samples = std::count_if(net.graph.nodes.begin(), net.graph.nodes.end(),
                                         [](const OpNode& n) { return n.type->id == "gaussian_sample"; });
      QCOMPARE(samples, 1);
      QCOMPARE(net.graph.inputs.size(), size_t{1});
    }
  }
};

QTEST_GUILESS_MAIN(TestResidualBlock)
#include "test_residual_block.moc"
