// One quantity of a network over depth and time: a row a layer or block, from the input down, a column a
// step.
//
//   const Strip strip = stripOf(stripQuantities()[0], {.records = records});
//   strip.at(row, column);   // not a number where nobody looked
#pragma once

#include <QString>
#include <vector>

#include "core/probes/probe.h"

namespace bypath {

struct StripQuantity {
  const char* id = "";
  QString title;
  QString lookFor;          // one sentence
  bool logarithmic = true;  // else a share from 0 to 1
  const char* column = "";  // of core/probes/probe_columns.h
  const char* over = "";    // what it is divided by, if anything
};
// In the order in which they are offered.
std::vector<StripQuantity> stripQuantities();

struct Strip {
  std::vector<std::string> paths;
  std::vector<int64_t> steps;
  std::vector<double> values;  // row after row

  double at(size_t row, size_t column) const { return values[row * steps.size() + column]; }
  bool empty() const { return paths.empty() || steps.empty(); }
};

// Steps at which nothing is known of the quantity have no column. Rows are those of the latest record, then
// those that only older ones know.
Strip stripOf(const StripQuantity& quantity, const std::vector<const ProbeRecord*>& records);
// The logarithm of a over b where both are known: rows by path, columns at the steps of both.
Strip ratioOf(const Strip& a, const Strip& b);

}  // namespace bypath
