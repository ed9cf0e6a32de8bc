// Histograms in a run's history: a row for each step and quantity, those of all layers together as one value,
// their paths once for all steps.
#pragma once

#include <vector>

#include "core/probes/histograms.h"
#include "core/runs/database.h"

namespace bypath {

// Table histogram, paths in path_list. Of each layer: least and greatest as little-endian float32, then as
// LEB128 numbers how many bins there are, and the count in each.
Result<void> appendHistogramRow(Database& database, const HistogramRecord& record);
// By step.
Result<std::vector<HistogramRecord>> readHistogramRecords(Database& database);

}  // namespace bypath
