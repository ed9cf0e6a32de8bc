// How one layer's values are spread, step after step.
//
//   const HistogramSeries series = histogramsOf("stage1[2]/branch/conv1", &LayerHistograms::weights,
//   records); for (const HistogramColumn& one : series) draw(one.step, one.spread);
#pragma once

#include <vector>

#include "core/probes/histograms.h"
#include "core/probes/probe.h"

namespace bypath {

struct HistogramColumn {
  int64_t step = 0;
  Histogram spread;
};
using HistogramSeries = std::vector<HistogramColumn>;

// By rising step, each once; records that know nothing of the layer are left out.
HistogramSeries histogramsOf(const std::string& path, Histogram LayerHistograms::*value,
                             const std::vector<const ProbeRecord*>& records);

struct SpreadRange {
  double low = 0, high = 1;
};
// Of nearly all values at every step, so that a few far ones do not flatten the rest.
SpreadRange usualRange(const HistogramSeries& series);

}  // namespace bypath
