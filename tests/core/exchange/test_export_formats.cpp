// What every export has in common: nothing is written that was not proven, nothing is lost.
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/exchange/export_format.h"
#include "tests/core/exchange/random_networks.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

// A format that says how far off it is by the seed of the network.
Result<PreparedExport> prepare(const ExportJob& job) {
  PreparedExport prepared{
      .files = {{"net.test", "the file"}, {"beside.txt", "beside it"}, {"example.txt", "ours", true}}};
  prepared.comparison.by = "said by the test";
  prepared.comparison.largest = static_cast<double>(job.source.facts.seed) * 1e-5;
  return prepared;
}
const ExportFormat format{
    .id = "test", .title = "Test", .suffix = ".test", .summary = "", .prepare = prepare};

}  // namespace

class TestExportFormats : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }
  void everyFormatIsFound();
  void whatIsFarOffIsNotWritten();
  void whatIsThereStays();
  void whatIsCancelledIsNotWritten();

 private:
  fs::path at(const char* name) const { return folder_->filePath(QString(name)).toStdString(); }
  std::string text(const char* name) const { return readTextFile(at(name), 1000).value(); }
  Result<ExportReport> write(uint64_t seed, bool overwrite = false, const ExportWanted& wanted = {}) {
    LeavingSource source = net_.source();
    source.facts.seed = seed;
    return exportNetwork(source, *engine_, {.format = format, .file = at("net.test"), .overwrite = overwrite},
                         wanted);
  }

  std::unique_ptr<QTemporaryDir> folder_;
  TrainedNetwork net_ = trainedTemplate("starter", {});
  std::unique_ptr<Engine> engine_ = makeCpuEngine(1);
};

void TestExportFormats::everyFormatIsFound() {
  std::set<std::string> ids;
  for (const ExportFormat* one : exportFormats()) {
    QVERIFY(ids.insert(one->id).second);
    QCOMPARE(findExportFormat(one->id), one);
    QVERIFY(exportFormatOf("a/net" + one->suffix));
    QVERIFY(!one->summary.empty() && one->prepare);
  }
  QCOMPARE(exportFormatOf("NET.ONNX"), findExportFormat("onnx"));
  QVERIFY(!findExportFormat("onyx") && !exportFormatOf("net.txt"));
}

void TestExportFormats::whatIsFarOffIsNotWritten() {
  QVERIFY(write(10).ok());  // 1e-4, the bound
  for (const char* name : {"net.test", "beside.txt", "example.txt"}) fs::remove(at(name));
  const auto refused = write(11);
  QVERIFY(!refused.ok());
  QVERIFY2(refused.error().message.find("1.1e-04") != std::string::npos, refused.error().message.c_str());
  QVERIFY(fs::is_empty(folder_->path().toStdString()));
}

void TestExportFormats::whatIsThereStays() {
  QVERIFY(writeFileAtomically(at("beside.txt"), std::string_view("a person's")).ok());
  const auto refused = write(0);
  QVERIFY(!refused.ok());
  QCOMPARE(refused.error().kind, ErrorKind::usage);
  QVERIFY(refused.error().message.find("beside.txt") != std::string::npos);
  QVERIFY(!fs::exists(at("net.test")));
  QCOMPARE(text("beside.txt"), std::string("a person's"));

  // With leave all of it but the example, which is a person's to change.
  QVERIFY(writeFileAtomically(at("example.txt"), std::string_view("changed")).ok());
  const auto written = write(0, true);
  QVERIFY(written.ok());
  QCOMPARE(written->files.size(), size_t{2});
  QCOMPARE(text("beside.txt"), std::string("beside it"));
  QCOMPARE(text("example.txt"), std::string("changed"));

  // What is there byte for byte needs no leave.
  fs::remove(at("net.test"));
  const auto again = write(0);
  QVERIFY(again.ok());
  QCOMPARE(again->files.size(), size_t{1});
}

void TestExportFormats::whatIsCancelledIsNotWritten() {
  const auto cancelled = write(0, false, [] { return false; });
  QVERIFY(!cancelled.ok());
  QCOMPARE(cancelled.error().kind, ErrorKind::interrupted);
  QVERIFY(fs::is_empty(folder_->path().toStdString()));
}

QTEST_GUILESS_MAIN(TestExportFormats)
#include "test_export_formats.moc"
