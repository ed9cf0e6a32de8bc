#include "core/plan/postpone.h"

#include <algorithm>
#include <unordered_set>

namespace bypath {

namespace {

bool reads(const OpNode& node, const std::unordered_set<ValueId>& values) {
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return values.contains(id); });
}

}  // namespace

void postpone(std::vector<OpNode>& nodes, size_t first) {
  std::unordered_set<ValueId> late, passed;  // what the postponed nodes make, and what those they let pass do
  std::vector<OpNode> ahead, behind;
  size_t i = first;
  for (; i < nodes.size(); ++i) {
    const bool hangsOnIt = i == first || reads(nodes[i], late);
    if (hangsOnIt && reads(nodes[i], passed)) break;
    (hangsOnIt ? late : passed).insert(nodes[i].outputs.begin(), nodes[i].outputs.end());
    late.erase(noValue);
    passed.erase(noValue);
    (hangsOnIt ? behind : ahead).push_back(std::move(nodes[i]));
  }
  auto place = nodes.begin() + static_cast<std::ptrdiff_t>(first);
  place = std::move(ahead.begin(), ahead.end(), place);
  std::move(behind.begin(), behind.end(), place);
}

}  // namespace bypath
