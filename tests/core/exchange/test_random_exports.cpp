#include <QtTest>

#include "core/base/atomic_file.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/keras_code.h"
#include "core/exchange/run_program.h"
#include "core/exchange/safetensors_model.h"
#include "core/exchange/verify_pytorch.h"
#include "made_model.h"
#include "random_network.h"

using namespace bypath;

namespace {

constexpr const char* checker = R"(
import importlib.util, sys
sys.path.insert(0, sys.argv[1])
bad = 0
for path in sys.argv[2:]:
    try:
        spec = importlib.util.spec_from_file_location("net", path)
        net = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(net)
        largest, good = net.check()
        stored = net.read_safetensors(net.CHECK)
        scale = max([1.0] + [float(abs(stored[name]).max()) for name in net.OUTPUTS])
        if not good or not largest <= 1e-5 * scale:
            raise ValueError(f"differs by {largest:.2e}")
    except Exception as error:
        bad += 1
        print(f"{path}: {type(error).__name__}: {error}")
sys.exit(1 if bad else 0)
)";

}  // namespace

class TestRandomExports : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void anyNetworkLeavesAndComesBack();
};

// Weights there and back, bit by bit; PyTorch's and Keras' code (Keras by its stand-in) within 1e-5 of the
// scale of our own output. BYPATH_RANDOM_SEED repeats a run, BYPATH_RANDOM_COUNT makes it longer.
void TestRandomExports::anyNetworkLeavesAndComesBack() {
  const uint64_t seed = qEnvironmentVariableIsSet("BYPATH_RANDOM_SEED")
                            ? qgetenv("BYPATH_RANDOM_SEED").toULongLong()
                            : std::random_device{}();
  const int count = qEnvironmentVariableIsSet("BYPATH_RANDOM_COUNT")
                        ? qEnvironmentVariableIntValue("BYPATH_RANDOM_COUNT")
                        : 40;
  qInfo("seed %llu", static_cast<unsigned long long>(seed));
  RandomNetwork random(seed);
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  const QTemporaryDir folder;
  const QByteArray keep = qgetenv("BYPATH_KEEP_EXPORTS");
  const std::filesystem::path at = keep.isEmpty() ? folder.path().toStdString() : keep.toStdString();
  std::vector<std::string> words = {"/usr/bin/python3", "-B", "-c", checker,
                                    BYPATH_SOURCE_DIR "/tests/core/exchange/keras_stand_in"};
  for (int i = 0; i < count; ++i) {
    const MadeNetwork made = madeNetwork(random.make(), seed + static_cast<uint64_t>(i));
    const LeavingSource source{made.network, layerCatalog(), made.weights, {.title = "random"}};
    const Result<SafetensorsFile> weights = toSafetensors(source);
    QVERIFY2(weights.ok(), weights.ok() ? "" : weights.error().message.c_str());
    const Result<ParameterStore> back = weightsFromSafetensors(*weights, made.network, layerCatalog());
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
    for (int p = 0; p < back->size(); ++p)
      QVERIFY(
          std::ranges::equal(back->values(p), made.weights.values(made.weights.find(back->info(p).name))));

    const Result<LeavingModel> model = leavingModel(source);
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
    const std::string stem = "net" + std::to_string(i);
    const Result<PytorchFiles> files = writePytorch(*model, *engine, at / (stem + ".py"));
    QVERIFY2(files.ok(), files.ok() ? "" : files.error().message.c_str());
    const Result<std::string> keras =
        kerasCode(*model, {.weightsFile = stem + ".safetensors", .checkFile = stem + "_check.safetensors"});
    QVERIFY(keras.ok() && writeFileAtomically(at / (stem + "_keras.py"), *keras).ok());
    words.push_back((at / (stem + ".py")).string());
    words.push_back((at / (stem + "_keras.py")).string());
  }
  if (!pythonHasTorch()) QSKIP("There is no PyTorch in /usr/bin/python3.");
  const ProgramRun run = runProgram(words, {.seconds = 250});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
}

QTEST_GUILESS_MAIN(TestRandomExports)
#include "test_random_exports.moc"
