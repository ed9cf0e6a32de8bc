// What a person asks of a run while it goes on.
#include "tests/conformance/run_folder.h"
#include "tests/conformance/steered.h"

using namespace bypath;
using namespace std::string_literals;

class TestSteering : public QObject, private TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }

  // Every setting that a run has to remember something for, stopped in the middle of epochs.
  void resumeIsExactWithEverything_data() {
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 4}) QTest::addRow("%d threads", threads) << threads;
  }
  void resumeIsExactWithEverything() {
    QFETCH(int, threads);
    auto engine = makeCpuEngine(threads);
    const Attributes settings = {{"optimizer", "adamw"s},
                                 {"learning_rate", 0.004},
                                 {"weight_decay", 0.05},
                                 {"weight_decay_of", "weights"s},
                                 {"schedule", "one-cycle"s},
                                 {"clip_norm", 0.5},
                                 {"ema_decay", 0.9},
                                 {"micro_batches", whole(2)},
                                 {"warmup_until_error", 0.93},
                                 {"freeze", "stem_conv,stage1"s},
                                 {"augment", true},
                                 {"log_every", whole(1)},
                                 {"probe_every", whole(5)},
                                 {"keep_every", whole(1)}};
    const fs::path straight = folder("everything" + std::to_string(threads)), broken = folder("parts");
    const auto outcome = train(job(noisy_, straight, engine.get(), settings));
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    for (const int64_t step : {2, 5, 9}) {
      Steered run(goingOn(job(noisy_, broken, engine.get(), settings)));
      QVERIFY2(run.stepTo(step), run.said().c_str());
      QVERIFY(run.stop()->state == TrainerState::stopped);
    }
    QVERIFY(train(goingOn(job(noisy_, broken, engine.get(), settings)))->state == TrainerState::finished);
    QCOMPARE(logOf(broken), logOf(straight));
    QCOMPARE(weightsHash(broken), weightsHash(straight));
    QVERIFY(!lastOf(straight, "average/").empty());
    QCOMPARE(lastOf(broken).size(), lastOf(straight).size());
    QVERIFY(tensorsOf(broken / weightsName) == tensorsOf(straight / weightsName));
    QVERIFY2(tensorsOf(straight / weightsName) != lastOf(straight), "the average is what is saved");
    QCOMPARE(marksOf(broken), marksOf(straight));
    QVERIFY2(contains(marksOf(straight), "Warmed up"), marksOf(straight).c_str());
    QVERIFY(contains(logOf(straight), "gradient_norm"));
    for (const int64_t step : {6, 12}) QVERIFY(fs::exists(broken / keptCheckpointName(step)));
    QCOMPARE(weightsHash(straight), weightsHash(folder("everything1")));
    QCOMPARE(logOf(straight), logOf(folder("everything1")));
    fs::remove_all(broken);
  }

  void aChangeIsMarkedAndSurvives() {
    auto engine = makeCpuEngine(2);
    const Attributes change = {{"momentum", 0.5}, {"clip_norm", 1.0}, {"epochs", whole(3)}};
    for (const std::string& name : {"straight"s, "broken"s, "unchanged"s}) {
      Steered run(job(small_, folder(name), engine.get(), {{"epochs", whole(2)}}));
      QVERIFY(run.stepTo(4));
      if (name != "unchanged") run.commands().change(change);
      if (name == "broken") {
        QVERIFY(run.stepTo(8));
        QVERIFY(run.stop().ok());
        QVERIFY(train(goingOn(job(small_, folder(name), engine.get(), {{"epochs", whole(2)}})))->state ==
                TrainerState::finished);
      } else {
        QCOMPARE(run.goOn()->steps, whole(name == "unchanged" ? 12 : 18));
      }
    }
    QCOMPARE(logOf(folder("broken")), logOf(folder("straight")));
    QCOMPARE(weightsHash(folder("broken")), weightsHash(folder("straight")));
    QVERIFY(weightsHash(folder("straight")) != weightsHash(folder("unchanged")));
    const std::string marks = marksOf(folder("broken"));
    QCOMPARE(marks, marksOf(folder("straight")));
    QVERIFY2(contains(marks, "4 ") && contains(marks, "Momentum set to 0.5"), marks.c_str());
    for (const std::string& name : {"straight"s, "broken"s, "unchanged"s}) fs::remove_all(folder(name));
  }

  void whatCannotChangeIsRefusedAndTheRunGoesOn() {
    auto engine = makeCpuEngine(2);
    QVERIFY(train(job(small_, folder("quiet"), engine.get(), {})).ok());
    Steered run(job(small_, folder("asked"), engine.get(), {}));
    QVERIFY(run.stepTo(2));
    const std::vector<std::pair<Attributes, std::string>> changes = {
        {{{"batch", whole(8)}, {"momentum", 0.1}}, "batch"},
        {{{"seed", whole(8)}}, "seed"},
        {{{"momentum", 2.0}}, "omentum"},
        {{{"momentum", "much"s}}, "omentum"},
        {{{"step_at", "2,1"s}}, "step_at"},
        {{{"steps", whole(1)}}, "cannot end after 1"},
        {{{"nonsense", 1.0}}, "nonsense"}};
    int64_t step = 2;
    for (const auto& [change, word] : changes) {
      run.commands().change(change);
      QVERIFY(run.stepTo(++step));
      QVERIFY2(contains(run.said(), word), (word + ": " + run.said()).c_str());
    }
    run.commands().mute("block9", true);
    run.commands().mute("stem_conv", true);
    QVERIFY(run.stepTo(++step));
    QVERIFY(contains(run.said(), "no residual block block9"));
    QVERIFY(contains(run.said(), "no residual block stem_conv"));
    QVERIFY(run.goOn().ok());
    QCOMPARE(marksOf(folder("asked")), ""s);
    QCOMPARE(logOf(folder("asked")), logOf(folder("quiet")));
    QCOMPARE(weightsHash(folder("asked")), weightsHash(folder("quiet")));
  }

  void aMutedBranchKeepsItsBits() {
    auto engine = makeCpuEngine(2);
    const Attributes settings = {{"checkpoint_every", whole(1)},
                                 {"optimizer", "adam"s},
                                 {"learning_rate", 0.01},
                                 {"freeze", "block3/branch"s}};
    const fs::path at = folder("muted");
    Steered run(job(small_, at, engine.get(), settings));
    const auto branch = [](const Tensors& all, const std::string& block) {
      Tensors part;
      for (const auto& [name, values] : all)
        if (name.find("/" + block + "/branch/") != std::string::npos) part[name] = values;
      return part;
    };
    QVERIFY(run.stepTo(2));
    const Tensors before = lastOf(at, "");
    QVERIFY(!branch(before, "block2").empty());
    run.commands().mute("block2", true);
    run.commands().mute("block3", true);  // of which a part is frozen
    QVERIFY(run.stepTo(5));
    const Tensors muted = lastOf(at, "");
    QVERIFY(branch(muted, "block2") == branch(before, "block2"));
    QVERIFY(branch(muted, "block1") != branch(before, "block1"));
    QVERIFY(muted.at("model/stem_conv/weight") != before.at("model/stem_conv/weight"));
    run.commands().mute("block2", false);
    QVERIFY(run.stepTo(7));
    QVERIFY(branch(lastOf(at, ""), "block2") != branch(before, "block2"));
    QVERIFY(run.goOn().ok());
    QVERIFY2(contains(marksOf(at), "2 block2 muted, block3 muted") &&
                 contains(marksOf(at), "5 block2 no longer muted"),
             marksOf(at).c_str());
  }

  void aMutedRunIsGoneOnWithExactly() {
    auto engine = makeCpuEngine(2);
    const Attributes settings = {{"augment", true}, {"ema_decay", 0.9}};
    for (const std::string& name : {"muted straight"s, "muted broken"s}) {
      Steered run(job(noisy_, folder(name), engine.get(), settings));
      QVERIFY(run.stepTo(2));
      run.commands().mute("stage2", true);
      if (name == "muted broken") {
        QVERIFY(run.stepTo(5));
        QVERIFY(run.stop().ok());
        QVERIFY(train(goingOn(job(noisy_, folder(name), engine.get(), settings)))->state ==
                TrainerState::finished);
      } else {
        QVERIFY(run.goOn().ok());
      }
    }
    QVERIFY2(contains(marksOf(folder("muted broken")), "stage2 muted"),
             marksOf(folder("muted broken")).c_str());
    QCOMPARE(logOf(folder("muted broken")), logOf(folder("muted straight")));
    QCOMPARE(weightsHash(folder("muted broken")), weightsHash(folder("muted straight")));
  }

  void whatLetsNothingThroughIsNotMuted() {
    auto engine = makeCpuEngine(1);
    NetworkSpec network = small_;
    QVERIFY(setAttribute(network, "", "block1", "shortcut", "none"s, layerCatalog()).ok());
    QVERIFY(train(job(network, folder("plain"), engine.get(), {{"steps", whole(5)}})).ok());
    Steered run(job(network, folder("plain asked"), engine.get(), {{"steps", whole(5)}}));
    QVERIFY(run.stepTo(2));
    run.commands().mute("block1", true);
    QVERIFY(run.stepTo(3));
    QVERIFY2(contains(run.said(), "cannot be muted"), run.said().c_str());
    QVERIFY(run.goOn().ok());
    QCOMPARE(weightsHash(folder("plain asked")), weightsHash(folder("plain")));
  }

  void aRunCanBeAskedToEndWithItsEpoch() {
    auto engine = makeCpuEngine(2);
    QVERIFY(train(job(small_, folder("whole"), engine.get(), {})).ok());
    {
      Steered run(job(small_, folder("part"), engine.get(), {}));
      QVERIFY(run.stepTo(2));
      run.commands().stopAfterEpoch(true);
      const auto outcome = run.goOn();
      QVERIFY(outcome.ok() && outcome->state == TrainerState::stopped);
      QCOMPARE(outcome->steps, whole(6));
      QCOMPARE(readCheckpoint(folder("part") / lastCheckpointName)->header.progress.closedStep, whole(6));
      QVERIFY(outcome->last.contains("val_loss"));
    }
    {  // in the last epoch there is nothing to stop
      Steered run(goingOn(job(small_, folder("part"), engine.get(), {})));
      QVERIFY(run.stepTo(11));
      run.commands().stopAfterEpoch(true);
      const auto outcome = run.goOn();
      QVERIFY(outcome.ok() && outcome->state == TrainerState::finished);
      QVERIFY(fs::exists(folder("part") / weightsName));
    }
    QCOMPARE(weightsHash(folder("part")), weightsHash(folder("whole")));
    QCOMPARE(logOf(folder("part")), logOf(folder("whole")));
    Steered run(job(small_, folder("withdrawn"), engine.get(), {}));
    QVERIFY(run.stepTo(2));
    run.commands().stopAfterEpoch(true);
    QVERIFY(run.stepTo(4));
    run.commands().stopAfterEpoch(false);
    QCOMPARE(run.goOn()->steps, whole(12));
  }

  void thePlateauScheduleGoesDownToTheLeastRate() {
    auto engine = makeCpuEngine(2);
    // So small a rate changes nothing: every epoch after the first is without improvement.
    Steered run(job(convolutions(0), folder("plateau"), engine.get(),
                    {{"schedule", "plateau"s},
                     {"learning_rate", 1e-12},
                     {"plateau_patience", whole(1)},
                     {"least_rate", 0.4e-12},
                     {"batch", whole(48)},
                     {"log_every", whole(1)},
                     {"epochs", whole(8)}}));
    QVERIFY(run.stepTo(12));
    run.commands().setLearningRate(1e-12);
    QVERIFY(run.goOn().ok());
    std::vector<double> rates;
    for (const FeedEvent& e : run.events())
      if (e.kind == FeedEventKind::step) rates.push_back(e.values.at("learning_rate") * 1e12);
    const std::vector<double> expected = {1, 1, 1, 1, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 1, 1, 0.5, 0.5};
    QCOMPARE(rates.size(), expected.size());
    for (size_t i = 0; i < rates.size(); ++i)
      QVERIFY2(std::abs(rates[i] - expected[i]) < 1e-9,
               (std::to_string(i) + ": " + std::to_string(rates[i])).c_str());
    const std::string marks = marksOf(folder("plateau"));
    size_t lowered = 0;
    for (size_t at = 0; (at = marks.find("No improvement", at)) != std::string::npos; ++at) ++lowered;
    QVERIFY2(lowered >= 3 && lowered <= 4, marks.c_str());
  }
};

QTEST_GUILESS_MAIN(TestSteering)
#include "test_steering.moc"
