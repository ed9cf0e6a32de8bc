// Runs laid side by side, from histories written by hand.
#include <fstream>
#include <QTemporaryDir>
#include <QtTest>

#include "core/experiments/compare_runs.h"
#include "core/training/run_checkpoints.h"
#include "core/training/settings.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestCompareRuns : public QObject {
  Q_OBJECT

  QTemporaryDir place_;
  fs::path folder(const std::string& name) const { return fs::path(place_.path().toStdString()) / name; }
  void make(const std::string& name, const std::string& settings, std::vector<double> losses) const {
    Result<RunStore> store =
        RunStore::create(folder(name), {.network = "resnet", .data = "shapes", .settings = settings});
    QVERIFY2(store.ok(), store ? "" : store.error().message.c_str());
    for (size_t i = 0; i < losses.size(); ++i) {
      const int64_t step = 10 * static_cast<int64_t>(i + 1);
      QVERIFY(store
                  ->append({.step = step,
                            .epoch = static_cast<int>(i + 1),
                            .epochEnd = true,
                            .seconds = 30.0 * static_cast<double>(i + 1),
                            .values = {{"val_loss", losses[i]}, {"learning_rate", 0.1}}})
                  .ok());
    }
  }
  ComparedRun read(const std::string& name) const {
    Result<ComparedRun> run = readComparedRun(folder(name), layers_);
    if (!run) qFatal("%s", run.error().message.c_str());
    return std::move(*run);
  }
  static const ComparisonRow* find(const std::vector<ComparisonRow>& rows, ComparisonRow::Kind kind,
                                   const std::string& key) {
    for (const ComparisonRow& row : rows)
      if (row.kind == kind && row.key == key) return &row;
    return nullptr;
  }

  LayerCatalog layers_{std::vector<const LayerType*>{}};
  using Kind = ComparisonRow::Kind;

 private Q_SLOTS:
  void initTestCase() {
    qputenv("XDG_DATA_HOME", (place_.path() + "/home").toUtf8());
    make("sweep/a", R"({"learning_rate": 0.1})", {0.9, 0.5, 0.7});
    make("sweep/b", R"({"learning_rate": 0.05})", {0.8, 0.625});
    std::ofstream(folder("sweep") / "sweep.json")
        << R"({"format": "bypath-sweep", "version": 1, "columns": ["depth"], "experiments": [
             {"name": "a", "network": "resnet", "set": {"depth": "20", "learning_rate": "0.1"}},
             {"name": "b", "network": "resnet", "set": {"depth": "56", "learning_rate": "0.05"}}]})";
  }

  void onlyWhatDiffersIsARow() {
    const std::vector<ComparedRun> runs = {read("sweep/a"), read("sweep/b")};
    QCOMPARE(differingSettings(runs), (std::vector<std::string>{"learning_rate"}));
    const std::vector<ComparisonRow> rows = compareRuns(runs);
    const ComparisonRow* rate = find(rows, Kind::setting, "learning_rate");
    QVERIFY(rate);
    QCOMPARE(rate->cells, (std::vector<std::string>{"0.1", "0.05"}));
    QVERIFY(!find(rows, Kind::setting, "momentum"));
  }

  void aSweepSaysWhatItSetInTheTemplate() {
    const std::vector<ComparisonRow> rows = compareRuns({read("sweep/a"), read("sweep/b")});
    QVERIFY(find(rows, Kind::setting, "depth"));
    QCOMPARE(find(rows, Kind::setting, "depth")->cells, (std::vector<std::string>{"20", "56"}));
    QVERIFY(!find(rows, Kind::setting, "twin"));
  }

  void ofOneRunWhatIsNotTheDefault() {
    const std::vector<ComparisonRow> rows = compareRuns({read("sweep/b")});
    QCOMPARE(find(rows, Kind::setting, "learning_rate")->cells, (std::vector<std::string>{"0.05"}));
    QVERIFY(!find(rows, Kind::setting, "momentum"));
    QCOMPARE(find(rows, Kind::best, "val_loss")->winner, -1);
  }

  void ofNoRunNothing() { QVERIFY(compareRuns({}).empty()); }

  void theBestIsFoundAndNotItsTie() {
    const std::vector<ComparisonRow> rows = compareRuns({read("sweep/a"), read("sweep/b")});
    const ComparisonRow* best = find(rows, Kind::best, "val_loss");
    QVERIFY(best);
    QCOMPARE(best->winner, 0);
    QCOMPARE(best->cells, (std::vector<std::string>{"0.5000", "0.6250"}));
    QCOMPARE(best->exact, (std::vector<std::string>{"0.5", "0.625"}));
    QCOMPARE(find(rows, Kind::last, "val_loss")->cells, (std::vector<std::string>{"0.7000", "0.6250"}));
    QCOMPARE(find(compareRuns({read("sweep/a"), read("sweep/a")}), Kind::best, "val_loss")->winner, -1);
  }

  void tablesForOtherPrograms() {
    const auto rows = compareRuns({read("sweep/a"), read("sweep/b")});
    const std::string markdown = markdownTable(comparisonTable(rows));
    QVERIFY2(markdown.find("| best val_loss      | 0.5000 ") != std::string::npos, markdown.c_str());
    const std::string csv = csvTable(comparisonTable(rows, true));
    QVERIFY2(csv.find("best val_loss,0.5,0.625\n") != std::string::npos, csv.c_str());
    QVERIFY2(csv.find("time,90,60\n") != std::string::npos, csv.c_str());
  }

  void damageIsSaid() {
    QVERIFY(!readComparedRun(folder("nothing"), layers_).ok());
    make("odd", "no JSON", {1});
    QVERIFY(!readComparedRun(folder("odd"), layers_).ok());
  }

  void theCommandThatTrainsItAgain() {
    make("it's", "{}", {1});
    const Result<std::string> plain = commandOf(folder("it's"));
    QVERIFY(plain.ok());
    QVERIFY2(plain->starts_with("bypath train '") && plain->ends_with("it'\\''s/network.bypath'"),
             plain->c_str());
    Result<RunStore> store = RunStore::open(folder("it's"));
    QVERIFY(store->mark(20, "Branched at step 20 from /runs/a b/checkpoint-best.safetensors").ok());
    const Result<std::string> branch = commandOf(folder("it's"));
    QVERIFY2(branch->ends_with(" --from '/runs/a b/checkpoint-best.safetensors'"), branch->c_str());
    QVERIFY(store->mark(0, "Weights kept: conv.").ok());
    QVERIFY(commandOf(folder("it's")).ok());  // the first word counts
    make("fed", "{}", {1});
    QVERIFY(RunStore::open(folder("fed"))->mark(0, "Weights kept: conv.").ok());
    QVERIFY(!commandOf(folder("fed")).ok());
  }
};

QTEST_GUILESS_MAIN(TestCompareRuns)
#include "test_compare_runs.moc"
