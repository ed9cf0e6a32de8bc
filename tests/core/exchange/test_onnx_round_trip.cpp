// Networks that leave as ONNX and come back: the same drawing, the same ops, the same weights.
#include <random>

#include "core/base/random.h"
#include "core/exchange/onnx_writer.h"
#include "core/templates/catalog.h"
#include "import_support.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

struct Case {
  std::string name, id;
  Attributes parameters;
  std::string part{};
};

std::vector<Case> cases() {
  std::vector<Case> all = {
      {"starter", "starter", {{"repeat", int64_t{2}}}},
      {"resnet A", "resnet", {{"depth", int64_t{20}}, {"width", int64_t{4}}}},
      {"resnet B", "resnet", {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"shortcut", "B"s}}},
      {"resnet C", "resnet", {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"shortcut", "C"s}}},
      {"one block a stage", "resnet", {{"depth", int64_t{8}}, {"width", int64_t{4}}, {"shortcut", "C"s}}},
      {"resnet fixup",
       "resnet",
       {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"shortcut", "B"s}, {"init", "fixup"s}}},
      {"resnet skipinit", "resnet", {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"init", "skipinit"s}}},
      {"plain", "plain", {{"depth", int64_t{14}}, {"width", int64_t{4}}}},
      {"preact bottleneck", "preact-resnet", {{"depth", int64_t{29}}, {"width", int64_t{4}}}},
      {"preact basic",
       "preact-resnet",
       {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"branch", "basic"s}}},
      {"imagenet 18", "resnet-imagenet", {{"stem", "cifar"s}}},
      {"imagenet 50", "resnet-imagenet", {{"depth", "50"s}}},
      {"resnet-vae encoder", "resnet-vae", {{"width_divisor", int64_t{16}}, {"depth", "40"s}}, "encoder"},
      {"resnet-vae decoder", "resnet-vae", {{"width_divisor", int64_t{16}}, {"depth", "40"s}}, "decoder"},
      {"conv-vae encoder", "conv-vae", {}, "encoder"},
      {"conv-vae decoder", "conv-vae", {}, "decoder"},
      {"conv-vae whole", "conv-vae", {}},
  };
  for (const char* kind : {"scaled", "exclusive-gating", "shortcut-gating", "convolution", "dropout"})
    all.push_back(
        {"resnet "s + kind, "resnet", {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"shortcut", kind}}});
  for (const char* order :
       {"full-preactivation", "bn-after-add", "relu-before-add", "relu-only-preactivation"})
    for (const char* kind : {"A", "B"})
      all.push_back({"resnet "s + order + " " + kind,
                     "resnet",
                     {{"depth", int64_t{14}}, {"width", int64_t{4}}, {"order", order}, {"shortcut", kind}}});
  return all;
}

// Weights and running statistics that are not those it starts with.
ParameterStore weightsOf(const NetworkSpec& network) {
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  ParameterStore store(checked.graph.parameters);
  std::mt19937_64 random(11);
  std::uniform_real_distribution<float> around(0.5F, 1.5F), small(-0.1F, 0.1F);
  initialise(store, 3);
  for (int i = 0; i < store.size(); ++i)
    if (store.info(i).role != ParameterRole::weight)
      for (float& value : store.values(i))
        value =
            store.info(i).role == ParameterRole::scale || store.info(i).role == ParameterRole::runningVariance
                ? around(random)
                : small(random);
  return store;
}

// "stage1 (residual_block) x3", without what does not leave.
std::set<std::string> drawing(const Graph& graph, const std::string& path = "") {
  std::set<std::string> lines;
  for (const Node& node : graph.nodes) {
    const std::string own = path + "/" + node.name;
    if (node.type == "part_input" || node.type == "part_output" || node.type == "input" ||
        node.type == "dropout" || layerCatalog().find(node.type)->group == "Loss")
      continue;
    const auto repeat = node.attributes.find("repeat");
    const std::string times = repeat == node.attributes.end() ? "1" : toText(repeat->second);
    lines.insert(own + " (" + node.type + ") x" + times);
    for (const Graph& body : node.body) lines.merge(drawing(body, own));
  }
  return lines;
}

std::vector<std::string> opsOf(const LeavingModel& model) {
  std::vector<std::string> ops;
  for (const OpNode& node : model.graph.nodes) {
    std::string text = node.path + " " + node.type->id;
    for (const auto& [name, value] : node.attributes.list()) {
      char number[40];
      std::snprintf(number, sizeof number, "%.6g", value);
      text += " " + name + "=" + number;
    }
    for (const ValueId input : node.inputs) text += " " + model.graph.shape(input).text();
    ops.push_back(text);
  }
  return ops;
}

}  // namespace

class TestOnnxRoundTrip : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theSameComesBack_data();
  void theSameComesBack();
};

void TestOnnxRoundTrip::theSameComesBack_data() {
  QTest::addColumn<int>("index");
  const std::vector<Case> all = cases();
  for (size_t i = 0; i < all.size(); ++i) QTest::newRow(all[i].name.c_str()) << static_cast<int>(i);
}

void TestOnnxRoundTrip::theSameComesBack() {
  QFETCH(int, index);
  const Case one = cases()[static_cast<size_t>(index)];
  const Result<NetworkSpec> network = buildTemplate(one.id, one.parameters);
  QVERIFY2(network.ok(), network.ok() ? "" : network.error().message.c_str());
  const ParameterStore weights = weightsOf(*network);
  const Result<LeavingModel> model =
      leavingModel({*network, layerCatalog(), weights, {.title = "round-trip"}}, {.part = one.part});
  QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
  const Result<onnx::ModelProto> proto = toOnnx(*model);
  QVERIFY(proto.ok());
  const Result<onnx::ModelProto> read = onnxFromBytes(proto->SerializeAsString(), "round.onnx");
  QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
  QElapsedTimer clock;
  clock.start();
  const Result<ImportedModel> back = importOnnx(*read, layerCatalog());
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
  QVERIFY(clock.elapsed() < 2000);
  QCOMPARE(back->network.name, "round-trip"s);

  const Result<LeavingModel> again =
      leavingModel({back->network, layerCatalog(), back->weights, {}}, {.part = one.part});
  QVERIFY2(again.ok(), (again.ok() ? "" : again.error().message + textOf(back->network.graph)).c_str());
  const std::string drawn = textOf(back->network.graph);
  const Graph* original = &network->graph;
  std::set<std::string> wanted = drawing(*original);
  if (!one.part.empty())
    std::erase_if(wanted, [&](const std::string& line) { return !line.starts_with("/" + one.part); });
  if (one.name != "conv-vae whole")  // of which the sample and the other head stay behind
    QVERIFY2(drawing(back->network.graph) == wanted, drawn.c_str());
  const std::vector<std::string> ops = opsOf(*again), before = opsOf(*model);
  for (size_t i = 0; i < std::min(ops.size(), before.size()); ++i)
    QVERIFY2(ops[i] == before[i], (ops[i] + "\nwas\n" + before[i] + "\n" + drawn).c_str());
  QCOMPARE(ops.size(), before.size());

  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const auto batch = fixedBatch(*model, 2);
  const auto own = ownAnswer(*model, *engine, batch, 2), other = ownAnswer(*again, *engine, batch, 2);
  QVERIFY(own.ok() && other.ok());
  QCOMPARE(other->size(), own->size());
  Comparison comparison;
  for (size_t i = 0; i < own->size(); ++i) comparison.add(own->at(i), other->at(i));
  QVERIFY2(comparison.largest <= 1e-5 * comparison.scale, qPrintable(QString::number(comparison.largest)));
}

QTEST_GUILESS_MAIN(TestOnnxRoundTrip)
#include "test_onnx_round_trip.moc"
