// How the weights of a network, their gradients and what its layers give are spread at one step. Apart from
// the numbers of a ProbeRecord, which points to it: kept more rarely, and shared by all who show it.
//
//   const Histogram& spread = record.histograms->layers[0].weights;
//   for (size_t bin = 0; bin < spread.counts.size(); ++bin) draw(spread.edge(bin), spread.counts[bin]);
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bypath {

struct Histogram {
  float low = 0, high = 0;       // the least and the greatest finite value
  std::vector<uint32_t> counts;  // histogramBins of core/ops/histogram.h; none: nothing is known

  bool empty() const { return counts.empty(); }
  uint64_t total() const;
  double edge(size_t bin) const;  // its lower end; of the number of bins, the last one's upper end
  // Below which this share of the values lies, to within a bin; low where there are none.
  double quantile(double share) const;
};
// Of several parts as of one whole; nothing of nothing.
Histogram histogramOf(const std::vector<std::span<const float>>& parts);

struct LayerHistograms {
  std::string path;
  Histogram weights;   // and biases: all trained parameters of the layer
  Histogram gradient;  // of the same
  Histogram output;    // what it gives, on the images of the step
};

struct HistogramRecord {
  int64_t step = 0;
  std::vector<LayerHistograms> layers;  // from the input on
};

}  // namespace bypath
