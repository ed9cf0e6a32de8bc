#include "core/plan/differentiate.h"

#include <algorithm>

#include "core/ops/catalog.h"
#include "core/ops/gradient_builder.h"

namespace bypath {

namespace {

// A backward op that its own shape rule refuses: thrown out of a gradient rule, caught by differentiate().
struct GradientFailure {
  Error error;
};

ValueId appended(Result<std::vector<ValueId>> outputs) {
  if (!outputs) throw GradientFailure{outputs.error()};
  return (*outputs)[0];
}

class ReverseWalk : public GradientBuilder {
 public:
  ReverseWalk(OpGraph& graph, const std::vector<ValueId>& wanted)
      : graph_(graph), forwardNodes_(graph.nodes.size()), needs_(graph.values.size(), false) {
    result_.valueGradients.assign(graph.values.size(), noValue);
    result_.contributions.resize(graph.values.size());
    for (ValueId id : wanted) needs_[id] = true;
    for (size_t id = 0; id < graph.values.size(); ++id)
      if (graph.values[id].kind == ValueKind::parameter) needs_[id] = true;
    for (const OpNode& node : graph.nodes) {
      const bool flows = node.type->gradient && std::any_of(node.inputs.begin(), node.inputs.end(),
                                                            [&](ValueId id) { return needs_[id]; });
      if (!flows) continue;
      for (ValueId id : node.outputs)
        if (id != noValue && graph.values[id].kind == ValueKind::computed) needs_[id] = true;
    }
  }

  Differentiated walk(ValueId objective) {
    result_.objective = objective;
    const ValueId one = graph_.addInput("one", {1}, InputRole::seed);
    if (needs_[objective]) result_.contributions[objective].push_back({"objective", one});
    for (size_t i = forwardNodes_; i-- > 0;) visit(i);
    // What no op computes is complete only now.
    for (size_t id = 0; id < result_.contributions.size(); ++id) sum(static_cast<ValueId>(id));
    collectParameterGradients();
    return std::move(result_);
  }

  const OpNode& node() const override { return node_; }
  Shape shape(ValueId id) const override { return graph_.shape(id); }
  ValueId outputGradient(int i) const override {
    const ValueId id = node_.outputs[i];
    return id == noValue ? noValue : result_.valueGradients[id];
  }
  bool wants(int i) const override { return needs_[node_.inputs[i]]; }
  std::vector<ValueId> emitAll(const OpType& type, std::vector<ValueId> inputs,
                               OpAttributes attributes) override {
    auto outputs =
        graph_.add(type, std::move(inputs), std::move(attributes), node_.path, Direction::backward);
    if (!outputs) throw GradientFailure{outputs.error()};
    return std::move(*outputs);
  }
  void contribute(int i, ValueId gradient) override {
    const ValueId id = node_.inputs[i];
    if (!needs_[id] || gradient == noValue) return;
    if (!(shape(gradient) == shape(id)))
      throw GradientFailure{{ErrorKind::data, "internal: the gradient rule of " + node_.type->id + " sends " +
                                                  shape(gradient).text() + " to an input of " +
                                                  shape(id).text() + " (" + node_.path + ")."}};
    result_.contributions[id].push_back({node_.path, gradient});
  }

 private:
  void visit(size_t i) {
    node_ = graph_.nodes[i];  // a copy: the rule appends to the list it lies in
    if (!node_.type->gradient) return;
    bool reached = false;
    for (ValueId id : node_.outputs) {
      if (id == noValue || graph_.values[id].kind != ValueKind::computed) continue;
      reached |= sum(id);
    }
    if (reached) node_.type->gradient(*this);
  }

  // Settles the gradient of a value whose contributions are complete; false when nothing reaches it.
  bool sum(ValueId id) {
    const std::vector<Contribution>& all = result_.contributions[id];
    if (all.empty()) return false;
    ValueId& gradient = result_.valueGradients[id];
    if (gradient != noValue) return true;
    if (all.size() == 1) {
      gradient = all[0].gradient;
      return true;
    }
    std::vector<ValueId> inputs;
    std::vector<std::string> contributors;
    for (const Contribution& one : all) {
      inputs.push_back(one.gradient);
      contributors.push_back(one.path);
    }
    gradient = appended(
        graph_.add(addOp(), std::move(inputs), OpAttributes{}, graph_.value(id).name, Direction::backward));
    graph_.nodes.back().contributors = std::move(contributors);
    return true;
  }

  // An op writes a parameter's gradient straight into the store, so it must be an output of its own: not
  // another parameter's, not a forward value, not the same memory as a value that is only shaped otherwise.
  void collectParameterGradients() {
    std::vector<bool> own(graph_.values.size(), false);
    for (size_t i = forwardNodes_; i < graph_.nodes.size(); ++i)
      if (!graph_.nodes[i].type->alias)
        for (ValueId id : graph_.nodes[i].outputs)
          if (id != noValue) own[id] = true;
    result_.parameterGradients.assign(graph_.parameters.size(), noValue);
    for (size_t p = 0; p < graph_.parameters.size(); ++p) {
      const ValueId parameter = graph_.parameterValues[p];
      if (graph_.value(parameter).kind != ValueKind::parameter) continue;
      ValueId gradient = result_.valueGradients[parameter];
      if (gradient == noValue) continue;
      if (!own[gradient])
        gradient = appended(graph_.add(scaleOp(), {gradient}, {{"factor", 1}}, graph_.parameters[p].name,
                                       Direction::backward));
      else
        own[gradient] = false;
      result_.parameterGradients[p] = gradient;
    }
  }

  OpGraph& graph_;
  size_t forwardNodes_;
  std::vector<bool> needs_;  // by ValueId: someone wants this gradient
  Differentiated result_;
  OpNode node_;
};

}  // namespace

Result<ValueId> appendObjective(OpGraph& graph) {
  if (graph.losses.empty())
    return Error{ErrorKind::data,
                 "The network has no loss, so there is nothing to train; add a loss layer such as Softmax "
                 "cross-entropy at its end."};
  std::vector<ValueId> terms;
  OpAttributes weights;
  for (size_t i = 0; i < graph.losses.size(); ++i) {
    terms.push_back(graph.losses[i].value);
    weights.set("weight" + std::to_string(i), graph.losses[i].weight);
  }
  auto outputs = graph.add(objectiveOp(), std::move(terms), std::move(weights), "objective");
  if (!outputs) return outputs.error();
  return (*outputs)[0];
}

Result<Differentiated> differentiate(OpGraph& graph, const DifferentiateOptions& options) {
  const Result<ValueId> objective = appendObjective(graph);
  if (!objective) return objective.error();
  try {
    return ReverseWalk(graph, options.wanted).walk(*objective);
  } catch (const GradientFailure& failure) {
    return failure.error;
  }
}

}  // namespace bypath
