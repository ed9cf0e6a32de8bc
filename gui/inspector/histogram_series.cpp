#include "gui/inspector/histogram_series.h"

#include <algorithm>
#include <cmath>

namespace bypath {

HistogramSeries histogramsOf(const std::string& path, Histogram LayerHistograms::*value,
                             const std::vector<const ProbeRecord*>& records) {
  HistogramSeries series;
  for (const ProbeRecord* record : records) {
    if (!record->histograms) continue;
    const HistogramRecord& seen = *record->histograms;
    if (!series.empty() && series.back().step >= seen.step) continue;  // shown again between two looks
    const auto layer = std::ranges::find(seen.layers, path, &LayerHistograms::path);
    if (layer == seen.layers.end() || (*layer.*value).empty()) continue;
    series.push_back({seen.step, *layer.*value});
  }
  return series;
}

SpreadRange usualRange(const HistogramSeries& series) {
  constexpr double tail = 0.002, margin = 0.05;
  if (series.empty()) return {};
  SpreadRange range{INFINITY, -INFINITY};
  for (const HistogramColumn& one : series) {
    range.low = std::min(range.low, one.spread.quantile(tail));
    range.high = std::max(range.high, one.spread.quantile(1 - tail));
  }
  const double span = range.high - range.low;
  const double room = span > 0 ? span * margin : std::max(std::abs(range.low) * margin, 1e-6);
  return {range.low - room, range.high + room};
}

}  // namespace bypath
