#include "core/probes/histograms.h"

#include <numeric>

#include "core/ops/histogram.h"

namespace bypath {

uint64_t Histogram::total() const {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

double Histogram::edge(size_t bin) const {
  const double from = static_cast<double>(low), to = static_cast<double>(high);
  return counts.empty() ? from
                        : from + (to - from) * static_cast<double>(bin) / static_cast<double>(counts.size());
}

double Histogram::quantile(double share) const {
  double left = share * static_cast<double>(total());
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const auto count = static_cast<double>(counts[bin]);
    if (count > 0 && left <= count) return edge(bin) + (edge(bin + 1) - edge(bin)) * left / count;
    left -= count;
  }
  return static_cast<double>(counts.empty() ? low : high);
}

Histogram histogramOf(const std::vector<std::span<const float>>& parts) {
  HistogramRange range;
  size_t all = 0;
  for (const std::span<const float> part : parts) {
    all += part.size();
    for (const float value : part) range.add(static_cast<double>(value));
  }
  Histogram made;
  if (all == 0) return made;
  made.counts.assign(static_cast<size_t>(histogramBins), 0);
  if (range.isEmpty()) return made;
  made.low = static_cast<float>(range.low);
  made.high = static_cast<float>(range.high);
  const double perUnit = range.binsPerUnit();
  for (const std::span<const float> part : parts)
    for (const float value : part)
      if (std::isfinite(value)) ++made.counts[range.bin(static_cast<double>(value), perUnit)];
  return made;
}

}  // namespace bypath
