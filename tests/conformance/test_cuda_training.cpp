// Training on the stand-in for a GPU: the same curve as on the CPU, the same bits again and after a resume,
// and a device that is lost at any call costs a step, not the run.
#include <thread>

#include "core/engines/cuda/cuda_engine.h"
#include "tests/fake_device/opened.h"
#include "training_fixture.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

// Every how many calls the campaign loses the device; BYPATH_CAMPAIGN=full tries each one.
int64_t stride(int64_t calls) {
  const bool full = qEnvironmentVariable("BYPATH_CAMPAIGN") == "full";
  return full ? 1 : std::max<int64_t>(1, calls / 40);
}

std::function<std::unique_ptr<Engine>()> cpu() {
  return [] { return makeCpuEngine(2); };
}

// So many steps, then a stop.
void trainSteps(TrainingJob job, int64_t steps) {
  auto feed = std::make_shared<TrainingFeed>();
  Trainer trainer(std::move(job), feed);
  trainer.commands().pause();
  for (int64_t i = 0; i < steps; ++i) trainer.commands().singleStep();
  std::jthread thread([&] { QVERIFY(trainer.run().ok()); });
  for (bool reached = false; !reached; std::this_thread::sleep_for(std::chrono::milliseconds(2)))
    for (const FeedEvent& event : feed->drain())
      reached = reached || (event.state == TrainerState::paused && event.step == steps) ||
                event.kind == FeedEventKind::failed;
  trainer.commands().stop();
}

double last(const Result<TrainingOutcome>& outcome, const char* name) {
  return outcome && outcome->last.contains(name) ? outcome->last.at(name) : std::nan("");
}

}  // namespace

class TestCudaTraining : public QObject, TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }
  void init() { gpu_ = FakeGpu::open(); }

  void learnsAsTheCpuDoes_data() {
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<double>("clip");
    QTest::addColumn<bool>("vae");
    for (const char* optimizer : {"sgd", "nesterov", "adam", "adamw"})
      QTest::addRow("%s", optimizer) << optimizer << 0.0 << false;
    QTest::addRow("clipped") << "sgd" << 0.5 << false;
    QTest::addRow("a vae, clipped") << "adam" << 5.0 << true;
  }
  void learnsAsTheCpuDoes() {
    QFETCH(QString, optimizer);
    QFETCH(double, clip);
    QFETCH(bool, vae);
    const Attributes settings = {{"optimizer", optimizer.toStdString()},
                                 {"clip_norm", clip},
                                 {"weight_decay", 1e-3},
                                 {"learning_rate", 0.01},
                                 {"augment", true}};
    const NetworkSpec& network = vae ? vae_ : small_;
    const auto exact = makeCpuEngine(2);
    auto cuda = makeCudaEngine(gpu_.device, {});
    const Result<TrainingOutcome> device = train(job(network, {}, cuda.get(), settings));
    const Result<TrainingOutcome> host = train(job(network, {}, exact.get(), settings));
    cuda.reset();
    QVERIFY2(device.ok(), device ? "" : device.error().message.c_str());
    QVERIFY(host.ok());
    QVERIFY(gpu_.control->replays > 8);
    for (const char* name : {"loss", "val_loss"}) {
      const double seen = last(device, name), right = last(host, name);
      QVERIFY2(std::abs(seen - right) < 1e-3 * std::abs(right),
               qPrintable(QString("%1: %2 against %3").arg(name).arg(seen).arg(right)));
    }
    QCOMPARE(gpu_.control->taken, uint64_t{0});
  }

  void theSameSeedGivesTheSameBits() {
    const Attributes settings = {{"optimizer", "adam"s}, {"learning_rate", 0.01}, {"augment", true}};
    for (const char* name : {"bits-a", "bits-b"}) {
      const auto cuda = makeCudaEngine(gpu_.device, {});
      QVERIFY(train(job(noisy_, folder(name), cuda.get(), settings)).ok());
    }
    QCOMPARE(weightsHash(folder("bits-a")), weightsHash(folder("bits-b")));
    QCOMPARE(logOf(folder("bits-a")), logOf(folder("bits-b")));
    QVERIFY(bytesOf(folder("bits-a") / tuningName).find("forward float32") != std::string::npos);

    // In two parts, by other engines; the second is told which algorithms the first found fastest.
    const auto begin = makeCudaEngine(gpu_.device, {});
    trainSteps(job(noisy_, folder("bits-c"), begin.get(), settings), 7);
    qputenv("BYPATH_FAKE_FASTEST", "0");
    const auto end = makeCudaEngine(gpu_.device, {});
    TrainingJob second = job(noisy_, folder("bits-c"), end.get(), settings);
    second.resume = true;
    const Result<TrainingOutcome> gone = train(std::move(second));
    qunsetenv("BYPATH_FAKE_FASTEST");
    QVERIFY2(gone.ok(), gone ? "" : gone.error().message.c_str());
    QCOMPARE(bytesOf(folder("bits-c") / tuningName), bytesOf(folder("bits-a") / tuningName));
    QCOMPARE(weightsHash(folder("bits-c")), weightsHash(folder("bits-a")));
  }

  void microBatchesAndLooksAndAverages() {
    const Attributes settings = {{"micro_batches", whole(2)}, {"learning_rate", 0.02}, {"ema_decay", 0.9}};
    const Attributes looking = {{"probe_every", whole(3)}, {"learning_rate", 0.02}, {"ema_decay", 0.9}};
    for (const Attributes& one : {settings, looking}) {
      const auto cuda = makeCudaEngine(gpu_.device, {}), exact = makeCpuEngine(2);
      const Result<TrainingOutcome> device = train(job(small_, {}, cuda.get(), one));
      const Result<TrainingOutcome> host = train(job(small_, {}, exact.get(), one));
      QVERIFY2(device.ok(), device ? "" : device.error().message.c_str());
      QVERIFY(std::abs(last(device, "val_loss") - last(host, "val_loss")) < 1e-3 * last(host, "val_loss"));
    }
  }

  void divergenceIsSeen() {
    const auto cuda = makeCudaEngine(gpu_.device, {});
    const Result<TrainingOutcome> outcome =
        train(job(small_, {}, cuda.get(), {{"learning_rate", 1e6}, {"retries", whole(0)}}));
    QVERIFY(!outcome.ok());
    QCOMPARE(outcome.error().kind, ErrorKind::diverged);
    QVERIFY2(outcome.error().message.find("the first layer") != std::string::npos,
             outcome.error().message.c_str());
  }

  void withoutASpareALostDeviceEndsTheRun() {
    const auto cuda = makeCudaEngine(gpu_.device, {});
    gpu_.control->failAt = gpu_.control->calls + 600;
    const Result<TrainingOutcome> outcome = train(job(small_, {}, cuda.get(), {{"epochs", whole(50)}}));
    QVERIFY(!outcome.ok());
    QCOMPARE(outcome.error().kind, ErrorKind::resources);
    QVERIFY2(outcome.error().message.find("illegal memory access") != std::string::npos,
             outcome.error().message.c_str());
  }

  // At every so many calls, from the first on: the run ends as it would have, on the CPU, from the step
  // before the loss or the one before that, with a mark that says so.
  void aLostDeviceCostsAStep() {
    const Attributes settings = {{"batch", whole(4)},
                                 {"limit_train", whole(12)},
                                 {"limit_validation", whole(8)},
                                 {"optimizer", "adam"s},
                                 {"learning_rate", 0.01},
                                 {"log_every", whole(1)},
                                 {"checkpoint_every", whole(5)},
                                 {"augment", true},
                                 {"clip_norm", 1.0}};
    const auto untroubled = makeCudaEngine(gpu_.device, {});
    gpu_.control->calls = 0;
    const Result<TrainingOutcome> all = train(job(small_, folder("whole"), untroubled.get(), settings));
    QVERIFY(all.ok());
    const int64_t calls = gpu_.control->calls;
    int64_t tried = 0, mostLost = 0;
    for (int64_t at = 0; at < calls; at += stride(calls), ++tried) {
      gpu_ = FakeGpu::open();
      const auto cuda = makeCudaEngine(gpu_.device, {});
      gpu_.control->calls = 0;
      gpu_.control->failAt = at;
      const fs::path run = folder("lost-" + std::to_string(at));
      TrainingJob order = job(small_, run, cuda.get(), settings);
      order.spare = cpu();
      std::vector<FeedEvent> events;
      const Result<TrainingOutcome> outcome = train(std::move(order), &events);
      const QByteArray where = "call " + QByteArray::number(static_cast<qlonglong>(at));
      QVERIFY2(outcome.ok(), outcome ? "" : (where.toStdString() + ": " + outcome.error().message).c_str());
      QCOMPARE(outcome->steps, all->steps);
      const double seen = last(outcome, "val_loss"), right = last(all, "val_loss");
      QVERIFY2(std::abs(seen - right) < 2e-3 * std::abs(right),
               where + qPrintable(QString(": %1 against %2").arg(seen).arg(right)));
      Result<RunStore> history = RunStore::open(run);
      QVERIFY(history.ok());
      const std::vector<RunMark> marks = *history->marks();
      const auto mark = std::ranges::find_if(
          marks, [](const RunMark& one) { return one.text.find("The GPU was lost") == 0; });
      QVERIFY2(mark != marks.end(), where);
      int64_t step = 0;  // the steps are those of an untroubled run, each once
      const std::vector<RunRow> rows = *history->rows();
      for (const RunRow& row : rows)
        if (!row.epochEnd) QCOMPARE(row.step, ++step);
      QCOMPARE(step, all->steps);
      int64_t reached = 0;
      for (const FeedEvent& event : events) {
        if (event.kind == FeedEventKind::mark) break;
        reached = std::max(reached, event.step);
      }
      mostLost = std::max(mostLost, reached - mark->step);
      fs::remove_all(run);
    }
    qInfo("lost at %lld of %lld calls; at most %lld steps were made again", static_cast<long long>(tried),
          static_cast<long long>(calls), static_cast<long long>(mostLost));
    QVERIFY(tried >= 40);
    QVERIFY(mostLost <= 1);
  }

 private:
  FakeGpu gpu_;
};

QTEST_GUILESS_MAIN(TestCudaTraining)
#include "test_cuda_training.moc"
