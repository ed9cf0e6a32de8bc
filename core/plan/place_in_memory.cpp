#include "core/base/text.h"
#include "core/plan/arena.h"
#include "core/plan/liveness.h"
#include "core/plan/pass.h"

namespace bypath {

namespace {

// What a step works in lies in the arena while it runs; what it keeps, all the time.
void addWorkspaces(const Program& program, std::vector<MemoryRange>& ranges) {
  const auto add = [&](int step, size_t bytes, int first, int last) {
    const size_t rounded = (bytes + memoryAlignment - 1) / memoryAlignment * memoryAlignment;
    if (bytes > 0)
      ranges.push_back({.values = {}, .step = step, .bytes = rounded, .first = first, .last = last});
  };
  const int end = static_cast<int>(program.steps.size());
  for (int step = 0; step < end; ++step) {
    add(step, program.steps[static_cast<size_t>(step)].workspaceBytes, step, step);
    add(step, program.steps[static_cast<size_t>(step)].keptBytes, -1, end);
  }
}

std::vector<Place> placesOf(const OpGraph& graph, const Liveness& live,
                            const std::vector<ValueId>& parameterGradients) {
  std::vector<Place> places(graph.values.size());
  const auto at = [&](ValueId id) -> Place& { return places[static_cast<size_t>(id)]; };
  for (size_t p = 0; p < graph.parameters.size(); ++p)
    at(graph.parameterValues[p]) = {.kind = PlaceKind::parameter, .parameter = static_cast<int>(p)};
  for (size_t p = 0; p < parameterGradients.size(); ++p)
    if (const ValueId id = parameterGradients[p]; id != noValue)
      at(id) = {.kind = PlaceKind::gradient, .parameter = static_cast<int>(p)};
  for (size_t id = 0; id < places.size(); ++id)
    if (const int range = live.rangeOf[id]; range >= 0)
      places[id] = {.kind = graph.values[id].kind == ValueKind::input ? PlaceKind::input : PlaceKind::arena,
                    .offset = live.ranges[static_cast<size_t>(range)].offset};
  for (const OpNode& node : graph.nodes)  // a parameter, only shaped otherwise
    if (node.type->alias && at(node.outputs[0]).kind == PlaceKind::unused)
      at(node.outputs[0]) = at(node.inputs[0]);
  return places;
}

}  // namespace

Result<std::string> passPlaceInMemory(PlanDraft& draft) {
  Liveness live = livenessOf(draft.graph, draft.kept, draft.gradients.parameterGradients);
  addWorkspaces(draft.program, live.ranges);
  draft.program.arenaBytes = packArena(live.ranges);
  for (const MemoryRange& range : live.ranges) {
    if (!range.values.empty()) continue;
    Step& step = draft.program.steps[static_cast<size_t>(range.step)];
    (range.first < 0 ? step.keptOffset : step.workspaceOffset) = range.offset;
  }
  draft.program.places = placesOf(draft.graph, live, draft.gradients.parameterGradients);
  draft.plan.arenaBytes = draft.program.arenaBytes;
  for (const ParameterInfo& info : draft.graph.parameters)
    draft.plan.parameterBytes +=
        sizeof(float) * static_cast<uint64_t>(info.shape.count()) * (info.trainable() ? 2 : 1);
  draft.plan.memory = std::move(live.ranges);
  return "arena " + bytesText(draft.plan.arenaBytes) + " (least possible " +
         bytesText(leastArenaBytes(draft.plan.memory)) + ", largest workspace of a step " +
         bytesText(draft.program.workspaceBytes) + "), " + std::to_string(live.inPlace) + " ops in place";
}

}  // namespace bypath
