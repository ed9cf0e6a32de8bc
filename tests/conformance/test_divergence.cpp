// Recipes for numbers that are not finite: seen in the step they come up in, with the first layer that shows
// them, back to the last good state at half the rate at most so often, and never in a file.
#include <limits>

#include "core/templates/graph_builder.h"
#include "tests/conformance/steered.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

struct Recipe {
  std::string name;
  NetworkSpec network;
  Attributes settings;
  std::shared_ptr<const DataSet> data;
  bool mustDiverge = true;
};

// Nothing in it holds numbers back, nor lets them die as a ReLU would.
NetworkSpec convolutions() {
  GraphBuilder g;
  g.start("image", "input", {{"shape", "32x32x3"s}})
      .add("conv1", "conv2d", {{"channels", whole(4)}, {"stride", whole(2)}})
      .add("conv2", "conv2d", {{"channels", whole(8)}, {"stride", whole(2)}})
      .classifierHead(10);
  return {"convolutions", g.take()};
}

int count(const std::string& text, const std::string& part) {
  int times = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++times;
  return times;
}

// Numbers that are not finite in all files of a run; -1 where one cannot be read.
int badNumbers(const fs::path& folder) {
  int bad = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".safetensors") continue;
    const Result<Checkpoint> checkpoint = readCheckpoint(entry.path());
    if (!checkpoint) return -1;
    for (const auto& [name, tensor] : checkpoint->file.tensors)
      bad += !allFinite({reinterpret_cast<const float*>(tensor.bytes.data()), tensor.bytes.size() / 4});
  }
  return bad;
}

}  // namespace

class TestDivergence : public QObject, private TrainingFixture {
  Q_OBJECT

  std::shared_ptr<const DataSet> changed(const std::function<void(DataSet&)>& change) const {
    auto set = std::make_shared<DataSet>(*data_);
    change(*set);
    return set;
  }

  std::vector<Recipe> recipes() const {
    const NetworkSpec plain = convolutions();
    const NetworkSpec vae = *buildTemplate(
        "resnet-vae", {{"width_divisor", whole(32)}, {"latent", whole(8)}, {"intermediate", whole(64)}});
    std::vector<Recipe> all;
    const auto add = [&](const std::string& name, const NetworkSpec& network, const Attributes& settings,
                         std::shared_ptr<const DataSet> data = nullptr) {
      all.push_back({name, network, settings, data ? std::move(data) : data_});
    };
    for (const double rate : {1e3, 1e6, 1e9}) {
      const std::string text = QString::number(rate, 'g').toStdString();
      add("rate " + text, plain, {{"learning_rate", rate}});
      add("rate " + text + ", normalised", small_, {{"learning_rate", rate}, {"epochs", whole(4)}});
    }
    add("rate 1e9, every noise", noisy_, {{"learning_rate", 1e9}, {"augment", true}});
    add("nesterov, rate 1e6", plain, {{"optimizer", "nesterov"s}, {"learning_rate", 1e6}});
    add("adam, rate 1e9", plain, {{"optimizer", "adam"s}, {"learning_rate", 1e9}});
    add("adamw, rate 1e9", plain, {{"optimizer", "adamw"s}, {"learning_rate", 1e9}, {"weight_decay", 1e3}});
    add("momentum 0.9999, rate 1e4", plain, {{"momentum", 0.9999}, {"learning_rate", 1e4}});
    add("weight decay 1e3", plain, {{"weight_decay", 1e3}, {"learning_rate", 1.0}, {"epochs", whole(6)}});
    add("rate 1e9, clipped", plain,
        {{"clip_norm", 1e8}, {"learning_rate", 1e9}, {"epochs", whole(6)}, {"momentum", 0.9999}});
    add("rate 1e6, micro-batches, average", plain,
        {{"learning_rate", 1e6}, {"micro_batches", whole(4)}, {"ema_decay", 0.9}});
    add("rate 1e9 after a warm-up", plain, {{"learning_rate", 1e9}, {"warmup_steps", whole(10)}});
    add("rate 1e6, no returns", plain, {{"learning_rate", 1e6}, {"retries", whole(0)}});
    add("rate 1e9, one return", plain, {{"learning_rate", 1e9}, {"retries", whole(1)}});
    add("pixels that are not numbers", small_, {},
        changed([](DataSet& set) { set.mean[1] = std::numeric_limits<float>::quiet_NaN(); }));
    add("pixels without end", plain, {}, changed([](DataSet& set) { set.deviation[0] = 0; }));
    add("deviation 0", small_, {}, changed([](DataSet& set) { set.deviation.assign(3, 0); }));
    add("pixels of 1e30, adam", plain, {{"optimizer", "adam"s}, {"learning_rate", 1e-3}},
        changed([](DataSet& set) { set.deviation.assign(3, 1e-30f); }));
    add("the divergence of a VAE explodes", vae, {{"learning_rate", 1e6}});
    add("the divergence of a VAE explodes, adam", vae, {{"optimizer", "adam"s}, {"learning_rate", 100.0}});
    add("a flat data set", small_, {}, changed([](DataSet& set) {
          for (Split* split : {&set.train, &set.test})
            std::fill(split->pixels.begin(), split->pixels.end(), uint8_t{128});
          set.mean.assign(3, 0.5f);
          set.deviation.assign(3, 1.0f / 255);
        }));
    all.back().mustDiverge = false;
    return all;
  }

 private Q_SLOTS:
  void initTestCase() { build(); }

  void everyRecipeIsCaught() {
    auto engine = makeCpuEngine(2);
    int diverged = 0, returns = 0, index = 0;
    const std::vector<Recipe> all = recipes();
    for (const Recipe& recipe : all) {
      const fs::path at = folder("recipe" + std::to_string(index++));
      TrainingJob one =
          job(recipe.network, at, engine.get(),
              mergeSettings({{"checkpoint_every", whole(1)}, {"keep_every", whole(1)}}, recipe.settings));
      one.data = recipe.data;
      const int64_t retries = AttributeReader(trainingSchema(), one.settings).integer("retries");
      std::vector<FeedEvent> events;
      const auto outcome = train(std::move(one), &events);
      std::string said;
      int back = 0;
      for (const FeedEvent& e : events) {
        said += e.text + "\n";
        back += e.kind == FeedEventKind::mark && e.text.starts_with("Diverged at step");
      }
      const std::string where = recipe.name + ": " + said;
      diverged += !outcome.ok() || back > 0;
      returns += back;
      if (recipe.name.starts_with("pixels that are not"))
        QVERIFY2(count(said, "the first layer with such statistics is stem_bn") == 4, where.c_str());
      if (recipe.mustDiverge) QVERIFY2(!outcome.ok() || back > 0, where.c_str());
      if (!outcome.ok()) {
        QVERIFY2(outcome.error().kind == ErrorKind::diverged, where.c_str());
        QCOMPARE(back, static_cast<int>(retries));
        QCOMPARE(RunStore::open(at)->header().state, "failed"s);
      }
      QVERIFY2(back <= retries, where.c_str());
      // In its step: what is seen only when it is to be saved says "after step".
      QCOMPARE(count(said, "Training diverged: after step"), 0);
      QVERIFY2(count(said, "the first layer with such") == count(said, "Training diverged at step"),
               where.c_str());
      QVERIFY2(badNumbers(at) == 0, where.c_str());
      QCOMPARE(fs::exists(at / weightsName), outcome.ok());
    }
    qInfo("%zu recipes, %d diverged, %d returns, 0 numbers that are not finite in any file", all.size(),
          diverged, returns);
    QVERIFY(diverged >= 20);
  }

  // Somewhere between a rate that is too high and a quarter of it, half is enough.
  void halfTheRateCanBeEnough() {
    auto engine = makeCpuEngine(2);
    int recovered = 0, runs = 0;
    for (double rate = 1.0 / 128; rate < 8; rate *= 2, ++runs) {
      const fs::path at = folder("rate" + std::to_string(runs));
      std::vector<FeedEvent> events;
      const auto outcome = train(job(convolutions(), at, engine.get(),
                                     {{"learning_rate", rate},
                                      {"checkpoint_every", whole(100)},
                                      {"schedule", "constant"s},
                                      {"batch", whole(8)},
                                      {"epochs", whole(1)}}),
                                 &events);
      if (!outcome) continue;
      const TrainingProgress progress = readCheckpoint(at / lastCheckpointName)->header.progress;
      if (progress.rollbacks == 0) continue;
      ++recovered;
      QCOMPARE(*progress.rate, rate / std::pow(2, progress.rollbacks));
      QCOMPARE(outcome->steps, whole(12));
      int64_t last = 0;
      const std::vector<RunRow> rows = *RunStore::open(at)->rows();
      for (const RunRow& row : rows) {
        QVERIFY2(row.step >= last, "each step is in the history once");
        last = row.step + (row.epochEnd ? 1 : 0);
      }
    }
    qInfo("%d rates, %d runs came back and finished", runs, recovered);
    QVERIFY(recovered > 0);
  }

  // What a person changed since the last checkpoint is not undone by a return.
  void aReturnKeepsWhatWasSaid() {
    auto engine = makeCpuEngine(2);
    for (const int64_t every : {whole(2), whole(100)}) {  // back to a checkpoint; to the start
      const fs::path at = folder("said" + std::to_string(every));
      Steered run(job(small_, at, engine.get(), {{"checkpoint_every", every}, {"retries", whole(40)}}));
      QVERIFY(run.stepTo(3));
      run.commands().change({{"momentum", 0.5}});
      run.commands().mute("block2", true);
      run.commands().setLearningRate(1e9);
      QVERIFY(run.waitFor([&](const FeedEvent& e) {
        run.commands().singleStep();
        return e.kind == FeedEventKind::mark && e.text.starts_with("Diverged at step");
      }));
      QVERIFY(run.stop().ok());
      const CheckpointHeader header = readCheckpoint(at / lastCheckpointName)->header;
      QVERIFY(header.progress.rollbacks > 0 && *header.progress.rate < 1e9);
      QVERIFY(header.settings.at("momentum") == AttributeValue(0.5));
      QVERIFY(header.progress.changes.at("momentum") == AttributeValue(0.5));
      QCOMPARE(header.progress.muted, std::vector<std::string>{"block2"});
    }
  }

  void aRateThatIsNoneIsRefused() {
    auto engine = makeCpuEngine(2);
    Steered run(job(small_, folder("no rate"), engine.get(), {}));
    QVERIFY(run.stepTo(2));
    int64_t step = 2;
    for (const double rate : {1e30, -1.0, static_cast<double>(infinity), std::nan("")}) {
      const size_t before = run.said().size();
      run.commands().setLearningRate(rate);
      QVERIFY(run.stepTo(++step));
      QVERIFY(run.said().size() > before);
    }
    QVERIFY(run.goOn().ok());
    QVERIFY(!readCheckpoint(folder("no rate") / lastCheckpointName)->header.progress.rate);
  }

  // Weights from elsewhere that hold what ours never do.
  void weightsThatAreNotFiniteAreNotTrainedOn() {
    auto engine = makeCpuEngine(1);
    QVERIFY(train(job(small_, folder("sound"), engine.get(), {{"steps", whole(1)}})).ok());
    for (const float bad : {infinity, std::numeric_limits<float>::quiet_NaN()}) {
      Checkpoint checkpoint = *readCheckpoint(folder("sound") / weightsName);
      std::memcpy(checkpoint.file.tensors.at("model/block2/branch/conv1/weight").bytes.data(), &bad,
                  sizeof bad);
      const fs::path file = folder("spoilt.safetensors"), at = folder("spoilt");
      QVERIFY(writeSafetensors(file, checkpoint.file).ok());
      QVERIFY(readCheckpoint(file).ok());
      TrainingJob one = job(small_, at, engine.get(), {});
      one.weightsFrom = file;
      const auto outcome = train(one);
      QVERIFY(!outcome.ok() && outcome.error().kind == ErrorKind::diverged);
      QVERIFY2(count(outcome.error().message, "block2/branch/conv1") > 0, outcome.error().message.c_str());
      QCOMPARE(badNumbers(at), 0);
      fs::remove_all(at);
    }
  }
};

QTEST_GUILESS_MAIN(TestDivergence)
#include "test_divergence.moc"
