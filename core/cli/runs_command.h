// What the commands below `bypath runs` share.
#pragma once

#include "core/cli/cli.h"
#include "core/runs/run_store.h"

namespace bypath {

// By id, by folder, or the run of a checkpoint file.
Result<RunStore> openRun(const std::string& run);
nlohmann::json headerJson(const RunHeader& header);

void addRunsCompare(CLI::App& runs, Cli& cli);
void addRunsRemarks(CLI::App& runs, Cli& cli);  // note, tag, rename
void addRunsExport(CLI::App& runs, Cli& cli);
void addRunsDelete(CLI::App& runs, Cli& cli);

}  // namespace bypath
