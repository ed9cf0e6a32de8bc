// What a person asks of a run while it goes on, and runs that begin where others were.
#include "core/network/paths.h"
#include "core/templates/graph_builder.h"
#include "core/training/network_session.h"
#include "tests/conformance/steered.h"
#include "tests/conformance/training_fixture.h"
#include "tests/core/cli/program.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

// Without normalisation, whose statistics are those of a micro-batch.
NetworkSpec convolutions(double dropout) {
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}})
      .add("conv1", "conv2d", {{"channels", whole(4)}, {"stride", whole(2)}})
      .add("relu1", "relu");
  if (dropout > 0) g.add("dropout", "dropout", {{"rate", dropout}});
  g.add("conv2", "conv2d", {{"channels", whole(8)}, {"stride", whole(2)}})
      .add("relu2", "relu")
      .classifierHead(10);
  return {"convolutions", g.take()};
}

using Tensors = std::map<std::string, std::vector<float>>;

// Of a checkpoint, by the start of their names.
Tensors tensorsOf(const fs::path& path, const std::string& prefix = "model/") {
  Tensors tensors;
  const Result<Checkpoint> checkpoint = readCheckpoint(path);
  if (!checkpoint) return tensors;
  for (const auto& [name, tensor] : checkpoint->file.tensors) {
    if (!name.starts_with(prefix)) continue;
    std::vector<float> values(tensor.bytes.size() / sizeof(float));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    tensors[name] = std::move(values);
  }
  return tensors;
}
Tensors lastOf(const fs::path& folder, const std::string& prefix = "model/") {
  return tensorsOf(folder / lastCheckpointName, prefix);
}

double largestDifference(const Tensors& a, const Tensors& b) {
  double worst = a.empty() || a.size() != b.size() ? 1e9 : 0;
  for (const auto& [name, values] : a)
    for (size_t i = 0; i < values.size(); ++i)
      worst = std::max(worst, static_cast<double>(std::abs(values[i] - b.at(name)[i])));
  return worst;
}

std::string marksOf(const fs::path& folder) {
  std::string text;
  const std::vector<RunMark> marks = *RunStore::open(folder)->marks();
  for (const RunMark& mark : marks) text += std::to_string(mark.step) + " " + mark.text + "\n";
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class TestSteering : public QObject, private TrainingFixture {
  Q_OBJECT

  TrainingJob goingOn(TrainingJob job) const {
    job.resume = true;
    return job;
  }

 private Q_SLOTS:
  void initTestCase() { build(); }

  void microBatchesAddUp() {
    auto engine = makeCpuEngine(2);
    // One update at rate 1 without momentum: the weights show the gradients.
    std::map<int64_t, Tensors> after, later;
    for (const int64_t parts : {1, 2, 4}) {
      const Attributes settings = {{"micro_batches", parts}, {"momentum", 0.0}, {"weight_decay", 0.0}};
      const fs::path one = folder("one" + std::to_string(parts)), all = folder("all" + std::to_string(parts));
      const auto with = [&](const Attributes& more) { return mergeSettings(settings, more); };
      QVERIFY(
          train(job(convolutions(0), one, engine.get(), with({{"learning_rate", 1.0}, {"steps", whole(1)}})))
              .ok());
      QVERIFY(train(job(convolutions(0.3), all, engine.get(), with({{"learning_rate", 0.05}}))).ok());
      after[parts] = lastOf(one);
      later[parts] = lastOf(all);
    }
    for (const int64_t parts : {2, 4}) {
      const double step = largestDifference(after[1], after[parts]),
                   run = largestDifference(later[1], later[parts]);
      qInfo("%d micro-batches: a gradient %.2g off, a run of 12 steps with dropout %.2g",
            static_cast<int>(parts), step, run);
      QVERIFY(step < 2e-6);
      QVERIFY(run < 1e-4);
    }
  }

  void microBatchesOfAnyNumberOfThreadsGiveTheSameBits() {
    std::vector<std::string> hashes, logs;
    for (const int threads : {1, 2}) {
      auto engine = makeCpuEngine(threads);
      const fs::path at = folder("micro" + std::to_string(threads));
      QVERIFY(train(job(noisy_, at, engine.get(), {{"micro_batches", whole(4)}, {"augment", true}})).ok());
      hashes.push_back(weightsHash(at));
      logs.push_back(logOf(at));
    }
    QCOMPARE(hashes[1], hashes[0]);
    QCOMPARE(logs[1], logs[0]);
  }

  void microBatchesOfDifferentSizesAreRefused() {
    auto engine = makeCpuEngine(1);
    const auto outcome = train(job(small_, folder("uneven"), engine.get(), {{"micro_batches", whole(3)}}));
    QVERIFY(!outcome.ok() && outcome.error().kind == ErrorKind::usage);
    QVERIFY(contains(outcome.error().message, "3"));
  }

  void whatIsFrozenKeepsItsBits() {
    auto engine = makeCpuEngine(2);
    ParameterStore start = std::move(*makeStore(small_, layerCatalog()));
    initialise(start, 3);
    for (const std::string& optimizer : {"sgd"s, "adamw"s}) {
      const fs::path at = folder("frozen " + optimizer);
      const auto outcome = train(job(small_, at, engine.get(),
                                     {{"optimizer", optimizer},
                                      {"learning_rate", 0.01},
                                      {"ema_decay", 0.9},
                                      {"micro_batches", whole(2)},
                                      {"freeze", "stem_conv, stem_bn,block1"s}}));
      QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
      const Tensors weights = lastOf(at), average = lastOf(at, "average/");
      int still = 0, moved = 0;
      for (int p = 0; p < start.size(); ++p) {
        const std::string& name = start.info(p).name;
        const std::vector<float> before(start.values(p).begin(), start.values(p).end());
        const bool frozen =
            isAtOrIn(name, "stem_conv") || isAtOrIn(name, "stem_bn") || isAtOrIn(name, "block1");
        QVERIFY2((weights.at("model/" + name) == before) == frozen, name.c_str());
        if (frozen) QVERIFY2(average.at("average/" + name) == before, name.c_str());
        ++(frozen ? still : moved);
      }
      qInfo("%s: %d parameters stayed, %d moved", optimizer.c_str(), still, moved);
      QVERIFY(still > 5 && moved > 5);
    }
  }

  void whatCannotBeFrozenGetsASentence() {
    auto engine = makeCpuEngine(1);
    auto outcome = train(job(small_, folder("nowhere"), engine.get(), {{"freeze", "stem_conv,stage7"s}}));
    QVERIFY(!outcome.ok() && outcome.error().kind == ErrorKind::usage);
    QVERIFY(contains(outcome.error().message, "stage7"));
    QVERIFY(!RunStore::exists(folder("nowhere")));
    ::Program program;
    const ProgramOutcome said = program.run({"train", "starter", "--set", "freeze=stage7", "--out",
                                             program.path("run"), "--set", "limit_train=32"});
    QCOMPARE(said.code, 2);
    QVERIFY(said.err.contains("stage7"));
  }

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

QTEST_GUILESS_MAIN(TestSteering)
#include "test_steering.moc"
