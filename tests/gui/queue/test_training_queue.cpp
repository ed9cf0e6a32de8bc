// The list of experiments that wait: names, order, what stands on disk, and what it refuses.
#include <fstream>
#include <QTemporaryDir>
#include <QtTest>

#include "core/runs/run_store.h"
#include "core/templates/catalog.h"
#include "gui/queue/training_queue.h"

using namespace bypath;
namespace fs = std::filesystem;

namespace {

Project project(const std::string& name = "small") {
  Project made;
  made.network = *buildTemplate("starter", {{"width", int64_t{4}}});
  made.network.name = name;
  made.training = {{"epochs", int64_t{2}}};
  return made;
}

Experiment experiment(const std::string& name, const std::string& weights = {}) {
  return {.name = name, .network = "starter", .set = {{"epochs", "1"}}, .weights = weights};
}

std::vector<std::string> names(const TrainingQueue& queue) {
  std::vector<std::string> all;
  for (const Experiment& one : queue.experiments()) all.push_back(one.name);
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

class TestTrainingQueue : public QObject {
  Q_OBJECT
  std::unique_ptr<QTemporaryDir> place_;
  fs::path folder() const { return fs::path(place_->path().toStdString()) / "queue"; }

 private Q_SLOTS:
  void init() { place_ = std::make_unique<QTemporaryDir>(); }

  void itIsThereAfterARestart() {
    {
      TrainingQueue queue(folder());
      QVERIFY(queue.refresh().ok());  // nothing yet
      QVERIFY(!queue.next());
      QCOMPARE(*queue.add("small", project()), std::string("small"));
      QCOMPARE(*queue.add("small", project(), true), std::string("small-2"));
    }
    TrainingQueue queue(folder());
    QVERIFY(queue.refresh().ok());
    QCOMPARE(names(queue), (Names{"small", "small-2"}));
    QVERIFY(queue.experiments()[1].twin);
    const Result<PlannedRun> plan = planExperiment(queue.experiments()[0]);
    QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
    QVERIFY(plan->project.network.graph == project().network.graph);
    QCOMPARE(toText(plan->settings.at("epochs")), std::string("2"));
    QVERIFY(queue.remove({"small", "small-2"}).ok());
    QVERIFY(queue.experiments().empty());
    TrainingQueue empty(folder());
    QVERIFY(empty.refresh().ok());
    QVERIFY(empty.experiments().empty());
  }

  void everyNameIsOfItsOwn() {
    TrainingQueue queue(folder());
    QVERIFY(queue.add("a", project()).ok());
    QVERIFY(queue.remove({"a"}).ok());
    QCOMPARE(*queue.add("a", project()), std::string("a-2"));  // a.bypath is still there
    fs::create_directories(folder() / "b");
    QCOMPARE(*queue.add("b", project()), std::string("b-2"));
    QCOMPARE(queue.freeName("x/../y"), folderName("x/../y"));
  }

  // Two windows have one queue.
  void whatAnotherWindowAddsStays() {
    TrainingQueue one(folder()), other(folder());
    QVERIFY(one.refresh().ok() && other.refresh().ok());
    QVERIFY(one.add("a", project()).ok());
    QVERIFY(one.begin("a").ok());
    QVERIFY(other.add("b", project()).ok());
    QCOMPARE(names(other), (Names{"a", "b"}));
    QVERIFY(one.add("c", project()).ok());
    QCOMPARE(names(one), (Names{"a", "b", "c"}));
    QCOMPARE(one.experiments()[0].state, ExperimentState::running);
  }

  void theOrderCanBeChanged() {
    TrainingQueue queue(folder());
    QVERIFY(queue.addAll({experiment("1"), experiment("2"), experiment("3")}, "s").ok());
    QCOMPARE(names(queue), (Names{"s_1", "s_2", "s_3"}));
    QVERIFY(queue.move("s_3", -1).ok());
    QCOMPARE(names(queue), (Names{"s_1", "s_3", "s_2"}));
    QVERIFY(queue.move("s_1", 5).ok());
    QCOMPARE(names(queue), (Names{"s_3", "s_2", "s_1"}));
    QVERIFY(queue.move("s_3", -1).ok());
    QCOMPARE(names(queue), (Names{"s_3", "s_2", "s_1"}));
  }

  // One that begins with another's weights stays behind it.
  void whoNeedsWeightsStaysBehind() {
    TrainingQueue queue(folder());
    QVERIFY(queue.addAll({experiment("1"), experiment("2", "1")}, "s").ok());
    QCOMPARE(queue.experiments()[1].weights, std::string("s_1"));
    const Result<void> moved = queue.move("s_2", -1);
    QVERIFY(!moved.ok() && moved.error().message.find("s_1") != std::string::npos);
    QVERIFY(!queue.remove({"s_1"}).ok());
    QCOMPARE(names(queue), (Names{"s_1", "s_2"}));
    QVERIFY(queue.remove({"s_1", "s_2"}).ok());
  }

  void whatIsDoneIsReadFromTheRuns() {
    TrainingQueue queue(folder());
    QVERIFY(queue.addAll({experiment("done"), experiment("killed"), experiment("new")}, "s").ok());
    for (const char* name : {"s_done", "s_killed"}) {
      Result<RunStore> store = RunStore::create(folder() / name, {.network = "starter", .settings = "{}"});
      QVERIFY(store.ok() && store->append({10, 1, true, 5, {{"val_accuracy", 0.5}}}).ok());
      QVERIFY(store->setState(std::string(name) == "s_done" ? "finished" : "running").ok());
    }
    QVERIFY(queue.refresh().ok());
    QCOMPARE(queue.experiments()[0].state, ExperimentState::finished);
    QCOMPARE(queue.experiments()[0].summary.best.at("val_accuracy"), 0.5);
    QCOMPARE(queue.experiments()[1].state, ExperimentState::stopped);
    QCOMPARE(queue.next()->name, std::string("s_killed"));
    QVERIFY(queue.removeDone().ok());
    QCOMPARE(names(queue), (Names{"s_killed", "s_new"}));
    QVERIFY(fs::exists(folder() / "s_done" / "run.sqlite"));
  }

  void aDamagedListIsLeftAlone() {
    fs::create_directories(folder());
    std::ofstream(folder() / sweepFileName) << "{ not json";
    TrainingQueue queue(folder());
    const Result<void> read = queue.refresh();
    QVERIFY(!read.ok() && read.error().message.find(sweepFileName) != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestTrainingQueue)
#include "test_training_queue.moc"
