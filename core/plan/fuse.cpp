#include <functional>
#include <optional>

#include "core/ops/catalog.h"
#include "core/plan/pass.h"

namespace bypath {

namespace {

// The op that computes a value, nullptr for inputs and parameters.
using Maker = std::function<const OpNode*(ValueId)>;

// Two ops where the second is the only reader of the first one's output 0. `merge` makes the joint op out of
// both, or nothing when this pair cannot be joined; the engine is asked afterwards.
struct Rule {
  const char* label;
  const OpType& (*first)();
  const OpType& (*second)();
  std::optional<OpNode> (*merge)(const OpNode& first, const OpNode& second, const Maker& maker);
};

std::optional<OpNode> thenRelu(const OpNode& first, const OpNode& relu, const Maker&) {
  if (first.attributes.flag("relu")) return {};
  OpNode joint = first;
  joint.attributes.set("relu", 1);
  joint.outputs[0] = relu.outputs[0];
  return joint;
}

std::optional<OpNode> sumThenRelu(const OpNode& sum, const OpNode& relu, const Maker& maker) {
  if (sum.inputs.size() != 2 || sum.direction != Direction::forward) return {};
  return thenRelu(sum, relu, maker);
}

std::optional<OpNode> thenBias(const OpNode& convolution, const OpNode& bias, const Maker&) {
  if (convolution.inputs.size() != 2 || convolution.attributes.flag("relu")) return {};
  OpNode joint = convolution;
  joint.inputs.push_back(bias.inputs[1]);
  joint.outputs[0] = bias.outputs[0];
  return joint;
}

// A convolution, of either direction, and the sum its result goes into.
std::optional<OpNode> thenSum(const OpNode& convolution, const OpNode& sum, const Maker&) {
  const OpAttributes& attributes = convolution.attributes;
  if (attributes.flag("relu") || attributes.flag("plus") || attributes.flag("mask") ||
      sum.inputs.size() != 2 || sum.inputs[0] == sum.inputs[1])
    return {};
  OpNode joint = convolution;
  joint.inputs.push_back(sum.inputs[sum.inputs[0] == convolution.outputs[0] ? 1 : 0]);
  joint.attributes.set("plus", 1);
  if (sum.attributes.flag("relu")) joint.attributes.set("relu", 1);
  joint.outputs[0] = sum.outputs[0];
  return joint;
}

// The batch normalisation that y = relu(batch_norm(x)) comes from, joined with the relu already or not.
const OpNode* normBefore(ValueId y, const Maker& maker) {
  const OpNode* made = maker(y);
  if (made && made->type == &reluOp()) made = maker(made->inputs[0]);
  return made && made->type == &batchNormOp() ? made : nullptr;
}

// A convolution that sends a gradient to relu_backward: y, dy. Behind a batch normalisation there is
// something better: see below.
std::optional<OpNode> thenMask(const OpNode& convolution, const OpNode& relu, const Maker& maker) {
  if (relu.inputs[1] != convolution.outputs[0] || normBefore(relu.inputs[0], maker) ||
      convolution.attributes.flag("relu") || convolution.attributes.flag("mask"))
    return {};
  OpNode joint = convolution;
  joint.inputs.push_back(relu.inputs[0]);
  joint.attributes.set("mask", 1);
  joint.outputs[0] = relu.outputs[0];
  return joint;
}

// relu_backward: y, dy -> du; batch_norm_backward: x, scale, mean, inverse_std, du. Where y is
// relu(batch_norm of the same x), its sign follows from x and the shift, and y need not be read.
std::optional<OpNode> reluThenBatchNormBackward(const OpNode& relu, const OpNode& norm, const Maker& maker) {
  if (norm.inputs.size() != 5 || norm.inputs[4] != relu.outputs[0]) return {};
  const OpNode* made = normBefore(relu.inputs[0], maker);
  if (!made || made->inputs[0] != norm.inputs[0]) return {};
  OpNode joint = norm;
  joint.inputs[4] = relu.inputs[1];
  joint.inputs.push_back(made->inputs[2]);
  joint.attributes.set("relu", 1);
  return joint;
}

// The sum at a fork, where one side comes out of a batch normalisation.
std::optional<OpNode> batchNormBackwardThenSum(const OpNode& norm, const OpNode& sum, const Maker&) {
  if (norm.attributes.flag("plus") || sum.inputs.size() != 2 || sum.attributes.flag("relu") ||
      sum.inputs[0] == sum.inputs[1])
    return {};
  OpNode joint = norm;
  joint.inputs.push_back(sum.inputs[sum.inputs[0] == norm.outputs[0] ? 1 : 0]);
  joint.attributes.set("plus", 1);
  joint.outputs[0] = sum.outputs[0];
  return joint;
}

constexpr Rule rules[] = {
    {"conv2d + bias_add", conv2dOp, biasAddOp, thenBias},
    {"conv2d + relu", conv2dOp, reluOp, thenRelu},
    {"conv2d + add", conv2dOp, addOp, thenSum},
    {"conv2d_transposed + add", conv2dTransposedOp, addOp, thenSum},
    {"batch_norm + relu", batchNormOp, reluOp, thenRelu},
    {"batch_norm_inference + relu", batchNormInferenceOp, reluOp, thenRelu},
    {"add + relu", addOp, reluOp, sumThenRelu},
    {"relu_backward + batch_norm_backward", reluBackwardOp, batchNormBackwardOp, reluThenBatchNormBackward},
    {"conv2d + relu_backward", conv2dOp, reluBackwardOp, thenMask},
    {"conv2d_transposed + relu_backward", conv2dTransposedOp, reluBackwardOp, thenMask},
    {"batch_norm_backward + add", batchNormBackwardOp, addOp, batchNormBackwardThenSum},
};

class Fuser {
 public:
  explicit Fuser(PlanDraft& draft)
      : draft_(draft),
        nodes_(draft.graph.nodes),
        readers_(draft.graph.values.size()),
        madeAt_(draft.graph.values.size(), -1),
        protected_(draft.graph.values.size(), false),
        counts_(std::size(rules), 0) {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      for (ValueId id : nodes_[i].inputs) readers_[id].push_back(i);
      for (ValueId id : nodes_[i].outputs)
        if (id != noValue && draft.graph.values[id].kind == ValueKind::computed)
          madeAt_[id] = static_cast<int>(i);
    }
    draft.swallowedBy.assign(draft.graph.values.size(), noValue);
    for (ValueId id : draft.kept) protected_[id] = true;
    for (ValueId id : draft.gradients.parameterGradients)
      if (id != noValue) protected_[id] = true;
  }

  std::string run() {
    for (size_t i = 0; i < nodes_.size(); ++i)
      while (nodes_[i].type && joinWithReader(i)) {
      }
    std::erase_if(nodes_, [](const OpNode& node) { return node.type == nullptr; });
    std::string summary;
    for (size_t r = 0; r < std::size(rules); ++r)
      if (counts_[r])
        summary +=
            (summary.empty() ? "" : ", ") + std::string(rules[r].label) + ": " + std::to_string(counts_[r]);
    return summary.empty() ? "nothing to join" : summary;
  }

 private:
  bool joinWithReader(size_t i) {
    const ValueId between = nodes_[i].outputs[0];
    if (between == noValue || protected_[between] || readers_[between].size() != 1) return false;
    const size_t j = readers_[between][0];
    for (size_t r = 0; r < std::size(rules); ++r) {
      if (nodes_[i].type != &rules[r].first() || nodes_[j].type != &rules[r].second()) continue;
      const std::optional<OpNode> joint = rules[r].merge(nodes_[i], nodes_[j], [this](ValueId id) {
        const int at = id == noValue ? -1 : madeAt_[id];
        return at < 0 ? nullptr : &nodes_[static_cast<size_t>(at)];
      });
      if (!joint || !canStandAt(*joint, i)) continue;
      if (!sameKernel(*joint, joint->type == nodes_[i].type ? nodes_[i] : nodes_[j])) continue;
      replace(i, j, *joint);
      ++counts_[r];
      return true;
    }
    return false;
  }

  // The joint op stands where the first one stood, so everything it reads must be there by then.
  bool canStandAt(const OpNode& joint, size_t i) const {
    for (ValueId id : joint.inputs)
      if (madeAt_[id] >= static_cast<int>(i)) return false;
    return true;
  }

  // An engine may run the joint op by a slower kernel than the one alone; then nothing is won.
  bool sameKernel(const OpNode& joint, const OpNode& alone) const {
    const KernelChoice fused = draft_.engine.choose(*joint.type, draft_.graph.call(joint));
    if (!fused.error.empty()) return false;
    return fused.kernel == draft_.engine.choose(*alone.type, draft_.graph.call(alone)).kernel;
  }

  void replace(size_t i, size_t j, const OpNode& joint) {
    draft_.swallowedBy[static_cast<size_t>(nodes_[i].outputs[0])] = joint.outputs[0];
    for (const size_t old : {i, j})
      for (ValueId id : nodes_[old].inputs) std::erase(readers_[id], old);
    nodes_[i] = joint;
    nodes_[j].type = nullptr;
    for (ValueId id : joint.inputs) readers_[id].push_back(i);
    for (ValueId id : joint.outputs)
      if (id != noValue) madeAt_[id] = static_cast<int>(i);
  }

  PlanDraft& draft_;
  std::vector<OpNode>& nodes_;
  std::vector<std::vector<size_t>> readers_;  // node indices by ValueId, one entry a use
  std::vector<int> madeAt_;                   // node index by ValueId, -1 for what no op computes
  std::vector<bool> protected_;
  std::vector<int> counts_;
};

}  // namespace

Result<std::string> passFuse(PlanDraft& draft) {
  return Fuser(draft).run();
}

}  // namespace bypath
