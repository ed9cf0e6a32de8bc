// What a sweep consists of, and how it reads lists written by hand.
#include <fstream>
#include <nlohmann/json.hpp>
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "core/experiments/sweep.h"

using namespace bypath;
namespace fs = std::filesystem;

class TestSweep : public QObject {
  Q_OBJECT

  QTemporaryDir place_;
  fs::path write(const std::string& text) const {
    const fs::path path = fs::path(place_.path().toStdString()) / "queue.json";
    std::ofstream(path) << text;
    return path;
  }

 private Q_SLOTS:
  void everyCombinationOnce() {
    const Result<std::vector<VariedKey>> varied = parseVaried({"depth=8,14", "step_at=0.5,0.75;0.3"});
    QVERIFY2(varied.ok(), varied ? "" : varied.error().message.c_str());
    const Result<Sweep> sweep = combinations("resnet", {{"epochs", "2"}}, *varied, true);
    QVERIFY(sweep.ok());
    QCOMPARE(sweep->columns, (std::vector<std::string>{"depth", "step_at", "twin"}));
    QCOMPARE(sweep->experiments.size(), size_t{8});
    std::set<std::string> names;
    for (const Experiment& one : sweep->experiments) names.insert(one.name);
    QCOMPARE(names.size(), size_t{8});
    const Experiment& second = sweep->experiments[1];
    QCOMPARE(second.name, std::string("depth-8_step_at-0.5-0.75_plain"));
    QVERIFY(second.twin);
    QCOMPARE(second.set, (SettingTexts{{"depth", "8"}, {"step_at", "0.5,0.75"}, {"epochs", "2"}}));
  }

  void badVariations_data() {
    QTest::addColumn<QStringList>("texts");
    QTest::addColumn<QString>("says");
    QTest::newRow("no key") << QStringList{"8,14"} << "key=a,b,c";
    QTest::newRow("no values") << QStringList{"depth="} << "no values";
    QTest::newRow("empty value") << QStringList{"depth=8,,14"} << "empty";
    QTest::newRow("twice a value") << QStringList{"depth=8,8"} << "twice";
    QTest::newRow("twice a key") << QStringList{"depth=8", "depth=14"} << "twice";
  }
  void badVariations() {
    QFETCH(QStringList, texts);
    QFETCH(QString, says);
    std::vector<std::string> list;
    for (const QString& text : texts) list.push_back(text.toStdString());
    const Result<std::vector<VariedKey>> varied = parseVaried(list);
    QVERIFY(!varied.ok() && varied.error().kind == ErrorKind::usage);
    QVERIFY2(QString::fromStdString(varied.error().message).contains(says), varied.error().message.c_str());
  }

  void aSettingIsEitherSetOrVaried() {
    const Result<Sweep> sweep =
        combinations("resnet", {{"depth", "20"}}, *parseVaried({"depth=8,14"}), false);
    QVERIFY(!sweep.ok() && sweep.error().kind == ErrorKind::usage);
  }

  void namesStayInTheirFolder() {
    QCOMPARE(folderName("../../etc"), std::string("-..-..-etc"));
    QCOMPARE(folderName("a/b c"), std::string("a-b-c"));
    QCOMPARE(folderName(""), std::string("-"));
    QVERIFY(folderName(std::string(500, 'x')).size() <= 120);
  }

  void readsAQueue() {
    const Result<Sweep> queue = readQueue(write(R"([
      {"network": "resnet", "set": {"depth": 8, "augment": true, "epochs": "2"}, "name": "small"},
      {"network": "nets/own.bypath", "twin": true}])"));
    QVERIFY2(queue.ok(), queue ? "" : queue.error().message.c_str());
    QCOMPARE(queue->experiments[0].set, (SettingTexts{{"depth", "8"}, {"augment", "true"}, {"epochs", "2"}}));
    QCOMPARE(queue->experiments[1].name, std::string("2-own"));
    QCOMPARE(queue->experiments[1].network, place_.path().toStdString() + "/nets/own.bypath");
    QCOMPARE(queue->columns,
             (std::vector<std::string>{"name", "network", "augment", "depth", "epochs", "twin"}));
  }

  void badQueues_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("not JSON") << "[{"
                              << "queue.json";
    QTest::newRow("nothing") << "[]"
                             << "no experiment";
    QTest::newRow("no list") << R"({"network": "resnet"})"
                             << "neither";
    QTest::newRow("no network") << R"([{"set": {}}])"
                                << "network";
    QTest::newRow("unknown key") << R"([{"network": "resnet", "sets": {}}])"
                                 << "sets";
    QTest::newRow("a list as a setting") << R"([{"network": "resnet", "set": {"depth": [8]}}])"
                                         << "depth";
    QTest::newRow("one name twice") << R"([{"network": "a", "name": "x"}, {"network": "b", "name": "x"}])"
                                    << "named x";
    QTest::newRow("newer") << R"({"format": "bypath-sweep", "version": 9, "experiments": []})"
                           << "newer";
  }
  void badQueues() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Result<Sweep> queue = readQueue(write(text.toStdString()));
    QVERIFY(!queue.ok());
    QVERIFY2(QString::fromStdString(queue.error().message).contains(says), queue.error().message.c_str());
  }

  void itsFileIsAQueue() {
    Sweep sweep = *combinations("resnet", {}, *parseVaried({"width=4,8"}), false);
    sweep.experiments[0].state = ExperimentState::finished;
    sweep.experiments[1].state = ExperimentState::diverged;
    sweep.experiments[1].message = "Training diverged.";
    sweep.experiments[1].summary.best["val_loss"] = 2.5;
    const fs::path folder(place_.path().toStdString());
    QVERIFY(writeSweep(folder, sweep).ok());
    const Result<Sweep> again = readQueue(folder / sweepFileName);
    QVERIFY2(again.ok(), again ? "" : again.error().message.c_str());
    QCOMPARE(again->columns, sweep.columns);
    QCOMPARE(again->experiments[1].set, sweep.experiments[1].set);
    QCOMPARE(again->experiments[1].name, sweep.experiments[1].name);
    QCOMPARE(again->experiments[1].message, std::string("Training diverged."));
    QVERIFY(again->experiments[0].state == ExperimentState::waiting);  // its run will tell
    QVERIFY(again->experiments[1].state == ExperimentState::diverged);
    QCOMPARE(sweepRows(sweep)[1]["best_val_loss"].get<double>(), 2.5);
  }

  void bestValuesAreIndependentOverEpochs() {
    const RunSummary summary =
        summarise({{5, 1, false, 1, {{"loss", 0.01}}},
                   {10, 1, true, 2, {{"loss", 3}, {"val_loss", 2}, {"accuracy", 0.4}}},
                   {20, 2, true, 4, {{"loss", 1}, {"val_loss", 4}, {"accuracy", 0.3}}},
                   {30, 3, true, 6, {{"loss", std::nan("")}, {"learning_rate", 0.1}}}});
    QCOMPARE(summary.best.at("loss"), 1.0);
    QCOMPARE(summary.best.at("val_loss"), 2.0);
    QCOMPARE(summary.best.at("accuracy"), 0.4);
    QVERIFY(!summary.best.contains("learning_rate"));
    QCOMPARE(summary.last.at("learning_rate"), 0.1);
    QCOMPARE(summary.epochs, 3);
    QCOMPARE(summary.steps, int64_t{30});
    QCOMPARE(summary.seconds, 6.0);
  }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "test_sweep.moc"
