#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/base/parallel.h"
#include "core/data/data_source.h"

namespace bypath {

DataSet emptyDataSet(const DataSetEntry& entry) {
  DataSet set;
  set.name = entry.name;
  set.summary = entry.summary;
  set.imageShape = entry.imageShape;
  set.classes = entry.classes;
  return set;
}

namespace {

constexpr int64_t pixelsATask = 1 << 15;

}  // namespace

void measureChannels(DataSet& set) {
  const auto channels = static_cast<size_t>(set.imageShape.last());
  const std::vector<uint8_t>& pixels = set.train.pixels;
  // Whole numbers, so that the order of the sum cannot matter.
  std::vector<uint64_t> sum(channels), sumOfSquares(channels);
  std::mutex adding;
  const auto images = static_cast<int64_t>(pixels.size() / channels);
  Parallel().forEach((images + pixelsATask - 1) / pixelsATask, [&](int64_t task) {
    const int64_t end = std::min(images, (task + 1) * pixelsATask);
    for (size_t channel = 0; channel < channels; ++channel) {
      uint32_t levels = 0, squares = 0;  // at most pixelsATask * 255^2
      const uint8_t* at = pixels.data() + channel;
      for (int64_t i = task * pixelsATask; i < end; ++i) {
        const uint32_t level = at[static_cast<size_t>(i) * channels];
        levels += level;
        squares += level * level;
      }
      const std::scoped_lock lock(adding);
      sum[channel] += levels;
      sumOfSquares[channel] += squares;
    }
  });
  constexpr double greyLevel = 1.0 / 255;
  const size_t values = pixels.size() / std::max<size_t>(1, channels);
  const double count = std::max(1.0, static_cast<double>(values));
  set.mean.clear();
  set.deviation.clear();
  for (size_t channel = 0; channel < channels; ++channel) {
    const double mean = static_cast<double>(sum[channel]) / count;
    const double variance = static_cast<double>(sumOfSquares[channel]) / count - mean * mean;
    const double deviation = std::sqrt(std::max(0.0, variance)) * greyLevel;
    set.mean.push_back(static_cast<float>(mean * greyLevel));
    set.deviation.push_back(static_cast<float>(deviation > 0 ? deviation : greyLevel));
  }
}

}  // namespace bypath
