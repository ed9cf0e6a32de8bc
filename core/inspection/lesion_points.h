// Random lesions by how many blocks each removes, with mean and spread over the draws (Veit 2016, figure 5a).
//
//   for (const LesionPoint& point : byCount(*lesions)) show(point.count, point.values.at("accuracy").mean);
#pragma once

#include "core/inspection/lesion.h"

namespace bypath {

// Over the draws.
struct LesionSpread {
  double mean = 0;
  double deviation = 0;  // of a sample (n - 1); 0 of one draw
  double least = 0, most = 0;
};

struct LesionPoint {
  int64_t count = 0;  // blocks removed at once, or pairs swapped
  int64_t draws = 0;
  std::map<std::string, LesionSpread> values;  // by name, as in LesionRow
};

// By rising count. A value that is not finite in any draw makes mean and deviation so, too.
std::vector<LesionPoint> byCount(const Lesions& lesions);

}  // namespace bypath
