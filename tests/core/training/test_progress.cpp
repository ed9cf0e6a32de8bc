#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <QtTest>

#include "core/base/random.h"
#include "core/training/progress.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr uint64_t seed = 20261121;
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

TrainingProgress everything() {
  TrainingProgress p;
  p.step = 17;
  p.closedStep = 12;
  p.seconds = 3.5;
  p.rate = 0.1 + 0.2;
  p.changes = {{"momentum", 0.8}, {"schedule", "plateau"s}, {"plateau_patience", int64_t{3}}};
  p.muted = {"block2", "stage/block"};
  p.sinceLog.add({{"loss", 1.0 / 3}});
  p.sinceEpoch.add({{"loss", 2.0 / 3}, {"accuracy", 0.25}});
  p.lastEpoch = {{"val_loss", 1.75}};
  p.lowest = 1.5;
  p.improved = 1.625;
  p.epochsSinceImproved = 2;
  p.endedEarly = true;
  p.rollbacks = 1;
  p.plateauFactor = 0.1;
  p.plateauBest = 1.1;
  p.plateauEpochs = 4;
  p.errorMean = 0.7;
  p.errorWeight = 0.9;
  p.warmedUp = true;
  return p;
}

}  // namespace

class TestProgress : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // ReduceLROnPlateau(patience=2, min_delta=1e-4) of Keras, without cooldown.
  void plateauIsThatOfKeras() {
    TrainingProgress p;
    const std::vector<std::pair<double, bool>> epochs = {
        {1.0, false},        {0.9, false},     // both better
        {0.9, false},        {0.89995, true},  // not better by 1e-4 twice in a row
        {0.95, false},       {0.5, false},     // better again
        {notANumber, false}, {0.6, true},      // a loss that is not finite is none
        {0.5, false},        {0.49995, true},  // counted anew from there
        {0.499, false},      {0.499, false},  {0.49, false}};
    for (size_t i = 0; i < epochs.size(); ++i)
      QVERIFY2(p.onPlateau(epochs[i].first, 2) == epochs[i].second, std::to_string(i).c_str());
    TrainingProgress impatient;
    QVERIFY(!impatient.onPlateau(1, 1) && impatient.onPlateau(1, 1) && impatient.onPlateau(1, 1));
  }

  void plateauIsNotPatience() {
    TrainingProgress p;
    p.onPlateau(1, 10);
    QVERIFY(!p.improved && p.epochsSinceImproved == 0);
    p.outOfPatience(0.5, 10, 0);
    QCOMPARE(*p.plateauBest, 1.0);
  }

  void warmUpEndsOnceTheMeanErrorIsLowEnough() {
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    TrainingProgress p;
    std::vector<double> errors;
    int ended = -1;
    for (int step = 0; step < 200; ++step) {
      const double noise = static_cast<double>(uniform({.seed = seed}, static_cast<uint32_t>(step))) - 0.5;
      errors.push_back(std::max(0.0, 0.95 - 0.002 * step + 0.2 * noise));
      double sum = 0, weight = 0;
      for (size_t i = 0; i < errors.size(); ++i) {
        const double share = std::pow(0.95, static_cast<double>(errors.size() - 1 - i));
        sum += share * errors[i];
        weight += share;
      }
      const bool low = sum / weight < 0.8;
      const bool said = p.warmsUp(errors.back(), 0.8);
      QVERIFY(std::abs(p.errorMean / p.errorWeight - sum / weight) < 1e-12);
      QVERIFY2(said == (low && ended < 0), "said once, when it is so");
      if (said) ended = step;
      QCOMPARE(p.warmedUp, ended >= 0);
    }
    qInfo("warmed up after %d steps", ended + 1);
    QVERIFY(ended > 10 && ended < 150);
  }

  void everythingComesBack() {
    const TrainingProgress p = everything();
    // As a checkpoint holds it, as text.
    const auto text = p.toJson().dump();
    const Result<TrainingProgress> back = TrainingProgress::fromJson(nlohmann::json::parse(text), "it");
    QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
    QCOMPARE(back->toJson().dump(), text);
    QVERIFY(back->changes == p.changes && back->muted == p.muted && back->rollbacks == 1);
    QVERIFY(back->rate == p.rate && back->plateauBest == p.plateauBest && back->errorMean == p.errorMean);
    QVERIFY(back->warmedUp && back->plateauFactor == 0.1 && back->plateauEpochs == 4);
    QVERIFY(back->sinceEpoch.means() == p.sinceEpoch.means() && back->lowest == p.lowest);
  }

  // The first checkpoints knew nothing of steering, returns, plateaus and warm-up until an error.
  void anOldCheckpointsProgressIsRead() {
    nlohmann::json old = everything().toJson();
    for (const char* key : {"changes", "muted", "rollbacks", "plateau_factor", "plateau_best",
                            "plateau_epochs", "error_mean", "error_weight", "warmed_up"})
      QCOMPARE(old.erase(key), size_t{1});
    const Result<TrainingProgress> back = TrainingProgress::fromJson(old, "it");
    QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
    QVERIFY(back->step == 17 && back->rate == 0.1 + 0.2 && back->lowest == 1.5);
    QVERIFY(back->changes.empty() && back->muted.empty() && back->rollbacks == 0 && !back->warmedUp);
    QVERIFY(back->plateauFactor == 1 && !back->plateauBest && back->errorWeight == 0);
  }

  void whatIsNoProgressGetsASentence() {
    nlohmann::json json = everything().toJson();
    for (const auto& [key, value] : json.items()) {
      nlohmann::json broken = json;
      broken[key] = nlohmann::json::array({"no"});
      if (key == "muted") broken[key] = 3;
      const Result<TrainingProgress> back = TrainingProgress::fromJson(broken, "it.safetensors");
      QVERIFY2(!back.ok(), key.c_str());
      QVERIFY2(back.error().message.find("it.safetensors") != std::string::npos, key.c_str());
    }
    json["closed_step"] = 18;
    QVERIFY(!TrainingProgress::fromJson(json, "it").ok());
  }
};

QTEST_GUILESS_MAIN(TestProgress)
#include "test_progress.moc"
