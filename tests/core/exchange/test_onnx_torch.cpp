// ResNets as PyTorch exports them.
#include <QProcess>
#include <QTemporaryDir>

#include "core/templates/catalog.h"
#include "import_support.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

std::vector<float> floatsIn(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray bytes = file.readAll();
  std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

struct Exported {
  QTemporaryDir folder;
  bool ok = false;

  Exported(const char* depth, const char* norms) {
    QProcess torch;
    torch.setProcessChannelMode(QProcess::MergedChannels);
    torch.start("/usr/bin/python3",
                {BYPATH_SOURCE_DIR "/tests/core/exchange/torch_resnet.py", depth, norms, folder.path()});
    ok = torch.waitForFinished(240'000) && torch.exitCode() == 0 &&
         QFile::exists(folder.filePath("model.onnx"));
    if (!ok) qInfo("%s", torch.readAll().constData());
  }
};

bool hasTorch() {
  static const bool has = [] {
    QProcess python;
    python.start("/usr/bin/python3", {"-c", "import torch, numpy"});
    return python.waitForFinished(120'000) && python.exitCode() == 0;
  }();
  return has;
}

// How far our answer is from PyTorch's, as a share of its largest.
double differenceFrom(const Exported& exported, const ImportedModel& imported, std::string& problem) {
  const Result<LeavingModel> model = leavingModel({imported.network, layerCatalog(), imported.weights, {}});
  if (!model) return problem = model.error().message, 1;
  const Shape in = model->sampleShape(model->inputs[0]).withBatch(2);
  const std::vector<float> x = channelsLast(floatsIn(exported.folder.filePath("input.f32")), in);
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const auto own = ownAnswer(*model, *engine, {x}, 2);
  if (!own) return problem = own.error().message, 1;
  Comparison comparison;
  comparison.add(own->at(0), floatsIn(exported.folder.filePath("output.f32")));
  return comparison.largest / comparison.scale;
}

// Shapes of the parameters in order, and their names below the first segment.
std::vector<std::string> parametersOf(const NetworkSpec& network) {
  std::vector<std::string> all;
  for (const ParameterInfo& info :
       check(network, layerCatalog(), {.mode = Mode::evaluation}).graph.parameters) {
    const size_t bracket = info.name.find('[');
    all.push_back(
        (bracket == std::string::npos ? info.name.substr(info.name.rfind('/')) : info.name.substr(bracket)) +
        " " + info.shape.text());
  }
  return all;
}

}  // namespace

class TestOnnxTorch : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init();
  void resnetsAreTheTemplates_data();
  void resnetsAreTheTemplates();
  void foldedNormsLeaveBlocksDrawnInside();
};

void TestOnnxTorch::init() {
  if (!hasTorch()) QSKIP("PyTorch is not installed for /usr/bin/python3.");
}

void TestOnnxTorch::resnetsAreTheTemplates_data() {
  QTest::addColumn<QByteArray>("depth");
  QTest::addColumn<QList<int>>("repeats");
  QTest::newRow("18") << QByteArray("18") << QList<int>{2, 2, 2, 2};
  QTest::newRow("50") << QByteArray("50") << QList<int>{3, 4, 6, 3};
}

void TestOnnxTorch::resnetsAreTheTemplates() {
  QFETCH(QByteArray, depth);
  QFETCH(QList<int>, repeats);
  const Exported exported(depth.constData(), "norms");
  QVERIFY(exported.ok);
  const auto proto = readOnnx(exported.folder.filePath("model.onnx").toStdString());
  QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
  const Result<ImportedModel> imported = importOnnx(*proto, layerCatalog());
  QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());

  const Result<NetworkSpec> wanted = buildTemplate("resnet-imagenet", {{"depth", depth.toStdString()}});
  QVERIFY(wanted.ok());
  const std::string drawn = textOf(imported->network.graph);
  std::vector<std::string> types, wantedTypes;
  QList<int> found;
  for (const Node& node : imported->network.graph.nodes) {
    types.push_back(node.type);
    if (node.type == "residual_block")
      found.append(static_cast<int>(std::get<int64_t>(node.attributes.at("repeat"))));
  }
  for (const Node& node : wanted->graph.nodes) wantedTypes.push_back(node.type);
  QVERIFY2(types == wantedTypes, drawn.c_str());
  QVERIFY2(found == repeats, drawn.c_str());
  QVERIFY2(imported->network.graph.find("layer1") && imported->network.graph.find("fc"), drawn.c_str());
  QCOMPARE(parametersOf(imported->network), parametersOf(*wanted));
  std::string problem;
  const double difference = differenceFrom(exported, *imported, problem);
  QVERIFY2(problem.empty(), problem.c_str());
  qInfo("differs by %.1e", difference);
  QVERIFY2(difference < 1e-5, qPrintable(QString::number(difference)));
}

// What PyTorch writes unless told otherwise: convolutions with a bias and no normalisation.
void TestOnnxTorch::foldedNormsLeaveBlocksDrawnInside() {
  const Exported exported("18", "folded");
  QVERIFY(exported.ok);
  const auto proto = readOnnx(exported.folder.filePath("model.onnx").toStdString());
  QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
  const Result<ImportedModel> imported = importOnnx(*proto, layerCatalog());
  QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().message.c_str());
  const std::string drawn = textOf(imported->network.graph);
  int64_t blocks = 0;
  for (const Node& node : imported->network.graph.nodes) {
    QVERIFY2(node.type != "add", drawn.c_str());
    if (node.type != "residual_block") continue;
    const auto repeat = node.attributes.find("repeat");
    blocks += repeat == node.attributes.end() ? 1 : std::get<int64_t>(repeat->second);
    QVERIFY2(node.attributes.at("branch") == AttributeValue("free"s), drawn.c_str());
  }
  QCOMPARE(blocks, int64_t{8});
  std::string problem;
  const double difference = differenceFrom(exported, *imported, problem);
  QVERIFY2(problem.empty() && difference < 1e-5, (problem + std::to_string(difference)).c_str());
}

QTEST_GUILESS_MAIN(TestOnnxTorch)
#include "test_onnx_torch.moc"
