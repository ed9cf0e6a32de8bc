// 200 random networks as weights, there and back bit by bit, and as PyTorch and Keras code, loaded strictly
// and run: within 1e-5 of the largest output. Keras is a stand-in after its documentation (keras_stand_in/)
// where Python has none. BYPATH_NETWORKS sets another number, BYPATH_SEED the first; BYPATH_KEEP_EXPORTS
// keeps the files in a folder.
#include <QTemporaryDir>
#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/run_program.h"
#include "core/exchange/safetensors_model.h"
#include "core/exchange/verify_pytorch.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestRandomExports : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase();
  void weightsComeBackBitByBit();
  void codeSaysWhatTheNetworkSays();

 private:
  int count_ = 200;
  unsigned first_ = 2001;
};

void TestRandomExports::initTestCase() {
  bool set = false;
  const int wanted = qEnvironmentVariableIntValue("BYPATH_NETWORKS", &set);
  if (set) count_ = wanted;
  first_ = qEnvironmentVariable("BYPATH_SEED", "2001").toUInt();
  qInfo("%d random networks from seed %u", count_, first_);
}

void TestRandomExports::weightsComeBackBitByBit() {
  for (int i = 0; i < count_; ++i) {
    const TrainedNetwork net = RandomNetwork(first_ + static_cast<unsigned>(i)).make();
    const Result<SafetensorsFile> weights = toSafetensors(net.source());
    QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
    const Result<ParameterStore> back = weightsFromSafetensors(*weights, net.network, layerCatalog());
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
    for (int p = 0; p < back->size(); ++p)
      QVERIFY(std::ranges::equal(back->values(p), net.weights.values(net.weights.find(back->info(p).name))));
  }
}

void TestRandomExports::codeSaysWhatTheNetworkSays() {
  if (!pythonHasTorch()) QSKIP("There is no PyTorch in /usr/bin/python3.");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  const QTemporaryDir temporary;
  const QByteArray keep = qgetenv("BYPATH_KEEP_EXPORTS");
  const fs::path folder = keep.isEmpty() ? temporary.path().toStdString() : keep.toStdString();
  for (int i = 0; i < count_; ++i) {
    const TrainedNetwork net = RandomNetwork(first_ + static_cast<unsigned>(i)).make();
    const Result<LeavingModel> model = leavingModel(net.source());
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
    const std::string stem = "net" + std::to_string(i);
    const Result<PytorchFiles> torch = writePytorch(*model, *engine, folder / (stem + ".py")),
                               keras = writeKeras(*model, *engine, folder / (stem + "_keras.py"));
    QVERIFY2(torch.ok(), torch.ok() ? "" : torch.error().message.c_str());
    QVERIFY2(keras.ok(), keras.ok() ? "" : keras.error().message.c_str());
  }
  const ProgramRun run =
      runProgram({"/usr/bin/python3", "-B", BYPATH_SOURCE_DIR "/tests/core/exchange/check_exports.py",
                  folder.string(), BYPATH_SOURCE_DIR "/tests/core/exchange/keras_stand_in"},
                 {.seconds = 280});
  qInfo("%s", run.output.c_str());
  QVERIFY(run.exitCode == 0);
}

QTEST_GUILESS_MAIN(TestRandomExports)
#include "test_random_exports.moc"
