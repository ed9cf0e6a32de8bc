// Deletes a run from the disk and from the list of runs.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"

namespace bypath {

// The files of a run that lie in its folder: history, checkpoints, weights, network, lock and what an
// interrupted write left behind; never anything else. The history comes last.
std::vector<std::filesystem::path> filesOfRun(const std::filesystem::path& folder);

// Removes them, and the folder if nothing else is in it (true), else the folder stays (false). Errors: no run
// there (io), a run that is being trained (usage), a file that cannot be removed (io).
Result<bool> deleteRun(const std::filesystem::path& folder);

}  // namespace bypath
