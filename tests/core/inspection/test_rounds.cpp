// What lasts is told, what passes is not; and a run's history says from when to when something ailed it.
#include <QTemporaryDir>
#include "core/inspection/rounds.h"
#include "core/runs/run_store.h"
#include "networks.h"

using namespace bypath;

namespace {

ProbeRecord lookAt(int64_t step, double firstNorm) {
  ProbeRecord record;
  record.step = step;
  for (int i = 0; i < 12; ++i) {
    LayerGradient layer{.path = "conv" + std::to_string(i)};
    layer.norm = i < 3 ? firstNorm : 1;
    layer.weightNorm = 1;
    layer.updateNorm = 1e-3;
    record.layers.push_back(layer);
  }
  return record;
}

constexpr double ill = 1e-6, well = 0.5;

}  // namespace

class TestRounds : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void onlyWhatLastsIsTold() {
    const SmallCase small{twoStages("original", "identity", false)};
    Rounds rounds(small.checked.graph);
    int64_t step = Rounds::begins;
    const auto standing = [&](double norm) { return rounds.look(lookAt(++step, norm)).size(); };
    QCOMPARE(standing(ill), 0u);
    QCOMPARE(standing(ill), 0u);
    QCOMPARE(standing(well), 0u);  // it passed
    QCOMPARE(standing(ill), 0u);
    QCOMPARE(standing(ill), 0u);
    QCOMPARE(standing(ill), 1u);
    QCOMPARE(rounds.standing()[0].id, std::string("vanishing"));
    QCOMPARE(standing(well), 1u);  // one good look proves little either
    QCOMPARE(standing(ill), 1u);
    QCOMPARE(standing(well), 1u);
    QCOMPARE(standing(well), 1u);
    QCOMPARE(standing(well), 0u);
  }

  void theFirstStepsAreNotJudged() {
    const SmallCase small{twoStages("original", "identity", false)};
    Rounds rounds(small.checked.graph);
    for (int64_t step = 1; step < Rounds::begins; ++step) QVERIFY(rounds.look(lookAt(step, ill)).empty());
  }

  // Activities are looked at more seldom than gradients.
  void activitiesHoldUntilTheNext() {
    const SmallCase small{twoStages("original", "identity", false)};
    Rounds rounds(small.checked.graph);
    ProbeRecord record = lookAt(101, well);
    record.activities = {{.path = "relu", .zeros = 0.9, .silent = 0.8}};
    rounds.look(record);
    rounds.look(lookAt(102, well));
    QCOMPARE(rounds.look(lookAt(103, well)).size(), 1u);
    QCOMPARE(rounds.standing()[0].id, std::string("dead-relu"));
    for (int64_t step = 104; step < 107; ++step) {
      record = lookAt(step, well);
      record.activities = {{.path = "relu", .zeros = 0.5, .silent = 0.1}};
      rounds.look(record);
    }
    QVERIFY(rounds.standing().empty());
  }

  void epochsAreReadAsTheyEnd() {
    const SmallCase small{twoStages("original", "identity", false)};
    QVERIFY(classesOf(small.checked.graph) > 1);
    Rounds rounds(small.checked.graph);
    for (int epoch = 0; epoch < 2; ++epoch) rounds.epochEnded({{"loss", 5.0}, {"cross_entropy", 5.0}});
    for (int64_t step = 300; step < 303; ++step) rounds.look(lookAt(step, well));
    QCOMPARE(rounds.standing().size(), 1u);
    QCOMPARE(rounds.standing()[0].id, std::string("does-not-learn"));
  }

  void aRunsHistorySaysFromWhenToWhen() {
    const SmallCase small{twoStages("original", "identity", false)};
    QTemporaryDir folder;
    const std::filesystem::path run = folder.path().toStdString();
    QVERIFY(!pastEpisodes(small.checked.graph, run / "none"));
    {
      Result<RunStore> store = RunStore::create(run, {});
      QVERIFY2(bool(store), store ? "" : store.error().message.c_str());
      for (int64_t step = 1; step <= 20; ++step) {
        const bool sick = (step >= 5 && step <= 9) || step >= 18;
        QVERIFY(bool(store->appendProbes(lookAt(100 + step, sick ? ill : well))));
      }
    }
    const Result<std::vector<Episode>> episodes = pastEpisodes(small.checked.graph, run);
    QVERIFY2(bool(episodes), episodes ? "" : episodes.error().message.c_str());
    QCOMPARE(episodes->size(), 2u);
    QCOMPARE((*episodes)[0].finding.id, std::string("vanishing"));
    QCOMPARE((*episodes)[0].from, int64_t{107});  // the third look in a row
    QCOMPARE((*episodes)[0].to, int64_t{111});    // until three were without it
    QCOMPARE((*episodes)[1].from, int64_t{120});
  }
};

QTEST_GUILESS_MAIN(TestRounds)
#include "test_rounds.moc"
