// Networks that leave as ONNX and come back: the same drawing, the same ops, the same weights.
#include <random>

#include "core/base/random.h"
#include "core/exchange/onnx_writer.h"
#include "core/templates/catalog.h"
#include "import_support.h"
#include "random_networks.h"

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
  all.push_back(
      {"stochastic depth", "resnet", {{"depth", int64_t{20}}, {"width", int64_t{4}}, {"survival", 0.5}}});
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

// Residual blocks with all copies counted.
int64_t blocksIn(const Graph& graph) {
  int64_t count = 0;
  for (const Node& node : graph.nodes) {
    const auto repeat = node.attributes.find("repeat");
    const int64_t times = repeat == node.attributes.end() ? 1 : std::get<int64_t>(repeat->second);
    if (node.type == "residual_block") count += times;
    if (node.type == "part")
      for (const Graph& body : node.body) count += times * blocksIn(body);
  }
  return count;
}

// As another program would have written it.
onnx::ModelProto withoutNames(onnx::ModelProto model) {
  model.clear_producer_name();
  model.clear_metadata_props();
  for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) node.clear_name();
  return model;
}

class TestOnnxRoundTrip : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theSameComesBack_data();
  void theSameComesBack();
  void blocksAreFoundWithoutNames_data() { theSameComesBack_data(); }
  void blocksAreFoundWithoutNames();
  void everyLayerComesBack_data();
  void everyLayerComesBack();
  void randomNetworksComeBack();
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

void TestOnnxRoundTrip::blocksAreFoundWithoutNames() {
  QFETCH(int, index);
  const Case one = cases()[static_cast<size_t>(index)];
  const Result<NetworkSpec> network = buildTemplate(one.id, one.parameters);
  QVERIFY(network.ok());
  const ParameterStore weights = weightsOf(*network);
  const Result<LeavingModel> model =
      leavingModel({*network, layerCatalog(), weights, {}}, {.part = one.part});
  QVERIFY(model.ok());
  const Result<onnx::ModelProto> proto = toOnnx(*model);
  QVERIFY(proto.ok());
  const Result<ImportedModel> back = importOnnx(withoutNames(*proto), layerCatalog());
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
  const std::string drawn = textOf(back->network.graph);
  int64_t wanted = blocksIn(network->graph);
  if (!one.part.empty()) wanted = blocksIn(network->graph.find(one.part)->body[0]);
  // Those only show in their names.
  const bool shows = one.id != "plain" && one.name != "stochastic depth";
  if (shows) QVERIFY2(blocksIn(back->network.graph) == wanted, drawn.c_str());
  for (const Node& node : back->network.graph.nodes)
    QVERIFY2(!shows || node.attributes.empty() || node.type != "residual_block" ||
                 !node.attributes.contains("branch") ||
                 node.attributes.at("branch") != AttributeValue("free"s),
             drawn.c_str());

  const Result<LeavingModel> again = leavingModel({back->network, layerCatalog(), back->weights, {}});
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const auto batch = fixedBatch(*model, 2);
  const auto own = ownAnswer(*model, *engine, batch, 2);
  QVERIFY(own.ok());
  if (!again.ok()) {  // two open ends, of an encoder
    QCOMPARE(model->outputs.size(), size_t{2});
    return;
  }
  const auto other = ownAnswer(*again, *engine, batch, 2);
  QVERIFY(other.ok());
  Comparison comparison;
  comparison.add(own->at(0), other->at(0));
  QVERIFY2(comparison.largest <= 1e-5 * comparison.scale, qPrintable(QString::number(comparison.largest)));
}

void TestOnnxRoundTrip::everyLayerComesBack_data() {
  QTest::addColumn<QString>("id");
  QTest::addColumn<int>("index");
  for (const LayerType* type : layerCatalog().list()) {
    if (!type->examples || type->group == "Loss" || type->group == "Boundary" || type->id == "input")
      continue;
    const std::vector<LayerExample> examples = type->examples();
    for (size_t i = 0; i < examples.size(); ++i)
      QTest::addRow("%s: %s", type->id.c_str(), examples[i].name.c_str())
          << QString::fromStdString(type->id) << static_cast<int>(i);
  }
}

// The layer between two of its neighbours, with as many of them as it reads.
void TestOnnxRoundTrip::everyLayerComesBack() {
  QFETCH(QString, id);
  QFETCH(int, index);
  const LayerExample example = layerCatalog().find(id.toStdString())->examples()[static_cast<size_t>(index)];
  NetworkSpec network;
  Graph& graph = network.graph;
  const Shape in = example.inputs[0];
  if (in.rank() == 2) QSKIP("Layers of two dimensions do not stand behind an input.");
  graph.nodes.push_back({.name = "image", .type = "input", .attributes = {{"shape", in.text()}}});
  Node node{
      .name = "layer", .type = id.toStdString(), .attributes = example.attributes, .body = example.body};
  node.attributes.erase("l2");  // a second open end
  for (size_t port = 0; port < example.inputs.size(); ++port) {
    const std::string name = "before" + std::to_string(port);
    Node before{.name = name, .type = in.rank() == 3 ? "conv2d" : "dense"};
    before.attributes[in.rank() == 3 ? "channels" : "units"] = example.inputs[port].last();
    graph.nodes.push_back(before);
    graph.wires.push_back({"image", 0, name, 0});
    graph.wires.push_back({name, 0, "layer", static_cast<int>(port)});
  }
  graph.nodes.push_back(node);
  graph.nodes.push_back({.name = "after", .type = "tanh"});
  graph.wires.push_back({"layer", 0, "after", 0});
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  QVERIFY2(checked.ok() || id == "gaussian_sample", summarise(checked.diagnostics).c_str());
  if (id == "gaussian_sample") QSKIP("What draws leaves as its mean.");
  const ParameterStore weights = weightsOf(network);
  const Result<LeavingModel> model = leavingModel({network, layerCatalog(), weights, {}});
  QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
  const Result<onnx::ModelProto> proto = toOnnx(*model);
  QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
  for (const bool named : {true, false}) {
    const onnx::ModelProto written = named ? *proto : withoutNames(*proto);
    const Result<onnx::ModelProto> read = onnxFromBytes(written.SerializeAsString(), "layer.onnx");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    const Result<ImportedModel> back = importOnnx(*read, layerCatalog());
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
    const std::string drawn = textOf(back->network.graph);
    const Agreement compared = agreement(*read, *back);
    QVERIFY2(compared.problem.empty() && compared.difference < 1e-5,
             (compared.problem + std::to_string(compared.difference) + "\n" + drawn).c_str());
    // What does nothing in evaluation, or nothing to a row, stays behind; a muted block is its shortcut.
    const bool leaves = !id.contains("dropout") && id != "stochastic_depth" && example.name != "muted" &&
                        !(id == "flatten" && in.rank() == 1);
    if (!named || !leaves) continue;
    const Node* layer = back->network.graph.find("layer");
    QVERIFY2(layer, drawn.c_str());
    // Where a reshape gives a row, or an image of a row, it may come back as what it is called elsewhere.
    QVERIFY2(layer->type == id.toStdString() || (id == "reshape" && layer->type == "flatten"), drawn.c_str());
  }
}

void TestOnnxRoundTrip::randomNetworksComeBack() {
  const bool given = qEnvironmentVariableIsSet("BYPATH_SEED");
  const auto first = given ? qEnvironmentVariable("BYPATH_SEED").toUInt() : 1U;
  qInfo("seed %u", first);
  int blocks = 0, found = 0, networks = 0, same = 0;
  for (unsigned seed = first; seed < first + (given ? 1 : 100); ++seed) {
    const TrainedNetwork made = RandomNetwork(seed).make();
    const Result<LeavingModel> model = leavingModel(made.source());
    if (!model.ok()) continue;  // of a penalty and no loss
    const Result<onnx::ModelProto> proto = toOnnx(*model);
    QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
    for (const bool named : {true, false}) {
      const onnx::ModelProto written = named ? *proto : withoutNames(*proto);
      const Result<onnx::ModelProto> read = onnxFromBytes(written.SerializeAsString(), "random.onnx");
      QVERIFY2(read.ok(), (std::to_string(seed) + (read.ok() ? "" : read.error().message)).c_str());
      const Result<ImportedModel> back = importOnnx(*read, layerCatalog());
      QVERIFY2(back.ok(), (std::to_string(seed) + (back.ok() ? "" : back.error().message)).c_str());
      const std::string drawn = std::to_string(seed) + "\n" + textOf(made.network.graph) + "\nbecame\n" +
                                textOf(back->network.graph);
      const Agreement compared = agreement(*read, *back);
      QVERIFY2(compared.problem.empty() && compared.difference < 1e-5,
               (compared.problem + std::to_string(compared.difference) + "\n" + drawn).c_str());
      if (!named) continue;
      blocks += static_cast<int>(blocksIn(made.network.graph));
      found += static_cast<int>(blocksIn(back->network.graph));
      const Result<LeavingModel> again = leavingModel({back->network, layerCatalog(), back->weights, {}});
      QVERIFY(again.ok());
      ++networks;
      const bool alike = opsOf(*again) == opsOf(*model);
      same += alike ? 1 : 0;
      if (!alike) qDebug("%s", drawn.c_str());
    }
  }
  qInfo("%d of %d blocks were found, %d of %d networks are the same", found, blocks, same, networks);
  // A shortcut that pads nothing, for example, is nothing outside.
  QVERIFY(found >= blocks * 9 / 10);
  QVERIFY(given || same >= networks * 9 / 10);
}

QTEST_GUILESS_MAIN(TestOnnxRoundTrip)
#include "test_onnx_round_trip.moc"
