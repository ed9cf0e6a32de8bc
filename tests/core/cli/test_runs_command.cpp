// The history on the command line: remarks, comparison and deletion.
#include <QJsonArray>

#include "program.h"

class TestRunsCommand : public QObject {
  Q_OBJECT

  Program program_;
  QJsonObject shown(const QString& run) const {
    return program_.run({"runs", "show", run, "--json"}).jsonLines().value(0);
  }
  void train(const QString& out, const QStringList& more = {}) const {
    const ProgramOutcome outcome = program_.run(
        QStringList{"train", "starter", "--out", out, "--set", "width=4", "--set", "limit_train=128", "--set",
                    "limit_validation=64", "--batch", "32", "--epochs", "2", "--quiet"} +
        more);
    QVERIFY2(outcome.code == 0, outcome.err);
  }

 private Q_SLOTS:
  void initTestCase() {
    train("a");
    train("b", {"--learning-rate", "0.05", "--set", "keep_every=1"});
  }

  void remarksTravelWithTheFolder() {
    QCOMPARE(program_.run({"runs", "rename", "a", "first try"}).code, 0);
    QCOMPARE(program_.run({"runs", "note", "a", "a | note\nof two lines"}).code, 0);
    QCOMPARE(program_.run({"runs", "tag", "a", "baseline"}).code, 0);
    QCOMPARE(program_.run({"runs", "tag", "a", "paper"}).code, 0);
    QCOMPARE(program_.run({"runs", "tag", "a", "baseline"}).code, 0);
    const auto header =
        program_.run({"runs", "tag", "a", "paper", "--remove", "--json"}).jsonLines().value(0);
    QCOMPARE(header["tags"].toArray(), (QJsonArray{"baseline"}));

    const ProgramOutcome list = program_.run({"runs", "list"});
    QVERIFY2(list.out.contains("first try") && list.out.contains("baseline"), list.out);
    QCOMPARE(program_.run({"runs", "list", "--json"}).jsonLines().size(), 2);
    QCOMPARE(program_.run({"runs", "list", "--tag", "baseline", "--json"}).jsonLines().size(), 1);
    QCOMPARE(program_.run({"runs", "list", "--tag", "none", "--json"}).jsonLines().size(), 0);

    Program elsewhere;
    QDir().mkpath(elsewhere.path("copy"));
    for (const QString& name : QDir(program_.path("a")).entryList(QDir::Files))
      QVERIFY(QFile::copy(program_.path("a/" + name), elsewhere.path("copy/" + name)));
    const ProgramOutcome copied = elsewhere.run({"runs", "show", "copy", "--json"});
    QVERIFY2(copied.code == 0, copied.err);
    const QJsonObject object = copied.jsonLines().value(0);
    QCOMPARE(object["name"].toString(), "first try");
    QCOMPARE(object["note"].toString(), "a | note\nof two lines");
    QCOMPARE(object["rows"].toArray(), shown("a")["rows"].toArray());
    QVERIFY(elsewhere.run({"runs", "show", "copy"}).out.contains("baseline"));
  }

  void comparesSideBySide() {
    const ProgramOutcome outcome = program_.run({"runs", "compare", "a", "b", "--json"});
    QVERIFY2(outcome.code == 0, outcome.err);
    const QJsonObject object = outcome.jsonLines().value(0);
    QCOMPARE(object["differing"].toArray(), (QJsonArray{"learning_rate", "keep_every"}));
    const QJsonObject second = object["runs"].toArray().at(1).toObject();
    QCOMPARE(second["settings"].toObject()["learning_rate"].toDouble(), 0.05);
    QCOMPARE(second["epochs"].toInt(), 2);
    QVERIFY(second["best"].toObject()["val_loss"].toDouble() <=
            second["last"].toObject()["val_loss"].toDouble());
    QVERIFY(second["best"].toObject()["val_accuracy"].toDouble() >=
            second["last"].toObject()["val_accuracy"].toDouble());
    const ProgramOutcome text = program_.run({"runs", "compare", "a", "b"});
    QVERIFY2(text.out.contains("learning_rate") && text.out.contains("best val_loss"), text.out);
    QVERIFY2(!text.out.contains("momentum"), "only what differs");
  }

  void exportsItsCurves() {
    const ProgramOutcome csv =
        program_.run({"runs", "export", "a", "--format", "csv", "-o", "a.csv", "--json"});
    QVERIFY2(csv.code == 0, csv.err);
    QCOMPARE(csv.jsonLines().value(0)["file"].toString(), "a.csv");
    QVERIFY(contents(program_.path("a.csv")).startsWith("step,epoch,seconds"));

    const QStringList events = {"runs", "export", "a", "--format", "tensorboard", "-o", "events"};
    for (int round = 0; round < 2; ++round) QCOMPARE(program_.run(events).code, 0);
    for (const char* half : {"events/train", "events/validation"})
      QCOMPARE(QDir(program_.path(half)).entryList({"events.out.tfevents.*"}).size(), 1);
    const ProgramOutcome other =
        program_.run({"runs", "export", "b", "--format", "tensorboard", "-o", "events"});
    QCOMPARE(other.code, 2);
    QVERIFY2(other.err.contains("another run"), other.err);
  }

  void deletesOnlyWhatIsTheRuns() {
    train("c", {"--set", "keep_every=1"});
    QFile foreign(program_.path("c/thesis.txt"));
    QVERIFY(foreign.open(QIODevice::WriteOnly));
    foreign.close();
    QDir(program_.path("c")).mkdir("weights.safetensors.d");

    const ProgramOutcome unsure = program_.run({"runs", "delete", "c"});
    QCOMPARE(unsure.code, 2);
    QVERIFY2(unsure.err.contains("--yes"), unsure.err);
    QCOMPARE(program_.run({"runs", "delete", "c/checkpoint-best.safetensors", "--yes"}).code, 2);
    QVERIFY(QFile::exists(program_.path("c/weights.safetensors")));

    QCOMPARE(program_.run({"runs", "delete", "c", "--yes"}).code, 0);
    QCOMPARE(QDir(program_.path("c")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             (QStringList{"thesis.txt", "weights.safetensors.d"}));
    QCOMPARE(program_.run({"runs", "list", "--json"}).jsonLines().size(), 2);

    train("d");
    const QString id = shown("d")["run"].toString();
    QCOMPARE(program_.run({"runs", "delete", id, "--yes"}).code, 0);
    QVERIFY(!QDir(program_.path("d")).exists());
    QCOMPARE(program_.run({"runs", "show", id}).code, 2);
  }

  void aRunInTrainingIsNotDeleted() {
    QProcess process;
    process.setProcessEnvironment(program_.environment());
    process.setWorkingDirectory(program_.path("."));
    process.start(BYPATH_PROGRAM, {"train", "starter", "--set", "width=4", "--epochs", "5000", "--out",
                                   "busy", "--log-every", "1", "--json"});
    QVERIFY(process.waitForReadyRead(60000));
    const ProgramOutcome outcome = program_.run({"runs", "delete", "busy", "--yes"});
    QCOMPARE(program_.run({"runs", "tag", "busy", "long"}).code, 0);
    process.terminate();
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(outcome.code, 2);
    QVERIFY2(outcome.err.contains("being trained"), outcome.err);
    QVERIFY(QFile::exists(program_.path("busy/run.sqlite")));
    QCOMPARE(shown("busy")["tags"].toArray(), (QJsonArray{"long"}));
    QCOMPARE(program_.run({"runs", "delete", "busy", "--yes"}).code, 0);
  }

  void badInput_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("one run") << QStringList{"compare", "a"} << 2 << QByteArray("two or more");
    QTest::newRow("no such run") << QStringList{"compare", "a", "nowhere"} << 2 << QByteArray("nowhere");
    QTest::newRow("no run to delete") << QStringList{"delete", ".", "--yes"} << 6 << QByteArray("no run");
    QTest::newRow("no tag") << QStringList{"tag", "a", ""} << 2 << QByteArray("empty");
    QTest::newRow("not its tag") << QStringList{"tag", "b", "x", "--remove"} << 2 << QByteArray("no tag x");
    QTest::newRow("two lines") << QStringList{"rename", "a", "x\ny"} << 2 << QByteArray("one line");
    QTest::newRow("no format") << QStringList{"export", "a", "--format", "png", "-o", "x"} << 2
                               << QByteArray("tensorboard");
    QTest::newRow("nowhere to write")
        << QStringList{"export", "a", "--format", "csv", "-o", "none/x.csv"} << 6 << QByteArray("none/x.csv");
    QTest::newRow("no text") << QStringList{"note", "a"} << 2 << QByteArray("TEXT");
  }
  void badInput() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const ProgramOutcome outcome = program_.run(QStringList{"runs"} + arguments);
    QVERIFY2(outcome.code == code, outcome.out + outcome.err);
    QVERIFY2(outcome.err.contains(says), outcome.err);
  }
};

QTEST_GUILESS_MAIN(TestRunsCommand)
#include "test_runs_command.moc"
