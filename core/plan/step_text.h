// Words for the steps of a plan, shared by explain() and profile().
#pragma once

#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace bypath {

std::string directionText(Direction direction);
// "128x32x32x16, 3x3x16x16"; "-" for an output that is not wanted.
std::string shapesText(const OpGraph& graph, const std::vector<ValueId>& ids);
// "winograd-4x4", "same memory", "plain reference".
std::string kernelText(const ExecutionPlan& plan, size_t step);

}  // namespace bypath
