// Everything that a run's folder knows, read at once; may be read beside the window.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/network/network_spec.h"
#include "core/network/project_file.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

namespace bypath {

struct RunRecord {
  RunHeader header;
  std::optional<Project> project;  // where it can still be read
  Attributes settings;             // complete
  std::vector<RunRow> rows;
  std::vector<RunMark> marks;
  std::optional<ProbeRecord> lastLook;  // the last with gradients of layers; split at shortcuts where known
  RunSummary summary;
};

// Errors: no run there, or a damaged one.
Result<RunRecord> readRunRecord(const std::filesystem::path& folder);

}  // namespace bypath
