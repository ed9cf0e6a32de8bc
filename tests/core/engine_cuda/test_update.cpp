// The device's updates of parameters, on the stand-in for a GPU, against the optimizer of the host.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/engines/cuda/update_chunks.h"
#include "core/training/optimizer.h"
#include "tests/fake_device/opened.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr uint64_t seed = 20261121;
constexpr double rate = 0.05;
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

ParameterStore makeStore() {
  ParameterStore store({{.name = "conv/weight", .shape = {9001}, .role = ParameterRole::weight},
                        {.name = "bn/mean", .shape = {5}, .role = ParameterRole::runningMean},
                        {.name = "conv/bias", .shape = {3}, .role = ParameterRole::bias},
                        {.name = "fc/weight", .shape = {64, 64}, .role = ParameterRole::weight}});
  for (int p = 0; p < store.size(); ++p)
    for (size_t i = 0; i < store.values(p).size(); ++i)
      store.values(p)[i] =
          normal({.seed = seed, .stream = static_cast<uint32_t>(p)}, static_cast<uint32_t>(i));
  return store;
}

void drawGradients(ParameterStore& store, uint32_t step) {
  for (int p = 0; p < store.size(); ++p)
    for (size_t i = 0; i < store.gradients(p).size(); ++i)
      store.gradients(p)[i] = normal({.seed = seed, .stream = 100 + static_cast<uint32_t>(p), .sample = step},
                                     static_cast<uint32_t>(i));
}

struct Settings {
  std::string kind;
  double decay, clip;
  bool weightsOnly;

  Attributes attributes() const {
    return {{"optimizer", kind},
            {"momentum", 0.9},
            {"weight_decay", decay},
            {"weight_decay_of", weightsOnly ? "weights"s : "all"s},
            {"clip_norm", clip}};
  }
  bool adam() const { return kind.starts_with("adam"); }
};

// The parameters of a store, trained ones or the others, on the device.
class Updated {
 public:
  Updated(Device& device, const ParameterStore& store, bool trained) : queue_(device) {
    for (int p = 0; p < store.size(); ++p) {
      if (store.info(p).trainable() != trained) continue;
      const auto count = static_cast<int64_t>(store.values(p).size());
      gpu::UpdateTensor tensor{.count = count, .parameter = p};
      for (float** part : {&tensor.weight, &tensor.gradient, &tensor.slot0, &tensor.slot1, &tensor.sum}) {
        *part = take<float>(count);
        queue_.zero(*part, static_cast<uint64_t>(count) * sizeof(float));
      }
      tensors.push_back(tensor);
      put(tensor.weight, store.values(p));
    }
    const std::vector<gpu::UpdateChunk> chunks = updateChunks(tensors);
    chunkCount = static_cast<int64_t>(chunks.size());
    deviceTensors_ = take<gpu::UpdateTensor>(static_cast<int64_t>(tensors.size()));
    deviceChunks_ = take<gpu::UpdateChunk>(chunkCount);
    put<gpu::UpdateChunk>(deviceChunks_, chunks);
    numbers_ = take<gpu::UpdateNumbers>(1);
    firstBad_ = take<int32_t>(1);
    squares_ = take<double>(chunkCount);
  }

  std::vector<gpu::UpdateTensor> tensors;  // change them before a step
  int64_t chunkCount = 0;
  gpu::UpdateNumbers numbers;  // after a step: what it left

  void putGradients(const ParameterStore& store) {
    for (const gpu::UpdateTensor& tensor : tensors)
      put<float>(tensor.gradient, store.gradients(tensor.parameter));
  }
  // The first bad parameter or -1, as Optimizer::step().
  int step(const Settings& settings, int64_t updates) {
    const auto t = static_cast<double>(updates);
    const float beta1 = 0.9f, beta2 = 0.999f;
    numbers = {
        .clipNorm = settings.clip,
        .rate = static_cast<float>(rate),
        .momentum = 0.9f,
        .beta1 = beta1,
        .beta2 = beta2,
        .epsilon = 1e-8f,
        .stepSize = static_cast<float>(rate / (1 - std::pow(static_cast<double>(beta1), t))),
        .squareScale = static_cast<float>(1 / std::sqrt(1 - std::pow(static_cast<double>(beta2), t))),
        .shrink = static_cast<float>(1 - rate * static_cast<double>(static_cast<float>(settings.decay)))};
    queue_.upload(numbers_, &numbers, sizeof numbers);
    begin();
    const gpu::UpdateTable table{deviceTensors_, deviceChunks_};
    if (settings.clip > 0) {
      queue_.reduce(gpu::GradientSquares{table, squares_, firstBad_}, chunkCount, gpu::chunkFours, 1);
      queue_.reduce(gpu::ClipFactor{squares_, firstBad_, numbers_}, 1, chunkCount, 1);
    }
    if (settings.adam())
      queue_.map(gpu::AdamUpdate{table, numbers_, firstBad_, settings.kind == "adamw"}, calls());
    else
      queue_.map(gpu::SgdUpdate{table, numbers_, firstBad_, settings.kind == "nesterov"}, calls());
    queue_.download(&numbers, numbers_, sizeof numbers);
    return found();
  }
  int allFinite() {
    begin();
    queue_.map(gpu::AllFinite{{deviceTensors_, deviceChunks_}, firstBad_}, calls());
    return found();
  }
  void addGradients(int64_t batch, int64_t batches) {
    begin();
    queue_.map(gpu::AddGradients{.table = {deviceTensors_, deviceChunks_},
                                 .share = 1.0f / static_cast<float>(batches),
                                 .first = batch == 0,
                                 .last = batch + 1 == batches},
               calls());
  }
  std::vector<float> read(const float* from, int64_t count) const {
    std::vector<float> values(static_cast<size_t>(count));
    queue_.download(values.data(), from, values.size() * sizeof(float));
    return values;
  }
  template <class T>
  void put(T* to, std::span<const T> values) const {
    queue_.upload(to, values.data(), values.size_bytes());
  }

 private:
  template <class T>
  T* take(int64_t count) {
    memory_.push_back(
        std::move(*DeviceMemory::take(queue_.device(), static_cast<uint64_t>(count) * sizeof(T))));
    return memory_.back().as<T>();
  }
  int64_t calls() const { return chunkCount * gpu::chunkFours; }
  void begin() {
    put<gpu::UpdateTensor>(deviceTensors_, tensors);
    const int32_t none = std::numeric_limits<int32_t>::max();
    queue_.upload(firstBad_, &none, sizeof none);
  }
  int found() const {
    int32_t bad = 0;
    queue_.download(&bad, firstBad_, sizeof bad);
    return bad == std::numeric_limits<int32_t>::max() ? -1 : bad;
  }

  DeviceQueue queue_;
  std::vector<DeviceMemory> memory_;
  gpu::UpdateTensor* deviceTensors_ = nullptr;
  gpu::UpdateChunk* deviceChunks_ = nullptr;
  gpu::UpdateNumbers* numbers_ = nullptr;
  int32_t* firstBad_ = nullptr;
  double* squares_ = nullptr;
};

// The largest difference, as a part of the largest value; a NaN counts as infinite.
double difference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 1e-30, worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, static_cast<double>(std::abs(b[i])));
    const double one = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    worst = one >= 0 ? std::max(worst, one) : INFINITY;
  }
  return worst / largest;
}

}  // namespace

class TestUpdate : public QObject {
  Q_OBJECT

  void decayOf(Updated& updated, const ParameterStore& store, const Settings& settings) {
    for (gpu::UpdateTensor& tensor : updated.tensors) {
      const bool weight = store.info(tensor.parameter).role == ParameterRole::weight;
      tensor.decay = weight || !settings.weightsOnly ? static_cast<float>(settings.decay) : 0;
    }
  }

 private Q_SLOTS:
  void stepsAreThoseOfTheOptimizer_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<double>("decay");
    QTest::addColumn<double>("clip");
    QTest::addColumn<bool>("weightsOnly");
    QTest::addColumn<int>("inactive");
    for (const char* kind : {"sgd", "nesterov", "adam", "adamw"}) {
      QTest::addRow("%s", kind) << kind << 0.0 << 0.0 << false << -1;
      QTest::addRow("%s, everything decays", kind) << kind << 0.02 << 0.0 << false << -1;
      QTest::addRow("%s, weights decay, clipped", kind) << kind << 0.02 << 3.0 << true << -1;
      QTest::addRow("%s, clipped far away", kind) << kind << 0.0 << 1e6 << false << -1;
      QTest::addRow("%s, one at rest, clipped", kind) << kind << 0.02 << 3.0 << false << 3;
    }
  }
  void stepsAreThoseOfTheOptimizer() {
    QFETCH(QString, kind);
    QFETCH(double, decay);
    QFETCH(double, clip);
    QFETCH(bool, weightsOnly);
    QFETCH(int, inactive);
    const Settings settings{kind.toStdString(), decay, clip, weightsOnly};
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated updated(*gpu.device, store, true);
    Optimizer optimizer(settings.attributes(), store);
    decayOf(updated, store, settings);
    if (inactive >= 0) {
      std::vector<bool> active(static_cast<size_t>(store.size()), true);
      active[static_cast<size_t>(inactive)] = false;
      optimizer.setActive(active);
      for (gpu::UpdateTensor& tensor : updated.tensors) tensor.active = tensor.parameter != inactive;
    }
    Parallel parallel(2);
    for (uint32_t step = 0; step < 5; ++step) {
      drawGradients(store, step);
      updated.putGradients(store);
      QCOMPARE(optimizer.step(store, rate, parallel), -1);
      QCOMPARE(updated.step(settings, optimizer.updates()), -1);
      QVERIFY(std::abs(updated.numbers.gradientNorm - optimizer.gradientNorm()) <=
              1e-9 * optimizer.gradientNorm());
    }
    for (const gpu::UpdateTensor& tensor : updated.tensors) {
      const auto p = static_cast<size_t>(tensor.parameter);
      QVERIFY(difference(updated.read(tensor.weight, tensor.count), store.values(tensor.parameter)) < 1e-6);
      for (size_t s = 0; s < optimizer.slots().size(); ++s)
        QVERIFY(difference(updated.read(s == 0 ? tensor.slot0 : tensor.slot1, tensor.count),
                           optimizer.slots()[s].values[p].span()) < 1e-6);
    }
  }

  void oneLaunchForAllParameters() {
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated updated(*gpu.device, store, true);
    QCOMPARE(updated.chunkCount, int64_t{3 + 1 + 1});
    const DeviceQueue queue(*gpu.device);
    const int64_t before = gpu.control->calls;
    updated.addGradients(0, 2);
    QCOMPARE(gpu.control->calls - before, int64_t{3});  // table, first bad, launch
  }

  void badNumbersAreNoted_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<double>("clip");
    for (const char* kind : {"sgd", "adam"})
      for (const double clip : {0.0, 1.0}) QTest::addRow("%s, clip %g", kind, clip) << kind << clip;
  }
  void badNumbersAreNoted() {
    QFETCH(QString, kind);
    QFETCH(double, clip);
    const Settings settings{kind.toStdString(), 0, clip, false};
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated updated(*gpu.device, store, true);
    Optimizer optimizer(settings.attributes(), store);
    drawGradients(store, 0);
    store.gradients(3)[4095] = notANumber;
    store.gradients(2)[2] = notANumber;
    updated.putGradients(store);
    Parallel parallel(2);
    const std::vector<float> before(store.values(0).begin(), store.values(0).end());
    QCOMPARE(optimizer.step(store, rate, parallel), 2);
    QCOMPARE(updated.step(settings, 1), 2);
    QCOMPARE(updated.numbers.halted, clip > 0 ? 1 : 0);
    const std::vector<float> after = updated.read(updated.tensors[0].weight, updated.tensors[0].count);
    QCOMPARE(after == before, clip > 0);
    QVERIFY(difference(after, store.values(0)) < 1e-6);

    // At rest, they do no harm.
    for (gpu::UpdateTensor& tensor : updated.tensors) tensor.active = tensor.parameter == 0;
    QCOMPARE(updated.step(settings, 2), -1);
    QCOMPARE(updated.numbers.halted, 0);
  }

  void overflowOfAnUpdateIsNoted() {
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated updated(*gpu.device, store, true);
    drawGradients(store, 0);
    store.gradients(3)[17] = 1e30f;  // finite, but its square is not
    updated.putGradients(store);
    QCOMPARE(updated.step({"adam", 0, 0, false}, 1), 3);
    QCOMPARE(updated.step({"adam", 0, 1, false}, 1), 3);
    QCOMPARE(updated.numbers.halted, 0);
    QVERIFY(std::abs(updated.numbers.gradientNorm / 1e30 - 1) < 1e-6);
  }

  void runningStatisticsAreLookedAt() {
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated statistics(*gpu.device, store, false);
    QCOMPARE(statistics.tensors.size(), size_t{1});
    QCOMPARE(statistics.allFinite(), -1);
    store.values(1)[4] = -INFINITY;
    statistics.put<float>(statistics.tensors[0].weight, store.values(1));
    QCOMPARE(statistics.allFinite(), 1);
  }

  void microBatchesAddUp() {
    const FakeGpu gpu = FakeGpu::open();
    ParameterStore store = makeStore();
    Updated updated(*gpu.device, store, true);
    updated.tensors[1].active = 0;
    std::vector<float> sum(store.gradients(0).size());
    std::vector<float> atRest;
    for (uint32_t m = 0; m < 3; ++m) {
      drawGradients(store, m);
      updated.putGradients(store);
      updated.addGradients(m, 3);
      for (size_t i = 0; i < sum.size(); ++i)
        sum[i] = m == 0 ? store.gradients(0)[i] : sum[i] + store.gradients(0)[i];
      atRest.assign(store.gradients(2).begin(), store.gradients(2).end());
    }
    for (float& value : sum) value *= 1.0f / 3.0f;
    QCOMPARE(updated.read(updated.tensors[0].gradient, updated.tensors[0].count), sum);
    QCOMPARE(updated.read(updated.tensors[1].gradient, updated.tensors[1].count), atRest);
  }
};

QTEST_GUILESS_MAIN(TestUpdate)
#include "test_update.moc"
