// A step in micro-batches, and with parts of the network frozen.
#include "core/network/paths.h"
#include "core/training/network_session.h"
#include "tests/conformance/run_folder.h"
#include "tests/core/cli/program.h"

using namespace bypath;
using namespace std::string_literals;

class TestMicroBatches : public QObject, private TrainingFixture {
  Q_OBJECT

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
};

QTEST_GUILESS_MAIN(TestMicroBatches)
#include "test_micro_batches.moc"
