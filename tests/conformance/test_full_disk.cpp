// A disk that fills up under a run: training stands still with a sentence, nothing saved before is touched,
// and it goes on once there is room, to the same bits.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/base/atomic_file.h"
#include "core/base/disk_room.h"
#include "core/exchange/export_format.h"
#include "tests/conformance/steered.h"
#include "tests/conformance/training_fixture.h"
#include "tests/core/cli/program.h"

using namespace bypath;
using namespace std::string_literals;

class TestFullDisk : public QObject, private TrainingFixture {
  Q_OBJECT

  std::string unusable_ = "";  // why there is no small disk to fill
  fs::path disk() const { return folder("disk"); }

  // All but so many bytes of the disk.
  void fill(uint64_t left) const {
    empty();
    const int filler = ::open((disk() / "filler").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const uint64_t free = freeBytes(disk());
    if (free > left) QVERIFY(::posix_fallocate(filler, 0, static_cast<off_t>(free - left)) == 0);
    ::close(filler);
  }
  void empty() const { fs::remove(disk() / "filler"); }

  bool leftovers() const {
    for (const auto& entry : fs::recursive_directory_iterator(disk()))
      if (entry.path().filename().string().starts_with(".bypath-")) return true;
    return false;
  }

 private Q_SLOTS:
  void initTestCase() {
    build();
    fs::create_directories(disk());
    // In a view of the file system of its own, which ends with this process.
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=8m") != 0)
      unusable_ =
          "only who may mount a small disk can fill one, and this user may not: "s + std::strerror(errno);
  }
  void cleanup() {
    if (unusable_.empty())
      for (const auto& entry : fs::directory_iterator(disk())) fs::remove_all(entry.path());
  }
  void cleanupTestCase() {
    if (unusable_.empty()) QCOMPARE(::umount2(disk().c_str(), MNT_DETACH), 0);
  }

  void roomIsWhatTheSystemSays() {
    QVERIFY(hasRoom(folder("."), 1 << 20));
    QVERIFY(hasRoom(folder("nowhere"), 1 << 20));  // it is not room that is missing
    QCOMPARE(freeBytes(folder("nowhere")), uint64_t{0});
    if (!unusable_.empty()) QSKIP(unusable_.c_str());
    fill(64 << 10);
    QVERIFY(hasRoom(disk(), 60 << 10) && !hasRoom(disk(), 80 << 10));
    QCOMPARE(freeBytes(disk()), uint64_t{64} << 10);
    empty();
    QVERIFY(hasRoom(disk(), 7 << 20) && !hasRoom(disk(), 9 << 20));
    QVERIFY(!leftovers());
  }

  void anExportLeavesWhatWasThere() {
    if (!unusable_.empty()) QSKIP(unusable_.c_str());
    const auto engine = makeCpuEngine(2);
    const NetworkSpec network = *buildTemplate("resnet", {{"depth", whole(20)}});
    ParameterStore weights(check(network, layerCatalog(), {.mode = Mode::evaluation}).graph.parameters);
    initialise(weights, 1);
    for (const ExportFormat* format : exportFormats()) {
      const fs::path file = disk() / ("net" + format->suffix);
      QVERIFY(writeFileAtomically(file, std::string_view("what was there")).ok());
      // Room for the smaller files of a format, not for the weights.
      fill(200 << 10);
      const auto report = exportNetwork({network, layerCatalog(), weights, {}}, *engine,
                                        {.format = *format, .file = file, .overwrite = true});
      QVERIFY2(!report.ok(), format->id.c_str());
      QCOMPARE(report.error().kind, ErrorKind::io);
      empty();
      QCOMPARE(contents(QString::fromStdString(file.string())), QByteArray("what was there"));
      QVERIFY2(!leftovers(), format->id.c_str());
      int files = 0;
      for (const auto& entry : fs::directory_iterator(disk())) files += entry.is_regular_file() ? 1 : 0;
      QCOMPARE(files, 1);  // nothing half beside it either
      fs::remove(file);
    }
  }

  void trainingStandsStillAndGoesOn() {
    if (!unusable_.empty()) QSKIP(unusable_.c_str());
    auto engine = makeCpuEngine(2);
    const NetworkSpec network = *buildTemplate("starter", {{"width", whole(8)}});
    const Attributes settings = {
        {"checkpoint_every", whole(1)}, {"log_every", whole(1)}, {"optimizer", "adam"s},
        {"learning_rate", 0.01},        {"ema_decay", 0.9},      {"probe_every", whole(2)}};
    QVERIFY(train(job(network, folder("straight"), engine.get(), settings)).ok());
    const fs::path at = disk() / "run";
    const auto size = static_cast<double>(fs::file_size(folder("straight") / lastCheckpointName));
    int waited = 0;
    Steered run(job(network, at, engine.get(), settings));
    QVERIFY(run.stepTo(3));
    // The last of them is where the weights are written.
    const double parts[] = {0, 0.01, 0.3, 0.6, 0.9, 0.99, 0.5, 0, 0.2};
    for (int i = 0; i < 9; ++i) {
      const int64_t step = 4 + i;
      const std::string before = bytesOf(at / lastCheckpointName);
      fill(static_cast<uint64_t>(parts[i] * size));
      QVERIFY(run.stepTo(step));
      const bool waits = bytesOf(at / lastCheckpointName) == before;
      if (waits) {
        ++waited;
        const std::string said = run.said();
        const std::string last = said.substr(said.rfind('\n', said.size() - 2) + 1);
        QVERIFY2(last.find("no room for " + at.string()) != std::string::npos &&
                     last.find("iB") != std::string::npos && last.find("goes on") != std::string::npos,
                 last.c_str());
        if (i == 4) qInfo("%s", last.c_str());
      }
      const Result<Checkpoint> checkpoint = readCheckpoint(at / lastCheckpointName);
      QVERIFY2(checkpoint.ok(), checkpoint ? "" : checkpoint.error().message.c_str());
      QVERIFY(checkpoint->header.progress.step >= step - 1);
      QVERIFY(!leftovers());
      empty();
      if (waits && i < 8) QVERIFY(run.tryAgain());
    }
    const auto outcome = run.goOn();
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    qInfo("%d disks full, waited for room %d times", 9, waited);
    QVERIFY(waited >= 7);
    QCOMPARE(logOf(at), logOf(folder("straight")));
    QCOMPARE(weightsHash(at), weightsHash(folder("straight")));
    QVERIFY(readCheckpoint(at / weightsName).ok());
    QCOMPARE(RunStore::open(at)->header().state, "finished"s);
  }

  void aStopEndsTheWaitAndTheRunCanBeGoneOnWith() {
    if (!unusable_.empty()) QSKIP(unusable_.c_str());
    auto engine = makeCpuEngine(2);
    const Attributes settings = {{"checkpoint_every", whole(1)}};
    const fs::path at = disk() / "stopped";
    TrainingJob one = job(small_, at, engine.get(), settings);
    {
      Steered run(one);
      QVERIFY(run.stepTo(3));
      fill(4096);
      QVERIFY(run.stepTo(4));
      const auto outcome = run.stop();
      QVERIFY(!outcome.ok() && outcome.error().kind == ErrorKind::io);
      QVERIFY2(outcome.error().message.find(lastCheckpointName) != std::string::npos,
               outcome.error().message.c_str());
      QCOMPARE(readCheckpoint(at / lastCheckpointName)->header.progress.step, whole(3));
    }
    empty();
    one.resume = true;
    QVERIFY(train(one).ok());
    QVERIFY(train(job(small_, folder("not stopped"), engine.get(), settings)).ok());
    QCOMPARE(weightsHash(at), weightsHash(folder("not stopped")));
    QCOMPARE(logOf(at), logOf(folder("not stopped")));
  }

  void theProgramWaitsAndCanBeInterrupted() {
    if (!unusable_.empty()) QSKIP(unusable_.c_str());
    const ::Program program;
    for (const bool interrupt : {true, false}) {
      const QString at = QString::fromStdString(disk() / (interrupt ? "interrupted" : "waited"));
      fill(900 << 10);  // enough for the history, not for what is saved
      QProcess process;
      process.setProcessEnvironment(program.environment());
      process.start(BYPATH_PROGRAM,
                    {"train", "starter", "--set", "width=32", "--set", "limit_train=32", "--set",
                     "limit_validation=16", "--batch", "16", "--steps", "3", "--threads", "2", "--out", at});
      process.setReadChannel(QProcess::StandardError);
      QByteArray said;
      while (!said.contains("no room for") && process.waitForReadyRead(30000))
        said += process.readAllStandardError();
      QVERIFY2(said.contains("no room for " + at.toUtf8()), said + process.readAllStandardError());
      QVERIFY(!process.waitForFinished(300));
      if (interrupt) ::kill(static_cast<pid_t>(process.processId()), SIGINT);
      if (!interrupt) empty();
      QVERIFY(process.waitForFinished(30000));
      QCOMPARE(process.exitCode(), interrupt ? static_cast<int>(ErrorKind::io) : 0);
      QCOMPARE(fs::exists((at + "/weights.safetensors").toStdString()), !interrupt);
      QVERIFY(!leftovers());
      fs::remove_all(at.toStdString());
      empty();
    }
  }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "test_full_disk.moc"
