#include <algorithm>
#include <optional>

#include "core/ops/catalog.h"
#include "core/ops/convolution.h"
#include "core/ops/split.h"
#include "core/plan/pass.h"
#include "core/plan/sent_back.h"

namespace bypath {

namespace {

// One side of a shortcut site, if it sends a single gradient: a value that is there, or one that the op at
// `node` has swallowed.
struct Side {
  ValueId gradient = noValue;
  int node = -1;  // where it was swallowed
};

class SplitWatch {
 public:
  explicit SplitWatch(PlanDraft& draft) : draft_(draft), madeAt_(draft.graph.values.size(), -1) {
    const std::vector<OpNode>& nodes = draft.graph.nodes;
    for (size_t i = 0; i < nodes.size(); ++i)
      for (ValueId id : nodes[i].outputs)
        if (id != noValue && draft.graph.value(id).kind == ValueKind::computed)
          madeAt_[static_cast<size_t>(id)] = static_cast<int>(i);
  }

  // Whether both sides can be told apart.
  bool watch(const ShortcutSite& site) {
    const std::optional<Side> shortcut = sideOf(site, site.shortcutConsumers),
                              branch = sideOf(site, site.branchConsumers);
    if (!shortcut || !branch) return false;
    if (shortcut->node < 0 && branch->node < 0) return watchSum(site, *shortcut, *branch);
    if (shortcut->node >= 0 && branch->node >= 0) return false;
    return shortcut->node >= 0 ? watchJoint(site, *shortcut, *branch, false)
                               : watchJoint(site, *branch, *shortcut, true);
  }

 private:
  std::optional<Side> sideOf(const ShortcutSite& site, const std::vector<std::string>& consumers) const {
    const std::vector<ValueId> sent = sentBy(draft_.gradients, site.fork, consumers);
    if (sent.size() != 1) return {};
    Side side{.gradient = sent[0]};
    if (madeAt_[static_cast<size_t>(sent[0])] >= 0) return side;
    ValueId at = sent[0];
    while (at != noValue && madeAt_[static_cast<size_t>(at)] < 0) at = swallower(at);
    if (at == noValue) return {};
    side.node = madeAt_[static_cast<size_t>(at)];
    return side;
  }

  ValueId swallower(ValueId id) const {
    const auto index = static_cast<size_t>(id);
    return index < draft_.swallowedBy.size() ? draft_.swallowedBy[index] : noValue;
  }

  // `own` went into an op that adds `other` to it.
  bool watchJoint(const ShortcutSite& site, const Side& own, const Side& other, bool shortcutIsPlus) {
    OpNode& node = draft_.graph.nodes[static_cast<size_t>(own.node)];
    if (!node.attributes.flag("plus") || node.attributes.flag("split") || plusOf(node) != other.gradient)
      return false;
    OpNode split = node;
    split.attributes.set("split", 1);
    // The op as it is may have outputs that nobody wants; the new one comes after all of them.
    OpCall call = draft_.graph.call(node);
    call.attributes = split.attributes;
    const Result<std::vector<Shape>> shapes = split.type->shapes(call);
    if (!shapes) return false;
    call.outputs = *shapes;
    if (draft_.engine.choose(*split.type, call).kernel !=
        draft_.engine.choose(*node.type, draft_.graph.call(node)).kernel)
      return false;
    split.outputs.resize(shapes->size(), noValue);
    split.outputs.back() = newValue(node.path + ":split");
    draft_.kept.push_back(split.outputs.back());
    draft_.plan.shortcutProbes.push_back(
        {.path = site.path, .split = split.outputs.back(), .shortcutIsPlus = shortcutIsPlus});
    node = std::move(split);
    return true;
  }

  static ValueId plusOf(const OpNode& node) {
    if (node.type == &batchNormBackwardOp()) return node.inputs.back();
    const ConvolutionExtras extras = ConvolutionExtras::of(node.attributes, node.inputs.size());
    return extras.plus > 0 ? node.inputs[extras.plus] : noValue;
  }

  ValueId newValue(const std::string& name) {
    const auto id = static_cast<ValueId>(draft_.graph.values.size());
    draft_.graph.values.push_back({.shape = {splitValues}, .name = name});
    return id;
  }

  // Both are there, to be added up by an op of its own.
  bool watchSum(const ShortcutSite& site, const Side& shortcut, const Side& branch) {
    const auto dot = [&](ValueId a, ValueId b) -> ValueId {
      auto made = draft_.graph.add(dotOp(), {a, b}, OpAttributes{}, site.path, Direction::probe);
      if (!made) return noValue;
      draft_.kept.push_back((*made)[0]);
      return (*made)[0];
    };
    const ValueId s = shortcut.gradient, b = branch.gradient;
    draft_.plan.shortcutProbes.push_back(
        {.path = site.path, .shortcutSquare = dot(s, s), .branchSquare = dot(b, b), .product = dot(s, b)});
    return true;
  }

  PlanDraft& draft_;
  std::vector<int> madeAt_;
};

}  // namespace

Result<std::string> passWatchSplits(PlanDraft& draft) {
  SplitWatch watch(draft);
  const auto sites = draft.graph.shortcuts;
  const auto watched =
      std::ranges::count_if(sites, [&](const ShortcutSite& site) { return watch.watch(site); });
  return std::to_string(watched) + " of " + std::to_string(sites.size()) + " shortcuts";
}

}  // namespace bypath
