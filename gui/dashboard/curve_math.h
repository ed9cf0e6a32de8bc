// What a curve needs before it is drawn: fewer points, a range that outliers do not spoil, smoothing, round
// numbers. Points are in ascending x. Knows no chart.
#pragma once

#include <QPointF>
#include <vector>

namespace bypath {

using CurvePoints = std::vector<QPointF>;

// At most two points a column, the smallest and the largest y, in their order: what is drawn looks the same.
CurvePoints decimated(const CurvePoints& points, int columns);

// Exponential moving average, corrected for its start (as Adam corrects its moments); weight in [0, 1): 0 is
// no smoothing.
CurvePoints smoothed(const CurvePoints& points, double weight);

struct CurveRange {
  double low = 0;
  double high = 1;
  int above = 0;  // points left outside
  int below = 0;
};

// The range of nearly all values: a tail of at most a tenth of them is left outside when it would stretch the
// rest to less than a sixth of the height. Takes a copy to sort.
CurveRange robustRange(std::vector<double> values);

// 1, 2 or 5 times a power of ten, so that `span` holds about `count` of them.
double niceStep(double span, int count);

}  // namespace bypath
