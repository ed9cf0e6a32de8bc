#include <fstream>
#include <QtTest>

#include "core/base/bounded_reader.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/run_program.h"
#include "core/exchange/verify_pytorch.h"
#include "export_cases.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

using Case = ExportCase;

// Writes every network's files; the names of the code files.
std::vector<std::string> write(const std::vector<Case>& cases, const QTemporaryDir& folder, Engine& engine) {
  std::vector<std::string> files;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case& each = cases[i];
    const Result<LeavingModel> model = leavingModel({each.made.network,
                                                     layerCatalog(),
                                                     each.made.weights,
                                                     {.title = each.name,
                                                      .classes = {"a", "b"},
                                                      .mean = {0.5F, 0.4F, 0.3F},
                                                      .deviation = {0.2F, 0.3F, 0.25F}}},
                                                    each.options);
    if (!model) {
      qWarning("%s: %s", each.name.c_str(), model.error().message.c_str());
      continue;
    }
    const std::filesystem::path path = folder.filePath(QString("net%1.py").arg(i)).toStdString();
    const Result<PytorchFiles> written =
        writePytorch(*model, engine, path, {.normMomenta = normMomenta(each.made.network, layerCatalog())});
    if (!written) {
      qWarning("%s: %s", each.name.c_str(), written.error().message.c_str());
      continue;
    }
    files.push_back(path.string());
  }
  if (const QByteArray keep = qgetenv("BYPATH_KEEP_EXPORTS"); !keep.isEmpty())
    std::filesystem::copy(
        folder.path().toStdString(), keep.toStdString() + "/" + std::to_string(cases.size()),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  return files;
}

// Compiles, loads strictly and checks every file in one process; one line a file that is wrong.
constexpr const char* checker = R"(
import importlib.util, sys, torch
torch.set_num_threads(2)
bad = 0
for path in sys.argv[1:]:
    try:
        spec = importlib.util.spec_from_file_location("net", path)
        net = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(net)
        largest, good = net.check()
        stored = net.read_safetensors(net.CHECK)
        scale = max([1.0] + [stored[n].abs().max().item() for n in net.OUTPUTS])
        if not largest <= 1e-5 * scale:
            raise ValueError(f"differs by {largest:.2e} at a scale of {scale:.2e}")
    except Exception as error:
        bad += 1
        print(f"{path}: {net.__doc__.splitlines()[2:3]} {type(error).__name__}: {error}")
sys.exit(1 if bad else 0)
)";

}  // namespace

class TestPytorchCode : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void itCompiles();
  void torchGivesOurOutput_data();
  void torchGivesOurOutput();
  void itGoesOnTraining_data();
  void itGoesOnTraining();
  void aWrongFileIsRefused();
  void programsAreLimited();
};

void TestPytorchCode::itCompiles() {
  if (runProgram({"/usr/bin/python3", "-c", ""}).exitCode != 0) QSKIP("There is no /usr/bin/python3.");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  std::vector<Case> cases;
  cases.push_back({"a \"title\" \\ with ''' \n everything \xff \xF0\x9F\x98\x80", madeTemplate("starter")});
  cases.push_back({"resnet", madeTemplate("resnet", {{"depth", int64_t{14}}})});
  const QTemporaryDir folder;
  const std::vector<std::string> files = write(cases, folder, *engine);
  QCOMPARE(files.size(), cases.size());
  for (const std::string& file : files) {
    const ProgramRun run = runProgram({"/usr/bin/python3", "-m", "py_compile", file});
    QVERIFY2(run.exitCode == 0, run.output.c_str());
  }
}

void TestPytorchCode::torchGivesOurOutput_data() {
  QTest::addColumn<bool>("layers");
  QTest::newRow("templates") << false;
  QTest::newRow("layers") << true;
}

void TestPytorchCode::torchGivesOurOutput() {
  if (!pythonHasTorch()) QSKIP("There is no PyTorch in /usr/bin/python3.");
  QFETCH(bool, layers);
  // As exact as it is: minimal filtering rounds some times more coarsely.
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  const std::vector<Case> cases = layers ? layerCases() : templateCases();
  const QTemporaryDir folder;
  const std::vector<std::string> files = write(cases, folder, *engine);
  QCOMPARE(files.size(), cases.size());
  std::vector<std::string> words = {"/usr/bin/python3", "-B", "-c", checker};
  words.insert(words.end(), files.begin(), files.end());
  const ProgramRun run = runProgram(words, {.seconds = 250});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
}

void TestPytorchCode::itGoesOnTraining_data() {
  QTest::addColumn<Attributes>("settings");
  QTest::addColumn<int>("processes");
  QTest::newRow("as it starts") << Attributes{} << 1;
  QTest::newRow("two processes") << Attributes{{"epochs", int64_t{1}}} << 2;
  QTest::newRow("adamw") << Attributes{{"optimizer", "adamw"s},         {"learning_rate", 0.001},
                                       {"schedule", "one-cycle"s},      {"clip_norm", 1.0},
                                       {"weight_decay_of", "weights"s}, {"augment", true}}
                         << 1;
  QTest::newRow("nesterov") << Attributes{{"optimizer", "nesterov"s},
                                          {"schedule", "step"s},
                                          {"warmup_steps", int64_t{3}},
                                          {"ema_decay", 0.99}}
                            << 1;
  QTest::newRow("inverse time") << Attributes{{"schedule", "inverse-time"s}, {"rate_decay", 0.01}} << 1;
}

// Steps of training that make the loss smaller, alone or as one of two that share the work.
constexpr const char* trainer = R"(
import importlib.util, os, sys, torch
torch.set_num_threads(1)
spec = importlib.util.spec_from_file_location("net", sys.argv[1])
net = importlib.util.module_from_spec(spec)
spec.loader.exec_module(net)
torch.manual_seed(0)
labels = torch.arange(256) % 2
pixels = (torch.rand(256, 3, 32, 32) * 64 + labels.view(-1, 1, 1, 1) * 128).to(torch.uint8)
def loss(model):
    with torch.no_grad():
        return net.F.cross_entropy(model(net.normalise(pixels)), labels).item()
world = int(sys.argv[2])
def work(rank):
    if world > 1:
        os.environ.update(WORLD_SIZE=str(world), RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=sys.argv[3])
    return net.train(pixels, labels, epochs=3, save=None)
before = loss(net.load())
if world > 1 and os.fork() == 0:
    work(1)
    os._exit(0)
after = loss(work(0))
print(before, after)
sys.exit(0 if after < before else 1)
)";

void TestPytorchCode::itGoesOnTraining() {
  if (!pythonHasTorch()) QSKIP("There is no PyTorch in /usr/bin/python3.");
  QFETCH(Attributes, settings);
  QFETCH(int, processes);
  settings["batch"] = int64_t{32};
  const MadeNetwork made = madeTemplate("starter");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const Result<LeavingModel> model =
      leavingModel({made.network, layerCatalog(), made.weights, {.settings = settings}});
  QVERIFY(model.ok());
  const QTemporaryDir folder;
  const std::filesystem::path path = folder.filePath("net.py").toStdString();
  QVERIFY(writePytorch(*model, *engine, path).ok());
  const std::string port = std::to_string(20000 + QCoreApplication::applicationPid() % 20000);
  const ProgramRun run =
      runProgram({"/usr/bin/python3", "-B", "-c", trainer, path.string(), std::to_string(processes), port},
                 {.seconds = 100});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
}

void TestPytorchCode::aWrongFileIsRefused() {
  const MadeNetwork made = madeTemplate("starter");
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2});
  const Result<LeavingModel> model = leavingModel({made.network, layerCatalog(), made.weights, {}});
  QVERIFY(model.ok());
  const QTemporaryDir folder;
  const std::filesystem::path path = folder.filePath("net.py").toStdString();
  const Result<PytorchFiles> files = writePytorch(*model, *engine, path);
  QVERIFY2(files.ok(), files.ok() ? "" : files.error().message.c_str());
  const Result<Comparison> good = verifyPytorch(*model, *files);
  QVERIFY2(good.ok(), good.ok() ? "" : good.error().message.c_str());
  QVERIFY(!good->by.empty() && good->largest <= 1e-5 * good->scale);
  // Other weights than the answers are of.
  Result<SafetensorsFile> weights = readSafetensors(files->weights);
  QVERIFY(weights.ok());
  StoredTensor& bias = weights->tensors.at("fc.bias");
  const float wrong = 3;
  std::memcpy(bias.bytes.data(), &wrong, sizeof wrong);
  QVERIFY(writeSafetensors(files->weights, *weights).ok());
  QVERIFY(!verifyPytorch(*model, *files).ok());
}

void TestPytorchCode::programsAreLimited() {
  QVERIFY(!runProgram({"/nonexistent/program"}).started);
  const ProgramRun answer = runProgram({"/bin/sh", "-c", "echo one; echo two >&2; exit 7"});
  QCOMPARE(answer.exitCode, 7);
  QVERIFY(answer.output.find("one") != std::string::npos && answer.output.find("two") != std::string::npos);
  QElapsedTimer timer;
  timer.start();
  const ProgramRun slow = runProgram({"/bin/sh", "-c", "sleep 60"}, {.seconds = 0.3});
  QVERIFY(slow.timedOut && slow.exitCode == -1);
  QVERIFY(timer.elapsed() < 20000);
  const ProgramRun loud = runProgram({"/bin/sh", "-c", "head -c 100000 /dev/zero"}, {.outputBytes = 1000});
  QCOMPARE(loud.output.size(), size_t{1000});
}

QTEST_GUILESS_MAIN(TestPytorchCode)
#include "test_pytorch_code.moc"
