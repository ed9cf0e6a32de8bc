#include "core/plan/profile.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "core/base/text.h"
#include "core/plan/step_text.h"

namespace bypath {

std::vector<ProfileLine> profile(const ExecutionPlan& plan, std::span<const double> seconds, ProfileBy by) {
  const OpGraph& graph = plan.program->graph;
  assert(seconds.size() == plan.program->steps.size());
  std::map<std::tuple<std::string, std::string, std::string, std::string>, ProfileLine> lines;
  for (size_t i = 0; i < seconds.size(); ++i) {
    const OpNode& node = graph.nodes[static_cast<size_t>(plan.program->steps[i].node)];
    if (node.type->alias) continue;
    const std::string shapes = by == ProfileBy::shape
                                   ? shapesText(graph, node.inputs) + " -> " + shapesText(graph, node.outputs)
                                   : std::string();
    const std::string direction = directionText(node.direction), kernel = kernelText(plan, i);
    ProfileLine& line = lines[{direction, node.type->id, kernel, shapes}];
    line.direction = direction;
    line.op = node.type->id;
    line.kernel = kernel;
    line.shapes = shapes;
    ++line.steps;
    line.seconds += seconds[i];
    const OpCost cost = costOf(*node.type, graph.call(node));
    line.multiplyAdds += cost.multiplyAdds;
    line.bytes += cost.bytes;
  }
  std::vector<ProfileLine> sorted;
  sorted.reserve(lines.size());
  for (auto& [key, line] : lines) sorted.push_back(std::move(line));
  std::ranges::stable_sort(sorted, std::greater(), &ProfileLine::seconds);
  return sorted;
}

std::string profileTable(const std::vector<ProfileLine>& lines, int runs, size_t most) {
  double whole = 0;
  for (const ProfileLine& line : lines) whole += line.seconds;
  std::string text = "        ms  share  steps  GFLOP/s   GB/s  op\n";
  for (size_t i = 0; i < std::min(lines.size(), most); ++i) {
    const ProfileLine& line = lines[i];
    const double seconds = line.seconds / runs;
    text += rightAligned(fixedText(seconds * 1000, 3), 10) +
            rightAligned(fixedText(100 * line.seconds / whole, 1) + "%", 7) +
            rightAligned(std::to_string(line.steps), 7) +
            rightAligned(line.multiplyAdds > 0 ? fixedText(2e-9 * line.multiplyAdds / seconds, 0) : "", 9) +
            rightAligned(fixedText(1e-9 * line.bytes / seconds, 1), 7) + "  " + line.direction + " " +
            line.op + " [" + line.kernel + "]" + (line.shapes.empty() ? "" : "  " + line.shapes) + "\n";
  }
  if (lines.size() > most) text += "  and " + std::to_string(lines.size() - most) + " shorter ones\n";
  return text;
}

}  // namespace bypath
