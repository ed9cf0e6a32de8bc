#include <cmath>
#include <QtTest>
#include <set>

#include "core/training/averages.h"
#include "core/training/feed.h"
#include "core/training/progress.h"
#include "core/training/settings.h"

#include <nlohmann/json.hpp>
#include <thread>

using namespace bypath;
using namespace std::string_literals;

class TestSettings : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySettingIsDescribedAndItsDefaultIsValid() {
    std::set<std::string> keys;
    for (const AttributeDescription& d : trainingSchema().list()) {
      QVERIFY2(keys.insert(d.key).second, d.key.c_str());
      QVERIFY2(!d.label.empty() && !d.help.empty() && d.help.back() == '.', d.key.c_str());
    }
    for (const char* key : {"epochs",
                            "steps",
                            "batch",
                            "seed",
                            "threads",
                            "optimizer",
                            "learning_rate",
                            "momentum",
                            "beta1",
                            "beta2",
                            "epsilon",
                            "weight_decay",
                            "schedule",
                            "warmup_steps",
                            "step_at",
                            "step_factor",
                            "early_stopping_patience",
                            "early_stopping_delta",
                            "augment",
                            "log_every",
                            "checkpoint_every",
                            "probe_every",
                            "limit_train",
                            "limit_validation",
                            "data",
                            "data_dir",
                            "engine"})
      QVERIFY2(keys.contains(key), key);
    const Result<void> valid = trainingSchema().validate(completeSettings({}), "defaults");
    QVERIFY2(valid.ok(), valid ? "" : valid.error().message.c_str());
  }

  void theEnvironmentIsRead() {
    qputenv("BYPATH_LEARNING_RATE", "0.025");
    qputenv("BYPATH_AUGMENT", "true");
    qputenv("BYPATH_OPTIMIZER", "adam");
    const Result<Attributes> settings = trainingFromEnvironment();
    QVERIFY2(settings.ok(), settings ? "" : settings.error().message.c_str());
    QCOMPARE(std::get<double>(settings->at("learning_rate")), 0.025);
    QCOMPARE(std::get<bool>(settings->at("augment")), true);
    QCOMPARE(std::get<std::string>(settings->at("optimizer")), "adam"s);
    QVERIFY(!settings->contains("momentum"));
    qputenv("BYPATH_BATCH", "many");
    const Result<Attributes> wrong = trainingFromEnvironment();
    QVERIFY(!wrong.ok() && wrong.error().kind == ErrorKind::usage);
    QVERIFY(wrong.error().message.find("BYPATH_BATCH") != std::string::npos);
    for (const char* name : {"BYPATH_LEARNING_RATE", "BYPATH_AUGMENT", "BYPATH_OPTIMIZER", "BYPATH_BATCH"})
      qunsetenv(name);
  }

  void laterSettingsWin() {
    const Attributes merged =
        mergeSettings({{"batch", int64_t{1}}, {"seed", int64_t{5}}}, {{"batch", int64_t{2}}});
    QCOMPARE(std::get<int64_t>(merged.at("batch")), int64_t{2});
    QCOMPARE(std::get<int64_t>(merged.at("seed")), int64_t{5});
  }

  void progressKeepsEveryBitThroughJson() {
    TrainingProgress progress;
    progress.step = 17;
    progress.closedStep = 10;
    progress.rate = 0.1 / 3;
    progress.sinceEpoch.add({{"loss", 1.0 / 3}, {"accuracy", 0.7}});
    progress.sinceEpoch.add({{"loss", 2.0 / 7}, {"accuracy", 1e-300}}, 3);
    progress.lastEpoch = {{"val_loss", std::nan("")}, {"loss", 0.3}};
    QVERIFY(!progress.outOfPatience(1.1, 2, 0.1));
    const std::string text = progress.toJson().dump();
    const Result<TrainingProgress> back = TrainingProgress::fromJson(nlohmann::json::parse(text), "test");
    QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
    QVERIFY(back->sinceEpoch.means() == progress.sinceEpoch.means());
    QVERIFY(back->rate == progress.rate && back->improved == progress.improved && !back->lowest);
    QCOMPARE(back->lastEpoch.size(), size_t{1});
    QVERIFY(!TrainingProgress::fromJson(nlohmann::json::parse(R"({"step": "x"})"), "test").ok());
    QVERIFY(!TrainingProgress::fromJson(nlohmann::json::array(), "test").ok());
  }

  void patienceCountsFromTheLastImprovement() {
    TrainingProgress p;
    QVERIFY(!p.outOfPatience(10, 2, 0.5));
    QVERIFY(!p.outOfPatience(9.6, 2, 0.5));  // not enough
    QVERIFY(!p.outOfPatience(9.4, 2, 0.5));  // improved
    QVERIFY(!p.outOfPatience(9.4, 2, 0.5));
    QVERIFY(p.outOfPatience(std::nan(""), 2, 0.5));
    QVERIFY(!p.outOfPatience(20, 0, 0.5));  // off
  }

  void theFeedKeepsOrderAndTheLatestFrame() {
    TrainingFeed feed;
    QVERIFY(feed.latest() == nullptr && feed.drain().empty());
    std::jthread writer([&] {
      for (int64_t step = 0; step < 1000; ++step) {
        feed.push({.kind = FeedEventKind::step, .step = step});
        auto frame = std::make_shared<InspectionFrame>();
        frame->step = step;
        feed.publish(std::move(frame));
      }
    });
    int64_t next = 0;
    while (next < 1000)
      for (const FeedEvent& event : feed.drain()) QCOMPARE(event.step, next++);
    writer.join();
    QCOMPARE(feed.latest()->step, int64_t{999});
  }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "test_settings.moc"
