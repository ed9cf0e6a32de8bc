#include "core/data/batch_loader.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <numeric>
#include <thread>

#include "core/base/random.h"

namespace bypath {
namespace {

constexpr int64_t padding = 4;
constexpr size_t batchesAhead = 3;

// What a byte becomes, a table a channel.
std::vector<float> levelTables(const DataSet& data, Normalisation normalisation) {
  std::vector<float> tables;
  for (size_t channel = 0; channel < static_cast<size_t>(data.imageShape.last()); ++channel)
    for (size_t level = 0; level < 256; ++level) {
      const float unit = static_cast<float>(level) / 255.0f;
      tables.push_back(normalisation == Normalisation::unit
                           ? unit
                           : (unit - data.mean[channel]) / data.deviation[channel]);
    }
  return tables;
}

// Order of the training images in one epoch; remembered, as the next batch is mostly of the same epoch.
class EpochOrder {
 public:
  EpochOrder(int64_t images, uint64_t seed) : seed_(seed), order_(static_cast<size_t>(images)) {}

  const std::vector<int64_t>& of(int64_t epoch) {
    if (epoch == epoch_) return order_;
    epoch_ = epoch;
    std::iota(order_.begin(), order_.end(), int64_t{0});
    const RandomKey key{.seed = seed_, .stream = streamOf("order"), .step = static_cast<uint32_t>(epoch)};
    for (auto last = static_cast<uint32_t>(order_.size()); last-- > 1;)
      std::swap(order_[last], order_[uniformInteger(key, last, last + 1)]);
    return order_;
  }

 private:
  uint64_t seed_;
  int64_t epoch_ = -1;
  std::vector<int64_t> order_;
};

}  // namespace

struct BatchLoader::State {
  State(std::shared_ptr<const DataSet> set, const LoaderSettings& given)
      : data(std::move(set)),
        settings(given),
        tables(levelTables(*data, settings.normalisation)),
        order(trainingImages(), settings.seed),
        worker([this](const std::stop_token& stop) { prefetch(stop); }) {}

  int64_t trainingImages() const {
    return settings.limit > 0 ? std::min(settings.limit, data->train.size()) : data->train.size();
  }
  int64_t batchesAnEpoch() const {
    return trainingImages() ? std::max<int64_t>(1, trainingImages() / settings.batch) : 0;
  }

  void begin(const Split& split, int64_t images, Batch& out) const;
  void place(const Split& split, int64_t position, const PixelPlace& place, Batch& out) const;
  void finish(Batch& out, bool images) const;
  PixelPlace draw(int64_t step, int64_t position, int64_t image) const;
  void make(int64_t step, Batch& out);
  void prefetch(const std::stop_token& stop);

  std::shared_ptr<const DataSet> data;
  LoaderSettings settings;
  std::vector<float> tables;  // (C, 256)
  EpochOrder order;           // the worker's alone

  struct Prepared {
    int64_t step = 0;
    Batch batch;
  };
  std::mutex mutex;  // guards what follows
  std::condition_variable_any changed;
  std::deque<Prepared> ready;  // consecutive steps
  std::vector<Batch> spare;    // memory to use again
  int64_t nextToMake = -1;     // -1: nothing was asked for yet
  uint64_t jumps = 0;          // a batch begun before the last jump is dropped
  Prepared current{.step = -1, .batch = {}};

  std::jthread worker;  // last, so that it stops before the rest goes
};

void BatchLoader::State::begin(const Split& split, int64_t images, Batch& out) const {
  const auto count = static_cast<size_t>(images);
  out.source = {.pixels = split.pixels, .image = data->imageShape, .levels = tables};
  out.places.resize(count);
  out.labels.resize(count);
  out.indices.resize(count);
  out.valid = images;
}

void BatchLoader::State::place(const Split& split, int64_t position, const PixelPlace& placed,
                               Batch& out) const {
  const auto at = static_cast<size_t>(position);
  out.places[at] = placed;
  out.labels[at] = split.labels[static_cast<size_t>(placed.image)];
  out.indices[at] = placed.image;
}

void BatchLoader::State::finish(Batch& out, bool images) const {
  out.images.resize(images ? out.places.size() * static_cast<size_t>(data->imageShape.count()) : 0);
  if (images) makeImages(out.source, out.places, out.images);
}

PixelPlace BatchLoader::State::draw(int64_t step, int64_t position, int64_t image) const {
  PixelPlace placed{.image = static_cast<int32_t>(image)};
  if (!settings.augment) return placed;
  const RandomKey key{.seed = settings.seed,
                      .stream = streamOf("augment"),
                      .step = static_cast<uint32_t>(step),
                      .sample = static_cast<uint32_t>(position)};
  constexpr uint32_t shifts = 2 * padding + 1;
  placed.shiftX = static_cast<int16_t>(static_cast<int64_t>(uniformInteger(key, 0, shifts)) - padding);
  placed.shiftY = static_cast<int16_t>(static_cast<int64_t>(uniformInteger(key, 1, shifts)) - padding);
  placed.mirrored = uniformInteger(key, 2, 2) == 1 ? 1 : 0;
  return placed;
}

void BatchLoader::State::make(int64_t step, Batch& out) {
  const int64_t batches = batchesAnEpoch();
  assert(batches > 0);
  const std::vector<int64_t>& images = order.of(step / batches);
  const int64_t first = step % batches * settings.batch;
  begin(data->train, settings.batch, out);
  for (int64_t position = 0; position < settings.batch; ++position) {
    const auto index = static_cast<size_t>(first + position) % images.size();
    place(data->train, position, draw(step, position, images[index]), out);
  }
  finish(out, settings.images);
}

void BatchLoader::State::prefetch(const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  while (changed.wait(lock, stop, [this] { return nextToMake >= 0 && ready.size() < batchesAhead; })) {
    if (stop.stop_requested()) return;
    const uint64_t begunAt = jumps;
    Prepared prepared{.step = nextToMake++, .batch = {}};
    if (!spare.empty()) {
      prepared.batch = std::move(spare.back());
      spare.pop_back();
    }
    lock.unlock();
    make(prepared.step, prepared.batch);
    lock.lock();
    if (begunAt != jumps) {
      spare.push_back(std::move(prepared.batch));
      continue;
    }
    ready.push_back(std::move(prepared));
    changed.notify_all();
  }
}

BatchLoader::BatchLoader(std::shared_ptr<const DataSet> data, const LoaderSettings& settings)
    : state_(std::make_unique<State>(std::move(data), settings)) {
  assert(settings.batch >= 1);
}

BatchLoader::~BatchLoader() = default;

int64_t BatchLoader::batchesAnEpoch() const {
  return state_->batchesAnEpoch();
}

const Batch& BatchLoader::training(int64_t step) {
  assert(step >= 0 && batchesAnEpoch() > 0);
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  if (step == s.current.step) return s.current.batch;
  if (s.nextToMake < 0 || step != s.current.step + 1) {
    for (State::Prepared& prepared : s.ready) s.spare.push_back(std::move(prepared.batch));
    s.ready.clear();
    s.nextToMake = step;
    ++s.jumps;
    s.changed.notify_all();
  }
  s.changed.wait(lock, [&] { return !s.ready.empty(); });
  s.spare.push_back(std::exchange(s.current, std::move(s.ready.front())).batch);
  s.ready.pop_front();
  s.changed.notify_all();
  return s.current.batch;
}

std::optional<BatchPlace> BatchLoader::placeInEpoch(int64_t image, int64_t epoch) const {
  assert(epoch >= 0);
  EpochOrder order(state_->trainingImages(), state_->settings.seed);
  const std::vector<int64_t>& images = order.of(epoch);
  const auto found = std::ranges::find(images, image);
  const int64_t at = found - images.begin(), batch = state_->settings.batch;
  if (found == images.end() || at >= batchesAnEpoch() * batch) return {};
  return BatchPlace{.step = epoch * batchesAnEpoch() + at / batch, .position = at % batch};
}

void BatchLoader::trainingImage(int64_t image, const BatchPlace& place, Batch& out) const {
  assert(image >= 0 && image < state_->data->train.size());
  state_->begin(state_->data->train, 1, out);
  state_->place(state_->data->train, 0, state_->draw(place.step, place.position, image), out);
  state_->finish(out, true);
}

int64_t BatchLoader::evaluationBatches(const Split& split) const {
  return (split.size() + state_->settings.batch - 1) / state_->settings.batch;
}

void BatchLoader::evaluation(const Split& split, int64_t index, Batch& out) const {
  const int64_t batch = state_->settings.batch;
  const int64_t first = index * batch;
  assert(index >= 0 && first < split.size());
  state_->begin(split, batch, out);
  out.valid = std::min(batch, split.size() - first);
  for (int64_t position = 0; position < batch; ++position) {
    const int64_t image = position < out.valid ? first + position : first;
    state_->place(split, position, {.image = static_cast<int32_t>(image)}, out);
  }
  state_->finish(out, state_->settings.images);
}

void BatchLoader::gather(const Split& split, std::span<const int64_t> indices, Batch& out) const {
  const auto count = static_cast<int64_t>(indices.size());
  state_->begin(split, count, out);
  for (int64_t position = 0; position < count; ++position)
    state_->place(split, position, {.image = static_cast<int32_t>(indices[static_cast<size_t>(position)])},
                  out);
  state_->finish(out, true);
}

const DataSet& BatchLoader::data() const {
  return *state_->data;
}
const LoaderSettings& BatchLoader::settings() const {
  return state_->settings;
}

}  // namespace bypath
