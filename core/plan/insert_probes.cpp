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

}  // namespace

Result<std::string> passInsertProbes(PlanDraft& draft) {
  ProbeBuilder build(draft);
  if (draft.options.probes.shortcutSplit && !draft.options.probes.inPassing)
    for (const ShortcutSite& site : draft.graph.shortcuts) probeShortcut(draft, build, site);
  if (draft.options.probes.layerGradients)
    for (size_t p = 0; p < draft.gradients.parameterGradients.size(); ++p)
      if (draft.gradients.parameterGradients[p] != noValue)
        draft.plan.watchedParameters.push_back(static_cast<int>(p));
  if (!build.state()) return build.state().error();
  return std::to_string(draft.plan.shortcutProbes.size()) + " shortcuts, " +
         std::to_string(draft.plan.watchedParameters.size()) + " parameters";
}

}  // namespace bypath
