// What was seen inside a network, in a run's history: a row for each step and quantity, its numbers together
// as one value, its paths once for all steps.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/probes/probe.h"
#include "core/runs/database.h"

namespace bypath {

// Tables path_list and probe; numbers are little-endian doubles.
Result<void> appendProbeColumns(Database& database, const ProbeRecord& record);
// By step. With `columns` false, of a history from before there were any: rows of layer_gradient and
// shortcut_flow alone.
Result<std::vector<ProbeRecord>> readProbeRecords(Database& database, bool columns);

// The number that these paths have in table path_list, which gets them where they are new.
Result<int64_t> pathListOf(Database& database, const std::vector<std::string>& paths);
Result<std::map<int64_t, std::vector<std::string>>> readPathLists(Database& database);

}  // namespace bypath
