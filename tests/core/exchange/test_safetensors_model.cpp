#include <cstring>
#include <QtTest>

#include "core/exchange/module_names.h"
#include "core/exchange/safetensors_model.h"
#include "made_model.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

LeavingSource sourceOf(const MadeNetwork& made) {
  return {.network = made.network,
          .layers = layerCatalog(),
          .weights = made.weights,
          .facts = {.title = "a net", .classes = {"cat", "d\"og"}, .mean = {0.5F}, .seed = 7, .step = 42}};
}

SafetensorsFile fileOf(const MadeNetwork& made) {
  const Result<SafetensorsFile> file = toSafetensors(sourceOf(made));
  if (!file) qFatal("%s", file.error().message.c_str());
  return *file;
}

bool sameBits(const ParameterStore& one, const ParameterStore& other) {
  if (one.size() != other.size()) return false;
  for (int i = 0; i < one.size(); ++i) {
    const int k = other.find(one.info(i).name);
    if (k < 0) return false;
    const auto a = one.values(i), b = other.values(k);
    if (a.size() != b.size() || std::memcmp(a.data(), b.data(), a.size_bytes()) != 0) return false;
  }
  return true;
}

}  // namespace

class TestSafetensorsModel : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void thereAndBackIsTheSame_data();
  void thereAndBackIsTheSame();
  void ownNamesOfATorchvisionNetwork();
  void layoutsArePyTorchs();
  void wrappersAreLeftOut();
  void whatDoesNotFitIsNamed();
  void aPartHasTheNamesOfTheWhole();
};

void TestSafetensorsModel::thereAndBackIsTheSame_data() {
  QTest::addColumn<std::string>("id");
  QTest::addColumn<Attributes>("parameters");
  QTest::newRow("starter") << "starter"s << Attributes{};
  for (const char* shortcut : {"A", "B", "C", "scaled", "exclusive-gating", "shortcut-gating", "convolution"})
    QTest::addRow("resnet 20 %s", shortcut) << "resnet"s << Attributes{{"shortcut", std::string(shortcut)}};
  for (const char* order :
       {"full-preactivation", "bn-after-add", "relu-before-add", "relu-only-preactivation"})
    QTest::addRow("resnet 20 %s", order) << "resnet"s << Attributes{{"order", std::string(order)}};
  for (const char* init : {"zero-last", "fixup", "skipinit"})
    QTest::addRow("resnet 20 %s", init)
        << "resnet"s << Attributes{{"init", std::string(init)}, {"shortcut", "B"s}};
  QTest::newRow("plain") << "plain"s << Attributes{};
  QTest::newRow("preact-resnet") << "preact-resnet"s << Attributes{};
  QTest::newRow("resnet-18") << "resnet-imagenet"s << Attributes{{"stem", "cifar"s}};
  QTest::newRow("resnet-50") << "resnet-imagenet"s << Attributes{{"depth", "50"s}};
  QTest::newRow("resnet-vae") << "resnet-vae"s << Attributes{{"width_divisor", int64_t{16}}};
  QTest::newRow("conv-vae") << "conv-vae"s << Attributes{};
}

void TestSafetensorsModel::thereAndBackIsTheSame() {
  QFETCH(std::string, id);
  QFETCH(Attributes, parameters);
  const MadeNetwork made = madeTemplate(id, parameters);
  const QTemporaryDir folder;
  const std::filesystem::path path = folder.filePath("model.safetensors").toStdString();
  QVERIFY(writeSafetensors(path, fileOf(made)).ok());
  const Result<SafetensorsFile> read = readSafetensors(path);
  QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
  QCOMPARE(read->metadata.at("format"), "pt"s);
  QCOMPARE(read->metadata.at("classes"), "[\"cat\",\"d\\\"og\"]"s);
  const Result<ParameterStore> back = weightsFromSafetensors(*read, made.network, layerCatalog());
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
  QVERIFY(sameBits(made.weights, *back));
  for (const auto& [name, tensor] : read->tensors) {
    if (!name.ends_with("num_batches_tracked")) continue;
    QVERIFY(tensor.type == DataType::i64 && tensor.shape.empty());
    int64_t step = 0;
    std::memcpy(&step, tensor.bytes.data(), sizeof step);
    QCOMPARE(step, int64_t{42});
  }
}

void TestSafetensorsModel::ownNamesOfATorchvisionNetwork() {
  const MadeNetwork made = madeTemplate("resnet-imagenet", {{"stem", "cifar"s}});
  const SafetensorsFile file = fileOf(made);
  QCOMPARE(file.metadata.at("names"), "torchvision"s);
  QCOMPARE(file.tensors.size(), size_t{122});
  const CheckedNetwork checked = check(made.network, layerCatalog(), {.mode = Mode::evaluation});
  const Result<ModuleNames> theirs = moduleNames(checked.graph),
                            ours = moduleNames(checked.graph, NameStyle::own);
  QVERIFY(theirs.ok() && ours.ok());
  SafetensorsFile renamed;
  for (size_t i = 0; i < ours->tensors.size(); ++i)
    renamed.tensors[ours->tensors[i].name] = file.tensors.at(theirs->tensors[i].name);
  const Result<ParameterStore> back = weightsFromSafetensors(renamed, made.network, layerCatalog());
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
  QVERIFY(sameBits(made.weights, *back));
}

void TestSafetensorsModel::layoutsArePyTorchs() {
  const MadeNetwork made = madeTemplate("conv-vae");
  const SafetensorsFile file = fileOf(made);
  const auto at = [&](const std::string& name, int64_t place) {
    float value = 0;
    std::memcpy(&value, file.tensors.at(name).bytes.data() + static_cast<size_t>(place) * sizeof value,
                sizeof value);
    return value;
  };
  // (out, in, height, width) of a convolution, ours being (height, width, in, out).
  const auto w = made.weights.values(made.weights.find("encoder/down2_conv/weight"));
  QCOMPARE(file.tensors.at("encoder.down2_conv.weight").shape, (std::vector<int64_t>{64, 128, 3, 3}));
  QCOMPARE(at("encoder.down2_conv.weight", ((5 * 128 + 7) * 3 + 1) * 3 + 2),
           w[((1 * 3 + 2) * 128 + 7) * 64 + 5]);
  // (in, out, height, width) of a transposed one, ours being (height, width, out, in).
  const auto t = made.weights.values(made.weights.find("decoder/up2_conv/weight"));
  QCOMPARE(file.tensors.at("decoder.up2_conv.weight").shape, (std::vector<int64_t>{32, 64, 3, 3}));
  QCOMPARE(at("decoder.up2_conv.weight", ((5 * 64 + 7) * 3 + 1) * 3 + 2), t[((1 * 3 + 2) * 64 + 7) * 32 + 5]);
  const auto d = made.weights.values(made.weights.find("decoder/dense/weight"));
  QCOMPARE(at("decoder.dense.weight", 3 * 128 + 4), d[4 * 2048 + 3]);
}

void TestSafetensorsModel::wrappersAreLeftOut() {
  const MadeNetwork made = madeTemplate("starter");
  SafetensorsFile wrapped;
  for (auto& [name, tensor] : fileOf(made).tensors)
    wrapped.tensors[(name.size() % 2 ? "module." : "_orig_mod.module.") + name] = tensor;
  const Result<ParameterStore> back = weightsFromSafetensors(wrapped, made.network, layerCatalog());
  QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
  QVERIFY(sameBits(made.weights, *back));
}

void TestSafetensorsModel::whatDoesNotFitIsNamed() {
  const MadeNetwork made = madeTemplate("resnet");
  const SafetensorsFile file = fileOf(made);
  const auto complaint = [&](const SafetensorsFile& changed) {
    const Result<ParameterStore> back = weightsFromSafetensors(changed, made.network, layerCatalog());
    return back.ok() ? ""s : back.error().message;
  };
  const auto says = [](const std::string& text, const std::string& what) {
    if (text.find(what) == std::string::npos) qWarning("%s", text.c_str());
    return text.find(what) != std::string::npos;
  };
  SafetensorsFile missing = file;
  missing.tensors.erase("stage2.1.conv2.weight");
  QVERIFY(says(complaint(missing), "stage2.1.conv2.weight is missing"));

  SafetensorsFile more = file;
  more.tensors["extra"] = StoredTensor::fromFloats({1}, std::vector<float>{1}.data());
  QVERIFY(says(complaint(more), "extra is left over"));

  SafetensorsFile shaped = file;
  std::swap(shaped.tensors.at("fc.weight").shape[0], shaped.tensors.at("fc.weight").shape[1]);
  QVERIFY(says(complaint(shaped), "fc.weight is [64, 10], not [10, 64]"));

  SafetensorsFile none = file;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(none.tensors.at("fc.bias").bytes.data() + 4, &nan, sizeof nan);
  QVERIFY(says(complaint(none), "fc.bias holds numbers that are not finite"));

  SafetensorsFile typed = file;
  typed.tensors.at("fc.bias").type = DataType::f64;
  QVERIFY(says(complaint(typed), "fc.bias is not of 32-bit floats"));
  SafetensorsFile counted = file;
  counted.tensors.at("stem_bn.num_batches_tracked") = StoredTensor::fromFloats({}, &nan);
  QVERIFY(says(complaint(counted), "stem_bn.num_batches_tracked is not one 64-bit integer"));

  QVERIFY(says(complaint({}), "stem_conv.weight is missing"));
  QVERIFY(says(complaint({}), "and 87 more"));
  // A file without the counters is whole.
  SafetensorsFile without = file;
  std::erase_if(without.tensors, [](const auto& t) { return t.first.ends_with("num_batches_tracked"); });
  QCOMPARE(complaint(without), ""s);
}

void TestSafetensorsModel::aPartHasTheNamesOfTheWhole() {
  const MadeNetwork made = madeTemplate("resnet-vae", {{"width_divisor", int64_t{16}}});
  const SafetensorsFile whole = fileOf(made);
  for (const char* part : {"encoder", "decoder", ""}) {
    const Result<LeavingModel> model = leavingModel(sourceOf(made), {.part = part});
    QVERIFY(model.ok());
    const Result<SafetensorsFile> file = toSafetensors(*model);
    QVERIFY(file.ok() && !file->tensors.empty());
    for (const auto& [name, tensor] : file->tensors) {
      QVERIFY2(name.starts_with(part) && whole.tensors.contains(name), name.c_str());
      QVERIFY(whole.tensors.at(name).bytes == tensor.bytes);
    }
  }
}

QTEST_GUILESS_MAIN(TestSafetensorsModel)
#include "test_safetensors_model.moc"
