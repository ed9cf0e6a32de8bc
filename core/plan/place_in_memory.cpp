#include <algorithm>

#include "core/base/text.h"
#include "core/plan/arena.h"
#include "core/plan/pass.h"

namespace bypath {

namespace {

size_t roundUp(size_t bytes) {
  return (bytes + memoryAlignment - 1) / memoryAlignment * memoryAlignment;
}

class Placer {
 public:
  explicit Placer(PlanDraft& draft)
      : draft_(draft),
        graph_(draft.graph),
        places_(graph_.values.size()),
        rangeOf_(graph_.values.size(), -1),
        lastUse_(graph_.values.size(), -1) {
    const int end = static_cast<int>(graph_.nodes.size());
    for (int step = 0; step < end; ++step)
      for (ValueId id : graph_.nodes[static_cast<size_t>(step)].inputs) lastUse_[id] = step;
    for (ValueId id : draft.kept) lastUse_[id] = end;
    for (ValueId id : graph_.inputs) {
      lastUse_[id] = end;
      newRange(id, -1);
    }
    for (size_t p = 0; p < graph_.parameters.size(); ++p)
      places_[graph_.parameterValues[p]] = {.kind = PlaceKind::parameter, .parameter = static_cast<int>(p)};
    for (size_t p = 0; p < draft.gradients.parameterGradients.size(); ++p)
      if (const ValueId id = draft.gradients.parameterGradients[p]; id != noValue)
        places_[id] = {.kind = PlaceKind::gradient, .parameter = static_cast<int>(p)};
  }

  void run() {
    for (size_t step = 0; step < graph_.nodes.size(); ++step) {
      const OpNode& node = graph_.nodes[step];
      for (size_t o = 0; o < node.outputs.size(); ++o) {
        const ValueId id = node.outputs[o];
        if (id == noValue || places_[id].kind != PlaceKind::unused) continue;  // in the store
        const ValueId giver = o == 0 ? memoryGiver(node, static_cast<int>(step)) : noValue;
        if (giver == noValue)
          newRange(id, static_cast<int>(step));
        else
          share(id, giver);
        if (giver != noValue && !node.type->alias) ++inPlace_;
      }
      newWorkspace(static_cast<int>(step));
    }
    const size_t packed = packArena(ranges_);
    for (size_t id = 0; id < places_.size(); ++id) {
      if (rangeOf_[id] < 0) continue;
      const bool input = graph_.values[id].kind == ValueKind::input;
      places_[id] = {.kind = input ? PlaceKind::input : PlaceKind::arena,
                     .offset = ranges_[rangeOf_[id]].offset};
    }
    for (const MemoryRange& range : ranges_)
      if (range.values.empty())
        draft_.program.steps[static_cast<size_t>(range.first)].workspaceOffset = range.offset;
    draft_.program.arenaBytes = packed;
    draft_.program.places = std::move(places_);
    draft_.plan.arenaBytes = draft_.program.arenaBytes;
    for (const ParameterInfo& info : graph_.parameters)
      draft_.plan.parameterBytes +=
          sizeof(float) * static_cast<uint64_t>(info.shape.count()) * (info.trainable() ? 2 : 1);
    draft_.plan.memory = std::move(ranges_);
  }

  int inPlace() const { return inPlace_; }

 private:
  size_t bytes(ValueId id) const {
    return roundUp(sizeof(float) * static_cast<size_t>(graph_.shape(id).count()));
  }

  void newRange(ValueId id, int step) {
    rangeOf_[id] = static_cast<int>(ranges_.size());
    ranges_.push_back(
        {.values = {id}, .bytes = bytes(id), .first = step, .last = std::max(step, lastUse_[id])});
  }

  void newWorkspace(int step) {
    const size_t needed = draft_.program.steps[static_cast<size_t>(step)].workspaceBytes;
    if (needed > 0) ranges_.push_back({.values = {}, .bytes = roundUp(needed), .first = step, .last = step});
  }

  void share(ValueId id, ValueId giver) {
    if (rangeOf_[giver] < 0) {  // a parameter, only shaped otherwise
      places_[id] = places_[giver];
      return;
    }
    rangeOf_[id] = rangeOf_[giver];
    MemoryRange& range = ranges_[static_cast<size_t>(rangeOf_[giver])];
    range.values.push_back(id);
    range.last = std::max(range.last, lastUse_[id]);
  }

  // The input whose memory output 0 takes: the same values shaped otherwise, or values that the op may
  // overwrite because nobody reads them, or what shares their memory, after this step.
  ValueId memoryGiver(const OpNode& node, int step) const {
    if (node.type->alias) return node.inputs[0];
    for (int i : workPlaces(*node.type, node.attributes, node.inputs.size())) {
      const ValueId giver = node.inputs[static_cast<size_t>(i)];
      const int range = rangeOf_[giver];
      if (range < 0 || ranges_[static_cast<size_t>(range)].last != step) continue;
      if (ranges_[static_cast<size_t>(range)].bytes < bytes(node.outputs[0])) continue;
      const auto uses = std::count_if(node.inputs.begin(), node.inputs.end(),
                                      [&](ValueId id) { return rangeOf_[id] == range; });
      if (uses == 1) return giver;
    }
    return noValue;
  }

  PlanDraft& draft_;
  const OpGraph& graph_;
  std::vector<Place> places_;
  std::vector<int> rangeOf_;  // by ValueId, -1: none
  std::vector<int> lastUse_;  // by ValueId
  std::vector<MemoryRange> ranges_;
  int inPlace_ = 0;
};

}  // namespace

Result<std::string> passPlaceInMemory(PlanDraft& draft) {
  Placer placer(draft);
  placer.run();
  return "arena " + bytesText(draft.plan.arenaBytes) + " (least possible " +
         bytesText(leastArenaBytes(draft.plan.memory)) + ", largest workspace of a step " +
         bytesText(draft.program.workspaceBytes) + "), " + std::to_string(placer.inPlace()) + " ops in place";
}

}  // namespace bypath
