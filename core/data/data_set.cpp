#include <algorithm>
#include <cmath>

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

void measureChannels(DataSet& set) {
  const auto channels = static_cast<size_t>(set.imageShape.last());
  const std::vector<uint8_t>& pixels = set.train.pixels;
  // Whole numbers, so that the order of the sum cannot matter.
  std::vector<uint64_t> sum(channels), sumOfSquares(channels);
  for (size_t first = 0; first < pixels.size(); first += channels) {
    for (size_t channel = 0; channel < channels; ++channel) {
      const uint64_t level = pixels[first + channel];
      sum[channel] += level;
      sumOfSquares[channel] += level * level;
    }
  }
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
