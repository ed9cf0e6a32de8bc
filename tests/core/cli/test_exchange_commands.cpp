// The command line's contract for taking models away and bringing them in.
#include <cmath>
#include <QJsonArray>

#include "program.h"

class TestExchangeCommands : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyFormatLeaves();
  void halvesLeave();
  void whatLeftComesBack();
  void weightsIntoATemplate();
  void refusals();
};

void TestExchangeCommands::everyFormatLeaves() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "2", "--out", "run"} + tinyRun).code, 0);
  for (const QString file : {"net.onnx", "net.safetensors", "net.py", "cpp/net.bpw"}) {
    QVERIFY(QDir(program.path(".")).mkpath("cpp"));
    const ProgramOutcome out = program.run({"export", "run", "-o", file, "--json"});
    QVERIFY2(out.code == 0, out.err);
    const QJsonObject object = out.jsonLines().value(0);
    verifyKeys(object, {"file", "files", "format", "bytes", "max_abs_difference", "compared"});
    QCOMPARE(object["file"].toString(), file);
    QVERIFY(object["max_abs_difference"].toDouble() < 1e-4);
    for (const QJsonValue& one : object["files"].toArray())
      QVERIFY2(QFileInfo(program.path(one.toString())).size() > 0, qPrintable(one.toString()));
    // What is there already stays, unless it is said that it may go.
    const ProgramOutcome again = program.run({"export", "run", "-o", file});
    QCOMPARE(again.code, 2);
    QVERIFY2(again.err.contains("already"), again.err);
    QCOMPARE(program.run({"export", "run", "-o", file, "--force"}).code, 0);
  }
  QCOMPARE(program.run({"export", "run", "-o", "folded.onnx", "--fold", "--opset", "17"}).code, 0);
}

void TestExchangeCommands::halvesLeave() {
  Program program;
  QCOMPARE(program
               .run({"train", "conv-vae", "--steps", "1", "--batch", "8", "--set", "limit_train=64", "--set",
                     "limit_validation=32", "--out", "run"})
               .code,
           0);
  for (const QString part : {"encoder", "decoder"}) {
    const ProgramOutcome out = program.run({"export", "run", "--part", part, "-o", part + ".onnx", "--json"});
    QVERIFY2(out.code == 0, out.err);
  }
  QVERIFY(program.run({"export", "run", "--sample", "-o", "draws.onnx"}).err.contains("drawn"));
}

void TestExchangeCommands::whatLeftComesBack() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "2", "--out", "run"} + tinyRun).code, 0);
  QCOMPARE(program.run({"export", "run", "-o", "net.onnx"}).code, 0);
  const ProgramOutcome in =
      program.run({"import", "net.onnx", "--out", "back", "-o", "back.bypath", "--json"});
  QVERIFY2(in.code == 0, in.err);
  const QJsonObject object = in.jsonLines().value(0);
  verifyKeys(object, {"file", "run", "parameters", "notes", "max_abs_difference"});
  QVERIFY(object["max_abs_difference"].toDouble() < 1e-4);
  // It is a run: what it says of the test images is what the first one says.
  const auto accuracy = [&](const QString& run) {
    return program.run({"eval", run, "--data", "shapes", "--json"}).jsonLines().value(0)["loss"].toDouble();
  };
  QVERIFY(std::abs(accuracy("run") - accuracy("back")) < 1e-4);
  QVERIFY(program.run({"show", "back.bypath"}).code == 0);
  QCOMPARE(program.run({"import", "net.onnx", "--out", "back"}).code, 2);
}

void TestExchangeCommands::weightsIntoATemplate() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "2", "--out", "run"} + tinyRun).code, 0);
  QCOMPARE(program.run({"export", "run", "-o", "net.safetensors"}).code, 0);
  const ProgramOutcome in =
      program.run({"import", "net.safetensors", "--into", "starter", "--set", "width=4", "--out", "back"});
  QVERIFY2(in.code == 0, in.err);
  const ProgramOutcome other = program.run({"import", "net.safetensors", "--into", "resnet", "--out", "no"});
  QCOMPARE(other.code, 3);
  QVERIFY(!QFileInfo::exists(program.path("no")));
}

void TestExchangeCommands::refusals() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "1", "--out", "run"} + tinyRun).code, 0);
  QCOMPARE(program.run({"export", "run", "-o", "net.what"}).code, 2);
  QCOMPARE(program.run({"export", "run", "--format", "onyx", "-o", "net.onnx"}).code, 2);
  QCOMPARE(program.run({"export", "run", "--fold", "-o", "net.py"}).code, 2);
  QCOMPARE(program.run({"export", "run", "--part", "nothing", "-o", "net.onnx"}).code, 3);
  QCOMPARE(program.run({"export", "nowhere", "-o", "net.onnx"}).code != 0, true);
  QFile file(program.path("broken.onnx"));
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write("this is no model");
  file.close();
  const ProgramOutcome broken = program.run({"import", "broken.onnx", "--out", "b"});
  QCOMPARE(broken.code, 3);
  QVERIFY(!QFileInfo::exists(program.path("b")));
  QCOMPARE(program.run({"import", "broken.what"}).code, 2);
  QCOMPARE(program.run({"import", "broken.safetensors"}).code, 2);
}

QTEST_GUILESS_MAIN(TestExchangeCommands)
#include "test_exchange_commands.moc"
