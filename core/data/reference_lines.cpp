#include "core/data/reference_lines.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bypath {
namespace {

// -x ln x - (1-x) ln (1-x), with 0 ln 0 = 0.
double entropy(double x) {
  const auto term = [](double p) { return p > 0 ? -p * std::log(p) : 0.0; };
  return term(x) + term(1 - x);
}

int64_t imagesOf(const Split& split, int64_t limit) {
  return limit > 0 ? std::min(limit, split.size()) : split.size();
}

// Per pixel and channel: the mean training image.
std::vector<double> meanImage(const DataSet& data) {
  std::vector<int64_t> sums(static_cast<size_t>(data.imageShape.count()));
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const std::span<const uint8_t> pixels = data.image(data.train, i);
    for (size_t p = 0; p < sums.size(); ++p) sums[p] += pixels[p];
  }
  std::vector<double> mean;
  mean.reserve(sums.size());
  const auto count = static_cast<double>(std::max<int64_t>(1, data.train.size()));
  for (const int64_t sum : sums) mean.push_back(static_cast<double>(sum) / count / 255);
  return mean;
}

}  // namespace

ReconstructionLines reconstructionLines(const DataSet& data, const Split& split, int64_t limit) {
  constexpr double smallest = 1e-7;  // as the loss clips
  std::vector<double> entropies(256);
  for (size_t level = 0; level < entropies.size(); ++level)
    entropies[level] = entropy(static_cast<double>(level) / 255);
  const std::vector<double> mean = meanImage(data);
  std::vector<double> logP, logQ;
  for (const double p : mean) {
    logP.push_back(std::log(std::clamp(p, smallest, 1 - smallest)));
    logQ.push_back(std::log(std::clamp(1 - p, smallest, 1 - smallest)));
  }
  const int64_t images = imagesOf(split, limit);
  ReconstructionLines lines;
  for (int64_t i = 0; i < images; ++i) {
    const std::span<const uint8_t> pixels = data.image(split, i);
    for (size_t p = 0; p < mean.size(); ++p) {
      const double x = static_cast<double>(pixels[p]) / 255;
      lines.floor += entropies[pixels[p]];
      lines.meanImage -= x * logP[p] + (1 - x) * logQ[p];
    }
  }
  const auto count = static_cast<double>(std::max<int64_t>(1, images));
  return {lines.floor / count, lines.meanImage / count};
}

double largestClassShare(const Split& split, int64_t limit) {
  std::vector<int64_t> counts(256);
  const int64_t images = imagesOf(split, limit);
  for (int64_t i = 0; i < images; ++i) ++counts[split.labels[static_cast<size_t>(i)]];
  return static_cast<double>(*std::ranges::max_element(counts)) /
         static_cast<double>(std::max<int64_t>(1, images));
}

}  // namespace bypath
