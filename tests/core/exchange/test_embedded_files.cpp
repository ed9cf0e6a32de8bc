// .bpw files in other hands: damaged ones, and the written folder compiled as a stranger would.
#include <QProcess>

#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"
#include "core/tensor/layout.h"
#include "tests/core/exchange/embedded_fixture.h"

using namespace bypath;

namespace {

int mutationCount() {
  const int wished = qEnvironmentVariableIntValue("BYPATH_MUTATIONS");
  return wished > 0 ? wished : 2000;
}

// Makes the checksum that of the bytes, so that a mutation is seen by what lies behind it.
void setChecksum(std::vector<unsigned char>& bytes) {
  const uint64_t sum = bypath_inference::detail::checksum_of_file(bytes.data(), bytes.size());
  for (size_t i = 0; i < 8; ++i) bytes[32 + i] = static_cast<unsigned char>(sum >> (8 * i));
}

QString problemOf(const std::vector<unsigned char>& bytes) {
  try {
    (void)Outside::from_memory(bytes.data(), bytes.size());
  } catch (const std::runtime_error& problem) {
    return QString::fromStdString(problem.what());
  }
  return {};
}

// Text numbers of the example's --numbers: a line of name and count, then the numbers.
std::vector<float> numbersOf(const QByteArray& text) {
  std::vector<float> values;
  const QList<QByteArray> lines = text.trimmed().split('\n');
  for (qsizetype i = 1; i < lines.size(); ++i) values.push_back(lines[i].toFloat());
  return values;
}

struct Finished {
  int code = -1;
  QByteArray out, problems;
};
Finished started(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.start(program, arguments);
  if (!process.waitForFinished(240000)) return {-1, {}, process.errorString().toUtf8()};
  return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class TestEmbeddedFiles : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void damagedFilesAreNamed();
  void mutationsNeverCrash();
  void aFolderThatAStrangerBuilds();
};

void TestEmbeddedFiles::damagedFilesAreNamed() {
  const auto model = leaving(madeTemplate("starter"));
  QVERIFY(model.ok());
  const std::vector<unsigned char> good = bytesOfModel(*model);
  QVERIFY(problemOf(good).isEmpty());
  std::vector<unsigned char> bad = good;
  bad[bad.size() / 2] ^= 1;
  QVERIFY2(problemOf(bad).contains("checksum"), qPrintable(problemOf(bad)));
  bad = good;
  bad.pop_back();
  QVERIFY2(problemOf(bad).contains("not whole"), qPrintable(problemOf(bad)));
  bad = good;
  bad[8] = 2;
  setChecksum(bad);
  QVERIFY2(problemOf(bad).contains("version 2"), qPrintable(problemOf(bad)));
  bad = good;
  bad[0] = 'P';
  QVERIFY(problemOf(bad).contains("not a file of Bypath weights"));
  QVERIFY(problemOf({}).contains("not a file of Bypath weights"));
  QVERIFY_EXCEPTION_THROWN(Outside::load("/nowhere/net.bpw"), std::runtime_error);
  QVERIFY_EXCEPTION_THROWN(Outside::load("/tmp"), std::runtime_error);
}

// Bytes changed, words set to large numbers, parts cut out; the checksum set right in most, so that the
// reading behind it is what is tried. It throws, or loads something that runs.
void TestEmbeddedFiles::mutationsNeverCrash() {
  const unsigned seed = seedOfTest();
  qInfo("seed %u", seed);
  std::mt19937 random(seed);
  std::vector<std::vector<unsigned char>> originals;
  for (const char* id : {"starter", "conv-vae"}) {
    const auto model = leaving(madeTemplate(id));
    QVERIFY(model.ok());
    originals.push_back(bytesOfModel(*model));
  }
  int refused = 0, ran = 0;
  for (int i = 0; i < mutationCount(); ++i) {
    std::vector<unsigned char> bytes = originals[random() % originals.size()];
    const size_t description = 64 + bypath_inference::detail::word_at<uint64_t>(&bytes[24]);
    for (unsigned k = 0; k < 1 + random() % 3; ++k) {
      const size_t at = random() % std::min(bytes.size() - 8, description);
      if (const unsigned how = random() % 4; how == 0)
        bytes[at] = static_cast<unsigned char>(random());
      else if (how == 1)
        bytes[at] ^= static_cast<unsigned char>(1U << random() % 8);
      else if (how == 2)
        for (size_t b = 0; b < 4; ++b) bytes[at + b] = random() % 2 ? 0xFF : 0;
      else
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(at + random() % 8));
    }
    if (random() % 8 != 0 && bytes.size() > 64) {
      for (size_t b = 0; b < 8; ++b)
        bytes[16 + b] = static_cast<unsigned char>(uint64_t{bytes.size()} >> (8 * b));
      setChecksum(bytes);
    }
    try {
      const Outside model = Outside::from_memory(bytes.data(), bytes.size());
      size_t count = 1;
      for (const size_t size : model.input_shape()) count *= size;
      if (model.input_names().size() != 1 || model.scratch_bytes() > (64U << 20U) ||
          model.multiply_adds() > 5e7)
        continue;
      (void)model.run(std::vector<float>(count, 0.5F));
      ++ran;
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  qInfo("%d refused, %d ran", refused, ran);
  QVERIFY(refused > mutationCount() / 4);
}

void TestEmbeddedFiles::aFolderThatAStrangerBuilds() {
  if (QStandardPaths::findExecutable("cmake").isEmpty())
    QSKIP("There is no cmake here to build the example with.");
  const Made net = madeTemplate("resnet", {{"depth", int64_t{20}}});
  const auto model = leaving(net);
  QVERIFY(model.ok());
  QTemporaryDir folder;
  const QString at = folder.path() + "/out";
  QVERIFY(QDir().mkpath(at));
  const auto engine = exactEngine();
  const auto write = [&] {
    return exportNetwork(
        {net.network, layerCatalog(), net.weights, madeFacts()}, *engine,
        {.format = embeddedFormat(), .file = (at + "/net.bpw").toStdString(), .overwrite = true});
  };
  const Result<ExportReport> report = write();
  QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
  QVERIFY(report->comparison.largest <= closeEnough * report->comparison.scale);
  for (const char* name : {"net.bpw", "bypath.hpp", "CMakeLists.txt", "main.cpp"})
    QVERIFY2(QFile::exists(at + "/" + name), name);
  const Result<std::string> header = readTextFile((at + "/bypath.hpp").toStdString(), 1U << 20U);
  const Result<std::string> ours =
      readTextFile(BYPATH_SOURCE_DIR "/resources/inference/bypath.hpp", 1U << 20U);
  QVERIFY(header.ok() && ours.ok() && *header == *ours);

  const QString build = folder.path() + "/build";
  const Finished configured =
      started("cmake", {"-S", at, "-B", build, "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror",
                        "-DBYPATH_THREADS=2", "-DCMAKE_BUILD_TYPE=Release"});
  QVERIFY2(configured.code == 0, configured.problems);
  const Finished built = started("cmake", {"--build", build});
  QVERIFY2(built.code == 0, built.out + built.problems);

  const auto inputs = fixedBatch(*model, 2);
  const auto answers = ownAnswer(*model, *engine, inputs, 2);
  QVERIFY(answers.ok());
  const std::vector<float> outside = channelsFirst(inputs[0], {2, 32, 32, 3});
  QFile raw(folder.path() + "/two.raw");
  QVERIFY(raw.open(QFile::WriteOnly));
  raw.write(reinterpret_cast<const char*>(outside.data()),
            static_cast<qint64>(outside.size() * sizeof(float)));
  raw.close();
  const QString program = build + "/bypath_example";
  const Finished run = started(program, {at + "/net.bpw", raw.fileName(), "--numbers"});
  QVERIFY2(run.code == 0, run.problems);
  Comparison comparison;
  comparison.add((*answers)[0], numbersOf(run.out));
  QVERIFY2(comparison.largest <= closeEnough * comparison.scale,
           qPrintable(QString::number(comparison.largest)));

  QFile picture(folder.path() + "/grey.ppm");
  QVERIFY(picture.open(QFile::WriteOnly));
  picture.write("P6\n# grey\n32 32\n255\n" + QByteArray(3072, '\x66'));
  picture.close();
  const Finished classes = started(program, {at + "/net.bpw", picture.fileName()});
  QVERIFY2(classes.code == 0 && classes.out.count('\n') == 5 && classes.out.contains("class "), classes.out);
  QCOMPARE(started(program, {raw.fileName(), picture.fileName()}).code, 1);

  // What a person changed is theirs.
  QFile example(at + "/main.cpp");
  QVERIFY(example.open(QFile::WriteOnly));
  example.write("mine");
  example.close();
  QVERIFY(write().ok());
  QCOMPARE(*readTextFile((at + "/main.cpp").toStdString(), 100), std::string("mine"));
}

QTEST_GUILESS_MAIN(TestEmbeddedFiles)
#include "test_embedded_files.moc"
