// Whole runs: network, plan, engine, data and trainer together.
#include <thread>

#include "core/training/model.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;
using namespace std::string_literals;

class TestTraining : public QObject, private TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }

  void theLossFalls() {
    auto engine = makeCpuEngine(2);
    std::vector<FeedEvent> events;
    Result<TrainingOutcome> outcome =
        train(job(small_, folder("falls"), engine.get(),
                  {{"epochs", whole(40)}, {"limit_train", whole(32)}, {"learning_rate", 0.1}}),
              &events);
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    QVERIFY(outcome->state == TrainerState::finished);
    QCOMPARE(outcome->steps, whole(80));  // two batches an epoch
    std::vector<double> losses;
    for (const FeedEvent& e : events)
      if (e.kind == FeedEventKind::epoch) losses.push_back(e.values.at("loss"));
    QCOMPARE(losses.size(), size_t{40});
    qInfo("loss of the epochs: %.4f ... %.4f", losses.front(), losses.back());
    QVERIFY(losses.back() < 0.6 * losses.front());
    for (const char* name :
         {"loss", "accuracy", "cross_entropy", "val_loss", "val_accuracy", "learning_rate"})
      QVERIFY2(outcome->last.contains(name), name);
    for (const char* name : {lastCheckpointName, bestCheckpointName, weightsName, projectName, "run.sqlite"})
      QVERIFY2(fs::exists(folder("falls") / name), name);
    QCOMPARE(RunStore::open(folder("falls"))->header().state, "finished"s);
    QVERIFY(events.back().kind == FeedEventKind::finished);
  }

  void anyNumberOfThreadsGivesTheSameBits_data() {
    QTest::addColumn<bool>("noisy");
    QTest::newRow("residual") << false;
    QTest::newRow("every kind of noise") << true;
  }
  void anyNumberOfThreadsGivesTheSameBits() {
    QFETCH(bool, noisy);
    std::vector<std::string> hashes, logs;
    for (const int threads : {1, 2, 4}) {
      auto engine = makeCpuEngine(threads);
      const fs::path at = folder((noisy ? "noisy" : "threads") + std::to_string(threads));
      QVERIFY(train(job(noisy ? noisy_ : small_, at, engine.get(), {{"augment", true}})).ok());
      hashes.push_back(weightsHash(at));
      logs.push_back(logOf(at));
    }
    QCOMPARE(hashes[1], hashes[0]);
    QCOMPARE(hashes[2], hashes[0]);
    QCOMPARE(logs[1], logs[0]);
    QCOMPARE(logs[2], logs[0]);
  }

  // Stopped at any step, also in the middle of an epoch, and gone on with.
  void resumeIsExact_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("optimizer");
    QTest::newRow("residual, sgd, augmented") << "residual"
                                              << "sgd";
    QTest::newRow("residual, adam") << "residual"
                                    << "adam";
    QTest::newRow("residual autoencoder, adam, noise, dropout") << "autoencoder"
                                                                << "adam";
    QTest::newRow("every kind of noise, sgd, augmented") << "noisy"
                                                         << "sgd";
  }
  void resumeIsExact() {
    QFETCH(QString, kind);
    QFETCH(QString, optimizer);
    const bool autoencoder = kind == "autoencoder";
    const NetworkSpec network = autoencoder ? *buildTemplate("resnet-vae", {{"width_divisor", whole(32)},
                                                                            {"latent", whole(8)},
                                                                            {"intermediate", whole(64)},
                                                                            {"dropout", 0.2}})
                                : kind == "noisy" ? noisy_
                                                  : small_;
    const Attributes settings = {{"optimizer", optimizer.toStdString()},
                                 {"learning_rate", optimizer == "adam" ? 1e-3 : 0.05},
                                 {"augment", !autoencoder},
                                 {"checkpoint_every", whole(1)},
                                 {"probe_every", whole(5)}};
    auto engine = makeCpuEngine(2);
    const fs::path straight = folder("straight"), broken = folder("broken");
    Result<TrainingOutcome> outcome = train(job(network, straight, engine.get(), settings));
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());

    int stops = 0;
    TrainerState state = TrainerState::stopped;
    while (state != TrainerState::finished && stops < 20) {
      auto feed = std::make_shared<TrainingFeed>();
      TrainingJob part = job(network, broken, engine.get(), settings);
      part.resume = true;
      Trainer trainer(std::move(part), feed);
      trainer.commands().pause();
      std::jthread thread([&] {
        Result<TrainingOutcome> done = trainer.run();
        state = done ? done->state : TrainerState::failed;
      });
      for (int step = 0; step <= stops % 4; ++step) trainer.commands().singleStep();
      const auto reached = [&] {
        for (const FeedEvent& e : feed->drain())
          if (e.kind == FeedEventKind::finished || e.kind == FeedEventKind::failed ||
              (e.kind == FeedEventKind::state && e.state == TrainerState::paused))
            return true;
        return false;
      };
      while (!reached()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      trainer.commands().stop();
      thread.join();
      ++stops;
    }
    QVERIFY(state == TrainerState::finished);
    qInfo("%d parts", stops);
    QVERIFY(stops > 3);
    QCOMPARE(logOf(broken), logOf(straight));
    QCOMPARE(weightsHash(broken), weightsHash(straight));
    QVERIFY(readCheckpoint(broken / weightsName)->file.tensors.size() > 0);
    QCOMPARE(RunStore::open(broken)->probes()->size(), RunStore::open(straight)->probes()->size());
    fs::remove_all(straight);
    fs::remove_all(broken);
  }

  void anExistingRunIsRefusedAndAFinishedOneIsDoneAtOnce() {
    auto engine = makeCpuEngine(1);
    const Attributes settings = {{"steps", whole(3)}};
    QVERIFY(train(job(small_, folder("again"), engine.get(), settings)).ok());
    const std::string before = bytesOf(folder("again") / weightsName);
    Result<TrainingOutcome> refused = train(job(small_, folder("again"), engine.get(), settings));
    QVERIFY(!refused.ok() && refused.error().kind == ErrorKind::usage);
    TrainingJob again = job(small_, folder("again"), engine.get(), settings);
    again.resume = true;
    Result<TrainingOutcome> done = train(again);
    QVERIFY(done.ok() && done->state == TrainerState::finished && done->steps == 3);
    QVERIFY(done->last.contains("val_loss"));
    QVERIFY(bytesOf(folder("again") / weightsName) == before);
    again.settings["batch"] = whole(8);
    Result<TrainingOutcome> other = train(again);
    QVERIFY(!other.ok() && other.error().kind == ErrorKind::usage);
    QVERIFY(other.error().message.find("batch") != std::string::npos);
    again = job(*buildTemplate("starter", {{"width", whole(5)}}), folder("again"), engine.get(), settings);
    again.resume = true;
    Result<TrainingOutcome> wrong = train(again);
    QVERIFY(!wrong.ok() && wrong.error().kind == ErrorKind::data);
  }

  void divergenceIsCaughtAndNotSaved() {
    auto engine = makeCpuEngine(2);
    std::vector<FeedEvent> events;
    Result<TrainingOutcome> outcome =
        train(job(small_, folder("diverged"), engine.get(),
                  {{"learning_rate", 1e6}, {"epochs", whole(50)}, {"checkpoint_every", whole(1)}}),
              &events);
    QVERIFY(!outcome.ok());
    qInfo("%s", outcome.error().message.c_str());
    QVERIFY(outcome.error().kind == ErrorKind::diverged);
    QVERIFY(events.back().kind == FeedEventKind::failed);
    QCOMPARE(RunStore::open(folder("diverged"))->header().state, "failed"s);
    for (const auto& entry : fs::directory_iterator(folder("diverged"))) {
      if (entry.path().extension() != ".safetensors") continue;
      const Result<Checkpoint> checkpoint = readCheckpoint(entry.path());
      QVERIFY(checkpoint.ok());
      for (const auto& [name, tensor] : checkpoint->file.tensors)
        QVERIFY2(allFinite({reinterpret_cast<const float*>(tensor.bytes.data()), tensor.bytes.size() / 4}),
                 name.c_str());
    }
    QVERIFY(!fs::exists(folder("diverged") / weightsName));
  }

  void commandsActBetweenSteps() {
    auto engine = makeCpuEngine(1);
    auto feed = std::make_shared<TrainingFeed>();
    Trainer trainer(job(small_, folder("commands"), engine.get(), {{"epochs", whole(1000)}}), feed);
    trainer.commands().pause();
    Result<TrainingOutcome> outcome = Error{};
    std::jthread thread([&] { outcome = trainer.run(); });
    std::vector<FeedEvent> seen;
    const auto waitFor = [&](auto&& wanted) {
      for (int i = 0; i < 10000; ++i) {
        for (FeedEvent& e : feed->drain()) seen.push_back(std::move(e));
        for (const FeedEvent& e : seen)
          if (wanted(e)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
      return false;
    };
    QVERIFY(waitFor([](const FeedEvent& e) { return e.state == TrainerState::paused && e.step == 0; }));
    trainer.commands().setLearningRate(0.002);
    trainer.commands().setProbes({.layerGradients = true, .shortcutSplit = true});
    trainer.commands().singleStep();
    QVERIFY(waitFor([](const FeedEvent& e) { return e.state == TrainerState::paused && e.step == 1; }));
    QVERIFY(waitFor([](const FeedEvent& e) { return e.kind == FeedEventKind::mark; }));
    const auto frame = feed->latest();
    QVERIFY(frame != nullptr);
    QCOMPARE(frame->step, whole(1));
    QVERIFY(!frame->probes.layers.empty());
    QCOMPARE(frame->probes.shortcuts.size(), size_t{3});
    QCOMPARE(frame->predictions.size(), size_t{16});
    float sum = 0;
    for (const float p : frame->predictions[0].probabilities) sum += p;
    QVERIFY(std::abs(sum - 1) < 1e-5f);
    QCOMPARE(frame->predictions[0].image.pixels.size(), size_t{32 * 32 * 3});
    trainer.commands().resume();
    QVERIFY(waitFor([](const FeedEvent& e) {
      return e.kind == FeedEventKind::step && e.step >= 4 &&
             std::abs(e.values.at("learning_rate") - 0.002) < 1e-6;
    }));
    trainer.commands().stop();
    thread.join();
    QVERIFY(outcome.ok() && outcome->state == TrainerState::stopped);
    const Result<Checkpoint> checkpoint = readCheckpoint(folder("commands") / lastCheckpointName);
    QVERIFY(checkpoint.ok() && checkpoint->header.progress.step == outcome->steps);
    QCOMPARE(RunStore::open(folder("commands"))->header().state, "stopped"s);
    QVERIFY(RunStore::open(folder("commands"))->marks()->at(0).text.find("0.002") != std::string::npos);
  }

  // Whoever looks inside, and however often, the run is the same to the bit.
  void lookingChangesNothing() {
    auto engine = makeCpuEngine(2);
    const std::pair<const char*, const NetworkSpec*> networks[] = {
        {"small", &small_}, {"vae", &vae_}, {"noisy", &noisy_}};
    for (const auto& [name, network] : networks)
      for (const int64_t parts : {1, 2}) {
        const Attributes settings = {
            {"steps", whole(8)}, {"micro_batches", whole(parts)}, {"learning_rate", 0.001}};
        for (const int64_t every : {0, 1, 3}) {
          const fs::path at = folder(std::string(name) + std::to_string(parts) + std::to_string(every));
          const auto run =
              job(*network, at, engine.get(), mergeSettings(settings, {{"probe_every", whole(every)}}));
          const Result<TrainingOutcome> outcome = train(run);
          QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
          QVERIFY(RunStore::open(at)->probes()->size() == (every ? size_t(8 / every) : 0));
          // The first record is a look, too, which a run that diverged and began anew has left behind.
          const auto histograms = *RunStore::open(at)->histograms();
          if (network != &small_) continue;
          QCOMPARE(histograms.empty(), every == 0);
          if (every) QVERIFY(!histograms[0].layers.empty() && histograms[0].step == every);
        }
        const fs::path unseen = folder(std::string(name) + std::to_string(parts) + "0");
        for (const char* every : {"1", "3"}) {
          const fs::path seen = folder(std::string(name) + std::to_string(parts) + every);
          QCOMPARE(logOf(seen), logOf(unseen));
          QCOMPARE(weightsHash(seen), weightsHash(unseen));
        }
      }
  }

  void earlyStoppingEndsTheRun() {
    auto engine = makeCpuEngine(2);
    Result<TrainingOutcome> outcome = train(job(small_, folder("early"), engine.get(),
                                                {{"learning_rate", 0.0},
                                                 {"epochs", whole(50)},
                                                 {"limit_validation", whole(20)},
                                                 {"early_stopping_patience", whole(2)},
                                                 {"early_stopping_delta", 100.0}}));
    QVERIFY(outcome.ok());
    QCOMPARE(outcome->steps, whole(18));  // the first epoch and two without improvement
    QVERIFY(outcome->state == TrainerState::finished);
  }

  void anAutoencoderShowsItsPictures() {
    auto engine = makeCpuEngine(2);
    auto feed = std::make_shared<TrainingFeed>();
    Trainer trainer(job(vae_, {}, engine.get(),
                        {{"steps", whole(2)}, {"probe_every", whole(2)}, {"learning_rate", 0.001}}),
                    feed);
    const Result<TrainingOutcome> outcome = trainer.run();
    QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
    const auto frame = feed->latest();
    QVERIFY(frame != nullptr);
    QCOMPARE(frame->originals.size(), size_t{8});
    QCOMPARE(frame->reconstructions.size(), size_t{8});
    QCOMPARE(frame->samples.size(), size_t{16});
    QCOMPARE(frame->samples[0].pixels.size(), size_t{3072});
    QVERIFY(frame->predictions.empty());
  }

  void badPlacesGetASentence() {
    auto engine = makeCpuEngine(1);
    std::ofstream(folder("file")) << "x";
    fs::create_directories(folder("taken") / "run.sqlite");
    fs::create_directories(folder("damaged"));
    std::ofstream(folder("damaged") / lastCheckpointName) << "torn";
    const std::vector<std::pair<fs::path, ErrorKind>> places = {
        {folder("file") / "below", ErrorKind::io},
        {"/proc/nowhere", ErrorKind::io},
        {folder(std::string(300, 'n')), ErrorKind::io},
        {folder("taken"), ErrorKind::io},
        {folder("damaged"), ErrorKind::data}};
    for (const auto& [place, kind] : places) {
      TrainingJob one = job(small_, place, engine.get(), {{"steps", whole(1)}});
      one.resume = true;
      const Result<TrainingOutcome> outcome = train(std::move(one));
      QVERIFY2(!outcome.ok(), place.c_str());
      QVERIFY2(outcome.error().kind == kind, outcome.error().message.c_str());
      QVERIFY2(outcome.error().message.find(place.string()) != std::string::npos,
               outcome.error().message.c_str());
    }
    for (const fs::path& place : {folder("file"), folder("nothing"), folder("taken")})
      QVERIFY(!loadModel(place, layerCatalog()).ok());
    // A name that is not UTF-8 is a name like any other.
    QVERIFY(
        train(job(small_, folder("caf\xe9"), engine.get(), {{"steps", whole(1)}, {"data_dir", "/caf\xe9"s}}))
            .ok());
    QVERIFY(loadModel(folder("caf\xe9"), layerCatalog()).ok());
    fs::remove_all(folder("caf\xe9"));  // QTemporaryDir leaves it behind
  }

  void aNetworkThatDoesNotFitTheDataGetsASentence() {
    auto engine = makeCpuEngine(1);
    const auto message = [&](const NetworkSpec& network) {
      const Result<TrainingOutcome> outcome = train(job(network, folder("unfit"), engine.get(), {}));
      return outcome ? ""s : outcome.error().message;
    };
    NetworkSpec other = small_;
    other.graph.find("image")->attributes["shape"] = "16x16x3"s;
    QVERIFY(message(other).find("32x32x3") != std::string::npos);
    QVERIFY(message(*buildTemplate("starter", {{"classes", whole(5)}})).find("10") != std::string::npos);
    other = small_;
    other.graph.wires.clear();
    QVERIFY(!message(other).empty());
    QVERIFY2(!RunStore::exists(folder("unfit")), "a run that cannot begin leaves no history");
  }
};

QTEST_GUILESS_MAIN(TestTraining)
#include "test_training.moc"
