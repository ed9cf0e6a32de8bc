// Greedy layer-wise training (Bengio et al. 2006; on residual networks Belilovsky et al. 2019): block after
// block is appended, with a head of its own, and trained while what is below stays as it is, with its running
// statistics; in the end all of it is tuned together.
//
//   Result<Sweep> sweep = planGrowth(*resolved, {.stageEpochs = 2}, folder);
//   runSweep(*sweep, *planAll(*sweep), folder, hooks);
#pragma once

#include "core/experiments/sweep.h"

namespace bypath {

struct GrowthStage {
  NetworkSpec network;
  std::string added;                // the newest copy of a block or part: "stage2[3]"
  std::vector<std::string> frozen;  // paths of all that was trained in stages before
};

// A stage for each copy of each residual block or part at the top of the drawing, the last one the whole
// network. What follows the last block is the head of every stage; its weights begin anew where their shapes
// change. Errors: no such block, or a head that cannot follow another block (usage).
Result<std::vector<GrowthStage>> growthStages(const NetworkSpec& network);

struct GrowthOptions {
  int64_t stageEpochs = 1;
  int64_t stageSteps = 0;  // 0: by epochs
  std::string networks{};  // what the names of the networks' files begin with
};

// One experiment a stage, each beginning with the weights of the one before, and "joint", the whole network
// with its own settings. Their networks are written into the folder as 01-stage1.1.bypath and so on, after
// `networks`.
Result<Sweep> planGrowth(const ResolvedNetwork& resolved, const GrowthOptions& options,
                         const std::filesystem::path& folder);

}  // namespace bypath
