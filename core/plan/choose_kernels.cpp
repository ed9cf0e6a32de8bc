#include <algorithm>

#include "core/plan/pass.h"

namespace bypath {

namespace {

std::string shapesOf(const OpCall& call) {
  std::string text;
  for (const Shape& shape : call.inputs) text += (text.empty() ? "" : ", ") + shape.text();
  return text;
}

}  // namespace

Result<std::string> passChooseKernels(PlanDraft& draft) {
  const OpGraph& graph = draft.graph;
  size_t refused = 0;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const OpNode& node = graph.nodes[i];
    OpCall call = graph.call(node);
    call.fixedWeights = draft.options.fixedWeights && !draft.options.training;
    KernelChoice choice = node.type->alias ? KernelChoice{} : draft.engine.choose(*node.type, call);
    if (!choice.error.empty())
      return Error{ErrorKind::data, node.path + ": the " + draft.engine.name() + " engine cannot run " +
                                        node.type->id + " of " + shapesOf(call) + ": " + choice.error +
                                        "; use another engine."};
    const size_t workspace = choice.kernel ? choice.kernel->workspaceBytes(call, draft.engine.threads()) : 0;
    draft.program.workspaceBytes = std::max(draft.program.workspaceBytes, workspace);
    refused += choice.refused.size();
    draft.plan.multiplyAdds += costOf(*node.type, call).multiplyAdds;
    draft.program.steps.push_back({.node = static_cast<int>(i),
                                   .kernel = choice.kernel,
                                   .workspaceBytes = workspace,
                                   .keptBytes = choice.kernel ? choice.kernel->keptBytes(call) : 0});
    draft.plan.choices.push_back(std::move(choice));
  }
  return std::to_string(draft.program.steps.size()) + " steps, " + std::to_string(refused) +
         " kernels refused";
}

}  // namespace bypath
