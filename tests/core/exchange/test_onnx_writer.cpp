// 200 random networks and every template leave as ONNX: ONNX's checker and shape inference accept them, and
// the interpreter and OpenCV's reader give what our own engine gives. BYPATH_NETWORKS sets another number.
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <QtTest>
#ifdef BYPATH_OPENCV
#include <opencv2/dnn.hpp>
#endif

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/onnx_runner.h"
#include "core/exchange/onnx_writer.h"
#include "core/tensor/layout.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;

namespace {

constexpr double bound = 1e-5;  // of the largest value, where that is above 1
constexpr int64_t batch = 2;

using Answers = std::vector<std::vector<float>>;  // by output, NCHW

// As a reader of the file meets it.
Answers outsideAnswers(const LeavingModel& model, const Answers& own) {
  Answers outside;
  for (size_t i = 0; i < own.size(); ++i)
    outside.push_back(channelsFirst(own[i], model.sampleShape(model.outputs[i]).withBatch(batch)));
  return outside;
}

Answers outsideInputs(const LeavingModel& model) {
  Answers inputs = fixedBatch(model, batch);
  for (size_t i = 0; i < inputs.size(); ++i)
    inputs[i] = channelsFirst(inputs[i], model.sampleShape(model.inputs[i]).withBatch(batch));
  return inputs;
}

double share(const Answers& own, const Answers& other) {
  Comparison comparison;
  for (size_t i = 0; i < own.size(); ++i) comparison.add(own[i], other[i]);
  return comparison.largest / comparison.scale;
}

Answers interpreted(const LeavingModel& model, const onnx::ModelProto& proto) {
  OnnxTensors fed;
  const Answers inputs = outsideInputs(model);
  for (size_t i = 0; i < inputs.size(); ++i)
    fed[proto.graph().input(static_cast<int>(i)).name()] = {
        channelsFirstSizes(model.sampleShape(model.inputs[i]).withBatch(batch)),
        {inputs[i].begin(), inputs[i].end()}};
  const Result<OnnxTensors> outputs = runOnnx(proto, fed);
  if (!outputs) {
    qWarning("%s", outputs.error().message.c_str());
    return Answers(model.outputs.size());
  }
  Answers answers;
  for (const Border& border : model.outputs) {
    const OnnxTensor& output = outputs->at(border.name);
    answers.emplace_back(output.values.begin(), output.values.end());
  }
  return answers;
}

#ifdef BYPATH_OPENCV
Answers byOpenCv(const LeavingModel& model, const std::string& bytes) {
  try {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    const Answers inputs = outsideInputs(model);
    for (size_t i = 0; i < inputs.size(); ++i) {
      const auto sizes = channelsFirstSizes(model.sampleShape(model.inputs[i]).withBatch(batch));
      cv::Mat blob(std::vector<int>(sizes.begin(), sizes.end()), CV_32F);
      std::ranges::copy(inputs[i], blob.ptr<float>());
      net.setInput(blob, model.inputs[i].name);
    }
    std::vector<cv::String> names;
    for (const Border& border : model.outputs) names.emplace_back(border.name);
    std::vector<cv::Mat> outputs;
    net.forward(outputs, names);
    Answers answers;
    for (const cv::Mat& output : outputs)
      answers.emplace_back(output.ptr<float>(), output.ptr<float>() + output.total());
    return answers;
  } catch (const cv::Exception& error) {
    qWarning("OpenCV: %s", error.what());
    return Answers(model.outputs.size());
  }
}
#endif

// Every border has the sizes that ONNX's own shape inference finds.
bool shapesAgree(const LeavingModel& model, onnx::ModelProto proto) {
  onnx::GraphProto& graph = *proto.mutable_graph();
  for (auto& output : *graph.mutable_output()) output.mutable_type()->mutable_tensor_type()->clear_shape();
  try {
    onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), {true, 1, false});
  } catch (const std::exception& error) {
    qWarning("shape inference: %s", error.what());
    return false;
  }
  for (int i = 0; i < graph.output_size(); ++i) {
    const auto sizes =
        channelsFirstSizes(model.sampleShape(model.outputs[static_cast<size_t>(i)]).withBatch(1));
    const auto& found = graph.output(i).type().tensor_type().shape();
    if (found.dim_size() != static_cast<int>(sizes.size())) return false;
    for (int axis = 1; axis < found.dim_size(); ++axis)
      if (found.dim(axis).dim_value() != sizes[static_cast<size_t>(axis)]) return false;
  }
  return true;
}

struct Tally {
  double interpreted = 0, openCv = 0;
  int networks = 0;
  int varied = 0;  // whose output is not the same number everywhere
};

// Empty when all is well, else what is not.
QString proven(const TrainedNetwork& net, const LeavingOptions& options, int opset, Tally& tally) {
  const Result<LeavingModel> model = leavingModel(net.source(), options);
  if (!model) return QString::fromStdString(model.error().message);
  const Result<onnx::ModelProto> proto = toOnnx(*model, {.opset = opset});
  if (!proto) return QString::fromStdString(proto.error().message);
  const std::string bytes = proto->SerializeAsString();
  onnx::ModelProto read;
  if (!read.ParseFromString(bytes)) return QStringLiteral("it cannot be read");
  try {
    onnx::checker::check_model(read);
  } catch (const std::exception& error) {
    return QString::fromUtf8(error.what());
  }
  if (!shapesAgree(*model, read)) return QStringLiteral("shapes disagree");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  const auto own = ownAnswer(*model, *engine, fixedBatch(*model, batch), batch);
  if (!own) return QString::fromStdString(own.error().message);
  const Answers outside = outsideAnswers(*model, *own);
  const auto [least, most] = std::ranges::minmax(outside[0]);
  if (most - least > 1e-3F) ++tally.varied;
  const double one = share(outside, interpreted(*model, read));
  tally.interpreted = std::max(tally.interpreted, one);
  if (!(one <= bound)) return QStringLiteral("the interpreter differs by %1").arg(one);
#ifdef BYPATH_OPENCV
  const double two = share(outside, byOpenCv(*model, bytes));
  tally.openCv = std::max(tally.openCv, two);
  if (!(two <= bound)) return QStringLiteral("OpenCV differs by %1").arg(two);
#endif
  ++tally.networks;
  return {};
}

}  // namespace

class TestOnnxWriter : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void templates_data();
  void templates();
  void examplesOfEveryLayer();
  void randomNetworks();
  void whatTheFileSays();
  void refusals();
};

void TestOnnxWriter::templates_data() {
  QTest::addColumn<QString>("id");
  QTest::addColumn<QString>("part");
  QTest::addColumn<int>("divisor");
  for (const char* id : {"starter", "resnet", "plain", "preact-resnet"}) QTest::newRow(id) << id << "" << 0;
  for (const char* part : {"", "encoder", "decoder"}) {
    QTest::addRow("conv-vae %s", part) << "conv-vae" << part << 0;
    QTest::addRow("resnet-vae %s", part) << "resnet-vae" << part << 16;
  }
}

void TestOnnxWriter::templates() {
  QFETCH(QString, id);
  QFETCH(QString, part);
  QFETCH(int, divisor);
  Attributes parameters;
  if (divisor) parameters["width_divisor"] = int64_t{divisor};
  if (id == "resnet" || id == "plain") parameters["depth"] = int64_t{20};
  const TrainedNetwork net = trainedTemplate(id.toStdString(), parameters);
  Tally tally;
  for (const int opset : {13, 17})
    for (const bool folded : {false, true})
      QCOMPARE(proven(net, {.part = part.toStdString(), .foldNormalisation = folded}, opset, tally),
               QString());
}

void TestOnnxWriter::examplesOfEveryLayer() {
  Tally tally;
  int left = 0;
  for (const LayerType* type : layerCatalog().list()) {
    if (!type->examples) continue;
    for (const LayerExample& example : type->examples()) {
      if (example.inputs.size() != 1 || type->outputs.size() > 1) continue;
      NetworkSpec network;
      network.graph.nodes = {
          {.name = "input", .type = "input", .attributes = {{"shape", example.inputs[0].text()}}},
          {.name = "layer", .type = type->id, .attributes = example.attributes, .body = example.body}};
      network.graph.wires = {{.from = "input", .to = "layer"}};
      if (!check(network, layerCatalog(), {.mode = Mode::evaluation}).ok()) {
        ++left;
        continue;
      }
      const TrainedNetwork net = withWeights(network, 5);
      if (!leavingModel(net.source())) {  // a loss alone has no output
        ++left;
        continue;
      }
      const QString wrong = proven(net, {}, 13, tally);
      QVERIFY2(wrong.isEmpty(),
               qPrintable(QString::fromStdString(type->id + ", " + example.name + ": ") + wrong));
    }
  }
  qInfo("%d layer examples; %d that are no network alone", tally.networks, left);
  QVERIFY(tally.networks > 60);
}

void TestOnnxWriter::randomNetworks() {
  bool set = false;
  const int wanted = qEnvironmentVariableIntValue("BYPATH_NETWORKS", &set);
  const unsigned first = qEnvironmentVariable("BYPATH_SEED", "1").toUInt();
  const int count = set ? wanted : 200;
  Tally tally;
  std::set<std::string> kinds, orders, shortcuts;
  for (int i = 0; i < count; ++i) {
    const unsigned seed = first + static_cast<unsigned>(i);
    const TrainedNetwork net = RandomNetwork(seed).make();
    const std::function<void(const Graph&)> meet = [&](const Graph& graph) {
      for (const Node& node : graph.nodes) {
        kinds.insert(node.type);
        for (const Graph& body : node.body) meet(body);
        if (node.type != "residual_block") continue;
        orders.insert(std::get<std::string>(node.attributes.at("order")));
        shortcuts.insert(std::get<std::string>(node.attributes.at("shortcut")));
      }
    };
    meet(net.network.graph);
    const QString wrong = proven(net, {.foldNormalisation = seed % 3 == 0}, seed % 2 ? 13 : 17, tally);
    QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(wrong)));
  }
  qInfo("%d random networks from seed %u; largest difference, as a share: interpreter %.1e, OpenCV %.1e",
        tally.networks, first, tally.interpreted, tally.openCv);
  QVERIFY2(tally.varied > count * 8 / 10, "outputs that are all alike say little");
  if (count < 200) return;
  // Everything that does something in evaluation has been among them.
  for (const LayerType* type : layerCatalog().list())
    QVERIFY2(kinds.contains(type->id) || type->id == "bernoulli_loss" || type->id == "kl_loss",
             type->id.c_str());
  QCOMPARE(orders.size(), size_t{5});
  QCOMPARE(shortcuts.size(), size_t{10});
}

void TestOnnxWriter::whatTheFileSays() {
  TrainedNetwork net = trainedTemplate("resnet", {{"depth", int64_t{20}}});
  LeavingSource source = net.source();
  source.facts = {.title = "my net",
                  .classes = {"cat", "dog"},
                  .mean = {0.5F, 0.25F, 0.125F},
                  .deviation = {1, 1, 1},
                  .networkHash = "abc",
                  .seed = 42};
  const Result<LeavingModel> model = leavingModel(source);
  QVERIFY(model.ok());
  const Result<onnx::ModelProto> proto = toOnnx(*model);
  QVERIFY(proto.ok());
  QCOMPARE(proto->ir_version(), 7);
  QCOMPARE(proto->opset_import(0).version(), 13);
  const onnx::GraphProto& graph = proto->graph();
  QCOMPARE(graph.input_size(), 1);
  QCOMPARE(graph.input(0).name(), std::string("input"));
  QCOMPARE(graph.output(0).name(), std::string("output"));
  QCOMPARE(graph.input(0).type().tensor_type().shape().dim(0).dim_param(), std::string("N"));
  QCOMPARE(graph.input(0).type().tensor_type().shape().dim(1).dim_value(), 3);
  std::map<std::string, std::string> facts;
  for (const auto& entry : proto->metadata_props()) facts[entry.key()] = entry.value();
  QCOMPARE(facts["classes"], std::string("[\"cat\",\"dog\"]"));
  QCOMPARE(facts["mean"], std::string("[0.5,0.25,0.125]"));
  QCOMPARE(facts["seed"], std::string("42"));
  QCOMPARE(facts["Image.NominalPixelRange"], std::string("Normalized_0_1"));
  std::set<std::string> names, nodes;
  for (const auto& tensor : graph.initializer()) {
    QVERIFY(names.insert(tensor.name()).second);
    QVERIFY2(QRegularExpression("^[A-Za-z_][A-Za-z0-9_]*$")
                 .match(QString::fromStdString(tensor.name()))
                 .hasMatch(),
             tensor.name().c_str());
  }
  QVERIFY(names.contains("stage1_1_branch_conv1_weight"));
  for (const auto& node : graph.node()) {
    QVERIFY(nodes.insert(node.name()).second);
    bool kernel = node.op_type() != "Conv";
    for (const auto& attribute : node.attribute()) {
      QVERIFY(attribute.name() != "auto_pad" && attribute.name() != "output_shape");
      kernel = kernel || attribute.name() == "kernel_shape";
    }
    QVERIFY(kernel);
  }
  QVERIFY(nodes.contains("stage1[1]/branch/conv1"));
  // A drawn code is in the graph only where it was asked for.
  const TrainedNetwork vae = trainedTemplate("conv-vae", {});
  for (const bool sampling : {false, true}) {
    const auto leaving = leavingModel(vae.source(), {.sampling = sampling});
    const auto written = toOnnx(*leaving);
    QVERIFY(written.ok());
    bool random = false;
    for (const auto& node : written->graph().node()) random = random || node.op_type() == "RandomNormalLike";
    QCOMPARE(random, sampling);
  }
}

void TestOnnxWriter::refusals() {
  const TrainedNetwork net = trainedTemplate("starter", {});
  const Result<LeavingModel> model = leavingModel(net.source());
  QVERIFY(model.ok());
  for (const int opset : {12, 18, 0}) QVERIFY(!toOnnx(*model, {.opset = opset}).ok());
}

QTEST_GUILESS_MAIN(TestOnnxWriter)
#include "test_onnx_writer.moc"
