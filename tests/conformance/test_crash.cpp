// A training process killed at random moments, every second time inside a save: every checkpoint can be read,
// none goes back, and the run that was gone on with is the uninterrupted one.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <csignal>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <thread>

#include "core/base/random.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "core/templates/catalog.h"
#include "core/training/checkpoint.h"
#include "core/training/run_files.h"
#include "core/training/trainer.h"

using namespace bypath;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t seed = 20261120;
constexpr int usualKills = 50;  // BYPATH_TEST_KILLS asks for another number, BYPATH_CAMPAIGN=full for ...
constexpr int allKills = 1000;

// The child: goes on with the run in `folder`, saving after every step.
int trainIn(const char* folder) {
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGXFSZ, SIG_DFL);
  const auto engine = makeCpuEngine(1);
  Trainer trainer({.project = {.network = *buildTemplate("starter", {{"width", int64_t{8}}})},
                   .settings = {{"batch", int64_t{8}},
                                {"epochs", int64_t{5}},
                                {"log_every", int64_t{1}},
                                {"checkpoint_every", int64_t{1}},
                                {"optimizer", "adam"s},
                                {"learning_rate", 0.002},
                                {"augment", true}},
                   .layers = &layerCatalog(),
                   .engine = engine.get(),
                   .data = makeShapes(48, 16),
                   .folder = folder,
                   .resume = true},
                  std::make_shared<TrainingFeed>());
  return trainer.run() ? 0 : 1;
}

pid_t startChild(const fs::path& folder) {
  const pid_t child = fork();
  if (child != 0) return child;
  execl("/proc/self/exe", "test_crash", "--train", folder.c_str(), nullptr);
  _exit(127);
}

// Whether it ended by itself, and well.
bool finished(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// From now on the first file that grows beyond so many bytes ends its writer there (SIGXFSZ), in the middle
// of a write: no luck is needed to hit a save.
void endAtByte(pid_t child, uint64_t bytes) {
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  prlimit(child, RLIMIT_FSIZE, &limit, nullptr);
}

// A file that was not finished when its writer was killed; tidied away.
bool sweepUnfinished(const fs::path& folder) {
  bool found = false;
  fs::create_directories(folder);  // it may have been killed before it began
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().starts_with(".bypath-")) parts.push_back(entry.path());
  for (const fs::path& part : parts) found = fs::remove(part) || found;
  return found;
}

std::string logOf(const fs::path& folder) {
  const Result<RunStore> store = RunStore::open(folder);
  if (!store) return store.error().message;
  const std::vector<RunRow> rows = *store->rows();
  std::string text;
  for (const RunRow& row : rows) {
    text += std::to_string(row.step) + (row.epochEnd ? " end" : "");
    for (const auto& [name, value] : row.values)
      if (name != "images_per_second")
        text += " " + name + "=" + std::to_string(std::bit_cast<uint64_t>(value));
    text += "\n";
  }
  return text;
}

}  // namespace

class TestCrash : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void killedAnywhereNothingIsLost() {
    QTemporaryDir place;
    const fs::path base(place.path().toStdString());
    qputenv("XDG_DATA_HOME", (place.path() + "/home").toUtf8());
    const int asked = qEnvironmentVariableIntValue("BYPATH_TEST_KILLS");
    const int kills = asked > 0 ? asked : qgetenv("BYPATH_CAMPAIGN") == "full" ? allKills : usualKills;
    qInfo("seed %llu, %d kills", static_cast<unsigned long long>(seed), kills);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(finished(startChild(base / "straight")));
    const auto whole = static_cast<double>(timer.nsecsElapsed()) * 1e-9;
    const std::string log = logOf(base / "straight");
    const Checkpoint straight = *readCheckpoint(base / "straight" / lastCheckpointName);
    QCOMPARE(straight.header.progress.step, int64_t{30});
    const auto size = static_cast<double>(fs::file_size(base / "straight" / lastCheckpointName));

    int killed = 0, runs = 0, torn = 0;
    uint32_t attempts = 0;
    for (; killed < kills; ++runs) {
      const fs::path folder = base / ("run" + std::to_string(runs));
      int64_t reached = 0;
      while (true) {
        const pid_t child = startChild(folder);
        if (killed < kills) {  // once there were enough, the last run is left to finish
          const RandomKey key{.seed = seed};
          const float part = uniform(key, 2 * attempts), byte = uniform(key, 2 * attempts + 1);
          std::this_thread::sleep_for(std::chrono::duration<double>(part * whole));
          if (attempts++ % 2)
            endAtByte(child, static_cast<uint64_t>(byte * size));
          else
            ::kill(child, SIGKILL);
        }
        if (finished(child)) break;
        ++killed;
        torn += sweepUnfinished(folder);
        for (const char* name : {lastCheckpointName, bestCheckpointName}) {
          if (!fs::exists(folder / name)) continue;
          const Result<Checkpoint> checkpoint = readCheckpoint(folder / name);
          QVERIFY2(checkpoint.ok(), checkpoint ? "" : checkpoint.error().message.c_str());
          if (name != lastCheckpointName) continue;
          QVERIFY(checkpoint->header.progress.step >= reached);
          reached = checkpoint->header.progress.step;
        }
      }
      QCOMPARE(logOf(folder), log);
      const Checkpoint checkpoint = *readCheckpoint(folder / lastCheckpointName);
      QCOMPARE(checkpoint.file.tensors.size(), straight.file.tensors.size());
      for (const auto& [name, tensor] : straight.file.tensors)
        QVERIFY2(checkpoint.file.tensors.at(name).bytes == tensor.bytes, name.c_str());
      QVERIFY(readCheckpoint(folder / weightsName).ok());
    }
    qInfo("%d runs, killed %d times, %d of them inside a save; 0 unreadable, all resumed to the same bits",
          runs, killed, torn);
  }
};

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == "--train"s) return trainIn(argv[2]);
  const QCoreApplication app(argc, argv);
  TestCrash test;
  return QTest::qExec(&test, argc, argv);
}
#include "test_crash.moc"
