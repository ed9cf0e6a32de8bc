#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/keras_code.h"
#include "core/exchange/run_program.h"
#include "core/exchange/verify_pytorch.h"
#include "export_cases.h"

using namespace bypath;

namespace {

constexpr const char* python = "/usr/bin/python3";

// Every file's own check; one line a file that is wrong.
constexpr const char* checker = R"(
import importlib.util, sys
if sys.argv[1]:
    sys.path.insert(0, sys.argv[1])
bad = 0
for path in sys.argv[2:]:
    try:
        spec = importlib.util.spec_from_file_location("net", path)
        net = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(net)
        largest, good = net.check()
        if not good or not largest <= 1e-4:
            raise ValueError(f"differs by {largest:.2e}")
    except Exception as error:
        bad += 1
        print(f"{path}: {net.__doc__.splitlines()[2:3]} {type(error).__name__}: {error}")
sys.exit(1 if bad else 0)
)";

// Every network as NAME.py, with the weights and answers that PyTorch's code has.
std::vector<std::string> write(const std::vector<ExportCase>& cases, const QTemporaryDir& folder) {
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  std::vector<std::string> files;
  for (const ExportCase& each : cases) {
    const Result<LeavingModel> model =
        leavingModel({each.made.network,
                      layerCatalog(),
                      each.made.weights,
                      {.title = each.name, .classes = {"a", "b"}, .mean = {0.5F}, .deviation = {0.2F}}},
                     each.options);
    if (!model) qFatal("%s: %s", each.name.c_str(), model.error().message.c_str());
    const std::string name = "net" + std::to_string(files.size()) + ".py";
    const std::filesystem::path path = folder.filePath(name.c_str()).toStdString();
    const Result<PytorchFiles> written =
        writeKeras(*model, *engine, path, {.normMomenta = normMomenta(each.made.network, layerCatalog())});
    if (!written) qFatal("%s: %s", each.name.c_str(), written.error().message.c_str());
    files.push_back(path.string());
  }
  if (const QByteArray keep = qgetenv("BYPATH_KEEP_EXPORTS"); !keep.isEmpty())
    std::filesystem::copy(
        folder.path().toStdString(), keep.toStdString() + "/keras" + std::to_string(cases.size()),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  return files;
}

}  // namespace

class TestKerasCode : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void itGivesOurOutput_data();
  void itGivesOurOutput();
  void whatIsWrittenIsReadBack();
};

void TestKerasCode::itGivesOurOutput_data() {
  QTest::addColumn<bool>("layers");
  QTest::newRow("templates") << false;
  QTest::newRow("layers") << true;
}

// By Keras where it is installed; else by a stand-in with its layers' formulas, run by torch; else it is only
// compiled.
void TestKerasCode::itGivesOurOutput() {
  if (runProgram({python, "-c", ""}).exitCode != 0) QSKIP("There is no /usr/bin/python3.");
  QFETCH(bool, layers);
  const QTemporaryDir folder;
  const std::vector<std::string> files = write(layers ? layerCases() : templateCases(), folder);
  std::vector<std::string> compiling = {python, "-m", "py_compile"};
  compiling.insert(compiling.end(), files.begin(), files.end());
  const ProgramRun compiled = runProgram(compiling);
  QVERIFY2(compiled.exitCode == 0, compiled.output.c_str());

  const bool keras = pythonHasKeras();
  if (!keras && !pythonHasTorch()) QSKIP("There is neither Keras nor PyTorch in /usr/bin/python3.");
  const std::string standIn = BYPATH_SOURCE_DIR "/tests/core/exchange/keras_stand_in";
  std::vector<std::string> words = {python, "-B", "-c", checker, keras ? "" : standIn};
  words.insert(words.end(), files.begin(), files.end());
  const ProgramRun run = runProgram(words, {.seconds = 250});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
}

void TestKerasCode::whatIsWrittenIsReadBack() {
  const MadeNetwork made = madeTemplate("starter");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const Result<LeavingModel> model = leavingModel({made.network, layerCatalog(), made.weights, {}});
  QVERIFY(model.ok());
  const QTemporaryDir folder;
  const Result<PytorchFiles> files = writeKeras(*model, *engine, folder.filePath("net.py").toStdString());
  QVERIFY(files.ok());
  const Result<Comparison> good = verifyKeras(*model, *files);
  QVERIFY2(good.ok(), good.ok() ? "" : good.error().message.c_str());
  QVERIFY(good->by.find(pythonHasKeras() ? "run by Keras" : "not run") != std::string::npos);
  // A weight that is not the one that was written.
  Result<SafetensorsFile> weights = readSafetensors(files->weights);
  QVERIFY(weights.ok());
  weights->tensors.at("fc.bias").bytes[3] ^= std::byte{0x40};
  QVERIFY(writeSafetensors(files->weights, *weights).ok());
  QVERIFY(!verifyKeras(*model, *files).ok());
}

QTEST_GUILESS_MAIN(TestKerasCode)
#include "test_keras_code.moc"
