// 200 random networks as PyTorch code, loaded strictly and run by PyTorch where Python has it.
// BYPATH_NETWORKS sets another number, BYPATH_SEED the first.
#include <QTemporaryDir>
#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/run_program.h"
#include "core/exchange/verify_pytorch.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;

class TestPytorchNetworks : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void randomNetworks();
};

void TestPytorchNetworks::randomNetworks() {
  if (!pythonHasTorch()) QSKIP("There is no PyTorch in /usr/bin/python3.");
  bool set = false;
  const int wanted = qEnvironmentVariableIntValue("BYPATH_NETWORKS", &set), count = set ? wanted : 200;
  const unsigned first = qEnvironmentVariable("BYPATH_SEED", "2001").toUInt();
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  const QTemporaryDir folder;
  for (int i = 0; i < count; ++i) {
    const TrainedNetwork net = RandomNetwork(first + static_cast<unsigned>(i)).make();
    const Result<LeavingModel> model = leavingModel(net.source());
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
    const std::string file = folder.filePath(QString("net%1.py").arg(i, 5, 10, QChar('0'))).toStdString();
    const Result<PytorchFiles> written =
        writePytorch(*model, *engine, file, {.normMomenta = normMomenta(net.network, layerCatalog())});
    QVERIFY2(written.ok(), written.ok() ? "" : written.error().message.c_str());
  }
  const ProgramRun run =
      runProgram({"/usr/bin/python3", "-B", BYPATH_SOURCE_DIR "/tests/core/exchange/check_pytorch.py",
                  folder.path().toStdString()},
                 {.seconds = 280});
  QVERIFY2(run.exitCode == 0, run.output.c_str());
  qInfo("%d random networks from seed %u: %s", count, first, run.output.c_str());
}

QTEST_GUILESS_MAIN(TestPytorchNetworks)
#include "test_pytorch_networks.moc"
