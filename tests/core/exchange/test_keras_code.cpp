#include <QtTest>

#include "core/base/atomic_file.h"
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
                     {.part = each.part});
    if (!model) qFatal("%s: %s", each.name.c_str(), model.error().message.c_str());
    const std::string stem = "net" + std::to_string(files.size());
    const std::filesystem::path path = folder.filePath((stem + ".py").c_str()).toStdString();
    const PytorchCodeOptions options{.weightsFile = stem + ".safetensors",
                                     .checkFile = stem + "_check.safetensors",
                                     .normMomenta = normMomenta(each.made.network, layerCatalog())};
    const Result<PytorchFiles> written = writePytorch(*model, *engine, path, options);
    const Result<std::string> code = kerasCode(*model, options);
    if (!written || !code || !writeFileAtomically(path, *code)) qFatal("%s", each.name.c_str());
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

  const bool keras = runProgram({python, "-c", "import keras; keras.ops"}).exitCode == 0;
  if (!keras && !pythonHasTorch()) QSKIP("There is neither Keras nor PyTorch in /usr/bin/python3.");
  const std::string standIn = BYPATH_SOURCE_DIR "/tests/core/exchange/keras_stand_in";
  std::vector<std::string> words = {python, "-B", "-c", checker, keras ? "" : standIn};
  words.insert(words.end(), files.begin(), files.end());
  const ProgramRun run = runProgram(words, {.seconds = 250});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
}

QTEST_GUILESS_MAIN(TestKerasCode)
#include "test_keras_code.moc"
