// The .bpw file and the header that runs it: every template, every layer and random steps against our own
// engines.
#include "core/cli/layer_check.h"
#include "core/engines/reference/reference_engine.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"
#include "tests/core/exchange/embedded_fixture.h"

using namespace bypath;

namespace {

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
    // A loss that is all a network gives is no output that anybody takes away.
    if (!model.ok() && type.group == "Loss") continue;
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

QTEST_GUILESS_MAIN(TestEmbeddedModel)
#include "test_embedded_model.moc"
