// 200 random networks through onnxruntime, where its npm package (onnxruntime-node) is: BYPATH_NODE_MODULES
// names the folder node_modules that holds it, else tests/node_modules is tried.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/onnx_writer.h"
#include "core/tensor/layout.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;

namespace {

constexpr double bound = 1e-5;
constexpr int64_t batch = 2;

QByteArray raw(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()),
          static_cast<qsizetype>(values.size() * sizeof(float))};
}

bool write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

}  // namespace

class TestOnnxruntime : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void randomNetworks();
};

void TestOnnxruntime::randomNetworks() {
  const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
  const QString modules =
      qEnvironmentVariable("BYPATH_NODE_MODULES", QStringLiteral(BYPATH_SOURCE_DIR "/tests/node_modules"));
  if (node.isEmpty() || !QDir(modules + QStringLiteral("/onnxruntime-node")).exists())
    QSKIP("onnxruntime-node is not installed; ONNX files are not run by onnxruntime.");
  bool set = false;
  const int wanted = qEnvironmentVariableIntValue("BYPATH_NETWORKS", &set), count = set ? wanted : 200;
  const unsigned first = qEnvironmentVariable("BYPATH_SEED", "1001").toUInt();

  const QTemporaryDir folder;
  const std::unique_ptr<Engine> engine = makeCpuEngine({.threads = 2, .winograd = WinogradUse::off});
  std::vector<LeavingModel> models;
  std::vector<std::vector<std::vector<float>>> own;
  for (int i = 0; i < count; ++i) {
    const unsigned seed = first + static_cast<unsigned>(i);
    const TrainedNetwork net = RandomNetwork(seed).make();
    const Result<LeavingModel> model = leavingModel(net.source(), {.foldNormalisation = seed % 3 == 0});
    QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
    const Result<onnx::ModelProto> proto = toOnnx(*model, {.opset = seed % 2 ? 13 : 17});
    QVERIFY2(proto.ok(), proto.ok() ? "" : proto.error().message.c_str());
    const auto inputs = fixedBatch(*model, batch);
    const auto answer = ownAnswer(*model, *engine, inputs, batch);
    QVERIFY(answer.ok());
    const QString stem = folder.filePath(QStringLiteral("%1").arg(i, 5, 10, QLatin1Char('0')));
    QVERIFY(write(stem + QStringLiteral(".onnx"), QByteArray::fromStdString(proto->SerializeAsString())));
    QJsonArray fed;
    for (size_t k = 0; k < inputs.size(); ++k) {
      const Shape shape = model->sampleShape(model->inputs[k]).withBatch(batch);
      const QString file = QFileInfo(stem).fileName() + QStringLiteral(".in%1").arg(k);
      QVERIFY(write(folder.filePath(file), raw(channelsFirst(inputs[k], shape))));
      QJsonArray dims;
      for (const int64_t size : channelsFirstSizes(shape)) dims.append(static_cast<qint64>(size));
      fed.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(model->inputs[k].name)},
                             {QStringLiteral("dims"), dims},
                             {QStringLiteral("file"), file}});
    }
    QVERIFY(write(stem + QStringLiteral(".json"), QJsonDocument(fed).toJson()));
    models.push_back(*model);
    own.push_back(*answer);
  }

  QProcess process;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("NODE_PATH"), modules);
  process.setProcessEnvironment(environment);
  process.start(node,
                {QStringLiteral(BYPATH_SOURCE_DIR "/tests/core/exchange/run_onnxruntime.js"), folder.path()});
  QVERIFY(process.waitForFinished(280000));
  QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());

  double worst = 0;
  for (size_t i = 0; i < models.size(); ++i)
    for (size_t o = 0; o < models[i].outputs.size(); ++o) {
      const Border& border = models[i].outputs[o];
      QFile file(folder.filePath(QStringLiteral("%1.%2.raw")
                                     .arg(i, 5, 10, QLatin1Char('0'))
                                     .arg(QString::fromStdString(border.name))));
      QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
      const QByteArray bytes = file.readAll();
      std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
      std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
      Comparison comparison;
      comparison.add(channelsFirst(own[i][o], models[i].sampleShape(border).withBatch(batch)), values);
      const double share = comparison.largest / comparison.scale;
      worst = std::max(worst, share);
      QVERIFY2(share <= bound, qPrintable(QStringLiteral("seed %1, %2: %3")
                                              .arg(first + i)
                                              .arg(QString::fromStdString(border.name))
                                              .arg(share)));
    }
  qInfo("%d random networks from seed %u by onnxruntime; largest difference, as a share: %.1e", count, first,
        worst);
}

QTEST_GUILESS_MAIN(TestOnnxruntime)
#include "test_onnxruntime.moc"
