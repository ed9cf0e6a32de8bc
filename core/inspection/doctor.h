// What ails a network, told by what was seen in it: each finding with its layer, the numbers, the reason and
// the experiment that would refute it.
//
//   const std::vector<Finding> findings = examine({.graph = checked.graph, .seen = flow.probes, .history =
//   rows}); for (const Finding& one : findings) show(one.path, one.title, one.evidence);
//
// Thresholds and where they come from stand in doctor.cpp, one rule a function. Quiet on healthy runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/inspection/finding.h"
#include "core/ops/op_graph.h"
#include "core/probes/probe.h"

namespace bypath {

// One logged epoch: "loss", "val_loss", "kl", "val_kl", "accuracy", ...
using EpochValues = std::map<std::string, double>;

struct Patient {
  const OpGraph& graph;             // in training mode
  ProbeRecord seen{};               // one look, with activities
  std::vector<ProbeRecord> past{};  // what the run kept, for the sizes of updates
  std::vector<EpochValues> epochs{};
  int64_t steps = 0;                         // that it has been trained
  int64_t classes = 0;                       // 0: no classifier
  double inputMean = 0, inputDeviation = 1;  // of the images as fed
};

// Worst first. What the patient does not tell is not looked for.
std::vector<Finding> examine(const Patient& patient);

}  // namespace bypath
