// How values are spread: their least and greatest, and how many of them lie in each of some equally wide
// bins between those. What is not finite is left out. The same for the op `histogram`, its kernels, and
// weights at rest, to the bit: minimum, maximum and counts do not depend on an order.
//
//   HistogramRange range;
//   for (float value : values) range.add(value);
//   for (float value : values) if (std::isfinite(value)) ++counts[range.bin(value)];
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace bypath {

inline constexpr int64_t histogramBins = 48;
inline constexpr int64_t histogramValues = 2 + histogramBins;  // of the op's result: least, greatest, counts

struct HistogramRange {
  double low = INFINITY, high = -INFINITY;  // nothing finite: low above high

  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void add(const HistogramRange& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
  bool isEmpty() const { return low > high; }
  double binsPerUnit() const { return high > low ? static_cast<double>(histogramBins) / (high - low) : 0; }
  // Of a finite value within the range. All values alike are in the first bin.
  size_t bin(double value) const { return bin(value, binsPerUnit()); }
  size_t bin(double value, double perUnit) const {
    return std::min(static_cast<size_t>((value - low) * perUnit), static_cast<size_t>(histogramBins) - 1);
  }
};

}  // namespace bypath
