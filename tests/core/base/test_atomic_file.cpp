// AtomicFile: the target is the old file or the new one, and nothing is left behind.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestAtomicFile : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    target_ = fs::path(folder_->path().toStdString()) / "result.json";
  }
  void writesANewFile();
  void replacesAFileAndKeepsItsPermissions();
  void followsASymbolicLink();
  void withoutCommitNothingChanges();
  void movedFileCommitsOnce();
  void fullDiskLeavesTheTarget();
  void refusesImpossibleTargets_data();
  void refusesImpossibleTargets();

 private:
  std::string content() const { return readTextFile(target_, 1 << 20).value(); }
  int filesInFolder() const {
    return static_cast<int>(
        std::distance(fs::directory_iterator(target_.parent_path()), fs::directory_iterator()));
  }

  std::unique_ptr<QTemporaryDir> folder_;
  fs::path target_;
};

void TestAtomicFile::writesANewFile() {
  QVERIFY(writeFileAtomically(target_, "one").ok());
  QCOMPARE(content(), std::string("one"));
  QVERIFY(writeFileAtomically(target_, "").ok());
  QCOMPARE(content(), std::string());
  const std::byte bytes[] = {std::byte{'x'}, std::byte{'y'}};
  QVERIFY(writeFileAtomically(target_, std::span<const std::byte>(bytes)).ok());
  QCOMPARE(content(), std::string("xy"));
  QCOMPARE(filesInFolder(), 1);
}

void TestAtomicFile::replacesAFileAndKeepsItsPermissions() {
  QVERIFY(writeFileAtomically(target_, "old").ok());
  QCOMPARE(::chmod(target_.c_str(), 0640), 0);
  QVERIFY(writeFileAtomically(target_, "new").ok());
  struct stat status {};
  QCOMPARE(::stat(target_.c_str(), &status), 0);
  QCOMPARE(status.st_mode & 0777, 0640u);
  QCOMPARE(content(), std::string("new"));
}

void TestAtomicFile::followsASymbolicLink() {
  const fs::path link = target_.parent_path() / "link.json";
  QVERIFY(writeFileAtomically(target_, "old").ok());
  fs::create_symlink(target_, link);
  QVERIFY(writeFileAtomically(link, "new").ok());
  QVERIFY(fs::is_symlink(link));
  QCOMPARE(content(), std::string("new"));
}

void TestAtomicFile::withoutCommitNothingChanges() {
  QVERIFY(writeFileAtomically(target_, "old").ok());
  {
    auto file = AtomicFile::create(target_);
    QVERIFY(file.ok());
    QVERIFY(file->write(std::as_bytes(std::span("half", 4))).ok());
    QCOMPARE(filesInFolder(), 2);
  }
  QCOMPARE(filesInFolder(), 1);
  QCOMPARE(content(), std::string("old"));
}

void TestAtomicFile::movedFileCommitsOnce() {
  auto made = AtomicFile::create(target_);
  QVERIFY(made.ok());
  {
    AtomicFile moved(std::move(*made));
    QVERIFY(moved.write(std::as_bytes(std::span("abc", 3))).ok());
    QVERIFY(moved.commit().ok());
  }
  QCOMPARE(content(), std::string("abc"));
  QCOMPARE(filesInFolder(), 1);
}

// A limit on the size of files fails a write half-way, as a full disk does.
void TestAtomicFile::fullDiskLeavesTheTarget() {
  QVERIFY(writeFileAtomically(target_, "old").ok());
  rlimit before{};
  QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto done = writeFileAtomically(target_, std::string(5000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  QVERIFY(!done);
  QCOMPARE(done.error().kind, ErrorKind::io);
  QVERIFY(done.error().message.find("result.json") != std::string::npos);
  QCOMPARE(content(), std::string("old"));
  QCOMPARE(filesInFolder(), 1);
}

void TestAtomicFile::refusesImpossibleTargets_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("part");
  QTest::newRow("missing folder") << QByteArray("nowhere/result.json") << QByteArray("make the folder first");
  QTest::newRow("a folder") << QByteArray(".") << QByteArray("not a regular file");
  QTest::newRow("trailing slash") << QByteArray("absent/") << QByteArray("names no file");
  QTest::newRow("a device") << QByteArray("/dev/null") << QByteArray("not a regular file");
  QTest::newRow("below a file") << QByteArray("/dev/null/x") << QByteArray("Not a directory");
  QTest::newRow("empty") << QByteArray("") << QByteArray("names no file");
}

void TestAtomicFile::refusesImpossibleTargets() {
  QFETCH(QByteArray, name);
  QFETCH(QByteArray, part);
  const fs::path target = name.isEmpty() ? fs::path() : target_.parent_path() / name.toStdString();
  const auto done = writeFileAtomically(target, "text");
  QVERIFY(!done);
  QCOMPARE(done.error().kind, ErrorKind::io);
  QVERIFY2(done.error().message.find(part.toStdString()) != std::string::npos, done.error().message.c_str());
  QCOMPARE(filesInFolder(), 0);
}

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "test_atomic_file.moc"
