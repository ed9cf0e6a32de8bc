// The command line's contract for looks inside a trained network: names, JSON keys, exit codes.
#include <cmath>
#include <QJsonArray>

#include "program.h"

class TestInsideCommands : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void pathsAndLesions();
  void confusionOfClasses();
  void pointsOfALatentSpace();
  void whatLayersMakeOfAnImage();
};

void TestInsideCommands::pathsAndLesions() {
  Program program;
  QCOMPARE(
      program
          .run(QStringList{"train", "starter", "--steps", "2", "--set", "repeat=2", "--out", "run"} + tinyRun)
          .code,
      0);
  QVERIFY(!program.run({"flow", "run", "--json"}).jsonLines().value(0).contains("paths"));
  for (const int samples : {0, 2}) {
    QStringList arguments = {"flow", "run", "--paths", "--json"};
    if (samples > 0) arguments << "--samples" << QString::number(samples);
    const ProgramOutcome flow = program.run(arguments);
    QVERIFY2(flow.code == 0, flow.err);
    const QJsonObject object = flow.jsonLines().value(0);
    verifyKeys(object, {"loss", "blocks", "paths", "sum_relative_error"});
    QVERIFY(object["sum_relative_error"].toDouble() < 1e-4);
    const QJsonArray paths = object["paths"].toArray();
    QCOMPARE(paths.size(), 7);
    double share = 0;
    for (const QJsonValue& one : paths) {
      verifyKeys(one.toObject(), {"length", "norm", "sampled_norm", "share"});
      QVERIFY(one["norm"].toDouble() > 0);
      QCOMPARE(one["sampled_norm"].isNull(), samples == 0);
      share += one["share"].toDouble();
    }
    QVERIFY(std::abs(share - 1) < 1e-9);
    QCOMPARE(paths[3]["length"].toInt(), 3);
  }
  QVERIFY(program.run({"flow", "run", "--paths"}).out.contains("through 6 blocks"));
  QCOMPARE(program.run({"flow", "run", "--samples", "2"}).code, 2);

  const ProgramOutcome every = program.run({"flow", "run", "--unravelled", "--json"});
  QVERIFY2(every.code == 0, every.err);
  const QJsonObject unravelled = every.jsonLines().value(0)["unravelled"].toObject();
  verifyKeys(unravelled, {"blocks", "norm", "sum_relative_error", "paths"});
  QCOMPARE(unravelled["blocks"].toArray().size(), 6);
  QCOMPARE(unravelled["paths"].toArray().size(), 64);
  double shares = 0, last = INFINITY;
  for (const QJsonValue& one : unravelled["paths"].toArray()) {
    verifyKeys(one.toObject(), {"blocks", "length", "norm", "share"});
    QCOMPARE(one["blocks"].toArray().size(), one["length"].toInt());
    QVERIFY(one["share"].toDouble() <= last);
    last = one["share"].toDouble();
    shares += last;
  }
  QVERIFY(std::abs(shares - 1) < 1e-4);
  QVERIFY(program.run({"flow", "run", "--unravelled"}).out.contains("shortcuts alone"));

  const ProgramOutcome doctor = program.run({"doctor", "run", "--json"});
  QVERIFY2(doctor.code == 0, doctor.err);
  verifyKeys(doctor.jsonLines().value(0), {"findings", "layers", "epochs", "records"});
  QVERIFY(doctor.jsonLines().value(0)["layers"].toInt() > 6);
  QVERIFY(program.run({"doctor", "run"}).out.contains("ound"));
  const ProgramOutcome history = program.run({"doctor", "run", "--history", "--json"});
  QVERIFY2(history.code == 0, history.err);
  verifyKeys(history.jsonLines().value(0), {"episodes"});

  const ProgramOutcome both = program.run(
      {"lesion", "run", "--limit", "32", "--block", "block1", "--block", "block3", "--together", "--json"});
  QVERIFY2(both.code == 0, both.err);
  QCOMPARE(both.jsonLines().value(0)["blocks"].toArray().size(), 1);
  QVERIFY(program.run({"lesion", "run", "--together"}).code == 2);
  const ProgramOutcome lesion = program.run({"lesion", "run", "--limit", "64", "--json"});
  QVERIFY2(lesion.code == 0, lesion.err);
  const QJsonObject lesions = lesion.jsonLines().value(0);
  verifyKeys(lesions, {"val_loss", "val_accuracy", "images", "blocks"});
  QCOMPARE(lesions["images"].toInt(), 64);
  QStringList names;
  for (const QJsonValue& block : lesions["blocks"].toArray()) {
    verifyKeys(block.toObject(),
               {"path", "val_loss", "val_accuracy", "loss_change", "accuracy_change", "reason"});
    names << block["path"].toString();
    QVERIFY(block["reason"].isNull());
    QCOMPARE(block["loss_change"].toDouble(), block["val_loss"].toDouble() - lesions["val_loss"].toDouble());
  }
  QCOMPARE(names.join(' '), QString("block1[1] block1[2] block2[1] block2[2] block3[1] block3[2]"));
  const auto rows = [&](const QStringList& more) {
    const QJsonObject object =
        program.run(QStringList{"lesion", "run", "--limit", "32", "--json"} + more).jsonLines().value(0);
    return object["blocks"].toArray();
  };
  QCOMPARE(rows({"--block", "block2"}).size(), 2);
  QCOMPARE(rows({"--block", "block2[2]"}).size(), 1);
  QCOMPARE(rows({"--random", "3", "--draws", "4"}).size(), 4);
  QCOMPARE(rows({"--swap"}).size(), 1);
  const QStringList sweep = {"lesion", "run",      "--limit", "32",      "--from",
                             "1",      "--random", "9",       "--draws", "2"};
  const QJsonArray points =
      program.run(sweep + QStringList{"--json"}).jsonLines().value(0)["points"].toArray();
  QCOMPARE(points.size(), 6);
  for (int i = 0; i < 6; ++i) {
    verifyKeys(points[i].toObject(), {"count", "draws", "val_loss", "val_accuracy"});
    verifyKeys(points[i]["val_loss"].toObject(), {"mean", "deviation", "least", "most"});
    QCOMPARE(points[i]["count"].toInt(), i + 1);
  }
  QVERIFY(program.run(sweep).out.contains("blocks removed"));
  QCOMPARE(program.run({"lesion", "run", "--from", "1"}).code, 2);
  QCOMPARE(program.run({"lesion", "run", "--from", "3", "--random", "2"}).code, 2);
  QCOMPARE(program.run({"lesion", "run", "--from", "7", "--random", "9"}).code, 2);
  QVERIFY(program.run({"lesion", "run", "--limit", "32", "--swap"}).out.contains("block1[1] <-> block1[2]"));
  const ProgramOutcome unknown = program.run({"lesion", "run", "--block", "stage9"});
  QCOMPARE(unknown.code, 2);
  QVERIFY2(unknown.err.contains("block3[2]"), unknown.err);
  QCOMPARE(program.run({"lesion", "run", "--random", "7"}).code, 2);
  QCOMPARE(program.run({"lesion", "run", "--draws", "2"}).code, 2);
}

void TestInsideCommands::confusionOfClasses() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "4", "--out", "run"} + tinyRun).code, 0);
  const ProgramOutcome seen = program.run({"confusion", "run", "--worst", "3", "--json"});
  QVERIFY2(seen.code == 0, seen.err);
  const QJsonObject object = seen.jsonLines().value(0);
  verifyKeys(object, {"val_loss", "val_accuracy", "images", "classes", "matrix", "worst"});
  const QJsonObject evaluated = program.run({"eval", "run", "--json"}).jsonLines().value(0);
  QCOMPARE(object["val_accuracy"].toDouble(), evaluated["accuracy"].toDouble());
  QCOMPARE(object["val_loss"].toDouble(), evaluated["loss"].toDouble());
  QCOMPARE(object["matrix"].toArray().size(), 10);
  QCOMPARE(object["classes"].toArray().size(), 10);
  for (const QJsonValue& one : object["classes"].toArray())
    verifyKeys(one.toObject(), {"name", "images", "predicted", "right", "precision", "recall", "f1"});
  QCOMPARE(object["worst"].toArray().size(), 3);
  for (const QJsonValue& one : object["worst"].toArray())
    verifyKeys(one.toObject(), {"image", "class", "predicted", "probability", "class_probability", "loss"});
  const ProgramOutcome few = program.run({"confusion", "run", "--limit", "50"});
  QVERIFY(few.out.contains("On 50 test images"));
  QVERIFY(few.out.contains("precision"));
  QCOMPARE(program.run({"confusion", "nowhere"}).code, 2);
}

void TestInsideCommands::pointsOfALatentSpace() {
  Program program;
  const QStringList small = {"--set",   "latent=4", "--set", "limit_train=64", "--set", "limit_validation=32",
                             "--batch", "32"};
  QCOMPARE(program.run(QStringList{"train", "conv-vae", "--steps", "2", "--out", "vae"} + small).code, 0);
  const ProgramOutcome seen = program.run({"latent", "vae", "--limit", "50", "--axes", "2", "--json"});
  QVERIFY2(seen.code == 0, seen.err);
  const QJsonObject object = seen.jsonLines().value(0);
  verifyKeys(object, {"images", "latent", "share", "deviation", "points"});
  QCOMPARE(object["latent"].toInt(), 4);
  QCOMPARE(object["share"].toArray().size(), 2);
  QCOMPARE(object["points"].toArray().size(), 50);
  verifyKeys(object["points"].toArray()[7].toObject(), {"image", "class", "at"});
  QVERIFY(program.run({"latent", "vae", "--limit", "50"}).out.contains("middle of class"));
  const ProgramOutcome confused = program.run({"confusion", "vae"});
  QCOMPARE(confused.code, 2);
  QVERIFY2(confused.err.contains("classes"), confused.err);
}

void TestInsideCommands::whatLayersMakeOfAnImage() {
  Program program;
  QCOMPARE(program.run(QStringList{"train", "starter", "--steps", "2", "--out", "run"} + tinyRun).code, 0);
  const QJsonObject list = program.run({"look", "run", "--json"}).jsonLines().value(0);
  QString convolution;
  for (const QJsonValue& layer : list["layers"].toArray()) {
    verifyKeys(layer.toObject(), {"path", "type", "shape", "filters"});
    if (convolution.isEmpty() && layer["filters"].toBool()) convolution = layer["path"].toString();
  }
  QVERIFY(!convolution.isEmpty());
  const ProgramOutcome maps = program.run(
      {"look", "run", "--layer", "block2", "--image", "3", "--image", "4", "--out", "pictures", "--json"});
  QVERIFY2(maps.code == 0, maps.err);
  const QJsonObject object = maps.jsonLines().value(0);
  verifyKeys(object, {"layer", "shape", "images", "channels", "files"});
  QCOMPARE(object["files"].toArray().size(), 2);
  QVERIFY(contents(program.path(object["files"].toArray()[0].toString())).startsWith("\x89PNG"));
  QCOMPARE(object["channels"].toArray().size(), object["shape"].toArray()[2].toInt());
  verifyKeys(object["channels"].toArray()[0].toObject(), {"mean", "deviation", "zeros", "low", "high"});
  const ProgramOutcome filters =
      program.run({"look", "run", "--layer", convolution, "--filters", "--out", "pictures"});
  QVERIFY2(filters.code == 0, filters.err);
  QVERIFY(filters.out.contains("Wrote pictures/filters-"));
  QVERIFY(program.run({"look", "run", "--layer", "block2"}).out.contains("zeros"));
  const ProgramOutcome unknown = program.run({"look", "run", "--layer", "block9"});
  QCOMPARE(unknown.code, 2);
  QVERIFY2(unknown.err.contains("block9"), unknown.err);
  QCOMPARE(program.run({"look", "run", "--filters"}).code, 2);
}

QTEST_GUILESS_MAIN(TestInsideCommands)
#include "test_inside_commands.moc"
