#include "core/inspection/lesion_points.h"

#include <algorithm>
#include <cmath>

namespace bypath {
namespace {

LesionSpread spreadOf(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  LesionSpread spread{.least = values.front(), .most = values.front()};
  for (const double value : values) {
    spread.mean += value / count;
    spread.least = std::min(spread.least, value);
    spread.most = std::max(spread.most, value);
  }
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  if (values.size() > 1) spread.deviation = std::sqrt(squares / (count - 1));
  return spread;
}

}  // namespace

std::vector<LesionPoint> byCount(const Lesions& lesions) {
  std::map<int64_t, std::map<std::string, std::vector<double>>> drawn;
  for (const LesionRow& row : lesions.rows) {
    if (!row.values) continue;
    const auto blocks = static_cast<int64_t>(row.blocks.size());
    auto& values = drawn[lesions.swapped ? blocks / 2 : blocks];
    for (const auto& [name, value] : *row.values) values[name].push_back(value);
  }
  std::vector<LesionPoint> points;
  for (const auto& [count, values] : drawn) {
    LesionPoint point{.count = count};
    for (const auto& [name, all] : values) {
      point.draws = static_cast<int64_t>(all.size());
      point.values[name] = spreadOf(all);
    }
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace bypath
