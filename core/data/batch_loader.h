// Batches ready for an engine: shuffled, augmented, normalised float32 NHWC, made ahead by one thread. What
// batch k of epoch e holds is a pure function of (seed, e, k), so a resumed run sees the same batches.
//
//   BatchLoader loader(dataSet, {.batch = 128, .seed = 1, .augment = true});
//   const Batch& batch = loader.training(step);      // waits for the prefetcher; valid until the next call
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/data_set.h"
#include "core/tensor/pixels.h"

namespace bypath {

// standardise: (x/255 - mean) / deviation, per channel; unit: x/255 (what a Bernoulli reconstruction needs).
enum class Normalisation { standardise, unit };

struct LoaderSettings {
  int64_t batch = 128;
  uint64_t seed = 1;
  bool augment = false;  // pad 4, random crop, random horizontal flip
  Normalisation normalisation = Normalisation::standardise;
  int64_t limit = 0;   // use only the first `limit` training images; 0: all
  bool images = true;  // false: batches say where their images are, and whoever feeds them makes them
};

struct Batch {
  std::vector<float> images;  // batch x H x W x C; empty where they are left to the reader of what follows
  PixelSource source;         // of the loader, valid as long as it is
  std::vector<PixelPlace> places;  // batch, of `source`
  std::vector<float> labels;       // batch, class numbers
  std::vector<int64_t> indices;
  int64_t valid = 0;  // of the last batch of an evaluation; the rest repeats image 0 of the batch
};

// Where training reads an image: of a step, at a position in its batch.
struct BatchPlace {
  int64_t step = 0;
  int64_t position = 0;
};

class BatchLoader {
 public:
  BatchLoader(std::shared_ptr<const DataSet> data, const LoaderSettings& settings);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  // Whole batches an epoch; the remainder of the shuffled order is left out of that epoch. At least 1 when
  // there is any image: a set smaller than a batch is gone through repeatedly within the batch.
  int64_t batchesAnEpoch() const;
  // The batch of training step `step` (0, 1, ...; step / batchesAnEpoch() is the epoch). Prefetches the next
  // ones.
  const Batch& training(int64_t step);

  // Where epoch `epoch` (0, 1, ...) first reads a training image; nothing where it leaves the image out.
  // Costs as much as shuffling the set.
  std::optional<BatchPlace> placeInEpoch(int64_t image, int64_t epoch) const;
  // The one training image that step and position would make of it, augmented as in training().
  void trainingImage(int64_t image, const BatchPlace& place, Batch& out) const;

  // Evaluation: in order, without augmentation; batch `index` of a split, the last one filled up.
  int64_t evaluationBatches(const Split& split) const;
  void evaluation(const Split& split, int64_t index, Batch& out) const;
  // Normalises given images (indices into a split), without augmentation.
  void gather(const Split& split, std::span<const int64_t> indices, Batch& out) const;

  const DataSet& data() const;
  const LoaderSettings& settings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bypath
