// The batch loader: a batch is a function of (seed, step) alone, an epoch is a permutation, augmentation
// moves and mirrors, evaluation neither skips nor repeats.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <QtTest>
#include <set>

#include "core/data/batch_loader.h"

using namespace bypath;

namespace {

// Image i is filled so that its pixel (y, x) is i everywhere but a bright mark at (10, 12).
std::shared_ptr<const DataSet> markedImages(int64_t count) {
  auto set = std::make_shared<DataSet>();
  set->imageShape = {32, 32, 1};
  set->classes = {"even", "odd"};
  for (int64_t i = 0; i < count; ++i) {
    set->train.labels.push_back(static_cast<uint8_t>(i % 2));
    std::vector<uint8_t> pixels(32 * 32, 100);
    pixels[10 * 32 + 12] = 200;
    set->train.pixels.insert(set->train.pixels.end(), pixels.begin(), pixels.end());
  }
  set->test = set->train;
  set->mean = {0.25f};
  set->deviation = {0.5f};
  return set;
}

bool same(const Batch& a, const Batch& b) {
  return a.images == b.images && a.labels == b.labels && a.indices == b.indices && a.valid == b.valid;
}

}  // namespace

class TestBatchLoader : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void resumedRunSeesTheSameBatches();
  void jumpsInAnyDirection();
  void epochIsAPermutation();
  void seedsAndEpochsDiffer();
  void limitUsesTheFirstImages();
  void smallSetFillsTheBatch();
  void normalisation();
  void augmentationMovesAndMirrors();
  void oneImageAsItsBatchHasIt();
  void evaluationCoversTheSplitOnce();
  void gatherTakesWhatIsAsked();
  void destructionIsPrompt();
  void preparingIsCheap();
};

void TestBatchLoader::resumedRunSeesTheSameBatches() {
  const auto data = makeShapes(300, 0);
  const LoaderSettings settings{.batch = 32, .seed = 7, .augment = true};
  std::vector<Batch> seen;
  BatchLoader whole(data, settings);
  for (int64_t step = 0; step < 40; ++step) seen.push_back(whole.training(step));
  BatchLoader resumed(data, settings);
  for (int64_t step = 17; step < 40; ++step)
    QVERIFY(same(resumed.training(step), seen[static_cast<size_t>(step)]));
}

void TestBatchLoader::jumpsInAnyDirection() {
  const auto data = makeShapes(100, 0);
  const LoaderSettings settings{.batch = 16, .seed = 3, .augment = true};
  BatchLoader steady(data, settings), jumping(data, settings);
  std::vector<Batch> seen;
  for (int64_t step = 0; step < 30; ++step) seen.push_back(steady.training(step));
  for (const int64_t step : {0, 1, 20, 5, 5, 6, 4, 29, 28, 0, 1, 2, 3})
    QVERIFY(same(jumping.training(step), seen[static_cast<size_t>(step)]));
  QVERIFY(same(jumping.training(1'000'000'000), BatchLoader(data, settings).training(1'000'000'000)));
}

void TestBatchLoader::epochIsAPermutation() {
  BatchLoader loader(markedImages(120), {.batch = 40, .seed = 1});
  QCOMPARE(loader.batchesAnEpoch(), int64_t{3});
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::set<int64_t> indices;
    for (int64_t step = 3 * epoch; step < 3 * epoch + 3; ++step) {
      const Batch& batch = loader.training(step);
      QCOMPARE(batch.valid, int64_t{40});
      for (size_t i = 0; i < 40; ++i) {
        QCOMPARE(batch.labels[i], static_cast<float>(batch.indices[i] % 2));
        indices.insert(batch.indices[i]);
      }
    }
    QCOMPARE(indices.size(), size_t{120});
    QCOMPARE(*indices.rbegin(), int64_t{119});
  }
  BatchLoader remainder(markedImages(120), {.batch = 50, .seed = 1});
  QCOMPARE(remainder.batchesAnEpoch(), int64_t{2});
}

void TestBatchLoader::seedsAndEpochsDiffer() {
  const auto data = markedImages(64);
  BatchLoader one(data, {.batch = 64, .seed = 1}), two(data, {.batch = 64, .seed = 2});
  const auto first = one.training(0).indices;
  QVERIFY(first != two.training(0).indices);
  QVERIFY(first != one.training(1).indices);
  std::vector<int64_t> sorted(64);
  std::iota(sorted.begin(), sorted.end(), 0);
  QVERIFY(first != sorted);
}

void TestBatchLoader::limitUsesTheFirstImages() {
  BatchLoader loader(markedImages(100), {.batch = 8, .seed = 1, .limit = 20});
  QCOMPARE(loader.batchesAnEpoch(), int64_t{2});
  for (int64_t step = 0; step < 20; ++step)
    for (const int64_t index : loader.training(step).indices) QVERIFY(index < 20);
  QCOMPARE(BatchLoader(markedImages(10), {.batch = 5, .limit = 99}).batchesAnEpoch(), int64_t{2});
}

void TestBatchLoader::smallSetFillsTheBatch() {
  BatchLoader loader(markedImages(3), {.batch = 8, .seed = 1});
  QCOMPARE(loader.batchesAnEpoch(), int64_t{1});
  const Batch& batch = loader.training(4);
  QCOMPARE(batch.indices.size(), size_t{8});
  for (size_t i = 3; i < 8; ++i) QCOMPARE(batch.indices[i], batch.indices[i - 3]);
  QCOMPARE(BatchLoader(markedImages(0), {.batch = 8}).batchesAnEpoch(), int64_t{0});
}

void TestBatchLoader::normalisation() {
  const auto data = markedImages(4);
  const size_t mark = 10 * 32 + 12;
  Batch batch;
  const std::vector<int64_t> first = {0};
  BatchLoader(data, {.batch = 4}).gather(data->train, first, batch);
  QCOMPARE(batch.images[mark], (200 / 255.0f - 0.25f) / 0.5f);
  BatchLoader(data, {.batch = 4, .normalisation = Normalisation::unit}).gather(data->train, first, batch);
  QCOMPARE(batch.images[mark], 200 / 255.0f);
}

void TestBatchLoader::augmentationMovesAndMirrors() {
  const auto data = markedImages(500);
  BatchLoader loader(data, {.batch = 500, .seed = 5, .augment = true});
  const Batch& batch = loader.training(0);
  const float bright = (200 / 255.0f - 0.25f) / 0.5f, plain = (100 / 255.0f - 0.25f) / 0.5f;
  std::set<std::pair<int, int>> places;
  for (size_t image = 0; image < 500; ++image) {
    const float* pixels = batch.images.data() + image * 1024;
    int marks = 0, zeros = 0, markY = 0, markX = 0;
    for (int i = 0; i < 1024; ++i) {
      QVERIFY(pixels[i] == bright || pixels[i] == plain || pixels[i] == 0.0f);
      zeros += pixels[i] == 0.0f;
      if (pixels[i] != bright) continue;
      ++marks;
      markY = i / 32;
      markX = i % 32;
    }
    QCOMPARE(marks, 1);
    // The mark of (10, 12) moves by at most 4; mirrored, it comes from column 31 - 12.
    const bool straight = std::abs(markX - 12) <= 4, mirrored = std::abs(markX - 19) <= 4;
    QVERIFY(std::abs(markY - 10) <= 4 && (straight || mirrored));
    const int up = std::abs(markY - 10);
    QVERIFY(zeros == 0 ? up == 0 : zeros >= 32 * up);
    places.insert({markY, markX});
  }
  QVERIFY2(places.size() > 130, qPrintable(QString::number(places.size())));  // of 9 rows times 16 columns
}

void TestBatchLoader::oneImageAsItsBatchHasIt() {
  const auto data = makeShapes(110, 0);
  BatchLoader loader(data, {.batch = 20, .seed = 4, .augment = true, .limit = 90});
  int leftOut = 0;
  Batch alone;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    for (int64_t image = 0; image < 110; ++image) {
      const std::optional<BatchPlace> place = loader.placeInEpoch(image, epoch);
      leftOut += !place;
      if (!place) continue;
      QVERIFY(image < 90);
      QCOMPARE(place->step / loader.batchesAnEpoch(), epoch);
      const Batch& batch = loader.training(place->step);
      const auto position = static_cast<size_t>(place->position);
      QCOMPARE(batch.indices[position], image);
      loader.trainingImage(image, *place, alone);
      QCOMPARE(alone.indices, std::vector<int64_t>{image});
      QVERIFY(std::ranges::equal(
          alone.images,
          std::span(batch.images).subspan(position * alone.images.size(), alone.images.size())));
    }
  }
  QCOMPARE(leftOut, 3 * (110 - 80));
  QVERIFY(BatchLoader(markedImages(3), {.batch = 8}).placeInEpoch(2, 5)->position < 3);
}

void TestBatchLoader::evaluationCoversTheSplitOnce() {
  const auto data = markedImages(21);
  const BatchLoader loader(data, {.batch = 8, .augment = true});
  QCOMPARE(loader.evaluationBatches(data->test), int64_t{3});
  Batch batch;
  std::vector<int64_t> indices;
  for (int64_t index = 0; index < 3; ++index) {
    loader.evaluation(data->test, index, batch);
    QCOMPARE(batch.indices.size(), size_t{8});
    indices.insert(indices.end(), batch.indices.begin(), batch.indices.begin() + batch.valid);
  }
  std::vector<int64_t> expected(21);
  std::iota(expected.begin(), expected.end(), 0);
  QCOMPARE(indices, expected);
  QCOMPARE(batch.valid, int64_t{5});
  for (size_t i = 5; i < 8; ++i) QCOMPARE(batch.indices[i], int64_t{16});
  QCOMPARE(loader.evaluationBatches(Split()), int64_t{0});
}

void TestBatchLoader::gatherTakesWhatIsAsked() {
  const auto data = makeShapes(20, 0);
  const BatchLoader loader(data, {.batch = 8, .augment = true});
  const std::vector<int64_t> wanted = {13, 2, 2};
  Batch batch, again;
  loader.gather(data->train, wanted, batch);
  QCOMPARE(batch.indices, wanted);
  QCOMPARE(batch.labels, (std::vector<float>{3, 2, 2}));
  QCOMPARE(batch.valid, int64_t{3});
  QCOMPARE(batch.images.size(), size_t{3 * 3072});
  loader.gather(data->train, wanted, again);
  QVERIFY(same(batch, again));
  const auto image = data->image(data->train, 13);
  QCOMPARE(batch.images[5], (image[5] / 255.0f - data->mean[2]) / data->deviation[2]);
}

void TestBatchLoader::destructionIsPrompt() {
  const auto data = makeShapes(512, 0);
  QElapsedTimer timer;
  timer.start();
  for (int repeat = 0; repeat < 20; ++repeat) {
    BatchLoader loader(data, {.batch = 256, .augment = true});
    if (repeat % 2) loader.training(repeat);
  }
  QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
}

// A batch of 128 must cost the cores that train less than 10 ms; the median of many leaves out a busy
// machine.
void TestBatchLoader::preparingIsCheap() {
  const auto data = makeShapes(1000, 0);
  BatchLoader loader(data, {.batch = 128, .seed = 1, .augment = true});
  std::vector<qint64> times;
  for (int64_t i = 0; i < 41; ++i) {
    QElapsedTimer timer;
    timer.start();
    loader.training(1000 - 2 * i);  // a jump: nothing was made ahead
    times.push_back(timer.nsecsElapsed());
  }
  std::nth_element(times.begin(), times.begin() + 20, times.end());
  qInfo() << "a batch of 128 is ready after" << static_cast<double>(times[20]) / 1e6 << "ms";
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  QVERIFY(times[20] < 20'000'000);  // the batch itself, and the one that was under way when we jumped
#endif
}

QTEST_GUILESS_MAIN(TestBatchLoader)
#include "test_batch_loader.moc"
