// A record as columns: of every quantity the numbers of all layers, blocks or activities it is known of. What
// is stored, drawn over time and exported goes by these names.
//
//   for (const ProbeColumn& column : columnsOf(record)) write(column.quantity, column.paths, column.values);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/probes/probe.h"

namespace bypath {

struct ProbeColumn {
  // "gradient", "weight", "update"; "shortcut", "branch", "cosine", "branch_deviation", "input_deviation";
  // "deviation", "zeros", "silent", "drift"
  std::string_view quantity;
  std::vector<std::string> paths;  // only those whose number is known
  std::vector<double> values;
};

// Quantities of which nothing is known are left out.
std::vector<ProbeColumn> columnsOf(const ProbeRecord& record);
// Puts a column back into a record; false: nothing is called that, or the lengths differ.
bool addColumn(ProbeRecord& record, const ProbeColumn& column);

}  // namespace bypath
