#include <QtTest>
#include <set>

#include "core/exchange/module_names.h"
#include "core/exchange/python_text.h"
#include "made_model.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

std::set<std::string> keysOf(const std::string& id, const Attributes& parameters,
                             NameStyle style = NameStyle::torchvisionWhereItFits) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  if (!network) qFatal("%s", network.error().message.c_str());
  const Result<ModuleNames> names =
      moduleNames(check(*network, layerCatalog(), {.mode = Mode::evaluation}).graph, style);
  if (!names) qFatal("%s", names.error().message.c_str());
  std::set<std::string> keys;
  for (const OutsideTensor& tensor : names->tensors) keys.insert(tensor.name);
  for (const std::string& norm : names->norms) keys.insert(norm + ".num_batches_tracked");
  return keys;
}

// torchvision.models.resnet: _make_layer gives the first block a downsample where stride or channels change.
std::set<std::string> torchvisionKeys(const std::vector<int>& blocks, bool bottleneck) {
  std::set<std::string> keys;
  const auto norm = [&](const std::string& at) {
    for (const char* name : {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
      keys.insert(at + "." + name);
  };
  keys.insert("conv1.weight");
  norm("bn1");
  for (size_t layer = 0; layer < blocks.size(); ++layer)
    for (int block = 0; block < blocks[layer]; ++block) {
      const std::string at = "layer" + std::to_string(layer + 1) + "." + std::to_string(block) + ".";
      for (int k = 1; k <= (bottleneck ? 3 : 2); ++k) {
        keys.insert(at + "conv" + std::to_string(k) + ".weight");
        norm(at + "bn" + std::to_string(k));
      }
      if (block > 0 || (layer == 0 && !bottleneck)) continue;
      keys.insert(at + "downsample.0.weight");
      norm(at + "downsample.1");
    }
  keys.insert({"fc.weight", "fc.bias"});
  return keys;
}

}  // namespace

class TestModuleNames : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theImagenetFamilyHasTorchvisionsNames_data();
  void theImagenetFamilyHasTorchvisionsNames();
  void othersHaveTheirOwn();
  void everyBlockKindHasUniqueNames();
  void namesThatPythonTakes();
};

void TestModuleNames::theImagenetFamilyHasTorchvisionsNames_data() {
  QTest::addColumn<std::string>("depth");
  QTest::addColumn<std::string>("stem");
  QTest::addColumn<std::vector<int>>("blocks");
  QTest::addColumn<int>("count");
  for (const char* stem : {"imagenet", "cifar"}) {
    QTest::addRow("18 %s", stem) << "18"s << std::string(stem) << std::vector<int>{2, 2, 2, 2} << 122;
    QTest::addRow("50 %s", stem) << "50"s << std::string(stem) << std::vector<int>{3, 4, 6, 3} << 320;
  }
}

void TestModuleNames::theImagenetFamilyHasTorchvisionsNames() {
  QFETCH(std::string, depth);
  QFETCH(std::string, stem);
  QFETCH(std::vector<int>, blocks);
  QFETCH(int, count);
  const std::set<std::string> keys = keysOf("resnet-imagenet", {{"depth", depth}, {"stem", stem}});
  QCOMPARE(static_cast<int>(keys.size()), count);
  const std::set<std::string> expected = torchvisionKeys(blocks, depth == "50");
  for (const std::string& key : expected) QVERIFY2(keys.contains(key), key.c_str());
  QVERIFY(keys == expected);
  const std::set<std::string> own =
      keysOf("resnet-imagenet", {{"depth", depth}, {"stem", stem}}, NameStyle::own);
  QCOMPARE(static_cast<int>(own.size()), count);
  QVERIFY(own.contains("stem_conv.weight") && own.contains("stage1.0.conv1.weight"));
}

void TestModuleNames::othersHaveTheirOwn() {
  const std::set<std::string> cifar = keysOf("resnet", {{"depth", int64_t{20}}, {"shortcut", "C"s}});
  QVERIFY(cifar.contains("stem_conv.weight") && cifar.contains("stage3.2.bn2.running_var"));
  QVERIFY(cifar.contains("stage1.0.downsample.0.weight") && cifar.contains("fc.bias"));
  const std::set<std::string> fixup = keysOf("resnet", {{"init", "fixup"s}, {"shortcut", "B"s}});
  QVERIFY(fixup.contains("stage2.0.before_conv1") && fixup.contains("stage2.0.multiplier"));
  QVERIFY(!fixup.contains("stage2.0.before_conv1.shift"));
  const std::set<std::string> vae = keysOf("conv-vae", {});
  QVERIFY(vae.contains("encoder.down1_conv.weight") && vae.contains("decoder.dense.bias"));
}

void TestModuleNames::everyBlockKindHasUniqueNames() {
  const LayerType& block = *layerCatalog().find("residual_block");
  for (const LayerExample& example : block.examples()) {
    const MadeNetwork made = madeNetwork(exampleNetwork(block, example));
    const CheckedNetwork checked = check(made.network, layerCatalog(), {.mode = Mode::evaluation});
    const Result<ModuleNames> names = moduleNames(checked.graph);
    QVERIFY2(names.ok(), example.name.c_str());
    QVERIFY(!names->torchvision);
    std::set<std::string> keys;
    for (const OutsideTensor& tensor : names->tensors)
      QVERIFY2(keys.insert(tensor.name).second, (example.name + ": " + tensor.name).c_str());
    QCOMPARE(keys.size(), checked.graph.parameters.size());
  }
}

void TestModuleNames::namesThatPythonTakes() {
  QCOMPARE(pythonName("stem-conv"), "stem_conv"s);
  QCOMPARE(pythonName("3x3"), "n3x3"s);
  QCOMPARE(pythonName("class"), "class_"s);
  QCOMPARE(pythonName("train"), "train_"s);
  QCOMPARE(pythonClassName("resnet 20"), "Resnet20"s);
  QCOMPARE(pythonText("a \"b\"\n\xff"), "\"a \\\"b\\\"\\n\xEF\xBF\xBD\""s);
  QCOMPARE(pythonComment("two\nlines \"\"\" and \xff"), "two lines     and \xEF\xBF\xBD"s);
  QCOMPARE(pythonReal(2), "2.0"s);
  QCOMPARE(pythonTuple(std::vector<float>{0.5F}), "(0.5,)"s);
}

QTEST_GUILESS_MAIN(TestModuleNames)
#include "test_module_names.moc"
