#include <algorithm>

#include "core/ops/catalog.h"
#include "core/ops/input_norm.h"
#include "core/plan/pass.h"

namespace bypath {

namespace {

// A batch normalisation that only convolutions read keeps its statistics and leaves the rest to them; one
// that ends in a sum leaves it to the sum. Either way nobody writes, keeps and reads the normalised values.
class Reading {
 public:
  explicit Reading(PlanDraft& draft)
      : draft_(draft),
        nodes_(draft.graph.nodes),
        readers_(draft.graph.values.size()),
        protected_(draft.graph.values.size(), false),
        inverseStd_(draft.graph.nodes.size(), noValue) {
    for (size_t i = 0; i < nodes_.size(); ++i)
      for (ValueId id : nodes_[i].inputs) readers_[static_cast<size_t>(id)].push_back(i);
    for (ValueId id : draft.kept) protected_[static_cast<size_t>(id)] = true;
  }

  std::string run() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].type != &batchNormOp() && nodes_[i].type != &batchNormInferenceOp()) continue;
      if (nodes_[i].outputs[0] == noValue || protected_[static_cast<size_t>(nodes_[i].outputs[0])]) continue;
      if (readByConvolutions(i))
        ++read_;
      else if (endsInSum(i))
        ++summed_;
    }
    return "read by convolutions: " + std::to_string(read_) + ", by sums: " + std::to_string(summed_);
  }

 private:
  // mean, inverse_std, scale, shift.
  std::vector<ValueId> valuesOf(size_t i) {
    OpNode& norm = nodes_[i];
    if (norm.type == &batchNormInferenceOp()) {
      if (inverseStd_[i] == noValue) inverseStd_[i] = newChannels(norm);
      return {norm.inputs[3], inverseStd_[i], norm.inputs[1], norm.inputs[2]};
    }
    for (size_t o = 1; o <= 2; ++o)
      if (norm.outputs[o] == noValue) norm.outputs[o] = newChannels(norm);
    return {norm.outputs[1], norm.outputs[2], norm.inputs[1], norm.inputs[2]};
  }

  ValueId newChannels(const OpNode& norm) {
    const auto id = static_cast<ValueId>(draft_.graph.values.size());
    draft_.graph.values.push_back(
        {.shape = draft_.graph.shape(norm.inputs[1]), .name = norm.path + ":" + std::to_string(id)});
    return id;
  }

  // The normalisation itself is done elsewhere; what it knew of the channels is still made here.
  void leaveStatistics(size_t i) {
    OpNode& norm = nodes_[i];
    if (norm.type == &batchNormOp()) {
      norm.outputs[0] = noValue;
      return;
    }
    norm.type = &inverseStdOp();
    norm.inputs = {norm.inputs[4]};
    norm.outputs = {inverseStd_[i]};
    const OpAttributes attributes{{"epsilon", norm.attributes.real("epsilon")}};
    norm.attributes = attributes;
  }

  bool readByConvolutions(size_t i) {
    const OpNode& norm = nodes_[i];
    const ValueId y = norm.outputs[0];
    const std::vector<size_t>& readers = readers_[static_cast<size_t>(y)];
    if (readers.empty()) return false;
    const std::vector<ValueId> values = valuesOf(i);
    std::vector<OpNode> joint;
    for (size_t reader : readers) {
      const OpNode& node = nodes_[reader];
      if (node.type != &conv2dOp() && node.type != &conv2dWeightsOp()) return false;
      if (node.inputs[0] != y || InputNorm::isIn(node.attributes) ||
          std::count(node.inputs.begin(), node.inputs.end(), y) > 1)
        return false;
      joint.push_back(node);
      joint.back().inputs[0] = norm.inputs[0];
      joint.back().inputs.insert(joint.back().inputs.end(), values.begin(), values.end());
      joint.back().attributes.set("normalise", 1);
      if (norm.attributes.flag("relu")) joint.back().attributes.set("normalise_relu", 1);
      if (!sameKernel(joint.back(), node)) return false;
    }
    for (size_t r = 0; r < readers.size(); ++r) nodes_[readers[r]] = std::move(joint[r]);
    leaveStatistics(i);
    return true;
  }

  bool endsInSum(size_t i) {
    const OpNode& norm = nodes_[i];
    const ValueId y = norm.outputs[0];
    if (readers_[static_cast<size_t>(y)].size() != 1 || norm.attributes.flag("relu")) return false;
    OpNode& sum = nodes_[readers_[static_cast<size_t>(y)][0]];
    if (sum.type != &addOp() || sum.direction != Direction::forward || sum.inputs.size() != 2) return false;
    OpNode joint = sum;
    joint.type = &batchNormApplyOp();
    joint.inputs = {norm.inputs[0]};
    const std::vector<ValueId> values = valuesOf(i);
    joint.inputs.insert(joint.inputs.end(), values.begin(), values.end());
    joint.inputs.push_back(sum.inputs[sum.inputs[0] == y ? 1 : 0]);
    joint.contributors.clear();
    if (!draft_.engine.choose(*joint.type, draft_.graph.call(joint)).error.empty()) return false;
    sum = std::move(joint);
    leaveStatistics(i);
    return true;
  }

  bool sameKernel(const OpNode& joint, const OpNode& alone) const {
    const KernelChoice reading = draft_.engine.choose(*joint.type, draft_.graph.call(joint));
    return reading.error.empty() &&
           reading.kernel == draft_.engine.choose(*alone.type, draft_.graph.call(alone)).kernel;
  }

  PlanDraft& draft_;
  std::vector<OpNode>& nodes_;
  std::vector<std::vector<size_t>> readers_;  // node indices by ValueId, one entry a use
  std::vector<bool> protected_;
  std::vector<ValueId> inverseStd_;  // of what was an inference's batch normalisation, by node
  int read_ = 0, summed_ = 0;
};

}  // namespace

Result<std::string> passNormaliseOnRead(PlanDraft& draft) {
  return Reading(draft).run();
}

}  // namespace bypath
