// The command line's contract: names, JSON keys, exit codes; and bad input that gets a sentence and harms
// nothing.
#include <cmath>
#include <QJsonArray>
#include <QtEndian>

#include "program.h"

class TestContract : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void helpAndVersion();
  void templatesAndShow();
  void newWritesAProject();
  void trainEvalPredictFlow();
  void resumeIsExact();
  void branchesAndTakesWeights();
  void interruptLeavesACheckpoint();
  void badInput_data();
  void badInput();
  void nothingIsOverwritten();
  void benchExplainSelfcheck();
};

namespace {

// The tensors of a safetensors file: what follows its header (which also tells the seconds a run took).
QByteArray tensors(const QString& path) {
  const QByteArray file = contents(path);
  return file.size() < 8 ? QByteArray() : file.mid(8 + qFromLittleEndian<qint64>(file.constData()));
}

}  // namespace

void TestContract::helpAndVersion() {
  Program program;
  QCOMPARE(program.run({"--version"}).code, 0);
  const ProgramOutcome help = program.run({"--help"});
  QCOMPARE(help.code, 0);
  for (const char* command : {"templates", "show", "new",    "train",   "sweep",     "queue",     "eval",
                              "predict",   "flow", "lesion", "doctor",  "landscape", "shattered", "confusion",
                              "latent",    "look", "bench",  "explain", "selfcheck", "data",      "runs"}) {
    QVERIFY2(help.out.contains(command), command);
    QCOMPARE(program.run({command, "--help"}).code, 0);
  }
  QCOMPARE(program.run({}).code, 2);
  QCOMPARE(program.run({"no-such-command"}).code, 2);
}

void TestContract::templatesAndShow() {
  Program program;
  const auto templates = program.run({"templates", "--json"}).jsonLines();
  QVERIFY(templates.size() >= 7);
  for (const QJsonObject& object : templates) verifyKeys(object, {"name", "summary", "parameters"});

  const ProgramOutcome shown = program.run({"show", "resnet", "--set", "depth=20", "--json"});
  QCOMPARE(shown.code, 0);
  const auto lines = shown.jsonLines();
  QCOMPARE(lines.size(), 1);
  verifyKeys(lines[0], {"layers", "parameters", "macs", "memory_bytes", "diagnostics"});
  QCOMPARE(lines[0]["parameters"].toInt(), 269722);
  QVERIFY(lines[0]["memory_bytes"].toDouble() > 1e6);
  QVERIFY(program.run({"show", "resnet"}).out.contains("269,722"));
}

void TestContract::newWritesAProject() {
  Program program;
  QCOMPARE(program.run({"new", "starter", "-o", "a.bypath"}).code, 0);
  const QByteArray before = contents(program.path("a.bypath"));
  QCOMPARE(program.run({"show", "a.bypath"}).code, 0);
  QCOMPARE(program.run({"new", "resnet", "-o", "a.bypath"}).code, 2);
  QCOMPARE(contents(program.path("a.bypath")), before);
}

void TestContract::trainEvalPredictFlow() {
  Program program;
  const ProgramOutcome trained = program.run(
      QStringList{"train", "starter", "--epochs", "1", "--out", "run", "--log-every", "5", "--json"} +
      tinyRun);
  QVERIFY2(trained.code == 0, trained.err);
  bool step = false, epoch = false;
  for (const QJsonObject& object : trained.jsonLines()) {
    if (object["event"] == "step")
      verifyKeys(object,
                 {"step", "epoch", "loss", "accuracy", "learning_rate", "images_per_second", "seconds"}),
          step = true;
    if (object["event"] == "epoch")
      verifyKeys(object, {"step", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}),
          epoch = true;
  }
  QVERIFY(step && epoch);

  const ProgramOutcome evaluated = program.run({"eval", "run", "--json"});
  QVERIFY2(evaluated.code == 0, evaluated.err);
  verifyKeys(evaluated.jsonLines().value(0), {"loss", "accuracy"});

  const ProgramOutcome flow = program.run({"flow", "run", "--save-gradients", "g.safetensors", "--json"});
  QVERIFY2(flow.code == 0, flow.err);
  const QJsonObject object = flow.jsonLines().value(0);
  verifyKeys(object, {"loss", "blocks"});
  QCOMPARE(object["blocks"].toArray().size(), 3);
  for (const QJsonValue& block : object["blocks"].toArray()) {
    verifyKeys(block.toObject(), {"path", "shortcut_norm", "branch_norm", "cosine"});
    QVERIFY(block["shortcut_norm"].toDouble() > 0);
    QVERIFY(block["branch_norm"].toDouble() > 0);
  }
  QVERIFY(QFile::exists(program.path("g.safetensors")));

  const auto runs = program.run({"runs", "list", "--json"}).jsonLines();
  QCOMPARE(runs.size(), 1);
  verifyKeys(runs[0], {"run", "network", "state"});
  QCOMPARE(runs[0]["state"].toString(), "finished");
  QCOMPARE(program.run({"runs", "show", runs[0]["run"].toString(), "--csv", "run.csv"}).code, 0);
  QVERIFY(contents(program.path("run.csv")).startsWith("step,epoch,seconds"));

  const auto sets = program.run({"data", "list", "--json"}).jsonLines();
  verifyKeys(sets.value(0), {"name", "state", "classes", "shape"});
  QCOMPARE(program.run({"data", "info", "shapes", "--json"}).code, 0);
}

void TestContract::resumeIsExact() {
  Program program;
  const QStringList common =
      QStringList{"starter", "--steps", "24",    "--checkpoint-every", "5", "--log-every",
                  "1",       "--json",  "--set", "augment=true"} +
      tinyRun;
  QCOMPARE(program.run(QStringList{"train", "--out", "whole"} + common).code, 0);
  // The same run, cut at step 10 by an end of its steps written as an interruption: a checkpoint every 5
  // steps, killed.
  QProcess process;
  process.setProcessEnvironment(program.environment());
  process.setWorkingDirectory(QFileInfo(program.path("x")).path());
  process.start(BYPATH_PROGRAM, QStringList{"train", "--out", "cut"} + common);
  QByteArray seen;
  while (!seen.contains("\"step\":11") && process.waitForReadyRead(60000))
    seen += process.readAllStandardOutput();
  process.kill();
  process.waitForFinished();
  const ProgramOutcome resumed = program.run(QStringList{"train", "--out", "cut", "--resume"} + common);
  QVERIFY2(resumed.code == 0, resumed.err);
  const QByteArray whole = tensors(program.path("whole/weights.safetensors"));
  QVERIFY(whole.size() > 1000);
  QVERIFY(whole == tensors(program.path("cut/weights.safetensors")));
  // A finished run resumed is done at once.
  QCOMPARE(program.run(QStringList{"train", "--out", "cut", "--resume"} + common).code, 0);
  QVERIFY(whole == tensors(program.path("cut/weights.safetensors")));
}

void TestContract::branchesAndTakesWeights() {
  Program program;
  const QStringList common = QStringList{"train", "starter", "--log-every", "1", "--json"} + tinyRun;
  QCOMPARE(
      program.run(common + QStringList{"--steps", "24", "--set", "schedule=constant", "--out", "whole"}).code,
      0);
  QCOMPARE(program.run(common + QStringList{"--steps", "16", "--set", "schedule=constant", "--out", "parent"})
               .code,
           0);

  // Branched at step 16 with nothing changed, a run ends where the uninterrupted one does.
  const ProgramOutcome branch =
      program.run(common + QStringList{"--steps", "24", "--set", "schedule=constant", "--from",
                                       "parent/checkpoint-last.safetensors", "--out", "branch"});
  QVERIFY2(branch.code == 0, branch.err);
  QVERIFY(tensors(program.path("branch/weights.safetensors")) ==
          tensors(program.path("whole/weights.safetensors")));
  const QJsonObject shown = program.run({"runs", "show", "branch", "--json"}).jsonLines().value(0);
  QCOMPARE(shown["rows"].toArray().at(0)["step"].toInt(), 1);

  // The stem and the blocks fit another number of classes; the head begins anew.
  for (const char* source : {"parent", "parent/checkpoint-best.safetensors"}) {
    const ProgramOutcome taken =
        program.run(common + QStringList{"--steps", "1", "--set", "classes=12", "--weights", source, "--out",
                                         QString("taken-%1").arg(qstrlen(source))});
    QVERIFY2(taken.code == 0, taken.err);
    QVERIFY2(taken.out.contains("Weights kept: block1"), taken.out);
    QVERIFY2(taken.out.contains("New: "), taken.out);
  }

  QCOMPARE(program.run(common + QStringList{"--weights", "parent", "--from", "parent"}).code, 2);
  const ProgramOutcome missing = program.run(common + QStringList{"--from", "nowhere.safetensors"});
  QCOMPARE(missing.code, 2);
  QVERIFY2(missing.err.contains("nowhere.safetensors"), missing.err);
  const ProgramOutcome foreign =
      program.run(common + QStringList{"--set", "repeat=2", "--from", "parent", "--out", "foreign"});
  QCOMPARE(foreign.code, 3);
  QVERIFY2(foreign.err.size() > 40, foreign.err);
}

void TestContract::interruptLeavesACheckpoint() {
  Program program;
  QProcess process;
  process.setProcessEnvironment(program.environment());
  process.setWorkingDirectory(QFileInfo(program.path("x")).path());
  process.start(BYPATH_PROGRAM, QStringList{"train", "starter", "--epochs", "500", "--out", "run",
                                            "--log-every", "1", "--json"} +
                                    tinyRun);
  QVERIFY(process.waitForReadyRead(60000));
  process.terminate();
  QVERIFY(process.waitForFinished(60000));
  QCOMPARE(process.exitCode(), 130);
  QVERIFY(QFile::exists(program.path("run/checkpoint-last.safetensors")));
}

void TestContract::badInput_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::addColumn<int>("code");
  QTest::addColumn<QByteArray>("says");
  QTest::newRow("unknown template") << QStringList{"show", "resnext"} << 2 << QByteArray("resnet-vae");
  QTest::newRow("unknown setting") << QStringList{"show", "resnet", "--set", "dept=20"} << 2
                                   << QByteArray("depth");
  QTest::newRow("not a number") << QStringList{"show", "resnet", "--set", "depth=deep"} << 2
                                << QByteArray("depth");
  QTest::newRow("impossible depth") << QStringList{"show", "resnet", "--set", "depth=21"} << 2
                                    << QByteArray("6n+2");
  QTest::newRow("missing project") << QStringList{"show", "./nowhere.bypath"} << 6
                                   << QByteArray("nowhere.bypath");
  QTest::newRow("newer project") << QStringList{"show", "newer.bypath"} << 3 << QByteArray("version");
  QTest::newRow("impossible shape") << QStringList{"train", "impossible.bypath"} << 3 << QByteArray("conv1");
  QTest::newRow("not JSON") << QStringList{"show", "garbage.bypath"} << 3 << QByteArray("garbage.bypath");
  QTest::newRow("unknown data") << QStringList{"train", "starter", "--data", "imagenet"} << 2
                                << QByteArray("shapes");
  QTest::newRow("missing data folder")
      << QStringList{"train", "starter", "--data", "cifar10", "--data-dir", "./none"} << 6
      << QByteArray("none");
  QTest::newRow("truncated data file")
      << QStringList{"train", "starter", "--data", "cifar10", "--data-dir", "short"} << 3
      << QByteArray("data_batch_1.bin");
  QTest::newRow("unknown engine") << QStringList{"train", "starter", "--engine", "tpu"} << 2
                                  << QByteArray("cpu");
  QTest::newRow("missing run") << QStringList{"eval", "./no-run"} << 2 << QByteArray("no-run");
  QTest::newRow("damaged checkpoint")
      << QStringList{"eval", "damaged.safetensors"} << 3 << QByteArray("damaged.safetensors");
  QTest::newRow("negative batch") << QStringList{"train", "starter", "--batch", "-5"} << 2
                                  << QByteArray("batch");
}

void TestContract::badInput() {
  QFETCH(QStringList, arguments);
  QFETCH(int, code);
  QFETCH(QByteArray, says);
  Program program;
  QCOMPARE(program.run({"new", "starter", "-o", "good.bypath"}).code, 0);
  const auto write = [&](const QString& name, const QByteArray& text) {
    QDir(program.path(".")).mkpath(QFileInfo(name).path());
    QFile file(program.path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
  };
  QByteArray newer = contents(program.path("good.bypath"));
  QVERIFY(newer.contains("\"version\": 1") || newer.contains("\"version\":1"));
  newer.replace("\"version\": 1", "\"version\": 99").replace("\"version\":1,", "\"version\":99,");
  write("newer.bypath", newer);
  write("garbage.bypath", "{\"format\": [");
  write("impossible.bypath",
        R"({"format": "bypath-project", "version": 1, "network": {"name": "impossible", "graph": {
            "nodes": [{"name": "image", "type": "input", "attributes": {"shape": "32x32x3"}},
                      {"name": "conv1", "type": "conv2d", "attributes": {"kernel": 64, "padding": "valid"}},
                      {"name": "pool", "type": "global_average_pool"}, {"name": "loss", "type": "softmax_loss"}],
            "wires": [["image", 0, "conv1", 0], ["conv1", 0, "pool", 0], ["pool", 0, "loss", 0]]}},
            "layout": {}, "training": {}})");
  write("damaged.safetensors", QByteArray(100, '\x7f'));
  for (int i = 1; i <= 5; ++i)
    write(QString("short/cifar-10-batches-bin/data_batch_%1.bin").arg(i), QByteArray(3073, '\0'));
  write("short/cifar-10-batches-bin/test_batch.bin", QByteArray(3073, '\0'));

  const ProgramOutcome outcome = program.run(arguments);
  QVERIFY2(outcome.code == code,
           "exit code " + QByteArray::number(outcome.code) + ": " + outcome.out + outcome.err);
  QVERIFY2(outcome.err.contains(says), outcome.err);
  QVERIFY2(outcome.err.size() > 30, outcome.err);
  QVERIFY2(!outcome.err.contains("terminate called"), outcome.err);
}

void TestContract::nothingIsOverwritten() {
  Program program;
  const QStringList train = QStringList{"train", "starter", "--steps", "4", "--out", "run"} + tinyRun;
  QCOMPARE(program.run(train).code, 0);
  const QByteArray weights = contents(program.path("run/weights.safetensors"));
  const ProgramOutcome again = program.run(train);
  QCOMPARE(again.code, 2);
  QVERIFY2(again.err.contains("--resume") || again.err.contains("resume"), again.err);
  // A checkpoint of another network.
  const ProgramOutcome other =
      program.run(QStringList{"train", "starter", "--steps", "8", "--out", "run", "--resume", "--set",
                              "width=8", "--batch", "32", "--set", "limit_train=512"});
  QCOMPARE(other.code, 3);
  QVERIFY2(other.err.size() > 40, other.err);
  QVERIFY(contents(program.path("run/weights.safetensors")) == weights);
}

void TestContract::benchExplainSelfcheck() {
  Program program;
  const ProgramOutcome bench = program.run({"bench", "starter", "--batch", "16", "--steps", "3", "--json"});
  QVERIFY2(bench.code == 0, bench.err);
  verifyKeys(bench.jsonLines().value(0),
             {"median_ms", "min_ms", "images_per_second", "gflops", "peak_rss_mib"});
  QCOMPARE(program.run({"bench", "starter", "--batch", "16", "--steps", "2", "--mode", "infer"}).code, 0);
  const ProgramOutcome explained = program.run({"explain", "starter", "--json"});
  QCOMPARE(explained.code, 0);
  QVERIFY(explained.jsonLines().value(0)["text"].toString().size() > 200);
  const ProgramOutcome checked = program.run({"selfcheck", "--json"});
  QVERIFY2(checked.code == 0, checked.out + checked.err);
  QVERIFY(checked.jsonLines().last()["passed"].toInt() > 100);
  QCOMPARE(checked.jsonLines().last()["failed"].toInt(), 0);
}

QTEST_GUILESS_MAIN(TestContract)
#include "test_contract.moc"
