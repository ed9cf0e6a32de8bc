// The .bpw file and the header that runs it: every template, every layer and random steps against our own
// engine; the written folder compiled as a stranger would; files that are damaged.
#include <bit>
#include <cstring>
#include <QProcess>
#include <QtTest>
#include <random>

#include "core/base/bounded_reader.h"
#include "core/cli/layer_check.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/reference/reference_engine.h"
#include "core/exchange/embedded_model.h"
#include "core/exchange/leaving_graph.h"
#include "core/layers/catalog.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"
#include "core/templates/catalog.h"
#include "core/tensor/layout.h"

#define BYPATH_NAMESPACE bypath_inference
#include "resources/inference/bypath.hpp"

using namespace bypath;
using Outside = bypath_inference::Model;

namespace {

constexpr double closeEnough = 1e-5;

struct Made {
  NetworkSpec network;
  ParameterStore weights;
};

// A network with weights, running statistics among them, that are not the ones it starts with: nothing is 0
// any more, and no ReLU is dead for that.
Made made(const NetworkSpec& network) {
  const CheckedNetwork checked = check(network, layerCatalog(), {.mode = Mode::evaluation});
  Made made{network, ParameterStore(checked.graph.parameters)};
  initialise(made.weights, 3);
  std::mt19937 random(5);
  for (int i = 0; i < made.weights.size(); ++i) {
    const bool variance = made.weights.info(i).role == ParameterRole::runningVariance;
    const bool weight = made.weights.info(i).role == ParameterRole::weight;
    std::uniform_real_distribution<float> change(variance ? -0.5F : -0.2F, variance ? 0.5F : 0.2F);
    for (float& value : made.weights.values(i)) value += weight ? 0 : change(random);
  }
  return made;
}

Made madeTemplate(const std::string& id, const Attributes& parameters = {}) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  Q_ASSERT(network);
  return made(*network);
}

Result<LeavingModel> leaving(const Made& net, const LeavingOptions& options = {}) {
  ModelFacts facts{.title = "net", .networkHash = "0123"};
  for (int i = 0; i < 10; ++i) facts.classes.push_back("class " + std::to_string(i));
  facts.mean = {0.4F, 0.5F, 0.6F};
  facts.deviation = {0.2F, 0.25F, 0.3F};
  return leavingModel({net.network, layerCatalog(), net.weights, facts}, options);
}

std::unique_ptr<Engine> exactEngine() {
  return makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
}

// The largest difference as a share of max(1, largest output), with this batch; a sentence where it fails.
Result<double> shareOfDifference(const LeavingModel& model, int64_t batch, Engine& engine) {
  const Result<std::vector<std::byte>> bytes = embeddedModel(model);
  if (!bytes) return bytes.error();
  const auto inputs = fixedBatch(model, batch);
  const auto answers = ownAnswer(model, engine, inputs, batch);
  if (!answers) return answers.error();
  // Where all is alike there is nothing to compare.
  for (const std::vector<float>& answer : *answers)
    if (answer.size() > 1 && std::ranges::max(answer) - std::ranges::min(answer) < 1e-3F)
      return Error{ErrorKind::data, "The answer is the same everywhere."};
  const Result<Comparison> proof = verifyEmbedded(*bytes, model, inputs, *answers, batch);
  if (!proof) return proof.error();
  return proof->largest / proof->scale;
}

// One step alone, with random weights.
LeavingModel stepAlone(const OpType& type, const OpAttributes& attributes, const std::vector<Shape>& shapes,
                       std::mt19937& random) {
  std::uniform_real_distribution<float> number(-1, 1);
  LeavingModel model;
  std::vector<ValueId> inputs{model.graph.addInput("x", shapes[0], InputRole::image)};
  model.inputs = {{"input", inputs[0]}};
  for (size_t i = 1; i < shapes.size(); ++i) {
    inputs.push_back(model.graph.addParameter({.name = "w" + std::to_string(i), .shape = shapes[i]}));
    std::vector<float>& values = model.weights.emplace_back(static_cast<size_t>(shapes[i].count()));
    for (float& value : values) value = number(random);
  }
  const auto outputs = model.graph.add(type, inputs, attributes, "step");
  Q_ASSERT(outputs.ok());
  model.outputs = {{"output", (*outputs)[0]}};
  return model;
}

// A loss that is all a network gives is no output that anybody takes away.
bool measures(const OpNode& node) {
  return node.type == &gaussianKlOp();
}

// Another every time; BYPATH_SEED repeats one.
unsigned seedOfTest() {
  bool given = false;
  const unsigned seed = qEnvironmentVariable("BYPATH_SEED").toUInt(&given);
  return given ? seed : std::random_device{}();
}

int mutationCount() {
  const int wished = qEnvironmentVariableIntValue("BYPATH_MUTATIONS");
  return wished > 0 ? wished : 2000;
}

// Makes the checksum that of the bytes, so that a mutation is seen by what lies behind it.
void setChecksum(std::vector<unsigned char>& bytes) {
  const uint64_t sum = bypath_inference::detail::checksum_of_file(bytes.data(), bytes.size());
  for (size_t i = 0; i < 8; ++i) bytes[32 + i] = static_cast<unsigned char>(sum >> (8 * i));
}

std::vector<unsigned char> bytesOfModel(const LeavingModel& model) {
  const Result<std::vector<std::byte>> bytes = embeddedModel(model);
  Q_ASSERT(bytes.ok());
  std::vector<unsigned char> all(bytes->size());
  std::memcpy(all.data(), bytes->data(), all.size());
  return all;
}

QString problemOf(const std::vector<unsigned char>& bytes) {
  try {
    (void)Outside::from_memory(bytes.data(), bytes.size());
  } catch (const std::runtime_error& problem) {
    return QString::fromStdString(problem.what());
  }
  return {};
}

// Text numbers of the example's --numbers: a line of name and count, then the numbers.
std::vector<float> numbersOf(const QByteArray& text) {
  std::vector<float> values;
  const QList<QByteArray> lines = text.trimmed().split('\n');
  for (qsizetype i = 1; i < lines.size(); ++i) values.push_back(lines[i].toFloat());
  return values;
}

struct Finished {
  int code = -1;
  QByteArray out, problems;
};
Finished started(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.start(program, arguments);
  if (!process.waitForFinished(240000)) return {-1, {}, process.errorString().toUtf8()};
  return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class TestEmbeddedModel : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyTemplate_data();
  void everyTemplate();
  void theHalvesOfAnAutoencoder();
  void everyLayer_data();
  void everyLayer();
  void randomWindows();
  void whatItTellsOfItself();
  void drawingIsRefused();
  void damagedFilesAreNamed();
  void mutationsNeverCrash();
  void aFolderThatAStrangerBuilds();
};

void TestEmbeddedModel::everyTemplate_data() {
  QTest::addColumn<QString>("id");
  for (const TemplateType* type : templateCatalog())
    QTest::newRow(type->id.c_str()) << QString::fromStdString(type->id);
}

void TestEmbeddedModel::everyTemplate() {
  QFETCH(QString, id);
  const Made net = madeTemplate(id.toStdString());
  for (const bool folded : {false, true}) {
    const auto model = leaving(net, {.foldNormalisation = folded});
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
    const Result<double> share = shareOfDifference(*model, 2, *exactEngine());
    QVERIFY2(share.ok(), share.ok() ? "" : share.error().message.c_str());
    QVERIFY2(*share <= closeEnough, qPrintable(QString::number(*share)));
  }
}

void TestEmbeddedModel::theHalvesOfAnAutoencoder() {
  for (const char* id : {"conv-vae", "resnet-vae"}) {
    const Made net = madeTemplate(id);
    for (const char* part : {"encoder", "decoder"}) {
      const auto model = leaving(net, {.part = part});
      QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
      const Result<double> share = shareOfDifference(*model, 3, *exactEngine());
      QVERIFY2(share.ok(), share.ok() ? "" : share.error().message.c_str());
      QVERIFY2(*share <= closeEnough, qPrintable(QString::number(*share)));
      const std::vector<unsigned char> bytes = bytesOfModel(*model);
      const Outside outside = Outside::from_memory(bytes.data(), bytes.size());
      if (part == std::string("encoder"))
        QCOMPARE(outside.output_names(), (std::vector<std::string>{"mu", "logvar"}));
      else
        QCOMPARE(outside.input_names(), (std::vector<std::string>{"z"}));
    }
  }
}

void TestEmbeddedModel::everyLayer_data() {
  QTest::addColumn<int>("index");
  const auto& list = layerCatalog().list();
  for (size_t i = 0; i < list.size(); ++i) QTest::newRow(list[i]->id.c_str()) << static_cast<int>(i);
}

void TestEmbeddedModel::everyLayer() {
  QFETCH(int, index);
  const LayerType& type = *layerCatalog().list()[static_cast<size_t>(index)];
  for (const LayerExample& example : type.examples()) {
    const auto model = leaving(made(networkAround(type, example)));
    if (model.ok() && std::ranges::any_of(model->graph.nodes, measures)) continue;
    QVERIFY2(model.ok(), (example.name + ": " + (model.ok() ? "" : model.error().message)).c_str());
    const Result<double> share = shareOfDifference(*model, 3, *exactEngine());
    QVERIFY2(share.ok(), (example.name + ": " + (share.ok() ? "" : share.error().message)).c_str());
    QVERIFY2(*share <= closeEnough, (example.name + ": " + std::to_string(*share)).c_str());
  }
}

// Windows that no template has, against the formulas in double precision: uneven kernels, strides and
// paddings, and columns that fill no vector.
void TestEmbeddedModel::randomWindows() {
  const unsigned seed = seedOfTest();
  qInfo("seed %u", seed);
  std::mt19937 random(seed);
  const auto reference = makeReferenceEngine();
  const auto below = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  for (int i = 0; i < 150; ++i) {
    const Window window{.kernelH = below(1, 5),
                        .kernelW = below(1, 5),
                        .strideH = below(1, 3),
                        .strideW = below(1, 3),
                        .padTop = below(0, 2),
                        .padLeft = below(0, 2),
                        .padBottom = below(0, 2),
                        .padRight = below(0, 2)};
    const Shape x{1, below(5, 17), below(5, 17), below(1, 40)};
    const Shape weights{window.kernelH, window.kernelW, x[3], below(1, 70)};
    std::vector<Shape> shapes{x, weights};
    if (i % 2 == 0) shapes.push_back({weights[3]});
    std::vector<LeavingModel> models{stepAlone(conv2dOp(), window.attributes(), shapes, random)};

    OpAttributes back = window.attributes();
    back.set("height", static_cast<double>(x[1]));
    back.set("width", static_cast<double>(x[2]));
    shapes[0] = {1, window.outputHeight(x[1]), window.outputWidth(x[2]), weights[3]};
    if (i % 2 == 0) shapes[2] = {weights[2]};
    models.push_back(stepAlone(conv2dTransposedOp(), back, shapes, random));

    const bool pads = std::max(window.padTop, window.padBottom) < window.kernelH &&
                      std::max(window.padLeft, window.padRight) < window.kernelW;
    OpAttributes pool = window.attributesWithKernel();
    if (pads) models.push_back(stepAlone(maxPoolOp(), pool, {x}, random));
    pool.set("count_padding", i % 2);
    if (pads) models.push_back(stepAlone(averagePoolOp(), pool, {x}, random));
    models.push_back(stepAlone(padChannelsOp(),
                               {{"channels", static_cast<double>(x[3] + 7)},
                                {"before", static_cast<double>(i % 8)},
                                {"stride_h", static_cast<double>(window.strideH)},
                                {"stride_w", static_cast<double>(window.strideW)}},
                               {x}, random));
    for (const LeavingModel& model : models) {
      const Result<double> share = shareOfDifference(model, 2, *reference);
      const OpNode& node = model.graph.nodes[0];
      std::string what = node.type->id;
      for (const ValueId id : node.inputs) what += " " + model.graph.shape(id).text();
      for (const auto& [key, value] : node.attributes.list())
        what += " " + key + "=" + std::to_string(int(value));
      QVERIFY2(share.ok(), (what + ": " + (share.ok() ? "" : share.error().message)).c_str());
      QVERIFY2(*share <= closeEnough, (what + ": " + std::to_string(*share)).c_str());
    }
  }
}

void TestEmbeddedModel::whatItTellsOfItself() {
  const auto model = leaving(madeTemplate("resnet", {{"depth", int64_t{20}}}));
  QVERIFY(model.ok());
  const std::vector<unsigned char> bytes = bytesOfModel(*model);
  const Outside outside = Outside::from_memory(bytes.data(), bytes.size());
  QCOMPARE(outside.title(), std::string("net"));
  QCOMPARE(outside.network_hash(), std::string("0123"));
  QCOMPARE(outside.input_shape(), (std::vector<size_t>{3, 32, 32}));
  QCOMPARE(outside.output_shape(), (std::vector<size_t>{10}));
  QCOMPARE(outside.output_names(), (std::vector<std::string>{"output"}));
  QCOMPARE(outside.classes().size(), size_t{10});
  QCOMPARE(outside.classes()[3], std::string("class 3"));
  // Memory of values that are read no more is used again: far less than all values together.
  QVERIFY2(outside.scratch_bytes() < 5 * 32 * 32 * 16 * 4,
           qPrintable(QString::number(outside.scratch_bytes())));
  QVERIFY(std::abs(outside.multiply_adds() - 40.6e6) < 0.5e6);
  // The first pixel of an image, by channel: (x / 255 - mean) / deviation.
  std::vector<unsigned char> pixels(3072, 0);
  pixels[0] = 255;
  pixels[1] = 51;
  const std::vector<float> input = outside.normalise(pixels);
  QCOMPARE(input[0], (1 - 0.4F) / 0.2F);
  QCOMPARE(input[1024], (0.2F - 0.5F) / 0.25F);
  QCOMPARE(input[2048], (0 - 0.6F) / 0.3F);
  QVERIFY_EXCEPTION_THROWN(outside.normalise(std::vector<unsigned char>(3071)), std::runtime_error);
  QVERIFY_EXCEPTION_THROWN(outside.run(std::vector<float>(3071)), std::invalid_argument);
  QVERIFY_EXCEPTION_THROWN(outside.run(std::vector<float>(3072), 2), std::invalid_argument);
}

void TestEmbeddedModel::drawingIsRefused() {
  const Made net = madeTemplate("conv-vae");
  const auto model = leaving(net, {.sampling = true});
  QVERIFY(model.ok());
  const auto bytes = embeddedModel(*model);
  QVERIFY(!bytes.ok());
  QVERIFY2(bytes.error().message.find("export the mean") != std::string::npos, bytes.error().message.c_str());
}

void TestEmbeddedModel::damagedFilesAreNamed() {
  const auto model = leaving(madeTemplate("starter"));
  QVERIFY(model.ok());
  const std::vector<unsigned char> good = bytesOfModel(*model);
  QVERIFY(problemOf(good).isEmpty());
  std::vector<unsigned char> bad = good;
  bad[bad.size() / 2] ^= 1;
  QVERIFY2(problemOf(bad).contains("checksum"), qPrintable(problemOf(bad)));
  bad = good;
  bad.pop_back();
  QVERIFY2(problemOf(bad).contains("not whole"), qPrintable(problemOf(bad)));
  bad = good;
  bad[8] = 2;
  setChecksum(bad);
  QVERIFY2(problemOf(bad).contains("version 2"), qPrintable(problemOf(bad)));
  bad = good;
  bad[0] = 'P';
  QVERIFY(problemOf(bad).contains("not a file of Bypath weights"));
  QVERIFY(problemOf({}).contains("not a file of Bypath weights"));
  QVERIFY_EXCEPTION_THROWN(Outside::load("/nowhere/net.bpw"), std::runtime_error);
  QVERIFY_EXCEPTION_THROWN(Outside::load("/tmp"), std::runtime_error);
}

// Bytes changed, words set to large numbers, parts cut out; the checksum set right in most, so that the
// reading behind it is what is tried. It throws, or loads something that runs.
void TestEmbeddedModel::mutationsNeverCrash() {
  const unsigned seed = seedOfTest();
  qInfo("seed %u", seed);
  std::mt19937 random(seed);
  std::vector<std::vector<unsigned char>> originals;
  for (const char* id : {"starter", "conv-vae"}) {
    const auto model = leaving(madeTemplate(id));
    QVERIFY(model.ok());
    originals.push_back(bytesOfModel(*model));
  }
  int refused = 0, ran = 0;
  for (int i = 0; i < mutationCount(); ++i) {
    std::vector<unsigned char> bytes = originals[random() % originals.size()];
    const size_t description = 64 + bypath_inference::detail::word_at<uint64_t>(&bytes[24]);
    for (unsigned k = 0; k < 1 + random() % 3; ++k) {
      const size_t at = random() % std::min(bytes.size() - 8, description);
      if (const unsigned how = random() % 4; how == 0)
        bytes[at] = static_cast<unsigned char>(random());
      else if (how == 1)
        bytes[at] ^= static_cast<unsigned char>(1U << random() % 8);
      else if (how == 2)
        for (size_t b = 0; b < 4; ++b) bytes[at + b] = random() % 2 ? 0xFF : 0;
      else
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at + random() % 8));
    }
    if (random() % 8 != 0 && bytes.size() > 64) {
      for (size_t b = 0; b < 8; ++b)
        bytes[16 + b] = static_cast<unsigned char>(uint64_t{bytes.size()} >> (8 * b));
      setChecksum(bytes);
    }
    try {
      const Outside model = Outside::from_memory(bytes.data(), bytes.size());
      size_t count = 1;
      for (const size_t size : model.input_shape()) count *= size;
      if (model.input_names().size() != 1 || model.scratch_bytes() > (64U << 20U) ||
          model.multiply_adds() > 5e7)
        continue;
      (void)model.run(std::vector<float>(count, 0.5F));
      ++ran;
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  qInfo("%d refused, %d ran", refused, ran);
  QVERIFY(refused > mutationCount() / 4);
}

void TestEmbeddedModel::aFolderThatAStrangerBuilds() {
  if (QStandardPaths::findExecutable("cmake").isEmpty())
    QSKIP("There is no cmake here to build the example with.");
  const auto model = leaving(madeTemplate("resnet", {{"depth", int64_t{20}}}));
  QVERIFY(model.ok());
  QTemporaryDir folder;
  const QString at = folder.path() + "/out";
  const auto engine = exactEngine();
  const Result<Comparison> proof = writeEmbedded(*model, *engine, (at + "/net.bpw").toStdString());
  QVERIFY2(proof.ok(), proof.ok() ? "" : proof.error().message.c_str());
  QVERIFY(proof->largest <= closeEnough * proof->scale);
  for (const char* name : {"net.bpw", "bypath.hpp", "CMakeLists.txt", "main.cpp"})
    QVERIFY2(QFile::exists(at + "/" + name), name);
  const Result<std::string> header = readTextFile((at + "/bypath.hpp").toStdString(), 1U << 20U);
  const Result<std::string> ours =
      readTextFile(BYPATH_SOURCE_DIR "/resources/inference/bypath.hpp", 1U << 20U);
  QVERIFY(header.ok() && ours.ok() && *header == *ours);

  const QString build = folder.path() + "/build";
  const Finished configured =
      started("cmake", {"-S", at, "-B", build, "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror",
                        "-DBYPATH_THREADS=2", "-DCMAKE_BUILD_TYPE=Release"});
  QVERIFY2(configured.code == 0, configured.problems);
  const Finished built = started("cmake", {"--build", build});
  QVERIFY2(built.code == 0, built.out + built.problems);

  const auto inputs = fixedBatch(*model, 2);
  const auto answers = ownAnswer(*model, *engine, inputs, 2);
  QVERIFY(answers.ok());
  const std::vector<float> outside = channelsFirst(inputs[0], {2, 32, 32, 3});
  QFile raw(folder.path() + "/two.raw");
  QVERIFY(raw.open(QFile::WriteOnly));
  raw.write(reinterpret_cast<const char*>(outside.data()),
            static_cast<qint64>(outside.size() * sizeof(float)));
  raw.close();
  const QString program = build + "/bypath_example";
  const Finished run = started(program, {at + "/net.bpw", raw.fileName(), "--numbers"});
  QVERIFY2(run.code == 0, run.problems);
  Comparison comparison;
  comparison.add((*answers)[0], numbersOf(run.out));
  QVERIFY2(comparison.largest <= closeEnough * comparison.scale,
           qPrintable(QString::number(comparison.largest)));

  QFile picture(folder.path() + "/grey.ppm");
  QVERIFY(picture.open(QFile::WriteOnly));
  picture.write("P6\n# grey\n32 32\n255\n" + QByteArray(3072, '\x66'));
  picture.close();
  const Finished classes = started(program, {at + "/net.bpw", picture.fileName()});
  QVERIFY2(classes.code == 0 && classes.out.count('\n') == 5 && classes.out.contains("class "), classes.out);
  QCOMPARE(started(program, {raw.fileName(), picture.fileName()}).code, 1);

  // What a person changed is theirs.
  QFile example(at + "/main.cpp");
  QVERIFY(example.open(QFile::WriteOnly));
  example.write("mine");
  example.close();
  QVERIFY(writeEmbedded(*model, *engine, (at + "/net.bpw").toStdString()).ok());
  QCOMPARE(*readTextFile((at + "/main.cpp").toStdString(), 100), std::string("mine"));
}

QTEST_GUILESS_MAIN(TestEmbeddedModel)
#include "test_embedded_model.moc"
