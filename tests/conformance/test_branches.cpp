// Runs that begin where others were: from a checkpoint, with the weights that fit, from their own folder.
#include "core/network/paths.h"
#include "core/training/network_session.h"
#include "tests/conformance/run_folder.h"
#include "tests/conformance/steered.h"
#include "tests/core/cli/program.h"

using namespace bypath;
using namespace std::string_literals;

class TestBranches : public QObject, private TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }

  void aBranchGoesOnToTheSameBits() {
    auto engine = makeCpuEngine(2);
    const Attributes settings = {{"epochs", whole(3)},      {"keep_every", whole(1)}, {"optimizer", "adamw"s},
                                 {"ema_decay", 0.95},       {"augment", true},        {"learning_rate", 0.01},
                                 {"schedule", "one-cycle"s}};
    const fs::path straight = folder("trunk");
    QVERIFY(train(job(noisy_, straight, engine.get(), settings)).ok());
    for (const int64_t step : {6, 12, 18}) QVERIFY(fs::exists(straight / keptCheckpointName(step)));
    for (const bool broken : {false, true}) {
      const fs::path at = folder(broken ? "broken branch" : "branch");
      TrainingJob branch = job(noisy_, at, engine.get(), settings);
      branch.branchFrom = straight / keptCheckpointName(6);
      if (broken) {
        {
          Steered run(branch);
          QVERIFY(run.stepTo(6));
          QVERIFY2(fs::exists(at / lastCheckpointName), "it can be gone on with from its first moment");
          QVERIFY(run.stepTo(8));
          QVERIFY(run.stop().ok());
        }
        branch = goingOn(job(noisy_, at, engine.get(), settings));  // of itself
      }
      const auto outcome = train(branch);
      QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
      QCOMPARE(outcome->steps, whole(18));
      QCOMPARE(weightsHash(at), weightsHash(straight));
      QCOMPARE(logOf(at), logOf(straight));
      QVERIFY2(contains(marksOf(at), "6 Branched at step 6"), marksOf(at).c_str());
    }
    // Another network's checkpoint, one that is missing, weights alone.
    TrainingJob wrong = job(small_, folder("wrong branch"), engine.get(), settings);
    wrong.branchFrom = straight / keptCheckpointName(6);
    QVERIFY(!train(wrong).ok());
    wrong = job(noisy_, folder("wrong branch"), engine.get(), settings);
    for (const fs::path& from : {straight / "checkpoint-step-00000007.safetensors", straight / weightsName}) {
      wrong.branchFrom = from;
      const auto refused = train(wrong);
      QVERIFY(!refused.ok());
      QVERIFY2(contains(refused.error().message, from.string()), refused.error().message.c_str());
    }
  }

  // What was changed and muted by hand before it counts in the branch, and in what is gone on with of it.
  void aBranchKeepsWhatWasSaid() {
    auto engine = makeCpuEngine(2);
    const Attributes settings = {{"epochs", whole(3)}, {"keep_every", whole(1)}};
    const fs::path trunk = folder("steered trunk");
    {
      Steered run(job(small_, trunk, engine.get(), settings));
      QVERIFY(run.stepTo(3));
      run.commands().change({{"momentum", 0.3}});
      run.commands().mute("block2", true);
      run.commands().setLearningRate(0.02);
      QVERIFY(run.goOn().ok());
    }
    TrainingJob branch = job(small_, folder("steered branch"), engine.get(), settings);
    branch.branchFrom = trunk / keptCheckpointName(6);
    {
      Steered run(branch);
      QVERIFY(run.stepTo(8));
      QVERIFY(run.stop().ok());
    }
    QVERIFY(train(goingOn(job(small_, folder("steered branch"), engine.get(), settings))).ok());
    QCOMPARE(weightsHash(folder("steered branch")), weightsHash(trunk));
    QCOMPARE(logOf(folder("steered branch")), logOf(trunk));
    // What the branch's own settings say comes first.
    TrainingJob other = job(small_, folder("other branch"), engine.get(),
                            mergeSettings(settings, {{"momentum", 0.9}, {"learning_rate", 0.1}}));
    other.branchFrom = trunk / keptCheckpointName(6);
    QVERIFY(train(other).ok());
    const CheckpointHeader header = readCheckpoint(folder("other branch") / lastCheckpointName)->header;
    QVERIFY(header.settings.at("momentum") == AttributeValue(0.9) && !header.progress.rate);
  }

  void anAverageCanBeAskedForLater() {
    auto engine = makeCpuEngine(1);
    {
      Steered run(job(small_, folder("average later"), engine.get(), {}));
      QVERIFY(run.stepTo(4));
      QVERIFY(run.stop().ok());
    }
    const auto outcome =
        train(goingOn(job(small_, folder("average later"), engine.get(), {{"ema_decay", 0.9}})));
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    QVERIFY(!lastOf(folder("average later"), "average/").empty());
  }

  void weightsThatFitAreTakenOver() {
    auto engine = makeCpuEngine(1);
    const fs::path source = folder("source");
    QVERIFY(train(job(small_, source, engine.get(), {})).ok());
    NetworkSpec other = *buildTemplate("starter", {{"width", whole(4)}, {"classes", whole(12)}});
    QVERIFY(setAttribute(other, "", "block2", "channels", whole(6), layerCatalog()).ok());
    TrainingJob next =
        job(other, folder("taken over"), engine.get(), {{"learning_rate", 0.0}, {"steps", whole(1)}});
    next.weightsFrom = source / weightsName;
    const auto outcome = train(next);
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    const Tensors before = lastOf(source), after = lastOf(folder("taken over"));
    ParameterStore start = std::move(*makeStore(other, layerCatalog()));
    initialise(start, 3);
    int same = 0, fresh = 0;
    for (int p = 0; p < start.size(); ++p) {
      if (!start.info(p).trainable()) continue;  // they move at any rate
      const std::string name = "model/" + start.info(p).name;
      const bool fits = before.contains(name) && before.at(name).size() == after.at(name).size();
      const std::vector<float> anew(start.values(p).begin(), start.values(p).end());
      if (fits) QVERIFY2(after.at(name) == before.at(name), name.c_str());
      if (!fits) QVERIFY2(after.at(name) == anew, name.c_str());
      ++(fits ? same : fresh);
    }
    qInfo("%d parameters taken over, %d new", same, fresh);
    QVERIFY(same > 3 && fresh > 3);
    const std::string marks = marksOf(folder("taken over"));
    QVERIFY2(contains(marks, "0 Weights kept: block1/") && contains(marks, "New: block2/"), marks.c_str());
    const CarryOver carried = carryOver(*readCheckpoint(source / weightsName), start);
    const auto has = [](const std::vector<std::string>& layers, const char* layer) {
      return std::ranges::find(layers, layer) != layers.end();
    };
    QVERIFY(has(carried.kept, "stem_conv") && has(carried.kept, "stem_bn") && !has(carried.kept, "fc"));
    QVERIFY(has(carried.fresh, "fc") && !has(carried.fresh, "stem_conv") && carried.dropped.empty());

    next = job(convolutions(0), folder("nothing fits"), engine.get(), {});
    next.project.network.graph.find("fc")->name = "head";
    for (Wire& wire : next.project.network.graph.wires) {
      if (wire.from == "fc") wire.from = "head";
      if (wire.to == "fc") wire.to = "head";
    }
    next.weightsFrom = source / weightsName;
    const auto refused = train(next);
    QVERIFY(!refused.ok() && refused.error().kind == ErrorKind::data);
    QVERIFY(!RunStore::exists(folder("nothing fits")));
  }

  void aRunsFolderReproducesItself() {
    ::Program program;
    const QString first = program.path("first"), again = program.path("again");
    const ProgramOutcome one = program.run({"train",           "starter",
                                            "--set",           "width=4",
                                            "--set",           "limit_train=96",
                                            "--set",           "limit_validation=32",
                                            "--batch",         "16",
                                            "--steps",         "9",
                                            "--set",           "optimizer=adamw",
                                            "--set",           "schedule=one-cycle",
                                            "--set",           "clip_norm=1",
                                            "--set",           "ema_decay=0.9",
                                            "--set",           "micro_batches=2",
                                            "--set",           "freeze=stem_conv",
                                            "--set",           "augment=true",
                                            "--log-every",     "1",
                                            "--seed",          "7",
                                            "--learning-rate", "0.01",
                                            "--threads",       "2",
                                            "--out",           first});
    QVERIFY2(one.code == 0, one.err);
    const ProgramOutcome two = program.run({"train", first + "/network.bypath", "--out", again});
    QVERIFY2(two.code == 0, two.err);
    QVERIFY(contains(logOf(first.toStdString()), "9 "));
    QCOMPARE(logOf(again.toStdString()), logOf(first.toStdString()));
    QCOMPARE(weightsHash(again.toStdString()), weightsHash(first.toStdString()));
    QVERIFY(contents(again + "/network.bypath") == contents(first + "/network.bypath"));
  }
};

QTEST_GUILESS_MAIN(TestBranches)
#include "test_branches.moc"
