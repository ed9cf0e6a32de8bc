#include <algorithm>

#include "core/ops/catalog.h"
#include "core/plan/pass.h"
#include "core/plan/sent_back.h"

namespace bypath {

namespace {

class ProbeBuilder {
 public:
  explicit ProbeBuilder(PlanDraft& draft) : draft_(draft) {}

  // noValue for a side that is missing. After a failure (our own bug) everything is noValue and error() says
  // why.
  ValueId dot(ValueId a, ValueId b, const std::string& path) {
    return a == noValue || b == noValue ? noValue : kept(dotOp(), {a, b}, path);
  }
  ValueId moments(ValueId x, const std::string& path) { return kept(momentsOp(), {x}, path); }
  ValueId histogram(ValueId x, const std::string& path) { return kept(histogramOp(), {x}, path); }
  ValueId zeros(ValueId y, const std::string& path) { return kept(zerosOp(), {y}, path); }
  ValueId add(const std::vector<ValueId>& terms, const std::string& path) {
    if (terms.empty()) return noValue;
    return terms.size() == 1 ? terms[0] : append(addOp(), terms, path);
  }
  const Result<void>& state() const { return state_; }

 private:
  ValueId append(const OpType& type, std::vector<ValueId> inputs, const std::string& path) {
    if (!state_) return noValue;
    auto outputs = draft_.graph.add(type, std::move(inputs), OpAttributes{}, path, Direction::probe);
    if (!outputs) {
      state_ = outputs.error();
      return noValue;
    }
    return (*outputs)[0];
  }
  ValueId kept(const OpType& type, std::vector<ValueId> inputs, const std::string& path) {
    const ValueId id = append(type, std::move(inputs), path);
    if (id != noValue) draft_.kept.push_back(id);
    return id;
  }

  PlanDraft& draft_;
  Result<void> state_;
};

void probeShortcut(PlanDraft& draft, ProbeBuilder& build, const ShortcutSite& site) {
  const ValueId shortcut = build.add(sentBy(draft.gradients, site.fork, site.shortcutConsumers), site.path);
  const ValueId branch = build.add(sentBy(draft.gradients, site.fork, site.branchConsumers), site.path);
  draft.plan.shortcutProbes.push_back({.path = site.path,
                                       .shortcutSquare = build.dot(shortcut, shortcut, site.path),
                                       .branchSquare = build.dot(branch, branch, site.path),
                                       .product = build.dot(shortcut, branch, site.path),
                                       .branchMoments = build.moments(site.branchEnd, site.path),
                                       .shortcutMoments = build.moments(site.shortcutEnd, site.path)});
}

// A layer whose result is worth watching: one with weights, or a ReLU.
bool isWatched(const OpNode& node) {
  if (node.direction != Direction::forward) return false;
  const OpType* const watched[] = {&conv2dOp(), &conv2dTransposedOp(), &matmulOp(), &reluOp()};
  return std::ranges::find(watched, node.type) != std::end(watched);
}

void probeActivities(PlanDraft& draft, ProbeBuilder& build) {
  const size_t count = draft.graph.nodes.size();
  for (size_t i = 0; i < count; ++i) {
    const OpNode node = draft.graph.nodes[i];  // a copy: building adds nodes
    if (isWatched(node)) {
      const bool relu = node.type == &reluOp();
      draft.plan.activityProbes.push_back({.path = node.path,
                                           .moments = build.moments(node.outputs[0], node.path),
                                           .zeros = relu ? build.zeros(node.outputs[0], node.path) : noValue,
                                           .histogram = draft.options.probes.histograms
                                                            ? build.histogram(node.outputs[0], node.path)
                                                            : noValue});
    }
    if (node.type != &batchNormTrackOp()) continue;
    const auto parameter = [&](size_t input) { return draft.graph.value(node.inputs[input]).parameter; };
    draft.kept.push_back(node.inputs[2]);
    draft.plan.activityProbes.push_back({.path = node.path,
                                         .mean = node.inputs[2],
                                         .runningMean = parameter(0),
                                         .runningVariance = parameter(1)});
  }
}

}  // namespace

Result<std::string> passInsertProbes(PlanDraft& draft) {
  ProbeBuilder build(draft);
  if (draft.options.probes.shortcutSplit && !draft.options.probes.inPassing)
    for (const ShortcutSite& site : draft.graph.shortcuts) probeShortcut(draft, build, site);
  if (draft.options.probes.layerGradients)
    for (size_t p = 0; p < draft.gradients.parameterGradients.size(); ++p)
      if (draft.gradients.parameterGradients[p] != noValue)
        draft.plan.watchedParameters.push_back(static_cast<int>(p));
  if (draft.options.probes.activities) probeActivities(draft, build);
  if (!build.state()) return build.state().error();
  return std::to_string(draft.plan.shortcutProbes.size()) + " shortcuts, " +
         std::to_string(draft.plan.watchedParameters.size()) + " parameters, " +
         std::to_string(draft.plan.activityProbes.size()) + " layers";
}

}  // namespace bypath
