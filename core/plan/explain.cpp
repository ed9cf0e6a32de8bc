#include <algorithm>
#include <numeric>

#include "core/base/text.h"
#include "core/plan/step_text.h"

namespace bypath {

namespace {

constexpr size_t largestShown = 24;

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string stepText(int step, int steps) {
  if (step < 0) return "input";
  return step >= steps ? "end" : std::to_string(step);
}

std::string passes(const ExecutionPlan& plan) {
  size_t widest = 0;
  for (const PassReport& pass : plan.passes) widest = std::max(widest, pass.name.size());
  std::string text = "Passes\n";
  for (const PassReport& pass : plan.passes)
    text += "  " + padded(pass.name, widest) + rightAligned(fixedText(pass.milliseconds, 2) + " ms", 12) +
            "  " + pass.summary + "\n";
  return text;
}

std::string totals(const ExecutionPlan& plan) {
  return "Totals\n  arena          " + bytesText(plan.arenaBytes) + " (among it up to " +
         bytesText(plan.program->workspaceBytes) + " of workspace for a step)\n  parameters     " +
         bytesText(plan.parameterBytes) + " (values and gradients)\n  multiply-adds  " +
         shortCount(plan.multiplyAdds) + " a run\n";
}

std::string memoryMap(const ExecutionPlan& plan) {
  const OpGraph& graph = plan.program->graph;
  const int steps = static_cast<int>(plan.program->steps.size());
  std::vector<size_t> bySize(plan.memory.size());
  std::iota(bySize.begin(), bySize.end(), size_t{0});
  std::stable_sort(bySize.begin(), bySize.end(),
                   [&](size_t a, size_t b) { return plan.memory[a].bytes > plan.memory[b].bytes; });
  const size_t shown = std::min(bySize.size(), largestShown);
  std::string text = "Memory map (" + std::to_string(shown) + " largest of " + std::to_string(bySize.size()) +
                     " ranges)\n        offset         size  steps            values\n";
  for (size_t i = 0; i < shown; ++i) {
    const MemoryRange& range = plan.memory[bySize[i]];
    text += rightAligned(std::to_string(range.offset), 14) + rightAligned(bytesText(range.bytes), 13) + "  " +
            padded(stepText(range.first, steps) + "-" + stepText(range.last, steps), 16);
    if (range.values.empty()) {
      const Step& step = plan.program->steps[static_cast<size_t>(range.step)];
      text += (range.first < 0 ? " kept weights of " : " workspace of ") +
              graph.nodes[static_cast<size_t>(step.node)].path;
    }
    for (size_t v = 0; v < range.values.size(); ++v)
      text += (v ? ", then " : " ") + graph.value(range.values[v]).name;
    text += "\n";
  }
  return text;
}

std::string step(const ExecutionPlan& plan, size_t index) {
  const OpGraph& graph = plan.program->graph;
  const OpNode& node = graph.nodes[static_cast<size_t>(plan.program->steps[index].node)];
  const KernelChoice& choice = plan.choices[index];
  std::string text = rightAligned(std::to_string(index), 6) + "  " +
                     padded(directionText(node.direction), 8) + "  " + node.path + "  " + node.type->id +
                     "(" + shapesText(graph, node.inputs) + ") -> " + shapesText(graph, node.outputs) +
                     "  [" + kernelText(plan, index) + "]\n";
  for (size_t i = 0; i < node.contributors.size(); ++i)
    text += "          input " + std::to_string(i) + " from " + node.contributors[i] + "\n";
  for (const KernelRefusal& refusal : choice.refused)
    text += "          not " + refusal.kernel + ": " + refusal.reason + "\n";
  return text;
}

}  // namespace

std::string explain(const ExecutionPlan& plan) {
  std::string text = "Plan for " + plan.engine + "\n\n" + passes(plan) + "\n" + totals(plan) + "\n" +
                     memoryMap(plan) + "\nSteps\n";
  for (size_t i = 0; i < plan.program->steps.size(); ++i) text += step(plan, i);
  return text;
}

}  // namespace bypath
