#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <QTemporaryDir>
#include <QtTest>

#include "core/ops/histogram.h"
#include "core/runs/database.h"
#include "core/runs/run_index.h"
#include "core/runs/run_lock.h"
#include "core/runs/run_store.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestRunStore : public QObject {
  Q_OBJECT

  QTemporaryDir place_;
  fs::path folder(const char* name) const { return fs::path(place_.path().toStdString()) / name; }
  static RunHeader header() {
    return {.id = "",
            .network = "resnet",
            .data = "shapes",
            .settings = "{}",
            .started = "",
            .state = "",
            .folder = {}};
  }

 private Q_SLOTS:
  void init() { qputenv("XDG_DATA_HOME", (place_.path() + "/home").toUtf8()); }
  void cleanup() {
    std::error_code ignored;
    fs::remove_all(folder("home"), ignored);
    fs::remove_all(folder("run"), ignored);
  }

  void keepsWhatWasAppended() {
    Result<RunStore> store = RunStore::create(folder("run"), header());
    QVERIFY2(store.ok(), store ? "" : store.error().message.c_str());
    const double exact = 0.1 + 0.2;
    QVERIFY(
        store
            ->append({.step = 10, .epoch = 1, .epochEnd = false, .seconds = 1.5, .values = {{"loss", exact}}})
            .ok());
    QVERIFY(
        store->append({10, 1, true, 2, {{"loss", 2}, {"val_loss", std::numeric_limits<double>::quiet_NaN()}}})
            .ok());
    QVERIFY(store->mark(7, "Learning rate set to 0.01").ok());
    const ProbeRecord record{10, {{"stem/conv", 1.25, 3.5}}, {{"block[2]", 1, 2, -0.5, 0.25, 4}}};
    QVERIFY(store->appendProbes(record).ok());
    QVERIFY(store->setState("finished").ok());

    Result<RunStore> again = RunStore::open(folder("run"));
    QVERIFY(again.ok());
    QCOMPARE(again->header().state, std::string("finished"));
    QCOMPARE(again->header().network, std::string("resnet"));
    const std::vector<RunRow> rows = *again->rows();
    QCOMPARE(rows.size(), size_t{2});
    QCOMPARE(rows[0].values.at("loss"), exact);
    QVERIFY(!rows[0].epochEnd && rows[1].epochEnd);
    QCOMPARE(rows[1].step, int64_t{10});
    QVERIFY(std::isnan(rows[1].values.at("val_loss")));
    QCOMPARE(again->marks()->at(0).text, std::string("Learning rate set to 0.01"));
    const std::vector<ProbeRecord> probes = *again->probes();
    QCOMPARE(probes.size(), size_t{1});
    QCOMPARE(probes[0].layers[0].path, std::string("stem/conv"));
    QCOMPARE(probes[0].layers[0].weightNorm, 3.5);
    QCOMPARE(probes[0].shortcuts[0].cosine, -0.5);
    QCOMPARE(probes[0].shortcuts[0].inputDeviation, 4.0);
  }

  void keepsRemarks() {
    RunStore store = std::move(*RunStore::create(folder("run"), header()));
    QVERIFY(store.setName("first").ok() && store.setName("second").ok());
    QVERIFY(store.setNote("Wider than the paper's.").ok());
    for (const char* tag : {"b", "a", "b"}) QVERIFY(store.setTag(tag, true).ok());
    QVERIFY(store.setTag("b", false).ok());
    const Result<RunStore> again = RunStore::open(folder("run"));
    QVERIFY(again.ok());
    QCOMPARE(again->header().name, std::string("second"));
    QCOMPARE(again->header().note, std::string("Wider than the paper's."));
    QCOMPARE(again->header().tags, std::vector<std::string>{"a"});
    QVERIFY(store.setName("").ok());
    QCOMPARE(RunStore::open(folder("run"))->header().name, std::string());
  }

  void anOlderFileIsBroughtUpToDateByARemarkAlone() {
    QVERIFY(RunStore::create(folder("run"), header())->append({1, 1, true, 0, {{"loss", 3}}}).ok());
    const fs::path file = folder("run") / "run.sqlite";
    const auto version = [&file] { return *Database::open(file, Database::Mode::read)->version(4); };
    QCOMPARE(version(), int64_t{4});
    {  // as version 1 wrote it
      Result<Database> old = Database::open(file, Database::Mode::create);
      QVERIFY(old.ok() && old->run("DROP TABLE remark").ok() && old->run("DROP TABLE probe").ok() &&
              old->run("DROP TABLE histogram").ok() && old->run("DROP TABLE path_list").ok() &&
              old->run("PRAGMA user_version=1").ok());
      QVERIFY(old->run("INSERT INTO layer_gradient (step, path, norm, weight_norm) VALUES (1, 'a', 0.5, 2)")
                  .ok());
    }
    {
      Result<RunStore> store = RunStore::open(folder("run"));
      QVERIFY2(store.ok(), store ? "" : store.error().message.c_str());
      QVERIFY(store->append({2, 1, true, 0, {{"loss", 2}}}).ok() && store->setState("finished").ok());
    }
    QCOMPARE(version(), int64_t{1});
    QCOMPARE(RunStore::open(folder("run"))->probes()->at(0).layers[0].norm, 0.5);
    QVERIFY(RunStore::open(folder("run"))->histograms()->empty());
    QVERIFY(RunStore::open(folder("run"))->setTag("old", true).ok());
    QCOMPARE(version(), int64_t{4});
    const Result<RunStore> store = RunStore::open(folder("run"));
    QCOMPARE(store->header().tags, std::vector<std::string>{"old"});
    QCOMPARE(store->rows()->size(), size_t{2});
    QVERIFY(RunStore::open(folder("run"))->appendProbes({.step = 2, .layers = {{"a", 0.25, 2}}}).ok());
    const Result<std::vector<ProbeRecord>> probes = RunStore::open(folder("run"))->probes();
    QCOMPARE(probes->size(), size_t{2});
    QCOMPARE(probes->at(0).layers[0].norm, 0.5);
    QCOMPARE(probes->at(1).layers[0].norm, 0.25);
    QVERIFY(Database::open(file, Database::Mode::read)->run("PRAGMA user_version=5").ok());
    QVERIFY(RunStore::open(folder("run")).error().message.find("newer") != std::string::npos);
  }

  void whatIsNotKnownStaysUnknown() {
    RunStore store = std::move(*RunStore::create(folder("run"), header()));
    ProbeRecord record{.step = 7};
    record.layers = {{"conv", 1, 2, 0.001}, {"bn", 0.5, 1}};
    record.shortcuts = {{"block", 1, 2, -0.25}};
    record.activities = {{.path = "conv", .deviation = 3}, {.path = "relu", .zeros = 0.5, .silent = 0.125}};
    QVERIFY(store.appendProbes(record).ok());
    const Result<std::vector<ProbeRecord>> probes = RunStore::open(folder("run"))->probes();
    QCOMPARE(probes->size(), size_t{1});
    const ProbeRecord& seen = probes->at(0);
    QCOMPARE(seen.layers[0].updateNorm, 0.001);
    QVERIFY(std::isnan(seen.layers[1].updateNorm));
    QCOMPARE(seen.shortcuts[0].cosine, -0.25);
    QVERIFY(std::isnan(seen.shortcuts[0].branchDeviation));
    QCOMPARE(seen.activities.size(), size_t{2});
    QCOMPARE(seen.activities[1].silent, 0.125);
    QVERIFY(std::isnan(seen.activities[1].deviation) && std::isnan(seen.activities[0].zeros));
  }

  // Schema 3 had no histograms; the next record brings them.
  void aFileOfSchemaThreeTakesHistograms() {
    const Histogram spread{.low = -1.5F, .high = 2, .counts = std::vector<uint32_t>(histogramBins, 7)};
    QVERIFY(
        RunStore::create(folder("run"), header())->appendProbes({.step = 1, .layers = {{"a", 1, 2}}}).ok());
    const fs::path file = folder("run") / "run.sqlite";
    {
      Result<Database> old = Database::open(file, Database::Mode::create);
      QVERIFY(old->run("DROP TABLE histogram").ok() && old->run("PRAGMA user_version=3").ok());
    }
    RunStore store = std::move(*RunStore::open(folder("run")));
    QVERIFY(store.histograms().ok() && store.histograms()->empty());
    QCOMPARE(store.probes()->at(0).layers[0].norm, 1.0);
    HistogramRecord record{.step = 2,
                           .layers = {{.path = "a", .weights = spread, .gradient = {}, .output = {}}}};
    QVERIFY(
        store
            .appendProbes(
                {.step = 2, .layers = {{"a", 1, 2}}, .histograms = std::make_shared<HistogramRecord>(record)})
            .ok());
    QCOMPARE(store.probes()->size(), size_t{2});
    QCOMPARE(store.histograms()->at(0).layers.at(0).weights.counts, spread.counts);
  }

  void keepsHistograms() {
    RunStore store = std::move(*RunStore::create(folder("run"), header()));
    const auto spread = [](uint32_t most) {
      Histogram made{.low = -0.1F, .high = 0.3F, .counts = {}};
      for (int64_t bin = 0; bin < histogramBins; ++bin)
        made.counts.push_back(bin % 2 ? most : static_cast<uint32_t>(bin));
      return made;
    };
    for (int64_t step = 1; step <= 3; ++step) {
      auto seen = std::make_shared<HistogramRecord>();
      seen->step = step;
      seen->layers = {
          {.path = "conv", .weights = spread(4294967295U), .gradient = spread(128), .output = spread(16384)},
          {.path = "bn", .weights = spread(127), .gradient = spread(1), .output = {}},
          {.path = "relu", .weights = {}, .gradient = {}, .output = spread(static_cast<uint32_t>(step))}};
      QVERIFY(store.appendProbes({.step = step, .layers = {{"conv", 1, 1}}, .histograms = seen}).ok());
    }
    const Result<std::vector<HistogramRecord>> kept = RunStore::open(folder("run"))->histograms();
    QVERIFY2(kept.ok(), kept ? "" : kept.error().message.c_str());
    QCOMPARE(kept->size(), size_t{3});
    QCOMPARE(kept->at(1).step, int64_t{2});
    QCOMPARE(kept->at(1).layers.size(), size_t{3});
    const LayerHistograms& conv = kept->at(1).layers[0];
    QCOMPARE(conv.path, std::string("conv"));
    QCOMPARE(conv.weights.counts, spread(4294967295U).counts);
    QCOMPARE(conv.gradient.counts, spread(128).counts);
    QCOMPARE(conv.output.high, 0.3F);
    QVERIFY(kept->at(1).layers[1].output.empty());
    QCOMPARE(kept->at(2).layers[2].output.counts, spread(3).counts);
    QVERIFY(!RunStore::open(folder("run"))->probes()->at(0).histograms);
    QVERIFY(store.truncateAfter(2).ok());
    QCOMPARE(store.histograms()->size(), size_t{2});
    {
      Result<Database> torn = Database::open(folder("run") / "run.sqlite", Database::Mode::create);
      QVERIFY(torn->run("UPDATE histogram SET numbers = x'0011' WHERE step = 1").ok());
    }
    const Result<std::vector<HistogramRecord>> refused = store.histograms();
    QVERIFY(!refused.ok());
    QVERIFY2(refused.error().message.find("histograms") != std::string::npos,
             refused.error().message.c_str());
  }

  void truncationRemovesAllThatIsLater() {
    RunStore store = std::move(*RunStore::create(folder("run"), header()));
    for (int64_t step = 1; step <= 5; ++step) {
      QVERIFY(store.append({step, 1, false, 0, {{"loss", 1.0 / static_cast<double>(step)}}}).ok());
      QVERIFY(store.mark(step, "m").ok());
      QVERIFY(store.appendProbes({step, {{"a", 1, 1}}, {{"b", 1, 1, 1, 1, 1}}}).ok());
    }
    QVERIFY(store.truncateAfter(3).ok());
    QCOMPARE(store.rows()->size(), size_t{3});
    QCOMPARE(store.marks()->size(), size_t{3});
    QCOMPARE(store.probes()->back().step, int64_t{3});
    QVERIFY(store.append({4, 1, false, 0, {{"loss", 9}}}).ok());
    QCOMPARE(store.rows()->back().values.at("loss"), 9.0);
  }

  void refusesAnExistingRun() {
    QVERIFY(!RunStore::exists(folder("run")));
    QVERIFY(RunStore::create(folder("run"), header()).ok());
    QVERIFY(RunStore::exists(folder("run")));
    const Result<RunStore> again = RunStore::create(folder("run"), header());
    QVERIFY(!again.ok());
    QVERIFY(again.error().kind == ErrorKind::usage);
    QVERIFY(again.error().message.find(folder("run").string()) != std::string::npos);
  }

  void listsAndFindsRuns() {
    RunHeader first = header(), second = header();
    first.started = "2026-11-20T10:00:00Z";
    second.started = "2026-11-20T11:00:00Z";
    QVERIFY(RunStore::create(folder("run") / "a", first).ok());
    QVERIFY(RunStore::create(folder("run") / "b", second).ok());
    const std::vector<RunHeader> runs = *listRuns();
    QCOMPARE(runs.size(), size_t{2});
    QCOMPARE(runs[0].id, std::string("2026-11-20-resnet-2"));
    QCOMPARE(runs[1].id, std::string("2026-11-20-resnet-1"));
    QVERIFY(fs::equivalent(*findRun("2026-11-20-resnet-1"), folder("run") / "a"));
    QVERIFY(fs::equivalent(*findRun((folder("run") / "b").string()), folder("run") / "b"));
    QVERIFY(fs::equivalent(*findRun((folder("run") / "b" / "run.sqlite").string()), folder("run") / "b"));
    fs::remove_all(folder("run") / "a");
    QCOMPARE(listRuns()->size(), size_t{1});
    QVERIFY(findRun("2026-11-20-resnet-1").error().kind == ErrorKind::io);
    const Result<fs::path> none = findRun("nonsense");
    QVERIFY(!none.ok() && none.error().kind == ErrorKind::usage);
  }

  void newFoldersAreNewAndNameTheRun() {
    const fs::path one = *newRunFolder("res net/x"), two = *newRunFolder("res net/x");
    QVERIFY(one != two && fs::is_empty(one) && fs::is_empty(two));
    QCOMPARE(one.filename().string(), timeText().substr(0, 10) + "-res-net-x-1");
    Result<RunStore> store = RunStore::create(one, header());
    QVERIFY(store.ok());
    QCOMPARE(store->header().id, one.filename().string());
    QVERIFY(fs::equivalent(*findRun(one.filename().string()), one));
  }

  // A run that lies elsewhere keeps its place in the list when runs of the same network follow.
  void noRunTakesAnothersId() {
    QVERIFY(RunStore::create(folder("elsewhere"), header()).ok());
    const std::string id = RunStore::open(folder("elsewhere"))->header().id;
    const fs::path next = *newRunFolder(header().network);
    QVERIFY(next.filename().string() != id);
    QVERIFY(RunStore::create(next, header()).ok());
    RunHeader same = header();
    same.id = id;
    QVERIFY(RunStore::create(folder("same"), same).ok());
    QVERIFY(RunStore::open(folder("same"))->header().id != id);
    QVERIFY(fs::equivalent(*findRun(id), folder("elsewhere")));
    QCOMPARE(listRuns()->size(), size_t{3});
  }

  void exportsCsv() {
    RunStore store = std::move(*RunStore::create(folder("run"), header()));
    QVERIFY(store.append({1, 1, false, 0.5, {{"loss", 0.1}, {"accuracy", 1}}}).ok());
    QVERIFY(store.append({2, 1, true, 1, {{"val,loss", -2}}}).ok());
    const fs::path target = folder("run") / "curve.csv";
    QVERIFY(exportCsv(store, target).ok());
    std::ifstream in(target);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    QCOMPARE(text,
             std::string("step,epoch,seconds,accuracy,loss,\"val,loss\"\n1,1,0.5,1,0.1,\n2,1,1,,,-2\n"));
    const Result<void> nowhere = exportCsv(store, folder("missing") / "x.csv");
    QVERIFY(!nowhere.ok() && nowhere.error().kind == ErrorKind::io);
  }

  void strangeFilesGetASentence() {
    const Result<RunStore> missing = RunStore::open(folder("nothing"));
    QVERIFY(!missing.ok() && missing.error().message.find("nothing") != std::string::npos);
    fs::create_directories(folder("run"));
    std::ofstream(folder("run") / "run.sqlite") << std::string(5000, 'x');
    const Result<RunStore> damaged = RunStore::open(folder("run"));
    QVERIFY(!damaged.ok());
    QVERIFY(damaged.error().kind == ErrorKind::data);
    QVERIFY(damaged.error().message.find("run.sqlite") != std::string::npos);
    std::ofstream(folder("run") / "run.sqlite", std::ios::trunc);
    const Result<RunStore> empty = RunStore::open(folder("run"));
    QVERIFY(!empty.ok() && empty.error().kind == ErrorKind::data);
    QVERIFY2(RunStore::create(folder("run"), header()).ok(), "an empty file is a run that was never begun");
  }

  void anUnwritableListDoesNotStopARun() {
    std::ofstream(folder("home"));  // a file where the folder should be
    Result<RunStore> store = RunStore::create(folder("run"), header());
    QVERIFY2(store.ok(), store ? "" : store.error().message.c_str());
    QVERIFY(store->marks()->at(0).text.find("not in the list of runs") != std::string::npos);
    QVERIFY(!listRuns().ok());
  }

  void aReadOnlyCopyCanBeRead() {
    QVERIFY(RunStore::create(folder("run"), header())->append({1, 1, false, 0, {{"loss", 3}}}).ok());
    fs::permissions(folder("run") / "run.sqlite", fs::perms::owner_read);
    fs::permissions(folder("run"), fs::perms::owner_read | fs::perms::owner_exec);
    Result<RunStore> store = RunStore::open(folder("run"));
    const size_t rows = store ? store->rows()->size() : 0;
    store = Error{};
    fs::permissions(folder("run"), fs::perms::owner_all);
    QCOMPARE(rows, size_t{1});
  }

  void aRunFromElsewhereKeepsItsIdWhereItIsFree() {
    const std::string id = RunStore::create(folder("run"), header())->header().id;
    QVERIFY(unregisterRun(folder("run")).ok());
    QCOMPARE(listRuns()->size(), size_t{0});
    const Result<std::string> adopted = adoptRun(folder("run"));
    QVERIFY(adopted.ok());
    QCOMPARE(*adopted, id);
    QCOMPARE(*adoptRun(folder("run")), id);
    QCOMPARE(listRuns()->size(), size_t{1});
  }

  void twoMachinesMayHaveGivenOneId() {
    const std::string id = RunStore::create(folder("run"), header())->header().id;
    fs::create_directories(folder("copy"));
    fs::copy(folder("run"), folder("copy"), fs::copy_options::recursive);
    const Result<std::string> adopted = adoptRun(folder("copy"));
    QVERIFY(adopted.ok() && *adopted != id);
    const Result<std::vector<RunHeader>> runs = listRuns();
    QCOMPARE(runs->size(), size_t{2});
    QVERIFY(runs->at(0).id != runs->at(1).id);
    QCOMPARE(*findRun(id), fs::weakly_canonical(folder("run")));
    QCOMPARE(*findRun(*adopted), fs::weakly_canonical(folder("copy")));
    fs::remove_all(folder("copy"));
  }

  void aFolderOfRunsIsAdoptedWhole() {
    fs::create_directories(folder("sweep"));
    for (const char* name : {"sweep/a", "sweep/b"}) {
      QVERIFY(RunStore::create(folder(name), header()).ok());
      QVERIFY(unregisterRun(folder(name)).ok());
    }
    const Result<std::vector<fs::path>> runs = adoptRuns(folder("sweep"));
    QVERIFY(runs.ok());
    QCOMPARE(runs->size(), size_t{2});
    QCOMPARE(adoptRuns(folder("sweep/a"))->size(), size_t{1});
    QCOMPARE(listRuns()->size(), size_t{2});
    fs::remove_all(folder("sweep"));
    const Result<std::vector<fs::path>> gone = adoptRuns(folder("sweep"));
    QVERIFY(!gone.ok() && gone.error().message.find("Choose") != std::string::npos);
  }

  void aForeignFolderIsNotAdopted() {
    fs::create_directories(folder("run"));
    const Result<std::string> none = adoptRun(folder("run"));
    QVERIFY(!none.ok());
    QVERIFY(none.error().message.find("no run") != std::string::npos);
    std::ofstream(folder("run") / "run.sqlite") << "not a database, whatever its name says";
    QVERIFY(!adoptRun(folder("run")).ok());
    QCOMPARE(listRuns()->size(), size_t{0});
  }

  void oneTrainerAFolder() {
    fs::create_directories(folder("run"));
    {
      Result<RunLock> lock = RunLock::acquire(folder("run"));
      QVERIFY(lock.ok());
      const Result<RunLock> second = RunLock::acquire(folder("run"));
      QVERIFY(!second.ok() && second.error().kind == ErrorKind::usage);
    }
    QVERIFY(RunLock::acquire(folder("run")).ok());
  }
};

QTEST_GUILESS_MAIN(TestRunStore)
#include "test_run_store.moc"
