// The checkpoints that a run has kept, for going on from one of them.
//
//   for (const RunCheckpoint& one : *checkpointsOf(folder)) menu.add(one.step, one.values);
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/attributes.h"
#include "core/base/result.h"

namespace bypath {

struct RunCheckpoint {
  enum class Kind { last, best, kept };
  Kind kind = Kind::kept;
  std::filesystem::path file;
  int64_t step = 0;
  std::string network;                   // networkHash() of what it is a checkpoint of
  std::map<std::string, double> values;  // of the epoch that ended there; empty where none did
};

// The last, the best, then those kept by epoch, latest first. A file that cannot be read is left out. Errors:
// no run there.
Result<std::vector<RunCheckpoint>> checkpointsOf(const std::filesystem::path& folder);

// Whether a run of these complete settings may go on with those: its data, batches and optimizer stay.
// Errors: what differs.
Result<void> mayGoOn(const Attributes& before, const Attributes& now);

// The command that trains such a run again: its network and settings, and where it branched off. Errors: no
// run there, or one that began with weights that its history does not name.
Result<std::string> commandOf(const std::filesystem::path& folder);

}  // namespace bypath
