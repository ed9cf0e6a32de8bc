#include "gui/dashboard/curve_math.h"

#include <algorithm>
#include <cmath>

namespace bypath {

CurvePoints decimated(const CurvePoints& points, int columns) {
  if (columns < 1 || points.size() <= static_cast<size_t>(columns) * 2) return points;
  const double first = points.front().x();
  const double width = (points.back().x() - first) / columns;
  if (!(width > 0)) return points;
  CurvePoints out;
  out.reserve(static_cast<size_t>(columns) * 2 + 2);
  for (size_t i = 0; i < points.size();) {
    const auto column = static_cast<int64_t>((points[i].x() - first) / width);
    size_t lowest = i, highest = i;
    for (; i < points.size() && static_cast<int64_t>((points[i].x() - first) / width) == column; ++i) {
      if (points[i].y() < points[lowest].y()) lowest = i;
      if (points[i].y() > points[highest].y()) highest = i;
    }
    out.push_back(points[std::min(lowest, highest)]);
    if (lowest != highest) out.push_back(points[std::max(lowest, highest)]);
  }
  return out;
}

CurvePoints smoothed(const CurvePoints& points, double weight) {
  if (weight <= 0) return points;
  CurvePoints out;
  out.reserve(points.size());
  double sum = 0, mass = 0;
  for (const QPointF& p : points) {
    sum = weight * sum + (1 - weight) * p.y();
    mass = weight * mass + (1 - weight);
    out.emplace_back(p.x(), sum / mass);
  }
  return out;
}

CurveRange robustRange(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const size_t last = values.size() - 1;
  const auto quantile = [&](double q) { return values[static_cast<size_t>(q * static_cast<double>(last))]; };
  CurveRange range{.low = values.front(), .high = values.back(), .above = 0, .below = 0};
  const double low = quantile(0.1), high = quantile(0.9);
  const auto stretches = [](double whole, double body) { return body > 0 && whole > 6 * body; };
  if (stretches(values.back() - values.front(), high - values.front()))
    range.high = high + (high - values.front());
  else if (stretches(values.back() - values.front(), values.back() - low))
    range.low = low - (values.back() - low);
  range.above = static_cast<int>(values.end() - std::upper_bound(values.begin(), values.end(), range.high));
  range.below = static_cast<int>(std::lower_bound(values.begin(), values.end(), range.low) - values.begin());
  return range;
}

double niceStep(double span, int count) {
  if (!(span > 0) || count < 1) return 1;
  const double rough = span / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

}  // namespace bypath
