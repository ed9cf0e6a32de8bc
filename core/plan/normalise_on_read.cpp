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
        protected_(draft.graph.values.size(), false) {
    for (size_t i = 0; i < nodes_.size(); ++i)
      for (ValueId id : nodes_[i].inputs) readers_[static_cast<size_t>(id)].push_back(i);
    for (ValueId id : draft.kept) protected_[static_cast<size_t>(id)] = true;
  }

  std::string run() {
    // Adding values moves nodes_'s neighbours, never nodes_ itself.
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].type != &batchNormOp() || nodes_[i].outputs[0] == noValue) continue;
      if (protected_[static_cast<size_t>(nodes_[i].outputs[0])]) continue;
      if (readByConvolutions(i))
        ++read_;
      else if (endsInSum(i))
        ++summed_;
    }
    return "read by convolutions: " + std::to_string(read_) + ", by sums: " + std::to_string(summed_);
  }

 private:
  // mean, inverse_std, scale, shift.
  std::vector<ValueId> valuesOf(OpNode& norm) {
    for (size_t o = 1; o <= 2; ++o)
      if (norm.outputs[o] == noValue) {
        norm.outputs[o] = static_cast<ValueId>(draft_.graph.values.size());
        const Value value{.shape = draft_.graph.shape(norm.inputs[1]),
                          .name = norm.path + ":" + std::to_string(o)};
        draft_.graph.values.push_back(value);
      }
    return {norm.outputs[1], norm.outputs[2], norm.inputs[1], norm.inputs[2]};
  }

  bool readByConvolutions(size_t i) {
    OpNode& norm = nodes_[i];
    const ValueId y = norm.outputs[0];
    const std::vector<size_t>& readers = readers_[static_cast<size_t>(y)];
    if (readers.empty()) return false;
    const std::vector<ValueId> values = valuesOf(norm);
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
    norm.outputs[0] = noValue;
    return true;
  }

  bool endsInSum(size_t i) {
    OpNode& norm = nodes_[i];
    const ValueId y = norm.outputs[0];
    if (readers_[static_cast<size_t>(y)].size() != 1 || norm.attributes.flag("relu")) return false;
    OpNode& sum = nodes_[readers_[static_cast<size_t>(y)][0]];
    if (sum.type != &addOp() || sum.direction != Direction::forward || sum.inputs.size() != 2) return false;
    OpNode joint = sum;
    joint.type = &batchNormApplyOp();
    joint.inputs = {norm.inputs[0]};
    const std::vector<ValueId> values = valuesOf(norm);
    joint.inputs.insert(joint.inputs.end(), values.begin(), values.end());
    joint.inputs.push_back(sum.inputs[sum.inputs[0] == y ? 1 : 0]);
    joint.contributors.clear();
    if (!draft_.engine.choose(*joint.type, draft_.graph.call(joint)).error.empty()) return false;
    sum = std::move(joint);
    norm.outputs[0] = noValue;
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
  int read_ = 0, summed_ = 0;
};

}  // namespace

Result<std::string> passNormaliseOnRead(PlanDraft& draft) {
  return Reading(draft).run();
}

}  // namespace bypath
