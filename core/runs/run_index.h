// The machine's list of runs, $XDG_DATA_HOME/bypath/runs.sqlite: ids and folders only; everything else is
// read from the run itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bypath {

// $XDG_DATA_HOME/bypath, or ~/.local/share/bypath.
std::filesystem::path dataHome();

// Enters a run and returns its id: `wanted`, or one made of `date`, the network's name and a free number.
Result<std::string> registerRun(const std::filesystem::path& folder, const std::string& wanted,
                                const std::string& date, const std::string& network);

// Enters the run that lies in this folder, brought from elsewhere; where its id is another run's here, it
// gets one of its own. A run that is in the list stays as it is. Returns the id. Errors: no run there, or a
// damaged one.
Result<std::string> adoptRun(const std::filesystem::path& folder);

// The same for every run in a folder of runs, such as a sweep's; and for a run's own folder. Returns their
// folders. Errors: there is none, or the first one that is damaged.
Result<std::vector<std::filesystem::path>> adoptRuns(const std::filesystem::path& folder);

// Takes a run out of the list.
Result<void> unregisterRun(const std::filesystem::path& folder);

// "resnet-1" fit for a file name: letters, digits, '-', '_'.
std::string plainName(const std::string& name);

// The id that a run in this folder has by its place: its name where newRunFolder() made it, else "".
std::string idByPlace(const std::filesystem::path& folder);

// Now, UTC, ISO 8601: "2026-11-20T23:44:00Z".
std::string timeText();

}  // namespace bypath
