// `bypath landscape` and `bypath shattered` as a person or a script calls it.
#include <QJsonArray>

#include "program.h"

namespace {

const QStringList quick = {"--limit", "32", "--threads", "2"};

// A residual network of two steps and its plain twin.
void trainBoth(const Program& program) {
  for (const QString& network : QStringList{"resnet", "plain"}) {
    const ProgramOutcome trained = program.run(
        {"train", network, "--steps", "2", "--out", network, "--set", "depth=8", "--set", "width=4", "--set",
         "limit_train=256", "--set", "limit_validation=64", "--batch", "32", "--threads", "2"});
    QVERIFY2(trained.code == 0, trained.err);
  }
}

}  // namespace

class TestLandscapeCommand : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { trainBoth(program_); }
  void aMapInNumbers();
  void twoMapsOnOneScale();
  void aLine();
  void everyPointInATable();
  void gradientsAlongALine();
  void mistakesAreExplained();

 private:
  ProgramOutcome run(const QStringList& more) const {
    return program_.run(QStringList{"landscape", "resnet"} + quick + more);
  }

  Program program_;
};

void TestLandscapeCommand::aMapInNumbers() {
  const ProgramOutcome outcome = run({"--points", "3", "--range", "0.5", "--json"});
  QVERIFY2(outcome.code == 0, outcome.err);
  const QJsonObject map = outcome.jsonLines().value(0);
  QCOMPARE(map["axis"].toArray(), (QJsonArray{-0.5, 0, 0.5}));
  QCOMPARE(map["images"].toInt(), 32);
  QCOMPARE(map["loss"].toArray().size(), 3);
  QCOMPARE(map["loss"][1].toArray().size(), 3);
  QCOMPARE(map["loss"][1][1], map["val_loss"]);
  QCOMPARE(map["accuracy"][1][1], map["val_accuracy"]);
  QVERIFY(map["val_loss"].toDouble() > 0);
  QVERIFY(map["twin"].isNull());
  QCOMPARE(run({"--points", "3", "--range", "0.5", "--json"}).out, outcome.out);
  QVERIFY(run({"--points", "3", "--range", "0.5", "--seed", "2", "--json"}).out != outcome.out);
  const auto lesions = program_.run(QStringList{"lesion", "resnet", "--json"} + quick).jsonLines().value(0);
  QCOMPARE(map["val_loss"], lesions["val_loss"]);
}

void TestLandscapeCommand::twoMapsOnOneScale() {
  const QStringList twin = {"--points", "3", "--twin", "plain"};
  const QJsonObject both = run(twin + QStringList{"--json"}).jsonLines().value(0);
  QCOMPARE(both["twin"]["axis"], both["axis"]);
  QVERIFY(both["twin"]["val_loss"] != both["val_loss"]);
  const QByteArray text = run(twin).out;
  QVERIFY2(text.contains("Loss around resnet on 32") && text.contains("Loss around plain on 32"), text);
  QCOMPARE(text.count("Scale:"), 1);
}

void TestLandscapeCommand::aLine() {
  const QJsonObject line = run({"--points", "5", "--line", "--json"}).jsonLines().value(0);
  QCOMPARE(line["loss"].toArray().size(), 1);
  QCOMPARE(line["loss"][0].toArray().size(), 5);
  QCOMPARE(line["loss"][0][2], line["val_loss"]);
  const QByteArray text = run({"--points", "5", "--line", "--twin", "plain"}).out;
  QVERIFY2(text.contains("loss of resnet") && text.contains("accuracy of plain"), text);
  QVERIFY(text.contains("-0.5"));
}

void TestLandscapeCommand::everyPointInATable() {
  QCOMPARE(run({"--points", "3", "--twin", "plain", "--csv", "map.csv"}).code, 0);
  const QList<QByteArray> rows = contents(program_.path("map.csv")).trimmed().split('\n');
  QCOMPARE(rows.size(), 1 + 2 * 9);
  QCOMPARE(rows[0], QByteArray("run,alpha,beta,loss,accuracy"));
  QVERIFY(rows[1].startsWith("resnet,-1,-1,"));
  QVERIFY(rows[18].startsWith("plain,1,1,"));
}

void TestLandscapeCommand::gradientsAlongALine() {
  const QStringList walk = {"shattered", "resnet",  "--twin", "plain",     "--points",
                            "32",        "--lines", "2",      "--threads", "2"};
  const ProgramOutcome outcome = program_.run(walk + QStringList{"--json"});
  QVERIFY2(outcome.code == 0, outcome.err);
  const QJsonObject found = outcome.jsonLines().value(0);
  for (const QJsonValue& one : {QJsonValue(found), found["twin"]}) {
    const QJsonArray correlation = one["correlation"].toArray();
    QCOMPARE(correlation.size(), 9);
    QCOMPARE(correlation[0].toDouble(), 1.0);
    QVERIFY(correlation[8].toDouble() < 1);
    QVERIFY(std::abs(one["neighbours"].toDouble()) <= 1);
  }
  QVERIFY(found["twin"]["correlation"] != found["correlation"]);
  QVERIFY(program_.run(walk + QStringList{"--json", "--batch-statistics"}).out != outcome.out);
  const QByteArray text = program_.run(walk).out;
  QVERIFY2(text.contains("on 2 lines of 32 points") && text.contains("the next one's, plain:"), text);
  QCOMPARE(program_.run({"shattered", "resnet", "--points", "2"}).code, 2);
}

void TestLandscapeCommand::mistakesAreExplained() {
  QCOMPARE(run({"--points", "2"}).code, 2);
  QCOMPARE(run({"--range", "0"}).code, 2);
  QCOMPARE(run({"--points", "3", "--csv", "no/such/folder/map.csv"}).code, 6);
  const ProgramOutcome none = run({"--twin", "no-such-run"});
  QVERIFY(none.code != 0);
  QVERIFY2(none.err.contains("no-such-run"), none.err);
}

QTEST_GUILESS_MAIN(TestLandscapeCommand)
#include "test_landscape_command.moc"
