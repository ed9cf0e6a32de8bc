// The doctor on rounds: looks at a network again and again while it trains, and of what is found tells only
// what lasts. One look proves little: gradients jump from batch to batch, and the first steps of a healthy
// run look ill.
//
//   Rounds rounds(checked.graph);
//   for (const ProbeRecord& record : looks) show(rounds.look(record));
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/inspection/doctor.h"

namespace bypath {

class Rounds {
 public:
  // A finding stands from its third look in a row on, until three in a row were without it.
  static constexpr int lasting = 3;
  // Steps before that are not judged.
  static constexpr int64_t begins = 100;

  explicit Rounds(OpGraph graph);  // in training mode

  void epochEnded(EpochValues values);
  // What stands after this look, worst first. A look without activities leaves those of the last that had
  // any.
  const std::vector<Finding>& look(const ProbeRecord& record);
  const std::vector<Finding>& standing() const { return standing_; }

 private:
  struct Sign {
    Finding finding;  // as last seen
    int in = 0, out = 0;
    bool stands = false;
  };

  OpGraph graph_;
  int64_t classes_ = 0;
  std::vector<LayerActivity> activities_;
  std::vector<ProbeRecord> past_;  // the last few
  std::vector<EpochValues> epochs_;
  std::vector<Sign> signs_;
  std::vector<Finding> standing_;
};

// When something ailed a run: the first look at which a finding stood and the last.
struct Episode {
  Finding finding;           // with the numbers of its last look
  int64_t from = 0, to = 0;  // steps
};

// Of the looks that a run has kept, in the order in which they began. Errors: the run's history cannot be
// read.
Result<std::vector<Episode>> pastEpisodes(const OpGraph& graph, const std::filesystem::path& run);

// Of a classifier's graph: how many classes it tells apart; 0 of any other.
int64_t classesOf(const OpGraph& graph);

}  // namespace bypath
