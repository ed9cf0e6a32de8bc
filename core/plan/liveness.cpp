#include "core/plan/liveness.h"

#include <algorithm>

#include "core/tensor/memory.h"

namespace bypath {

namespace {

size_t at(ValueId id) {
  return static_cast<size_t>(id);
}

class Ranges {
 public:
  Ranges(const OpGraph& graph, std::span<const ValueId> kept, std::span<const ValueId> gradients)
      : graph_(graph), stored_(graph.values.size(), false), lastUse_(graph.values.size(), -1) {
    found_.rangeOf.assign(graph.values.size(), -1);
    const int end = static_cast<int>(graph.nodes.size());
    for (int step = 0; step < end; ++step)
      for (ValueId id : graph.nodes[static_cast<size_t>(step)].inputs) lastUse_[at(id)] = step;
    for (ValueId id : kept) lastUse_[at(id)] = end;
    for (ValueId id : graph.parameterValues) stored_[at(id)] = true;  // also the states that steps write
    for (ValueId id : gradients)
      if (id != noValue) stored_[at(id)] = true;
    for (ValueId id : graph.inputs) {
      lastUse_[at(id)] = end;
      newRange(id, -1);
    }
    for (int step = 0; step < end; ++step) outputsOf(graph.nodes[static_cast<size_t>(step)], step);
  }

  Liveness take() { return std::move(found_); }

 private:
  void outputsOf(const OpNode& node, int step) {
    for (size_t o = 0; o < node.outputs.size(); ++o) {
      const ValueId id = node.outputs[o];
      if (id == noValue || stored_[at(id)]) continue;
      const ValueId giver = o == 0 ? memoryGiver(node, step) : noValue;
      if (giver == noValue)
        newRange(id, step);
      else if (found_.rangeOf[at(giver)] >= 0)
        share(id, found_.rangeOf[at(giver)]);
      if (giver != noValue && !node.type->alias) ++found_.inPlace;
    }
  }

  size_t bytes(ValueId id) const {
    return (sizeof(float) * static_cast<size_t>(graph_.shape(id).count()) + memoryAlignment - 1) /
           memoryAlignment * memoryAlignment;
  }

  void newRange(ValueId id, int step) {
    found_.rangeOf[at(id)] = static_cast<int>(found_.ranges.size());
    found_.ranges.push_back(
        {.values = {id}, .bytes = bytes(id), .first = step, .last = std::max(step, lastUse_[at(id)])});
  }

  void share(ValueId id, int index) {
    found_.rangeOf[at(id)] = index;
    MemoryRange& range = found_.ranges[static_cast<size_t>(index)];
    range.values.push_back(id);
    range.last = std::max(range.last, lastUse_[at(id)]);
  }

  // The input whose memory output 0 takes: the same values shaped otherwise, or values that the op may
  // overwrite because nobody reads them, or what shares their memory, after this step.
  ValueId memoryGiver(const OpNode& node, int step) const {
    if (node.type->alias) return node.inputs[0];
    for (int i : workPlaces(*node.type, node.attributes, node.inputs.size())) {
      const ValueId giver = node.inputs[static_cast<size_t>(i)];
      const int index = found_.rangeOf[at(giver)];
      if (index < 0) continue;
      const MemoryRange& range = found_.ranges[static_cast<size_t>(index)];
      if (range.last != step || range.bytes < bytes(node.outputs[0])) continue;
      const auto uses = std::count_if(node.inputs.begin(), node.inputs.end(),
                                      [&](ValueId id) { return found_.rangeOf[at(id)] == index; });
      if (uses == 1) return giver;
    }
    return noValue;
  }

  const OpGraph& graph_;
  Liveness found_;
  std::vector<bool> stored_;  // by ValueId: lies in the store
  std::vector<int> lastUse_;  // by ValueId
};

}  // namespace

Liveness livenessOf(const OpGraph& graph, std::span<const ValueId> kept, std::span<const ValueId> gradients) {
  return Ranges(graph, kept, gradients).take();
}

}  // namespace bypath
