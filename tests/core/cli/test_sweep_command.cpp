// `bypath sweep` and `bypath queue`: the table, interruption by a kill, and runs that fail.
#include <QJsonArray>

#include "program.h"

class TestSweepCommand : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void trainsEveryCombinationAndItsTwin();
  void goesOnAfterAKill();
  void aDivergedRunIsARow();
  void aFailedRunIsARow();
  void queues();
  void growsBlockByBlock();
  void badInput_data();
  void badInput();
};

namespace {

const QStringList tiny = {"--set", "limit_train=256", "--set", "limit_validation=64", "--batch",
                          "32",    "--threads",       "2",     "--log-every",         "1"};

QJsonArray rowsOf(const ProgramOutcome& outcome) {
  return outcome.jsonLines().value(0)["rows"].toArray();
}

void write(const QString& path, const QByteArray& text) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text);
}

}  // namespace

void TestSweepCommand::trainsEveryCombinationAndItsTwin() {
  Program program;
  const QStringList sweep =
      QStringList{"sweep", "starter", "--vary", "width=4,8", "--twin", "--epochs", "2", "--out", "all"} +
      tiny;
  const ProgramOutcome outcome = program.run(sweep + QStringList{"--json"});
  QVERIFY2(outcome.code == 0, outcome.err);
  QCOMPARE(outcome.jsonLines().size(), 1);
  const QJsonArray rows = rowsOf(outcome);
  QCOMPARE(rows.size(), 4);
  for (int i = 0; i < 4; ++i) {
    const QJsonObject row = rows[i].toObject();
    for (const char* key : {"name", "network", "set", "twin", "state", "parameters", "epochs", "seconds",
                            "best_loss", "best_val_loss", "best_accuracy", "best_val_accuracy", "folder"})
      QVERIFY2(row.contains(key), key);
    QCOMPARE(row["state"].toString(), "finished");
    QCOMPARE(row["epochs"].toInt(), 2);
    QCOMPARE(row["twin"].toBool(), i % 2 == 1);
    QVERIFY(QFile::exists(program.path(row["folder"].toString() + "/weights.safetensors")));
    // Table 1's minima, from the run's own history.
    double best = 1e300;
    const QJsonObject run =
        program.run({"runs", "show", row["folder"].toString(), "--json"}).jsonLines().value(0);
    QCOMPARE(run["name"], row["name"]);
    for (const QJsonValue& point : run["rows"].toArray())
      if (point["epoch_end"].toBool()) best = std::min(best, point["val_loss"].toDouble());
    QCOMPARE(row["best_val_loss"].toDouble(), best);
  }
  QVERIFY(rows[1].toObject()["parameters"].toInt() < rows[0].toObject()["parameters"].toInt());
  QVERIFY(contents(program.path("all/width-4_plain/network.bypath")).contains("\"none\""));
  QVERIFY(
      QJsonDocument::fromJson(contents(program.path("all/sweep.json"))).object()["experiments"].isArray());

  // Again: nothing is trained, the table is the same.
  const QByteArray weights = contents(program.path("all/width-8/weights.safetensors"));
  const ProgramOutcome again = program.run(sweep);
  QVERIFY2(again.code == 0, again.err);
  QVERIFY2(again.out.startsWith("| width | twin"), again.out);
  QCOMPARE(again.out.count('\n'), 6);
  QVERIFY(again.out.contains("validation accuracy"));
  QVERIFY(contents(program.path("all/width-8/weights.safetensors")) == weights);
  const ProgramOutcome csv = program.run(sweep + QStringList{"--format", "csv"});
  QVERIFY2(csv.out.startsWith("width,twin,state,parameters,epochs,seconds,best_loss,best_val_loss"), csv.out);

  // Its own file is a queue; other settings in the same folder are refused, and harm nothing.
  QCOMPARE(rowsOf(program.run({"queue", "all/sweep.json", "--json"})).size(), 4);
  const ProgramOutcome other = program.run(sweep + QStringList{"--learning-rate", "0.05"});
  QCOMPARE(other.code, 2);
  QVERIFY2(other.err.contains("learning_rate"), other.err);
  QVERIFY(contents(program.path("all/width-8/weights.safetensors")) == weights);
}

void TestSweepCommand::goesOnAfterAKill() {
  Program program;
  const QStringList sweep = QStringList{"sweep",   "starter", "--vary", "seed=1,2",           "--set",
                                        "width=4", "--steps", "160",    "--checkpoint-every", "4"} +
                            tiny;
  QCOMPARE(program.run(sweep + QStringList{"--out", "whole", "--quiet"}).code, 0);
  for (const bool killed : {true, false}) {
    const QString out = killed ? "killed" : "stopped";
    QProcess process;
    process.setProcessEnvironment(program.environment());
    process.setWorkingDirectory(QFileInfo(program.path("x")).path());
    process.start(BYPATH_PROGRAM, sweep + QStringList{"--out", out});
    process.setReadChannel(QProcess::StandardError);
    QByteArray seen;
    while (!seen.contains("2/2 seed-2: step 11/") && process.waitForReadyRead(60000))
      seen += process.readAllStandardError();
    killed ? process.kill() : process.terminate();
    QVERIFY(process.waitForFinished(60000));
    if (!killed) QCOMPARE(process.exitCode(), 130);
    const ProgramOutcome rest = program.run(sweep + QStringList{"--out", out, "--json"});
    QVERIFY2(rest.code == 0, rest.err);
    QVERIFY2(!rest.err.contains("1/2 seed-1"), "the finished run is not trained again");
    QVERIFY2(!rest.err.contains("step 1/160"), "the half-done run goes on");
    QCOMPARE(rowsOf(rest).size(), 2);
    for (const char* name : {"/seed-1", "/seed-2"}) {
      const auto weights = [&](const QString& folder) {
        const QByteArray file = contents(program.path(folder + name + "/weights.safetensors"));
        return file.size() < 8 ? QByteArray() : file.mid(8 + qFromLittleEndian<qint64>(file.constData()));
      };
      QVERIFY(weights("whole").size() > 1000);
      QVERIFY(weights("whole") == weights(out));
    }
  }
}

void TestSweepCommand::aDivergedRunIsARow() {
  Program program;
  const QStringList sweep = QStringList{"sweep",    "starter",   "--vary", "learning_rate=1e9,0.05",
                                        "--set",    "retries=0", "--set",  "width=4",
                                        "--epochs", "1",         "--out",  "all",
                                        "--json"} +
                            tiny;
  for (int round = 0; round < 2; ++round) {
    const ProgramOutcome outcome = program.run(sweep);
    QVERIFY2(outcome.code == 0, outcome.err);
    const QJsonArray rows = rowsOf(outcome);
    QCOMPARE(rows[0].toObject()["state"].toString(), "diverged");
    QVERIFY(rows[0].toObject()["message"].toString().contains("learning rate"));
    QCOMPARE(rows[1].toObject()["state"].toString(), "finished");
    QCOMPARE(outcome.err.contains("1/2"), round == 0);
  }
}

void TestSweepCommand::aFailedRunIsARow() {
  Program program;
  write(program.path("list.json"),
        R"([{"network": "starter", "set": {"data": "cifar10", "data_dir": "./none"}},
      {"network": "starter", "set": {"width": 4, "steps": 2, "limit_train": 64, "limit_validation": 64}}])");
  const ProgramOutcome outcome = program.run({"queue", "list.json", "--out", "all", "--json"});
  QVERIFY2(outcome.code == 6, outcome.err);
  QCOMPARE(rowsOf(outcome)[0].toObject()["state"].toString(), "failed");
  QCOMPARE(rowsOf(outcome)[1].toObject()["state"].toString(), "finished");
}

void TestSweepCommand::queues() {
  Program program;
  write(
      program.path("list.json"),
      R"([{"network": "starter", "name": "small", "set": {"width": 4, "steps": 4, "limit_train": 128, "limit_validation": 64}},
            {"network": "resnet", "name": "deep", "twin": true,
             "set": {"depth": 8, "width": 4, "steps": 2, "limit_train": 128, "limit_validation": 64, "batch": 32}},
            {"network": "starter", "name": "later", "weights": "small",
             "set": {"width": 4, "steps": 1, "limit_train": 128, "limit_validation": 64}}])");
  const ProgramOutcome outcome = program.run({"queue", "list.json"});
  QVERIFY2(outcome.code == 0, outcome.err);
  QVERIFY2(outcome.out.contains("| small") && outcome.out.contains("| deep"), outcome.out);
  const auto runs = program.run({"runs", "list", "--json"}).jsonLines();
  QCOMPARE(runs.size(), 3);
  const QString folder = QFileInfo(runs[0]["folder"].toString()).path();
  QVERIFY(program.run({"runs", "show", folder + "/later"}).out.contains("Weights kept: block1"));
  write(program.path("wrong.json"), R"([{"network": "starter", "weights": "nobody"}])");
  const ProgramOutcome wrong = program.run({"queue", "wrong.json"});
  QVERIFY2(wrong.code == 3 && wrong.err.contains("nobody"), wrong.err);
  for (const QJsonObject& run : runs) QVERIFY(run["folder"].toString().contains("queue-list"));
}

void TestSweepCommand::growsBlockByBlock() {
  Program program;
  const QStringList grow = QStringList{"grow",    "starter", "--set", "width=4", "--stage-steps", "3",
                                       "--steps", "5",       "--out", "grown",   "--json"} +
                           tiny;
  const ProgramOutcome outcome = program.run(grow);
  QVERIFY2(outcome.code == 0, outcome.err);
  const QJsonArray rows = rowsOf(outcome);
  QCOMPARE(rows.size(), 4);
  const QStringList names = {"01-block1", "02-block2", "03-block3", "joint"};
  for (int i = 0; i < 4; ++i) {
    const QJsonObject row = rows[i].toObject();
    QCOMPARE(row["name"].toString(), names[i]);
    QCOMPARE(row["state"].toString(), "finished");
    QCOMPARE(row["steps"].toInt(), i < 3 ? 3 : 5);
    QCOMPARE(row["weights"].toString(), i == 0 ? QString() : names[i - 1]);
  }
  const ProgramOutcome again = program.run(grow);
  QVERIFY2(again.code == 0 && again.out == outcome.out, again.err);
}

void TestSweepCommand::badInput_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::addColumn<int>("code");
  QTest::addColumn<QByteArray>("says");
  QTest::newRow("nothing varied") << QStringList{"sweep", "starter"} << 2 << QByteArray("--vary");
  QTest::newRow("not key=value") << QStringList{"sweep", "starter", "--vary", "width"} << 2
                                 << QByteArray("key=a,b,c");
  QTest::newRow("unknown key") << QStringList{"sweep", "starter", "--vary", "wdth=4,8"} << 2
                               << QByteArray("width");
  QTest::newRow("impossible value") << QStringList{"sweep", "resnet", "--vary", "depth=8,21"} << 2
                                    << QByteArray("6n+2");
  QTest::newRow("no blocks") << QStringList{"sweep", "conv-vae", "--vary", "latent=8,16", "--twin"} << 2
                             << QByteArray("residual block");
  QTest::newRow("unknown format") << QStringList{"sweep", "starter", "--vary", "width=4,8", "--format", "pdf"}
                                  << 2 << QByteArray("markdown");
  QTest::newRow("nothing to grow") << QStringList{"grow", "conv-vae"} << 2 << QByteArray("encoder");
  QTest::newRow("no queue") << QStringList{"queue", "nowhere.json"} << 6 << QByteArray("nowhere.json");
}

void TestSweepCommand::badInput() {
  QFETCH(QStringList, arguments);
  QFETCH(int, code);
  QFETCH(QByteArray, says);
  Program program;
  const ProgramOutcome outcome = program.run(arguments);
  QVERIFY2(outcome.code == code,
           "exit code " + QByteArray::number(outcome.code) + ": " + outcome.out + outcome.err);
  QVERIFY2(outcome.err.contains(says), outcome.err);
  QVERIFY(!QFile::exists(program.path("data-home/bypath/runs")));
}

QTEST_GUILESS_MAIN(TestSweepCommand)
#include "test_sweep_command.moc"
