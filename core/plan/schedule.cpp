#include <algorithm>

#include "core/plan/pass.h"

namespace bypath {

namespace {

// Ops whose results take no room in the arena (a gradient lies in the store) or next to none (a probe's
// scalar): the sooner they run, the sooner their inputs die.
class Eager {
 public:
  explicit Eager(const PlanDraft& draft) : isGradient_(draft.graph.values.size(), false) {
    for (ValueId id : draft.gradients.parameterGradients)
      if (id != noValue) isGradient_[id] = true;
  }
  bool operator()(const OpNode& node) const {
    if (node.direction == Direction::probe) return true;
    return std::all_of(node.outputs.begin(), node.outputs.end(),
                       [&](ValueId id) { return id == noValue || isGradient_[id]; });
  }

 private:
  std::vector<bool> isGradient_;
};

}  // namespace

Result<std::string> passSchedule(PlanDraft& draft) {
  std::vector<OpNode>& nodes = draft.graph.nodes;
  const Eager eager(draft);
  std::vector<int> anchorOf(draft.graph.values.size(), -1);  // the node after which a value exists
  std::vector<std::vector<size_t>> after(nodes.size());      // eager nodes by the node they follow
  std::vector<bool> moved(nodes.size(), false);
  size_t count = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    int anchor = -1;
    for (ValueId id : nodes[i].inputs) anchor = std::max(anchor, anchorOf[id]);
    moved[i] = anchor >= 0 && eager(nodes[i]);
    if (moved[i]) after[static_cast<size_t>(anchor)].push_back(i);
    if (moved[i] && static_cast<size_t>(anchor) + 1 < i) ++count;
    for (ValueId id : nodes[i].outputs)
      if (id != noValue && draft.graph.value(id).kind == ValueKind::computed)
        anchorOf[id] = moved[i] ? anchor : static_cast<int>(i);
  }

  std::vector<OpNode> order;
  order.reserve(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (moved[i]) continue;
    order.push_back(std::move(nodes[i]));
    for (size_t follower : after[i]) order.push_back(std::move(nodes[follower]));
  }
  nodes = std::move(order);
  return std::to_string(count) + " ops moved forward";
}

}  // namespace bypath
