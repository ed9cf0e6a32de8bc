#include "core/plan/step_text.h"

namespace bypath {

std::string directionText(Direction direction) {
  switch (direction) {
    case Direction::forward:
      return "forward";
    case Direction::backward:
      return "backward";
    case Direction::probe:
      return "probe";
  }
  return "";
}

std::string shapesText(const OpGraph& graph, const std::vector<ValueId>& ids) {
  std::string text;
  for (const ValueId id : ids) {
    if (!text.empty()) text += ", ";
    text += id == noValue ? std::string("-") : graph.shape(id).text();
  }
  return text;
}

std::string kernelText(const ExecutionPlan& plan, size_t step) {
  if (plan.program->graph.nodes[static_cast<size_t>(plan.program->steps[step].node)].type->alias)
    return "same memory";
  const Kernel* kernel = plan.choices[step].kernel;
  return kernel ? std::string(kernel->id()) : "plain reference";
}

}  // namespace bypath
