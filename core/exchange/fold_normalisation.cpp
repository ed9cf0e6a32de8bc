#include <algorithm>
#include <cmath>
#include <map>

#include "core/exchange/leaving_graph.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

bool convolves(const OpNode& node) {
  return node.type == &conv2dOp() || node.type == &conv2dTransposedOp();
}

// A convolution and the batch norm that alone reads it.
struct Pair {
  int convolution = 0, norm = 0;
};

std::vector<Pair> pairsOf(const LeavingModel& model) {
  std::map<ValueId, int> makers, readers;
  const OpGraph& graph = model.graph;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const ValueId id : graph.nodes[i].inputs) ++readers[id];
    for (const ValueId id : graph.nodes[i].outputs) makers[id] = static_cast<int>(i);
  }
  for (const Border& border : model.outputs) ++readers[border.value];
  std::vector<Pair> pairs;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const OpNode& norm = graph.nodes[i];
    if (norm.type != &batchNormInferenceOp()) continue;
    const auto maker = makers.find(norm.inputs[0]);
    if (maker == makers.end() || readers[norm.inputs[0]] != 1) continue;
    const OpNode& convolution = graph.nodes[static_cast<size_t>(maker->second)];
    // Weights that several convolutions share stay as they are.
    if (convolves(convolution) && readers[convolution.inputs[1]] == 1)
      pairs.push_back({maker->second, static_cast<int>(i)});
  }
  return pairs;
}

class Folding {
 public:
  explicit Folding(LeavingModel& model) : model_(model), graph_(model.graph) {}

  void fold(const Pair& pair) {
    OpNode& convolution = graph_.nodes[static_cast<size_t>(pair.convolution)];
    const OpNode& norm = graph_.nodes[static_cast<size_t>(pair.norm)];
    const std::vector<float>&scale = weights(norm.inputs[1]), &shift = weights(norm.inputs[2]),
          &mean = weights(norm.inputs[3]), &variance = weights(norm.inputs[4]);
    const double epsilon = norm.attributes.real("epsilon");
    const size_t channels = scale.size();
    if (channels == 0) return;
    std::vector<double> factor(channels);
    for (size_t c = 0; c < channels; ++c)
      factor[c] = static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);

    // (KH, KW, C, K): what comes out is the last of a convolution, the one before it of a transposed one.
    const bool transposed = convolution.type == &conv2dTransposedOp();
    std::vector<float>& w = weights(convolution.inputs[1]);
    const auto inner = transposed ? static_cast<size_t>(graph_.shape(convolution.inputs[1]).last()) : 1;
    for (size_t i = 0; i < w.size(); ++i)
      w[i] = static_cast<float>(static_cast<double>(w[i]) * factor[i / inner % channels]);

    std::vector<float> bias(channels, 0);
    if (convolution.inputs.size() > 2) bias = weights(convolution.inputs[2]);
    for (size_t c = 0; c < channels; ++c)
      bias[c] = static_cast<float>((static_cast<double>(bias[c]) - static_cast<double>(mean[c])) * factor[c] +
                                   static_cast<double>(shift[c]));
    if (convolution.inputs.size() > 2) {
      weights(convolution.inputs[2]) = std::move(bias);
    } else {
      convolution.inputs.push_back(graph_.addParameter({.name = convolution.path + "/bias",
                                                        .shape = {static_cast<int64_t>(channels)},
                                                        .role = ParameterRole::bias}));
      model_.weights.push_back(std::move(bias));
    }
    replaced_[norm.outputs[0]] = convolution.outputs[0];
    gone_.push_back(pair.norm);
  }

  // Everything that is left, again, so that parameters without a reader go.
  Result<void> finish() {
    std::vector<OpNode> nodes;
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (std::ranges::find(gone_, static_cast<int>(i)) != gone_.end()) continue;
      nodes.push_back(graph_.nodes[i]);
      for (ValueId& id : nodes.back().inputs) id = now(id);
    }
    graph_.nodes = std::move(nodes);
    for (Border& border : model_.outputs) border.value = now(border.value);
    std::map<std::string, std::vector<float>> byName;
    for (size_t i = 0; i < graph_.parameters.size(); ++i)
      byName[graph_.parameters[i].name] = std::move(model_.weights[i]);
    Result<OpGraph> smaller = leavingGraph(graph_, model_.outputs, true);
    if (!smaller) return smaller.error();
    graph_ = std::move(*smaller);
    model_.weights.clear();
    for (const ParameterInfo& info : graph_.parameters)
      model_.weights.push_back(std::move(byName[info.name]));
    for (size_t i = 0; i < model_.inputs.size(); ++i) model_.inputs[i].value = graph_.inputs[i];
    return {};
  }

 private:
  std::vector<float>& weights(ValueId id) {
    return model_.weights[static_cast<size_t>(graph_.value(id).parameter)];
  }
  ValueId now(ValueId id) const {
    const auto found = replaced_.find(id);
    return found == replaced_.end() ? id : found->second;
  }

  LeavingModel& model_;
  OpGraph& graph_;
  std::map<ValueId, ValueId> replaced_;
  std::vector<int> gone_;
};

}  // namespace

Result<void> foldNormalisation(LeavingModel& model) {
  Folding folding(model);
  for (const Pair& pair : pairsOf(model)) folding.fold(pair);
  return folding.finish();
}

}  // namespace bypath
